/**
 * From bytes to text: the one way in for every file and standard input that people give. Editors, shells and mail programs save
 * text in several encodings, with or without a byte order mark.
 */

/** The bytes are not text that can be read: what they are, as in `FILE is …`, and how to fix it. */
export class TextProblem extends Error {
  override readonly name = "TextProblem";

  constructor(
    readonly what: string,
    readonly fix: string,
  ) {
    super(what);
  }
}

export interface ReadText {
  /** Without a byte order mark. Line ends stay as they are. */
  readonly text: string;
  readonly encoding: "UTF-8" | "UTF-16";
}

/** A text of JavaScript's has little more room. */
const MOST_BYTES = 500e6;

const SAVE_AS_UTF8 = "save it in UTF-8; in PowerShell, write it with | Out-File -Encoding utf8";

/**
 * The text in some bytes: UTF-8 or UTF-16 of either byte order. Without a byte order mark, the first character decides, which in JSON,
 * YAML and every form of a key is ASCII: the rule of YAML 1.2.2 (5.2) and RFC 4627 (3).
 *
 * @throws TextProblem
 */
export function readTextBytes(bytes: Uint8Array): ReadText {
  for (const [what, fix, ...start] of NOT_TEXT)
    if (start.every((byte, index) => bytes[index] === byte)) throw new TextProblem(what, fix);
  if (bytes.length > MOST_BYTES) throw new TextProblem("is larger than 500 MB", "give a smaller file");
  const encoding = encodingOf(bytes);
  if (encoding === "utf-32") throw new TextProblem("is text in UTF-32", SAVE_AS_UTF8);
  const name = encoding === "utf-8" ? "UTF-8" : "UTF-16";
  const text = decoded(bytes, encoding);
  if (text === undefined || text.includes("\0"))
    throw new TextProblem(`is not text in UTF-8 or UTF-16`, SAVE_AS_UTF8);
  return { text, encoding: name };
}

/** Undefined for bytes that the encoding does not allow. */
function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const UNPACK = "unpack it, and give the text file that is in it";

/** What is given in place of text, by how it begins. */
const NOT_TEXT: readonly (readonly [what: string, fix: string, ...start: number[]])[] = [
  [
    "is a zip archive, as terraform plan -out writes it, and not text",
    "for a plan give what terraform show -json PLAN prints; unpack any other archive",
    ...[0x50, 0x4b, 3, 4],
  ],
  ["is compressed with gzip, and not text", UNPACK, 0x1f, 0x8b],
];

function encodingOf([a, b, c, d]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" | "utf-32" {
  const isWide = c === 0 && d === 0;
  if (a === 0xff && b === 0xfe) return isWide ? "utf-32" : "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a === 0 && b === 0 && ((c === 0 && d !== 0) || (c === 0xfe && d === 0xff))) return "utf-32";
  if (a === 0) return "utf-16be";
  if (b === 0) return isWide ? "utf-32" : "utf-16le";
  return "utf-8";
}
