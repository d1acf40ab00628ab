/** The shortest run worth a look: 31 bytes in base64 without padding. */
const SHORTEST = 42;

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
 * Calls `use` for each run of at least 42 characters of base64 or hexadecimal digits, letters of an escape before it left out.
 */
export function longRuns(bytes: Uint8Array, use: (start: number, end: number) => void): void {
  runsOf(bytes, ALPHABETS_OF, SHORTEST, (from, end) => {
    const start = behindEscape(bytes, from);
    if (end - start >= SHORTEST) use(start, end);
  });
}

/**
 * Calls `use` for each run of at least `shortest` bytes that are `members`. A run that long has one of every `shortest` bytes, so
 * this looks at few bytes of ordinary text.
 */
export function runsOf(
  bytes: Uint8Array,
  members: Uint8Array,
  shortest: number,
  use: (start: number, end: number) => void,
): void {
  let floor = 0;
  // A run that is long enough reaches so far to one side at least: two bytes of it tell most short ones.
  const half = (shortest - 1) >> 1;
  const quarter = half >> 1;
  for (let at = shortest - 1; at < bytes.length; at += shortest) {
    if (members[bytes[at] as number] === 0) continue;
    const isLeft = members[bytes[at - half] as number] !== 0 && members[bytes[at - quarter] as number] !== 0;
    const right = Math.min(at + half, bytes.length - 1);
    const isRight =
      members[bytes[right] as number] !== 0 && members[bytes[Math.min(at + quarter, right)] as number] !== 0;
    if (!isLeft && !isRight) continue;
    let start = at;
    while (start > floor && members[bytes[start - 1] as number] !== 0) start--;
    let end = at + 1;
    while (end < bytes.length && members[bytes[end] as number] !== 0) end++;
    if (end - start >= shortest) use(start, end);
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

/** What may stand before and behind the line break that a text was wrapped at, and between texts that a program joins. */
const BEFORE = /["'`,;\\ \t+.&]*/y;
const BEHIND = /["',; \t>|]*/y;
/** The same where a diff has put its + before each line, which may also be a character of base64. */
const BEHIND_IN_DIFF = /["',; \t>|]*\+["',; \t>|]*/y;
/** A line break itself, or an escaped one, of which the first backslashes are before it. */
const BREAK = /\r\n?|\n|(?<=\\)(?:r\\+)?n/y;
/** Between two texts of a list, or of a sum. */
const NEXT_TEXT = /(["'`])[ \t]*[,+.&][ \t]*(?=\1)/g;

/**
 * Where the next line begins, if at `at` this one ends; undefined if it does not. Each part is looked for once, and not again for
 * each backslash before it.
 */
function nextLine(text: string, at: number, behind: RegExp): number | undefined {
  const before = endOf(BEFORE, text, at) ?? at;
  const found = endOf(BREAK, text, before);
  if (found !== undefined) return endOf(behind, text, found);
  let next: number | undefined;
  for (const { 0: comma, index } of text.slice(at, before).matchAll(NEXT_TEXT))
    next = at + index + comma.length;
  return next === undefined ? undefined : endOf(behind, text, next);
}

const MAY_STAND_BEFORE = new Set("\"',;\\ \t");

/** Whether a line may end at `at`, as far as one look tells: most runs of a log have more of their line behind them. */
export function mayEndLine(text: string, at: number): boolean {
  for (; ; at++) {
    const character = text[at];
    if (character === "\n" || character === "\r") return true;
    // An escaped line break, or the end of one text of a list.
    if (character === "\\" || character === '"') return true;
    if (character === undefined || !MAY_STAND_BEFORE.has(character)) return false;
  }
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
 * @param inDiff whether each of those begins with the + of a diff, which is left out
 * @returns `end`: where in the source its last line ends; `withoutLast`: the same without that line, if there are more; `place(index)`: where in the source a character of the joined text is
 */
export function joinLines(text: string, start: number, end: number, word: RegExp, inDiff: boolean) {
  const parts = [text.slice(start, end)];
  const starts = [{ joined: 0, source: start }];
  let length = end - start;
  // The + of a diff is in the first line, where it is a character of the alphabet, and may be gone from the others.
  const width = text[start] === "+" ? length - 1 : length;
  let at = end;
  let lastEnd = end;
  for (let full = true; full; ) {
    const line = nextLine(text, at, inDiff ? BEHIND_IN_DIFF : BEHIND);
    if (line === undefined) break;
    word.lastIndex = line;
    const next = word.exec(text)?.[0];
    if (!next) break;
    starts.push({ joined: length, source: word.lastIndex - next.length });
    parts.push(next);
    length += next.length;
    lastEnd = at;
    at = word.lastIndex;
    full = next.length >= width;
  }
  const whole = parts.join("");
  const place = (index: number) => placeIn(starts, index);
  const last = parts.at(-1)?.length ?? 0;
  const withoutLast =
    parts.length > 1 ? { text: whole.slice(0, length - last), end: lastEnd, place } : undefined;
  return { text: whole, lines: parts.length, end: at, place, withoutLast };
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
