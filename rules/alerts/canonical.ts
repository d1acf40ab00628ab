/** One form of a rule, for whoever compares what is declared with what EventBridge says. The generator has no more of `rules/alerts` than this. */

/**
 * A rule in one form, for whoever compares what is declared with what EventBridge says. It is a text, since Terraform makes a
 * digest of it once it knows the values of the tokens in it.
 */
export function canonicalRule(pattern: unknown, targets: readonly { readonly Id?: string }[]): string {
  const byId = [...targets].sort((a, b) => compare(String(a.Id), String(b.Id)));
  return canonicalJson({ pattern, targets: byId });
}

/** JSON with the members of every object in the order of their names. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, each) =>
    each !== null && typeof each === "object" && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => compare(a, b)))
      : each,
  );
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * An event pattern as EventBridge holds it, if it says one thing only. EventBridge "uses the last" of several patterns of a
 * field, field by field (its guide, "Considerations when creating event patterns"), and a JSON reader the last of several
 * members, with all that is in it: where a name is there twice, the two see different patterns.
 *
 * @returns undefined for what is not JSON, or has a name twice
 */
export function readPattern(text: string): unknown {
  let pattern: unknown;
  try {
    pattern = JSON.parse(text);
  } catch {
    return undefined;
  }
  const written = text.replace(/"(?:[^"\\]|\\.)*"/g, "").split(":").length - 1;
  return written === countMembers(pattern) ? pattern : undefined;
}

function countMembers(value: unknown): number {
  if (value === null || typeof value !== "object") return 0;
  const inner = Object.values(value).reduce<number>((sum, each) => sum + countMembers(each), 0);
  return inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
}
