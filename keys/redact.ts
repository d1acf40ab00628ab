/**
 * A text of others on one line, and without whatever looks like a key: PEM, and long runs of hexadecimal digits or
 * base64. Names of roles, secrets and KMS keys, with their hyphens and slashes, stay readable.
 */
export function redacted(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .replace(/-----BEGIN.*?(-----END [A-Z ]*-----|$)/g, "…")
    .replace(/[0-9a-f]{32,}|[A-Za-z0-9+=]{40,}/gi, "…");
}
