import { isValues } from "../../shared/terraform-plan";

/**
 * Whether an event pattern may match less than another did. A rule's pattern grows with every new user's key, so that an alarm on
 * any difference would be a false one most of the time.
 */
export function isNarrower(before: unknown, after: unknown): boolean {
  if (before === after) return false;
  const [was, is] = [before, after].map(parsed);
  if (was === undefined || is === undefined) return true;
  try {
    return !matchesAll(is, was, 0);
  } catch {
    return true; // too deep; EventBridge does not accept such a pattern either
  }
}

function parsed(pattern: unknown): unknown {
  if (typeof pattern !== "string") return undefined;
  try {
    return JSON.parse(pattern);
  } catch {
    return undefined;
  }
}

/** Whether `wide` matches every event that `narrow` does. */
function matchesAll(wide: unknown, narrow: unknown, depth: number): boolean {
  if (depth > 30) throw new RangeError("pattern too deep");
  if (Array.isArray(wide) && Array.isArray(narrow)) {
    return narrow.every((each) => wide.some((other) => filterCovers(other, each, depth + 1)));
  }
  if (!isValues(wide) || !isValues(narrow)) return false;
  // Dropping a field lets more events through; adding one lets fewer.
  return Object.entries(wide).every(
    ([field, value]) => Object.hasOwn(narrow, field) && matchesAll(value, narrow[field], depth + 1),
  );
}

function filterCovers(wide: unknown, narrow: unknown, depth: number): boolean {
  if (JSON.stringify(wide) === JSON.stringify(narrow)) return true;
  if (!isValues(wide) || !isValues(narrow)) return false;
  const [excluded, was] = [wide, narrow].map((filter) => filter["anything-but"]);
  if (Array.isArray(excluded) && Array.isArray(was) && Object.keys(wide).length === 1)
    return excluded.every((each) => was.includes(each));
  // An alternative of `$or` is itself a pattern: its values are lists or objects. A filter's values are not.
  const isPattern = (value: unknown) =>
    isValues(value) && Object.values(value).every((each) => Array.isArray(each) || isValues(each));
  return isPattern(wide) && isPattern(narrow) && !("anything-but" in wide) && matchesAll(wide, narrow, depth);
}
