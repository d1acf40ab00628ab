import type { ILedgerWorkspace } from "../workspace/interface";
import { accountPrincipals, deny, type PolicyStatement } from "./policy";

export interface SecretPolicyProps {
  readonly workspace: ILedgerWorkspace;
  /** Who reads, as the statements' names call them. */
  readonly whoReads: "Signers" | "SignersAndReaders";
  /** ARNs of the roles that may read the secret; without any, nobody may. */
  readonly readers: readonly string[];
  /** ARNs of the roles that may put a value in; without any, nobody may. */
  readonly writers: readonly string[];
  /** Whether to deny deletion to everyone. */
  readonly removalProtection: boolean;
}

/** Every action that gives a secret's value. */
const READ = ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"];

/** Every action that puts a value in, or makes another value the current one. */
const WRITE = ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"];

/** What nobody does to a secret: write it by the back door, have it carried elsewhere, or take its lock off. */
const NEVER = [
  "secretsmanager:CancelRotateSecret",
  "secretsmanager:DeleteResourcePolicy",
  "secretsmanager:RemoveRegionsFromReplication",
  "secretsmanager:ReplicateSecretToRegions",
  "secretsmanager:RotateSecret",
  "secretsmanager:StopReplicationToReplica",
  "secretsmanager:UpdateSecret",
];

/** What decides over lock and life of a secret. Restoring one gives its readers what was taken from them. */
const ADMINISTER = [
  "secretsmanager:DeleteSecret",
  "secretsmanager:PutResourcePolicy",
  "secretsmanager:RestoreSecret",
];

/**
 * The policy of a secret of ours, a private key's or credentials'. It denies, rather than only not allow: identity
 * policies such as AdministratorAccess would win over an absence.
 */
export function secretPolicy(props: SecretPolicyProps): PolicyStatement[] {
  const { workspace, whoReads, readers, writers, removalProtection } = props;
  const { partition, account } = workspace.location;
  const statements: PolicyStatement[] = [
    deny(`Only${whoReads}Read`, READ, readers),
    deny("OnlyWritersWrite", WRITE, writers),
    deny("NobodyUpdatesRotatesReplicatesOrUnlocks", NEVER),
  ];
  if (readers.length > 0) {
    statements.unshift({
      Sid: `${whoReads}Read`,
      Effect: "Allow",
      Principal: accountPrincipals(partition, [account, ...workspace.signerAccounts]),
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": readers } },
    });
  }
  if (workspace.deployers.length > 0) {
    statements.push(deny("OnlyDeployersAdminister", ADMINISTER, workspace.deployers));
  }
  return [...statements, ...deletion(removalProtection)];
}

/** Nobody deletes a protected secret, and nobody any other without its full recovery window. */
function deletion(removalProtection: boolean): PolicyStatement[] {
  const DELETE = "secretsmanager:DeleteSecret";
  if (removalProtection) return [deny("NobodyDeletes", DELETE)];
  return [
    {
      ...deny("NobodyDeletesAtOnce", DELETE),
      Condition: { Bool: { "secretsmanager:ForceDeleteWithoutRecovery": "true" } },
    },
    {
      ...deny("NobodyShortensTheRecoveryWindow", DELETE),
      Condition: { NumericLessThan: { "secretsmanager:RecoveryWindowInDays": "30" } },
    },
  ];
}
