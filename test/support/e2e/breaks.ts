import { runs } from "../for-all";
import type { Break, End } from "./breaking-off";

const refused = (actions: readonly string[]): Break[] =>
  actions.map((action) => ({ action, end: "refused" }));

const ENDS: readonly End[] = ["refused", "lost", "killed before", "killed after"];

/** Each of these calls, by its number, in each way. */
const each = (calls: Readonly<Record<string, readonly number[]>>): Break[] =>
  Object.entries(calls).flatMap(([action, numbers]) =>
    numbers.flatMap((nth) => ENDS.map((end): Break => ({ action, nth, end }))),
  );

const UNWRITTEN: Break = { end: "state not written" };

/** `npm run soak` tries every way, a usual run a few in a row. */
export const IS_SOAK = runs(1) > 1;

/** How the stack that takes users over breaks off. What it reads, it reads before it changes anything, or imports meanwhile. */
export const TAKES_OVER: readonly Break[] = IS_SOAK
  ? [
      ...refused(["ListSecrets", "DescribeSecret", "GetResourcePolicy", "ListSecretVersionIds"]),
      ...refused(["ListAliases", "DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus"]),
      ...refused(["ListResourceTags", "GetPublicKey", "ListVersionsByFunction", "GetFunction"]),
      ...refused(["DescribeLogGroups", "DescribeRule", "ListTagsForResource", "ListTargetsByRule"]),
      // Each import reads again what it takes over.
      { action: "ListSecretVersionIds", nth: 4, end: "killed before" },
      { action: "GetKeyPolicy", nth: 2, end: "refused" },
      { action: "GetKeyPolicy", nth: 2, end: "killed before" },
      ...each({ Invoke: [1, 2], PutRule: [1, 3], PutTargets: [1, 4] }),
      UNWRITTEN,
    ]
  : [{ action: "Invoke", end: "killed after" }];

/** How the stack that lets them go breaks off. It changes nothing but the rules that watched KMS keys, and its state. */
export const LETS_GO: readonly Break[] = IS_SOAK
  ? [
      ...refused(["DescribeRule", "ListTargetsByRule", "ListTagsForResource"]),
      ...each({ RemoveTargets: [1, 4], DeleteRule: [1, 3] }),
      UNWRITTEN,
    ]
  : [{ action: "DeleteRule", nth: 2, end: "killed after" }, UNWRITTEN];

/** How the removal of users breaks off: one with a key in Secrets Manager, and one with a key in KMS. */
export const REMOVALS: readonly Break[] = IS_SOAK
  ? [...each({ DeleteSecret: [1, 2, 3], DeleteAlias: [1], ScheduleKeyDeletion: [1] }), UNWRITTEN]
  : [
      { action: "DeleteAlias", end: "killed after" },
      { action: "DeleteSecret", nth: 2, end: "refused" },
      UNWRITTEN,
    ];
