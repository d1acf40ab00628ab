/**
 * A text of others on one line, and without whatever looks like a key: PEM, and long runs of hexadecimal digits or
 * base64. Names of roles, secrets and KMS keys, with their hyphens and slashes, stay readable.
 */
export function redacted(text: string): string {
  return withoutKeys(text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim());
}

/** The same, with its lines and blanks as they are. */
export function withoutKeys(text: string): string {
  return text
    .replace(/-----BEGIN.*?(-----END [A-Z ]*-----|$)/gs, "…")
    .replace(/[0-9a-f]{32,}|[A-Za-z0-9+=]{40,}/gi, (run) => (new Set(run).size < FEW ? run : "…"));
}

/** Fewer different characters than a key has in any form: a name that somebody padded may be shown. */
const FEW = 8;
