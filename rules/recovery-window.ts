import type { Mistake } from "../messages/mistake";

/** Days that a deleted secret can be restored: AWS takes 7 to 30, or 0 for a deletion at once. */
export const LONGEST_RECOVERY = 30;
const SHORTEST_RECOVERY = 7;

/** A workspace's recovery window, and what stands against losing a key. */
export interface RecoverySettings {
  readonly recoveryWindowInDays?: number;
  readonly removalProtection?: boolean;
}

export function recoveryWindowProblem({
  recoveryWindowInDays: days = LONGEST_RECOVERY,
  removalProtection = true,
}: RecoverySettings): Mistake | undefined {
  if (days === 0 && removalProtection)
    return {
      what: "is 0, which deletes keys at once, and removal protection is on",
      fix: "write removalProtection: false beside it, in a sandbox, or 7 or more",
    };
  if (days === 0 || (Number.isInteger(days) && days >= SHORTEST_RECOVERY && days <= LONGEST_RECOVERY))
    return undefined;
  return { what: `is ${days}`, fix: "write 7 to 30, or 0 for a sandbox" };
}

/** The days before AWS deletes a KMS key. It takes no fewer than seven. */
export const keyDeletionWindow = (recoveryWindowInDays: number): number =>
  Math.max(recoveryWindowInDays, SHORTEST_RECOVERY);
