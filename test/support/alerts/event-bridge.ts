/**
 * EventBridge's matching of patterns, as its guide describes it ("Comparison operators for use in event patterns"), for what
 * patterns of ours use. A second opinion beside moto's, which looks into no list of objects (`resources` of KMS's records).
 */

type Json = Record<string, unknown>;

export function matches(pattern: Json, event: unknown): boolean {
  return Object.entries(pattern).every(([field, wanted]) => {
    if (field === "$or") return (wanted as Json[]).some((alternative) => matches(alternative, event));
    const values = objectsOf(event).flatMap((object) => (field in object ? [object[field]] : []));
    if (Array.isArray(wanted)) return wanted.some((filter) => filterMatches(filter, leavesOf(values)));
    // A pattern of fields that must not exist matches where their parent does not.
    return matches(wanted as Json, values.flatMap(objectsOf));
  });
}

/** An object itself; the objects of a list; nothing of anything else. */
function objectsOf(value: unknown): Json[] {
  if (Array.isArray(value)) return value.flatMap(objectsOf);
  return value !== null && typeof value === "object" ? [value as Json] : [];
}

function leavesOf(values: unknown[]): unknown[] {
  return values.flat().filter((value) => value === null || typeof value !== "object");
}

function filterMatches(filter: unknown, values: unknown[]): boolean {
  if (filter === null || typeof filter !== "object") return values.includes(filter);
  const [[operator, operand]] = Object.entries(filter) as [[string, never]];
  if (operator === "exists") return values.length > 0 === operand;
  return values.some((value) => valueMatches(operator, operand, value));
}

function valueMatches(operator: string, operand: unknown, value: unknown): boolean {
  const text = typeof value === "string" ? value : undefined;
  switch (operator) {
    case "prefix":
      return text?.startsWith(operand as string) ?? false;
    case "suffix":
      return text?.endsWith(operand as string) ?? false;
    case "wildcard":
      return text !== undefined && [operand].flat().some((each) => wildcard(each as string).test(text));
    case "anything-but":
      if (Array.isArray(operand)) return !operand.includes(value);
      return !Object.entries(operand as Json).some(([inner, of]) => valueMatches(inner, of, value));
    default:
      throw new Error(`no such operator here: ${operator}`);
  }
}

function wildcard(pattern: string): RegExp {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}

/**
 * What an input transformer makes of an event: each line a quoted string, a field that is not there empty. AWS does not document
 * what becomes of a line break or a quotation mark in a value: `put` is one way to put a value in, by default as it is.
 */
export function transformed(
  { input_paths, input_template }: { input_paths: Record<string, string>; input_template: string },
  event: Json,
  put = (value: string) => value,
): string {
  return input_template.replace(/<(\w+)>/g, (_, name: string) => {
    const path = input_paths[name]?.split(".").slice(1) ?? [];
    const value = path.reduce<unknown>((at, step) => (at as Json | undefined)?.[step], event);
    return value === undefined || value === null ? "" : put(String(value));
  });
}
