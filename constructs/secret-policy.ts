import type { ILedgerWorkspace } from "./ledger-workspace";
import { accountPrincipals, deny, type PolicyStatement } from "./policy";

export interface KeySecretPolicyProps {
  readonly workspace: ILedgerWorkspace;
  /** ARNs of the roles that may read the key. */
  readonly signers: readonly string[];
  /** ARNs of the roles that may put a key in: the generator's, or the custodians' for an imported key. */
  readonly writers: readonly string[];
  /** Whether to deny deletion to everyone. */
  readonly removalProtection: boolean;
}

/** Every action that gives a secret's value. */
const READ = ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"];

/** Every action that puts a value in, or makes another value the current one. */
const WRITE = ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"];

/** What nobody does to a key: write it by the back door, or have it carried elsewhere. */
const NEVER = [
  "secretsmanager:CancelRotateSecret",
  "secretsmanager:RemoveRegionsFromReplication",
  "secretsmanager:ReplicateSecretToRegions",
  "secretsmanager:RotateSecret",
  "secretsmanager:StopReplicationToReplica",
  "secretsmanager:UpdateSecret",
];

/**
 * The policy of a secret that holds a private key. It denies, rather than only not allow: identity policies
 * such as AdministratorAccess would win over an absence.
 */
export function keySecretPolicy(props: KeySecretPolicyProps): PolicyStatement[] {
  const { workspace, signers, writers, removalProtection } = props;
  const { partition, account } = workspace.surroundings;
  const statements: PolicyStatement[] = [
    deny("OnlySignersRead", READ, signers),
    deny("OnlyWritersWrite", WRITE, writers),
    deny("NobodyUpdatesRotatesOrReplicates", NEVER),
  ];
  if (signers.length > 0) {
    statements.unshift({
      Sid: "SignersRead",
      Effect: "Allow",
      Principal: accountPrincipals(partition, [account, ...workspace.signerAccounts]),
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": signers } },
    });
  }
  if (workspace.deployers.length > 0) {
    statements.push(
      deny("OnlyDeployersChangeThePolicy", "secretsmanager:PutResourcePolicy", workspace.deployers),
    );
  }
  if (removalProtection) {
    statements.push(
      deny("NobodyDeletes", ["secretsmanager:DeleteResourcePolicy", "secretsmanager:DeleteSecret"]),
    );
  }
  return statements;
}
