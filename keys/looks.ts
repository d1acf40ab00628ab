/**
 * What looks like a key, without any proof: PEM, and long runs of hexadecimal digits, base64 or base64url. On its own, and small, for the
 * function that makes keys; all others take `redact.ts`, which looks for keys themselves too.
 */

/** From where to where something stands in a text. */
export type Span = readonly [from: number, to: number];

/** Where a text has something that looks like a key. */
export function looksLikeKeys(text: string): Span[] {
  return [
    ...matches(text, /-----BEGIN.*?(-----END [A-Z ]*-----|$)/gs),
    ...matches(text, /[\w+/=-]{40,}/g).filter(([from, to]) => isRandom(text.slice(from, to))),
    ...matches(text, /[0-9a-f]{32,}|[A-Za-z0-9+=]{40,}/gi).filter(
      ([from, to]) => new Set(text.slice(from, to)).size >= FEW,
    ),
  ];
}

/** The text with an ellipsis in place of each span; those that touch are one. */
export function without(text: string, spans: readonly Span[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    if (from > at || (at === 0 && parts.length === 0)) parts.push(text.slice(at, from), "…");
    at = Math.max(at, to);
  }
  return parts.join("") + text.slice(at);
}

/** A text of others on one line, and without whatever looks like a key. */
export function withoutLooks(text: string): string {
  const line = onOneLine(text);
  return without(line, looksLikeKeys(line));
}

/** Line breaks and other controls become blanks. */
export const onOneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();

const matches = (text: string, expression: RegExp): Span[] =>
  Array.from(text.matchAll(expression), ({ 0: found, index }) => [index, index + found.length]);

/** Fewer different characters than a key has in any form: a name that somebody padded may be shown. */
const FEW = 8;

/**
 * Whether a run of base64 with its `/`, `-` and `_` is one, and no name or path. Of two neighbours in random base64 two in
 * three times one is a capital, small letter or digit and the other is not; in names, made of words, one in five.
 */
function isRandom(run: string): boolean {
  const changes = run.match(/[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])/g) ?? [];
  return /[a-z]/.test(run) && /[A-Z]/.test(run) && changes.length > run.length * 0.3;
}
