import { SCALAR_BYTES } from "../curve";
import type { Evidence, Origin } from "./evidence";
import { isNamed } from "./named";
import { Alphabet, eachWord, joinLines, mayEndLine } from "./runs";

/** Something that a run may be the encoding of, and where in the text each of its bytes is written. */
export interface Decoding {
  readonly encoding: "hex" | "base64";
  readonly bytes: Buffer;
  /** Whether they are a number alone, whose digits go on over a line break. */
  readonly isNumber: boolean;
  place(index: number): number;
  /** Where in the text the last of them ends. */
  readonly end: number;
}

/** `shortest` is what the number of a private key takes in an OCTET STRING, 34 bytes: the shortest that holds more than a number. */
const ENCODINGS = {
  hex: { word: /[0-9a-fA-F]+/y, shortest: 68, shifts: [0, 1], perByte: 2 },
  base64: { word: /[A-Za-z0-9+/_-]+/y, shortest: 46, shifts: [0, 1, 2, 3], perByte: 4 / 3 },
} as const;

/**
 * How a number looks in base64, by its characters: the bits that are left over in the last one are set to zero by encoders. 33 bytes
 * begin with a zero, or are an OCTET STRING around 31.
 */
const NUMBER_IN_BASE64: Readonly<Record<number, RegExp>> = {
  42: /[AQgw]$/,
  43: /[AEIMQUYcgkosw048]$/,
  44: /^(?:A[A-P]|BB[89+/_-])/,
};

/** The digits of a number, by their length; undefined if they are none. */
function numberInHex(digits: string): string | undefined {
  if (digits.length === 64 || digits.length === 62) return digits;
  if (digits.length === 66 && digits.startsWith("00")) return digits;
  return digits.length === 66 && digits.toLowerCase().startsWith("041f") ? digits.slice(4) : undefined;
}

/**
 * Notes what has the length of a bare number or is a point, in hex or base64. A word of one alphabet ends where characters
 * begin that only the others have: a number is found in `public-key-04…` and in `a/path/NUMBER` alike.
 */
export function suspectRun(
  text: string,
  start: number,
  end: number,
  evidence: Evidence,
  origin: Origin,
): void {
  let digits = 0;
  eachWord(text, start, end, Alphabet.HEX, (from, to) => {
    digits += to - from;
    const number = to - from <= 66 ? numberInHex(text.slice(from, to)) : undefined;
    if (number !== undefined) {
      noteNumber("hex", number, { text, from, to }, evidence, origin);
    } else if (isPoint(text, from, to)) {
      evidence.points.add(text.slice(from + 2, from + 66).toLowerCase());
    }
  });
  if (digits === end - start) return;
  const seen: number[] = [];
  const note = (from: number, to: number) => {
    if (seen.includes(from) || !NUMBER_IN_BASE64[to - from]?.test(text.slice(from, to))) return;
    // Padded so, it is a whole number of bytes only without the + of a diff.
    if ((endOfPadding(text, to) - from) % 4 === 1) return;
    seen.push(from);
    const bytes = Buffer.from(text.slice(from, to), "base64");
    const number = numberInHex(bytes.toString("hex"));
    bytes.fill(0);
    if (number !== undefined) noteNumber("base64", number, { text, from, to }, evidence, origin);
  };
  for (const alphabet of [Alphabet.BASE64, Alphabet.BASE64URL]) {
    eachWord(text, start, end, alphabet, (from, to) => {
      note(from, to);
      // A diff puts a + before each line.
      if (text[from] === "+") note(from + 1, to);
    });
  }
}

/** Where the padding of base64 ends that begins at `at`, if there is any. */
function endOfPadding(text: string, at: number): number {
  while (text[at] === "=") at++;
  return at;
}

/** Names of curves whose private keys are numbers of 32 bytes too, and how far from one of those they may be. */
export const OTHER_CURVE = /secp256k1|P-?(?:384|521)\b|[XE]d?(?:25519|448)|bls12|ethereum|bitcoin/i;
const CURVE_REACH = 512;

