import type { Identity } from "../../ledger-api/identity";
import { shown } from "../../messages/safe-text";
import { addressOf, type RegisteredUser } from "../../registration/read";

type Known = Pick<RegisteredUser, "stack" | "workspace" | "username" | "publicKey">;

/** Whose credentials are expected. */
export interface Expected {
  readonly workspace?: string;
  readonly publicKey?: string;
}

/**
 * What is wrong with credentials that logged in: whose they are, if they are not those that are expected. Undefined if nothing is,
 * as far as the login's token says.
 *
 * @param known users whose keys are known, to name the owner
 */
export function foreignOwner(
  { workspace, publicKey }: Identity,
  expected: Expected,
  known: readonly Known[],
): string | undefined {
  if (workspace !== undefined && expected.workspace !== undefined && workspace !== expected.workspace)
    return `the credentials are of the workspace ${shown(workspace)}, not of ${shown(expected.workspace)}`;
  if (publicKey === undefined || expected.publicKey === undefined || publicKey === expected.publicKey)
    return undefined;
  return ownedBy(publicKey, known);
}

/** For credentials that are not those of the key that is used. */
export const ownedBy = (publicKey: string, known: readonly Known[]): string =>
  `the credentials are those of ${ownerOf(publicKey, known)}`;

function ownerOf(publicKey: string, known: readonly Known[]): string {
  const owner = known.find((user) => user.publicKey === publicKey);
  return owner
    ? JSON.stringify(addressOf(owner))
    : `another user, whose public key begins with ${publicKey.slice(0, 18)}`;
}
