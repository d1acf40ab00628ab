import type { ILedgerWorkspace } from "../workspace/interface";
import {
  ADMINISTER_SECRET,
  ANY_SECRET_READ,
  ANY_SECRET_WRITE,
  NEVER_DONE_TO_A_SECRET,
  READ_SECRET,
} from "./actions";
import { accountPrincipals, allow, deny, isOneOf, type PolicyStatement } from "./policy";

export interface SecretPolicyProps {
  readonly workspace: ILedgerWorkspace;
  /** Who may read, for the names of the statements. */
  readonly whoReads: "Signers" | "SignersAndReaders";
  /** ARNs of the roles that may read the secret; empty: no one may. */
  readonly allowedToRead: readonly string[];
  /** ARNs of the roles that may put a value in; empty: no one may. */
  readonly writers: readonly string[];
  /** Whether to deny deletion to everyone. */
  readonly removalProtection: boolean;
  /**
   * Whether its value is public data: nobody is denied reading it, and once it is unprotected it may be deleted at once.
   * @default false
   */
  readonly isPublic?: boolean;
}

/**
 * The policy of a secret for a private key or credentials. It denies, because identity policies such as AdministratorAccess
 * allow whatever is merely not allowed here.
 */
export function secretPolicy(props: SecretPolicyProps): PolicyStatement[] {
  const { workspace, whoReads, allowedToRead, writers, removalProtection, isPublic = false } = props;
  const { partition, account } = workspace.location;
  const statements: PolicyStatement[] = [
    ...(isPublic ? [] : [deny(`Only${whoReads}Read`, ANY_SECRET_READ, allowedToRead)]),
    deny("OnlyWritersWrite", ANY_SECRET_WRITE, writers),
    deny("NobodyUpdatesRotatesReplicatesOrUnlocks", NEVER_DONE_TO_A_SECRET),
  ];
  if (allowedToRead.length > 0) {
    const Principal = accountPrincipals(partition, [account, ...workspace.signerAccounts]);
    const Condition = isOneOf(allowedToRead);
    statements.unshift(allow(`${whoReads}Read`, READ_SECRET, { Principal, Condition }));
  }
  if (workspace.deployers.length > 0) {
    statements.push(deny("OnlyDeployersAdminister", ADMINISTER_SECRET, workspace.deployers));
  }
  return [...statements, ...deletion(removalProtection, isPublic ? 0 : workspace.recoveryWindowInDays)];
}

/** No one may delete a protected secret, or any other without its full recovery window; without a window, deletion is at once. */
function deletion(removalProtection: boolean, days: number): PolicyStatement[] {
  const DELETE = "secretsmanager:DeleteSecret";
  if (removalProtection) return [deny("NobodyDeletes", DELETE)];
  if (days === 0) return [];
  return [
    {
      ...deny("NobodyDeletesAtOnce", DELETE),
      Condition: { Bool: { "secretsmanager:ForceDeleteWithoutRecovery": "true" } },
    },
    {
      ...deny("NobodyShortensTheRecoveryWindow", DELETE),
      Condition: { NumericLessThan: { "secretsmanager:RecoveryWindowInDays": String(days) } },
    },
  ];
}
