import type { WorkspaceDeclaration } from "../../../fleet";
import { compareText } from "../../../messages/paths";
import {
  accessJournalName,
  alertRuleName,
  alertTopicName,
  generatorFunctionName,
  generatorLogName,
  generatorRoleName,
  NAME_PREFIX,
  workspaceKeyAlias,
} from "../../../rules/aws-names";

/** ARNs of what is protected, and of the roles that may still change it. */
export interface Guarded {
  readonly resources: readonly string[];
  /** Empty: nobody may. */
  readonly mayChange: readonly string[];
}

/** What an organization protects in one account of the fleet. */
export interface GuardedAccount {
  readonly account: string;
  /** Everything that workspaces make, and the names in the tags of their KMS keys: `*` for any workspace. */
  readonly made: readonly (Guarded & { readonly workspaces: readonly string[] })[];
  /** The roles that the YAML names. */
  readonly roles: readonly Guarded[];
}

/** The accounts of the workspaces, by number. */
export function workspaceAccounts(
  workspaces: readonly WorkspaceDeclaration[],
  partition: string,
  roleAdmins: readonly string[],
): GuardedAccount[] {
  return [...groupBy(workspaces, ({ account }) => account)].map(([account, its]) => {
    const byDeployers = [...groupBy(its, ({ deployers }) => unique(deployers).join(" ")).values()];
    const all = { workspaces: ["*"], mayChange: unique(its.flatMap(({ deployers }) => deployers)) };
    const narrower = byDeployers.map((group) => ({
      workspaces: group.map(({ name }) => name),
      mayChange: unique(group.flatMap(({ deployers }) => deployers)),
      resources: distinct(group.flatMap((workspace) => resourcesOf(workspace, partition))),
    }));
    return {
      account,
      made: [
        { ...all, resources: distinct([...anyWorkspace(its, partition), ...ofTheAccount(partition)]) },
        // Workspaces of one account with deployers of their own: no one's may change what is another's.
        ...(byDeployers.length > 1 ? narrower : []),
      ],
      roles: byDeployers.map((group) => ({
        resources: [...samlProviders(partition, account), ...namedRoles(group, account)],
        mayChange: unique([...group.flatMap(({ deployers }) => deployers), ...of(account, roleAdmins)]),
      })),
    };
  });
}

/** The accounts in `signerAccounts` that signers or readers are of. No deployer is of them, and nothing is made there. */
export function signerAccounts(
  workspaces: readonly WorkspaceDeclaration[],
  partition: string,
  roleAdmins: readonly string[],
): GuardedAccount[] {
  return unique(workspaces.flatMap((workspace) => workspace.signerAccounts)).flatMap((account) => {
    const naming = workspaces.filter((workspace) => workspace.account !== account);
    const resources = namedRoles(naming, account);
    if (resources.length === 0) return [];
    const guarded = { resources: [...samlProviders(partition, account), ...resources] };
    return [{ account, made: [], roles: [{ ...guarded, mayChange: of(account, roleAdmins) }] }];
  });
}

/**
 * Whoever may change an account's SAML provider signs in as any role that trusts it.
 */
const samlProviders = (partition: string, account: string) => [
  `arn:${partition}:iam::${account}:saml-provider/*`,
];

const of = (account: string, arns: readonly string[]) =>
  unique(arns.filter((arn) => arn.split(":")[4] === account));

/** Deployers, custodians, signers and readers of an account. */
function namedRoles(workspaces: readonly WorkspaceDeclaration[], account: string): string[] {
  const named = workspaces.flatMap(({ deployers, custodians, files }) => [
    ...deployers,
    ...custodians,
    ...files.flatMap(({ users }) => users.flatMap(({ signers, readers }) => [...signers, ...readers])),
  ]);
  return of(account, named);
}

/** Without regions and accounts: the policy binds in the accounts that it is attached to. */
const anywhere = (partition: string, service: string, resource: string) =>
  `arn:${partition}:${service}:*:*:${resource}`;

const role = (partition: string, path: string, name: string) => `arn:${partition}:iam::*:role${path}${name}`;

/** What any workspace makes, those that are declared later too. */
function anyWorkspace(workspaces: readonly WorkspaceDeclaration[], partition: string): string[] {
  const generators = generatorRoleName("*", "*").replace("*-*", "*");
  return [
    ...named("*", partition),
    anywhere(partition, "secretsmanager", `secret:${NAME_PREFIX}/*`),
    ...workspaces.map(({ rolePath }) => role(partition, rolePath, generators)),
    ...workspaces.flatMap(({ codeSigningConfig = [] }) => codeSigningConfig),
  ];
}

/** What one workspace makes, by its whole name: that of another may begin with it. */
function resourcesOf(workspace: WorkspaceDeclaration, partition: string): string[] {
  const { name, rolePath, region, files, codeSigningConfig = [] } = workspace;
  const regions = unique([region, ...files.map((file) => file.region)]);
  return [
    ...named(name, partition),
    anywhere(partition, "secretsmanager", `secret:${NAME_PREFIX}/${name}/*`),
    ...regions.map((each) => role(partition, rolePath, generatorRoleName(name, each))),
    ...[codeSigningConfig].flat(),
  ];
}

/** Function, logs, rules, topics and aliases of a workspace. */
function named(workspace: string, partition: string): string[] {
  const fn = generatorFunctionName(workspace);
  const alias = workspaceKeyAlias(workspace);
  const topics = unique([alertTopicName(workspace), alertTopicName(`${workspace}-roles`)]);
  const withParts = (service: string, resource: string) => [
    anywhere(partition, service, resource),
    anywhere(partition, service, `${resource}:*`),
  ];
  return [
    ...withParts("lambda", `function:${fn}`),
    ...withParts("logs", `log-group:${generatorLogName(workspace)}`),
    ...withParts("logs", `log-group:${accessJournalName(workspace)}`),
    anywhere(partition, "events", `rule/${alertRuleName(workspace, "*")}`),
    ...topics.flatMap((topic) => withParts("sns", topic)),
    ...[alias, `${alias}/*`, ...topics.map((topic) => `alias/${topic}`)].map((each) =>
      anywhere(partition, "kms", each),
    ),
  ];
}

/**
 * What all alerts of an account depend on: the bus that carries AWS's events, and the trails, since it is not known which one
 * feeds it. And the bucket of a `WorkspaceTrail`, by the name that it has unless it is given another.
 */
const ofTheAccount = (partition: string) => [
  anywhere(partition, "events", "event-bus/default"),
  anywhere(partition, "cloudtrail", "trail/*"),
  `arn:${partition}:s3:::${NAME_PREFIX}-trail-*`,
];

/** Without patterns that another covers, since each counts. A `*` is a character that only a `*` of the other can match. */
function distinct(patterns: readonly string[]): string[] {
  const covers = (one: string, other: string) => {
    const parts = one.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return one !== other && new RegExp(`^${parts.join(".*")}$`).test(other);
  };
  const all = unique(patterns);
  return all.filter((pattern) => !all.some((other) => covers(other, pattern)));
}

export const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort(compareText);

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const key of unique(values.map(keyOf)))
    groups.set(
      key,
      values.filter((value) => keyOf(value) === key),
    );
  return groups;
}
