import { isAscii } from "node:buffer";

/**
 * What mail programs, terminals and word processors do to the characters of a key, undone: characters without width go, every kind of
 * blank is a blank, every dash a hyphen, every quotation mark a straight one. By Unicode's own properties.
 */

const NO_WIDTH = /\p{Default_Ignorable_Code_Point}/u;
const BLANK = /\p{Zs}/u;
const DASH = /[\p{Pd}\u2212]/u;
const LINE_BREAK = /[\u0085\u2028\u2029]/;
const SINGLE_QUOTE = /[\u2018-\u201b\u2032\u2039\u203a\u02bc]/;
const QUOTE = /[\p{Pi}\p{Pf}\u201e\u2033]/u;
/** Letters and digits as wide as Chinese characters, and how far they are from those of ASCII. */
const WIDE = /[\uff01-\uff5e]/;
const WIDE_OFFSET = 0xfee0;

/** More than the characters of one text, and few enough to keep. */
const MOST_KNOWN = 4096;
const known = new Map<number, string | undefined>();

/** The character of ASCII that stands for a character, "" for none; undefined for a character that means itself. */
function plainCharacter(code: number): string | undefined {
  if (known.size === MOST_KNOWN) known.clear();
  if (!known.has(code)) known.set(code, replacementOf(String.fromCodePoint(code)));
  return known.get(code);
}

function replacementOf(character: string): string | undefined {
  if (NO_WIDTH.test(character)) return "";
  if (BLANK.test(character)) return " ";
  if (DASH.test(character)) return "-";
  if (LINE_BREAK.test(character)) return "\n";
  if (SINGLE_QUOTE.test(character)) return "'";
  if (QUOTE.test(character)) return '"';
  if (WIDE.test(character)) return String.fromCharCode(character.charCodeAt(0) - WIDE_OFFSET);
  return undefined;
}

/** A text with all of that undone. */
export function plainText(text: string): string {
  return text.replace(/\r(?!\n)/g, "\n").replace(/[^\0-\x7f]/gu, (character) => {
    const code = character.codePointAt(0) as number;
    return code < 0x80 ? character : (plainCharacter(code) ?? character);
  });
}

/** Other bytes for the same text, and where each of them came from. The taker wipes the bytes. */
export interface View {
  readonly bytes: Buffer;
  place(index: number): number;
}

/**
 * The same for bytes, of which any part may be text in UTF-8 or UTF-16, of either byte order and with or without a mark: UTF-16
 * becomes ASCII by leaving out NULs, also in pieces within other text, as PowerShell's `>>` makes them. Undefined where nothing is
 * to be undone.
 *
 * @param latin1 the bytes, a character each, where the caller has them
 */
export function plainView(bytes: Buffer, latin1 = bytes.toString("latin1")): View | undefined {
  const isWide = holdsUtf16(bytes);
  // Other bytes with NULs are no text, and to go through them one by one takes long.
  if (!isWide && (bytes.includes(0) || (isAscii(bytes) && !hasQuotedLines(latin1)))) return undefined;
  const kept = Buffer.allocUnsafe(bytes.length);
  const places = new Uint32Array(bytes.length + 1);
  let length = 0;
  let changed = isWide;
  /** Whether nothing but marks of quoting has come since the line began. */
  let begins = true;
  /** How many + are among the marks of this line, and how many of them are still to go. */
  let [pluses, left, isNewLine] = [0, 0, true];
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    const character = isWide ? wideAt(bytes, at) : byte < 0xc2 ? undefined : narrowAt(bytes, at);
    const plain = character && plainCharacter(character.code);
    places[length] = at;
    if (isNewLine && byte !== 0 && !isLineEnd(byte) && plain !== "") {
      isNewLine = false;
      const before = pluses;
      pluses = plusesAt(bytes, at);
      // A line of base64 may begin with a + of its own: then the lines around it have fewer.
      left = pluses && Math.min(pluses, Math.max(before, plusesAt(bytes, nextLineAfter(bytes, at))));
    }
    if (begins && isQuoteMark(byte, bytes, at) && (byte !== PLUS || left-- > 0)) {
      changed = true;
      at++;
      continue;
    }
    isNewLine ||= isLineEnd(byte);
    begins = isLineEnd(byte) || (begins && (byte === 0 || plain === ""));
    if (character && plain !== undefined) {
      changed = true;
      if (plain !== "") kept[length++] = plain.charCodeAt(0);
      at += character.size;
      continue;
    }
    if (byte !== 0 || !isWide) kept[length++] = byte;
    at++;
  }
  if (!changed) {
    kept.fill(0);
    return undefined;
  }
  places[length] = bytes.length;
  return {
    bytes: kept.subarray(0, length),
    place: (index) => places[Math.min(index, length)] as number,
  };
}

