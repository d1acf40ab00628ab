/**
 * A text of others on one line, and without whatever looks like a key: PEM, and long runs of hexadecimal digits, base64 or
 * base64url. Names of roles, secrets and KMS keys, with their hyphens and slashes, stay readable.
 */
export function redacted(text: string): string {
  return withoutKeys(text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim());
}

/** The same, with its lines and blanks as they are. */
export function withoutKeys(text: string): string {
  return text
    .replace(/-----BEGIN.*?(-----END [A-Z ]*-----|$)/gs, "…")
    .replace(/[\w+/=-]{40,}/g, (run) => (isRandom(run) ? "…" : run))
    .replace(/[0-9a-f]{32,}|[A-Za-z0-9+=]{40,}/gi, (run) => (new Set(run).size < FEW ? run : "…"));
}

/**
 * Stricter, for what was typed where a name, an option or a command belongs: it may be any secret, not only a key. The values of
 * options go, and all long runs but small words that are joined by hyphens and the like.
 */
export function withoutSecrets(text: string): string {
  return withoutKeys(text)
    .replace(OPTION, "$1=…")
    .replace(/[\w+/=-]{32,}/g, (run) => (SMALL_WORDS.test(run) ? run : "…"));
}

/** An option and its value. Looked for once in each word: a name of a thousand hyphens has as many beginnings. */
const OPTION = /(?<![\w-])(?=[\w-]*?--[\w-])(?=([\w-]+))\1=\S*/g;

const SMALL_WORDS = /^-*[a-z]{1,15}(?:[-_/][a-z]{1,15})*$/;

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