/** Notes 31, 32 or 33 bytes, in hexadecimal digits, as a key, if a key's name stands before them, else as what may be one. */
export function noteNumber(
  spelling: string,
  hex: string,
  { text, from, to }: { readonly text: string; readonly from: number; readonly to: number },
  evidence: Evidence,
  origin: Origin,
): void {
  const form = `${spelling} of private scalar`;
  const digits = hex
    .toLowerCase()
    .padStart(2 * SCALAR_BYTES, "0")
    .slice(-2 * SCALAR_BYTES);
  if (isNamed(text, from, to, origin.before)) {
    const near = text.slice(Math.max(0, from - CURVE_REACH), to + CURVE_REACH);
    if (OTHER_CURVE.test(origin.before + near)) {
      evidence.stranger("other", form, origin, from);
      return;
    }
    const scalar = Buffer.from(digits, "hex");
    evidence.key({ form, scalar, start: from, end: to, certain: false }, origin);
    scalar.fill(0);
  } else evidence.suspect(form, digits, origin, from, to);
}

/** An uncompressed point, or a compressed one. */
const isPoint = (text: string, from: number, to: number) =>
  (to - from === 130 && text.startsWith("04", from)) ||
  (to - from === 66 && /^0[23]/.test(text.slice(from, to)));

/**
 * Everything that the long runs of one text, continued over line breaks, may decode to. Other characters of the alphabet may
 * be glued to a run's beginning (a path, the letter of an escape), hence every alignment.
 */
export class RunDecoder {
  /** Up to where lines have been joined to earlier ones: those are not the beginning of anything. */
  readonly #joinedTo = { hex: 0, base64: 0 };

  constructor(private readonly text: string) {}

  /** What the run from `start` to `end` may decode to. To be called for the runs in their order. */
  decodings(start: number, end: number): Decoding[] {
    const decodings: Decoding[] = [];
    let digits = 0;
    eachWord(this.text, start, end, Alphabet.HEX, (from, to) => {
      digits += to - from;
      decodings.push(...this.#decode("hex", from, to));
    });
    // No 43 random characters of base64 are all hexadecimal digits, so that a run is one or the other.
    if (digits < end - start) decodings.push(...this.#decode("base64", start, end));
    return decodings;
  }

  #decode(encoding: "hex" | "base64", start: number, end: number): Decoding[] {
    if (start < this.#joinedTo[encoding]) return [];
    const { word, shortest, shifts, perByte } = ENCODINGS[encoding];
    const decodings: Decoding[] = [];
    const goesOn = mayEndLine(this.text, end);
    if (!goesOn && end - start < shortest) return [];
    const both = (goesOn ? [false, true] : [false]).map((inDiff) =>
      joinLines(this.text, start, end, word, inDiff),
    );
    for (const [index, joined] of both.entries()) {
      this.#joinedTo[encoding] = Math.max(this.#joinedTo[encoding], joined.end);
      if (index > 0 && joined.lines === 1) continue;
      // What has no structure, and so no length of its own, must end where it ends: the last line may be another's.
      const shorter = joined.text.length <= LONGEST_ALONE ? joined.withoutLast : undefined;
      for (const { text, end, place } of shorter ? [joined, shorter] : [joined]) {
        const isWhole = text === joined.text;
        const number = encoding === "hex" && isWhole && joined.lines > 1 ? numberInHex(text) : undefined;
        if (text.length < shortest && number === undefined) continue;
        const toTry = number !== undefined ? [0] : isWhole ? shifts : text.startsWith("+") ? [0, 1] : [0];
        for (const shift of toTry)
          decodings.push({
            encoding,
            bytes: Buffer.from(number ?? text.slice(shift), encoding),
            isNumber: number !== undefined,
            end: endOfPadding(this.text, end),
            place: (byte) => place(shift + Math.floor(byte * perByte)),
          });
      }
    }
    return decodings;
  }
}

/** What has no structure is short; several encodings make it longer. */
const LONGEST_ALONE = 4096;
