/**
 * Looks for leaked private keys in files, folders, archives and streams. `detect/` knows what a key looks
 * like; this folder gets at the bytes.
 */
import { addressOf, type RegisteredUser } from "../registration/read";

export { type AuditOptions, auditPaths } from "./paths";
export { AuditProblem } from "./problem";
export type { AuditReport, LocatedLeak } from "./report";

/** The public keys of a registration, and whose each is: `STACK/USERNAME`. */
export function publicKeysOf(users: readonly RegisteredUser[]): Map<string, string> {
  return new Map(users.map((user) => [user.publicKey, addressOf(user)]));
}
