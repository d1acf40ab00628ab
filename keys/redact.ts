import { looksLikeKeys, onOneLine, type Span, without } from "./looks";
import { plainView } from "./plain-text";
import { search } from "./search/among";
import { runsOf } from "./search/runs";
import { membersOf, spellings } from "./spellings";

/**
 * A text of others on one line, and without the keys that are in it, in whatever spelling, nor what looks like one. Names of roles,
 * secrets and KMS keys, with their hyphens and slashes, stay readable.
 */
export function redacted(text: string): string {
  // First as it is: line breaks tell how a key was laid out.
  return withoutKeys(onOneLine(withoutKeys(text)));
}

/** Less than that holds no 12 characters of a key that are worth taking out. */
const SHORTEST = 24;

/** The same, with its lines and blanks as they are. */
export function withoutKeys(text: string): string {
  if (text.length < SHORTEST && !text.includes("-----BEGIN")) return text;
  // Places are counted in the bytes of UTF-8, as the search counts them; latin1 has a character for each.
  const bytes = Buffer.from(text, "utf8");
  const plain = plainView(bytes) ?? { bytes, place: (index: number) => index };
  const written = plain.bytes.toString("latin1");
  const spans = [...looksLikeKeys(written), ...spelledOut(written, plain.bytes)].map(
    ([from, to]): Span => [plain.place(from), plain.place(to)],
  );
  const found = [...spans, ...searched(text)].filter(([from, to]) => to > from);
  const latin1 = bytes.toString("latin1");
  plain.bytes.fill(0);
  bytes.fill(0);
  if (found.length === 0) return text;
  return Buffer.from(without(latin1, found).replaceAll("…", ELLIPSIS), "latin1").toString("utf8");
}

/** In the bytes of UTF-8, a character each. */
const ELLIPSIS = "\xe2\x80\xa6";

/** What is spelled as bytes are, proved to be a key or not. */
function spelledOut(text: string, bytes: Buffer): Span[] {
  const spans: Span[] = [];
  for (const { alphabet, shortest, decode } of spellings) {
    runsOf(bytes, membersOf(alphabet), Math.floor(shortest / 2), (start, end) => {
      for (const written of decode(text.slice(start, end))) {
        spans.push([start + written.start, start + written.end]);
        written.bytes.fill(0);
      }
    });
  }
  return spans;
}

/** Where the search that the audit runs over files finds keys, and numbers that may be one. */
function searched(text: string): Span[] {
  const evidence = search(text);
  evidence.wipe();
  const found = [...evidence.keys, ...evidence.suspects, ...evidence.stretches];
  return found.map(({ start, end }) => [start, end]);
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
