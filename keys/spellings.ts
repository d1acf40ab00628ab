/**
 * How bytes are written down, apart from hexadecimal digits and base64 without anything between them: those have a reader of their own
 * (`search/examine-run.ts`), because they are the most frequent and are broken over lines. What is added to this list, all who read,
 * look for or take out keys know.
 */
export interface Spelling {
  /** As a form names it: `decimal of …`. */
  readonly name: string;
  /** The characters that it is written with, as a class of a regular expression. */
  readonly alphabet: string;
  /** The fewest characters that are worth a look: what the number of a private key takes. */
  readonly shortest: number;
  /** What is written in some characters of the alphabet. The taker wipes the bytes. */
  decode(text: string): Written[];
}

/** Bytes, and the characters that they are written with. */
interface Written {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** Fewer bytes say nothing of a key. */
const FEWEST_BYTES = 17;
/** More digits in a row are hexadecimal without separators. */
const LONGEST_WORD = 32;

/**
 * Bytes one by one, or in groups: hexadecimal digits with colons, blanks or `0x` between them, Node's Buffer in JSON, and arrays as Java, Go
 * and Python print them; Java's bytes have a sign.
 */
const list: Spelling = {
  name: "list of bytes",
  alphabet: String.raw`0-9a-fA-FxX:,;\s"'\\\-[\](){}`,
  shortest: 64,
  // A digest leaves no room for a list beside it: told here, since logs are full of them.
  decode: (text) =>
    text.length < 112 && /[0-9a-fA-F]{48}/.test(text) ? [] : [...hexadecimals(text), ...decimals(text)],
};

const hexadecimals = (text: string) =>
  lists(text, /(?:0[xX]|\\x)?([0-9a-fA-F]+)/g, (digits) =>
    digits.length % 2 === 0 && digits.length <= LONGEST_WORD ? digits : undefined,
  );

const decimals = (text: string) =>
  lists(text, /((?<![\da-fA-F-])-?\d{1,3})(?![\da-fA-F])/g, (number) => {
    const value = Number(number);
    return value >= -128 && value <= 255 ? (value & 0xff).toString(16).padStart(2, "0") : undefined;
  });

/** One number in decimal digits, as Python and Java print it. */
const decimal: Spelling = {
  name: "decimal",
  alphabet: "0-9",
  shortest: 74, // 31 bytes
  decode: (text) => {
    const digits = text.trim();
    if (digits.length > 78) return [];
    const hex = BigInt(digits).toString(16); // cannot be wiped, like any text
    if (hex.length < 61 || hex.length > 64) return [];
    return [{ bytes: Buffer.from(hex.padStart(64, "0"), "hex"), start: 0, end: text.length }];
  },
};

/** All that are known. */
export const spellings: Spelling[] = [list, decimal];

/** The lists of words that become bytes, each with the same separator throughout; line breaks may be anywhere. */
function lists(text: string, word: RegExp, hexOf: (word: string) => string | undefined): Written[] {
  const found: Written[] = [];
  let hex: string[] = [];
  let [start, end, firstLength, separator] = [0, 0, 0, ""];
  const flush = () => {
    const bytes = Buffer.from(hex.join(""), "hex");
    if (bytes.length >= FEWEST_BYTES && hex.length > 1) found.push({ bytes, start, end });
    hex = [];
  };
  for (const { 0: whole, 1: digits = "", index } of text.matchAll(word)) {
    const gap = text.slice(end, index);
    const kind = /[^\s"']/.exec(gap)?.[0] ?? (gap === "" ? "" : " ");
    const goesOn =
      isSeparator(gap) && (hex.length === 1 || kind === separator || (kind === " " && gap.includes("\n")));
    // The next line may be another's: with nothing but a line break between, only words of the same length go on.
    const isOtherLine =
      (kind === " " || kind === "\\") && gap.includes("\n") && digits.length !== firstLength;
    if (hex.length > 0 && (!goesOn || isOtherLine)) flush();
    if (hex.length === 1) separator = kind;
    const bytes = hexOf(digits);
    if (bytes === undefined) flush();
    else {
      if (hex.length === 0) [start, firstLength] = [index, digits.length];
      hex.push(bytes);
    }
    end = index + whole.length;
  }
  flush();
  return found;
}

/** What may be between two bytes: no brackets, which begin another list. */
const isSeparator = (gap: string) => gap.length <= 64 && !/[[\](){}]/.test(gap);

const members = new Map<string, Uint8Array>();

/** Which bytes of latin1 belong to an alphabet. */
export function membersOf(alphabet: string): Uint8Array {
  let known = members.get(alphabet);
  if (!known) {
    const expression = new RegExp(`[${alphabet}]`);
    known = Uint8Array.from({ length: 256 }, (_, code) =>
      expression.test(String.fromCharCode(code)) ? 1 : 0,
    );
    members.set(alphabet, known);
  }
  return known;
}