const [LINE_FEED, CARRIAGE_RETURN, BLANK_BYTE] = [0x0a, 0x0d, 0x20];
const PLUS = 0x2b;
/** What mails, diffs and tables put before each line. */
const QUOTE_MARKS = [0x3e, 0x7c, PLUS]; // > | +

/** Whether some line begins with such a mark. */
function hasQuotedLines(text: string): boolean {
  if (QUOTE_MARKS.includes(text.charCodeAt(0))) return true;
  for (const end of ["\n", "\r"])
    for (let at = text.indexOf(end); at >= 0; at = text.indexOf(end, at + 1))
      if (QUOTE_MARKS.includes(text.charCodeAt(at + 1))) return true;
  return false;
}

/** A mark, or the blank behind one. */
function isQuoteMark(byte: number, bytes: Buffer, at: number): boolean {
  if (QUOTE_MARKS.includes(byte)) return true;
  if (byte !== BLANK_BYTE) return false;
  const before = bytes[at - 1] || bytes[at - 2]; // in UTF-16 a NUL is between them
  return before !== undefined && QUOTE_MARKS.includes(before);
}

/** How many + are among the marks that a line begins with at `at`. */
function plusesAt(bytes: Buffer, at: number): number {
  let count = 0;
  for (; at < bytes.length && (bytes[at] === 0 || isQuoteMark(bytes[at] as number, bytes, at)); at++)
    if (bytes[at] === PLUS) count++;
  return count;
}

/** Where the next line begins that is not empty. */
function nextLineAfter(bytes: Buffer, at: number): number {
  while (at < bytes.length && !isLineEnd(bytes[at])) at++;
  while (at < bytes.length && (isLineEnd(bytes[at]) || bytes[at] === 0)) at++;
  return at;
}

const isLineEnd = (byte: number | undefined) => byte === LINE_FEED || byte === CARRIAGE_RETURN;

/** The character of UTF-8 at `at`, if one is there. */
function narrowAt(bytes: Buffer, at: number): { code: number; size: number } | undefined {
  const lead = bytes[at] as number;
  const size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  let code = lead & (0x7f >> size);
  for (let next = at + 1; next < at + size; next++) {
    const byte = bytes[next];
    if (byte === undefined || byte >> 6 !== 2) return undefined;
    code = (code << 6) | (byte & 0x3f);
  }
  return code >= 0x80 && code <= 0x10ffff ? { code, size } : undefined;
}

/** The character of UTF-16 at `at`, in either byte order, if it is not one of ASCII: those are known by their NULs. */
function wideAt(bytes: Buffer, at: number): { code: number; size: number } | undefined {
  const [first, second] = [bytes[at] as number, bytes[at + 1]];
  if (second === undefined || first === 0 || second === 0) {
    const isLatin = first >= 0x80 && (second === 0 || bytes[at - 1] === 0);
    return isLatin ? { code: first, size: 1 } : undefined;
  }
  // Controls beside a blank are punctuation of U+20xx; text has none there.
  if (first === 0x20 && isControl(second)) return { code: 0x2000 | second, size: 2 };
  if (second === 0x20 && isControl(first)) return { code: 0x2000 | first, size: 2 };
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return { code: 0xfeff, size: 2 };
  return undefined;
}

const isControl = (byte: number) => byte < 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09;

/** One character further, or two, of which the first is none of ASCII and so has no NUL. */
const isNext = (distance: number) => distance === 2 || distance === 4;

/** Whether there is a row, as long as the shortest spelling of a key, in which every other byte is NUL. */
function holdsUtf16(bytes: Buffer): boolean {
  let before = -1;
  let regular = 0;
  for (let at = bytes.indexOf(0); at >= 0 && regular < 32; at = bytes.indexOf(0, at + 1)) {
    regular = isNext(at - before) ? regular + 1 : 0;
    before = at;
  }
  return regular === 32;
}
