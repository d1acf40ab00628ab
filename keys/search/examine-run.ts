import type { Evidence, Origin } from "./evidence";
import { Alphabet, eachWord, joinLines, SHORTEST } from "./runs";

/** Something that a run may be the encoding of, and where in the text each of its bytes is written. */
export interface Decoding {
  readonly encoding: "hex" | "base64";
  readonly bytes: Buffer;
  place(index: number): number;
}

/** `shortest` is the length of the shortest DER that names its curve: cut off behind the scalar, 39 bytes. */
const ENCODINGS = {
  hex: { word: /[0-9a-fA-F]+/y, shortest: 78, shifts: [0, 1], perByte: 2 },
  base64: { word: /[A-Za-z0-9+/_-]+/y, shortest: 52, shifts: [0, 1, 2, 3], perByte: 4 / 3 },
} as const;

/** 32 bytes leave two bits of the 43rd character unused, and encoders set them to zero. */
const ENDS_AS_32_BYTES = /[AEIMQUYcgkosw048]$/;

/**
 * Notes what has the length of a bare scalar or is a point, in hex or base64. A word of one alphabet ends where characters
 * begin that only the others have: a scalar is found in `public-key-04…` and in `a/path/SCALAR` alike.
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
    if (to - from === 64) {
      evidence.suspect("hex of private scalar", text.slice(from, to).toLowerCase(), origin, from);
    } else if (isPoint(text, from, to)) {
      evidence.points.add(text.slice(from + 2, from + 66).toLowerCase());
    }
  });
  if (digits === end - start) return;
  const seen: number[] = [];
  for (const alphabet of [Alphabet.BASE64, Alphabet.BASE64URL]) {
    eachWord(text, start, end, alphabet, (from, to) => {
      if (to - from !== SHORTEST || seen.includes(from) || !ENDS_AS_32_BYTES.test(text[to - 1] as string))
        return;
      seen.push(from);
      const hex = Buffer.from(text.slice(from, to), "base64").toString("hex");
      evidence.suspect("base64 of private scalar", hex, origin, from);
    });
  }
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
    const joined = joinLines(this.text, start, end, word);
    this.#joinedTo[encoding] = joined.end;
    if (joined.text.length < shortest) return [];
    return shifts.map((shift) => ({
      encoding,
      bytes: Buffer.from(joined.text.slice(shift), encoding),
      place: (byte) => joined.place(shift + Math.floor(byte * perByte)),
    }));
  }
}
