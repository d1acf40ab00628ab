/** The shortest run worth a look: 32 bytes in base64 without padding. */
export const SHORTEST = 43;

/** Alphabets, as bits: a character can belong to several. Padding belongs to none: it ends a run. */
export const Alphabet = { HEX: 1, BASE64: 2, BASE64URL: 4 } as const;

/** For each character the alphabets that it belongs to. */
const ALPHABETS_OF = Uint8Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  const hex = /[0-9a-fA-F]/.test(character) ? Alphabet.HEX : 0;
  const base64 = /[A-Za-z0-9+/]/.test(character) ? Alphabet.BASE64 : 0;
  const base64url = /[A-Za-z0-9_-]/.test(character) ? Alphabet.BASE64URL : 0;
  return hex | base64 | base64url;
});

/**
 * Calls `use` for each run of at least 43 characters of base64 or hexadecimal digits. A run that long has one of every 43
 * bytes, so this looks at few bytes of ordinary text.
 */
export function longRuns(bytes: Uint8Array, use: (start: number, end: number) => void): void {
  let floor = 0;
  for (let at = SHORTEST - 1; at < bytes.length; at += SHORTEST) {
    if (!ALPHABETS_OF[bytes[at] as number]) continue;
    let start = at;
    while (start > floor && ALPHABETS_OF[bytes[start - 1] as number]) start--;
    let end = at + 1;
    while (end < bytes.length && ALPHABETS_OF[bytes[end] as number]) end++;
    start = behindEscape(bytes, start);
    if (end - start >= SHORTEST) use(start, end);
    floor = at = end;
  }
}

/** Calls `use` for each word of one alphabet, at least as long as a run, between `start` and `end`. */
export function eachWord(
  text: string,
  start: number,
  end: number,
  alphabet: number,
  use: (from: number, to: number) => void,
): void {
  for (let at = start; at < end; at++) {
    const from = at;
    while (at < end && (ALPHABETS_OF[text.charCodeAt(at)] as number) & alphabet) at++;
    if (at - from >= SHORTEST) use(from, at);
  }
}

const BACKSLASH = 0x5c;
const PERCENT = 0x25;

/** Where a run begins, given that its first letters may belong to an escape: the n of `\n`. */
function behindEscape(bytes: Uint8Array, start: number): number {
  const before = bytes[start - 1];
  if (before === PERCENT) return start + 2;
  if (before !== BACKSLASH) return start;
  const letter = String.fromCharCode(bytes[start] as number);
  return start + (letter === "u" ? 5 : "nrtbf".includes(letter) ? 1 : 0);
}

/** What may stand before and behind the line break that a text was wrapped at. */
const BEFORE = /["',;\\ \t]*/y;
const BEHIND = /["',; \t]*/y;
/** A line break itself, or an escaped one, of which the first backslashes are before it. */
const BREAK = /\r\n?|\n|(?<=\\)(?:r\\+)?n/y;
/** Between two texts of a list. */
const NEXT_TEXT = /",[ \t]*(?=")/g;

/**
 * Where the next line begins, if at `at` this one ends; undefined if it does not. Each part is looked for once, and not again for
 * each backslash before it.
 */
function nextLine(text: string, at: number): number | undefined {
  const before = endOf(BEFORE, text, at) ?? at;
  const found = endOf(BREAK, text, before);
  if (found !== undefined) return endOf(BEHIND, text, found);
  let next: number | undefined;
  for (const { 0: comma, index } of text.slice(at, before).matchAll(NEXT_TEXT))
    next = at + index + comma.length;
  return next === undefined ? undefined : endOf(BEHIND, text, next);
}

/** Where a sticky expression that matches at `at` ends. */
function endOf(expression: RegExp, text: string, at: number): number | undefined {
  expression.lastIndex = at;
  return expression.test(text) ? expression.lastIndex : undefined;
}

/**
 * Joins the run with those on the following lines, as long as they have the length of the first (a wrapped text ends with
 * its first short line) and only quotes, commas and white space are between them.
 *
 * @returns `end`: where in the source its last line ends; `place(index)`: where in the source a character of the joined text is
 */
export function joinLines(text: string, start: number, end: number, word: RegExp) {
  const parts = [text.slice(start, end)];
  const starts = [{ joined: 0, source: start }];
  let length = end - start;
  let at = end;
  for (let full = true; full; ) {
    const line = nextLine(text, at);
    if (line === undefined) break;
    word.lastIndex = line;
    const next = word.exec(text)?.[0];
    if (!next) break;
    starts.push({ joined: length, source: word.lastIndex - next.length });
    parts.push(next);
    length += next.length;
    at = word.lastIndex;
    full = next.length >= end - start;
  }
  return { text: parts.join(""), end: at, place: (index: number) => placeIn(starts, index) };
}

function placeIn(starts: readonly { joined: number; source: number }[], index: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle]?.joined ?? 0) <= index) low = middle;
    else high = middle;
  }
  const line = starts[low];
  return line ? line.source + index - line.joined : index;
}
