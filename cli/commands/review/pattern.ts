import { isValues } from "../../shared/terraform-plan";

/**
 * Whether an event pattern may match less than another did. Patterns of rules grow with the keys that they watch, and shrink with
 * nobody's good intent, so that "not the same" would cry wolf at every new user.
 */
export function isNarrower(before: unknown, after: unknown): boolean {
  if (before === after) return false;
  const [was, is] = [before, after].map(parsed);
  if (was === undefined || is === undefined) return true;
  try {
    return !matchesAll(is, was, 0);
  } catch {
    return true; // too deep: EventBridge takes no such pattern, either
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
  // A field that is asked for no longer lets more events through; one that is asked for anew, fewer.
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
  // An alternative of `$or` is a pattern itself; a filter has lists or texts and is not.
  const isPattern = (value: unknown) =>
    isValues(value) && Object.values(value).every((each) => Array.isArray(each) || isValues(each));
  return isPattern(wide) && isPattern(narrow) && !("anything-but" in wide) && matchesAll(wide, narrow, depth);
}
