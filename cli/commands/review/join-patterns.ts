import { isDeepStrictEqual } from "node:util";
import { isValues, type Values } from "../../shared/terraform-plan";

/**
 * The event pattern that matches an event exactly if one of some patterns does: of those that are like a given one but for the alternatives of
 * their `detail`, as the rules are that watch KMS keys. Undefined if none is like it.
 */
export function together(like: unknown, patterns: readonly unknown[]): string | undefined {
  const parts = partsOf(like);
  if (parts === undefined) return undefined;
  const alike = patterns.flatMap((pattern) => {
    const others = partsOf(pattern);
    return others && isDeepStrictEqual(others.rest, parts.rest) ? [others.alternatives] : [];
  });
  if (alike.length === 0) return undefined;
  const { detail, ...rest } = parts.rest;
  return JSON.stringify({ ...rest, detail: { ...detail, $or: joined(alike.flat()) } });
}

interface Parts {
  /** All but the alternatives. */
  readonly rest: Values & { readonly detail: Values };
  readonly alternatives: readonly unknown[];
}

function partsOf(text: unknown): Parts | undefined {
  const pattern = parsed(text);
  if (!isValues(pattern) || !isValues(pattern["detail"])) return undefined;
  const { $or: alternatives, ...detail } = pattern["detail"];
  return Array.isArray(alternatives) ? { rest: { ...pattern, detail }, alternatives } : undefined;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/** Alternatives that filter one and the same field are one alternative with the filters of all. */
function joined(alternatives: readonly unknown[]): unknown[] {
  const lists = new Map<string, unknown[]>();
  const others: unknown[] = [];
  for (const alternative of alternatives) {
    const { path, filters } = leafOf(alternative);
    if (filters === undefined) others.push(alternative);
    else lists.set(JSON.stringify(path), [...(lists.get(JSON.stringify(path)) ?? []), ...filters]);
  }
  const leaves = [...lists].map(([path, filters]) =>
    (JSON.parse(path) as string[]).reduceRight<unknown>((inner, field) => ({ [field]: inner }), filters),
  );
  return [...leaves, ...others];
}

/** The one field that an alternative filters; without filters if it has several fields. */
function leafOf(alternative: unknown): { path: string[]; filters?: unknown[] } {
  const path: string[] = [];
  let at = alternative;
  while (isValues(at)) {
    const [field, ...more] = Object.keys(at);
    // Alternatives within alternatives are joined by "or" already, but not as filters of a field.
    if (field === undefined || more.length > 0 || field === "$or") return { path };
    path.push(field);
    at = at[field];
  }
  return { path, filters: Array.isArray(at) ? at : undefined };
}
