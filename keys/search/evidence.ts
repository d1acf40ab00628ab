import { derivePublicKey } from "../curve";

/** A private key seen, and really parsed. The audit's holds its public half only. */
export interface Sighting {
  readonly form: string;
  readonly publicKey: string;
  readonly start: number;
  readonly end: number;
  /** Whether its public key stood with it, and belongs to it: then no bit of it was read wrongly. */
  readonly certain: boolean;
  /** Whether its text ends before the key does. */
  readonly cutOff?: boolean;
  /** Its number, where the evidence keeps them: `wipe` of the evidence fills it with zeros. */
  readonly scalar?: Buffer;
}

/** A private key as it was parsed, its place counted in the text that was examined. */
export interface ParsedKey extends Omit<Sighting, "publicKey" | "scalar"> {
  readonly scalar: Uint8Array;
}

/** 32 bytes written down that may be a private scalar, or just as well a SHA-256 digest. */
export interface Suspect {
  readonly form: string;
  /** The bytes as lower-case hexadecimal digits: a spelling that can be compared and kept in a map. */
  readonly scalar: string;
  /** How many encodings it was in. */
  readonly depth: number;
  /** Whether it stood alone, not in the structure of a key of which something is missing. */
  readonly isBare: boolean;
  readonly start: number;
  readonly end: number;
}

/** Where in the outermost input an encoding stands in which keys were found, or numbers that may be one. */
export interface Stretch {
  /** How many encodings are around it. */
  readonly depth: number;
  readonly start: number;
  readonly end: number;
}

/** A private key that is not an API user's in the clear: encrypted, or of another algorithm or curve. */
export interface Stranger {
  readonly kind: "encrypted" | "other";
  readonly form: string;
  readonly start: number;
}

/** Where a text being examined comes from: how often it was decoded, from what, and where its characters stood. */
export interface Origin {
  readonly depth: number;
  /** The encodings taken off so far, as a form begins with them: `base64 of hex of `. */
  readonly prefix: string;
  /** The end of the text before what was decoded: it may name what is encoded. */
  readonly before: string;
  /** The place in the outermost input of the character at `index`. */
  place(index: number): number;
}

/** The outermost input itself. */
export const outermost: Origin = { depth: 0, prefix: "", before: "", place: (index) => index };

/** The origin of what `encoding` held, whose byte `index` was written at `place(index)` of the text around it, behind `before`. */
export const inside = (
  origin: Origin,
  encoding: string,
  place: (index: number) => number,
  before: string,
): Origin => ({
  depth: origin.depth + 1,
  prefix: `${origin.prefix}${encoding} of `,
  before,
  place: (index) => origin.place(place(index)),
});

/** Each takes a multiplication, and a megabyte holds 15,000 digests. */
const MOST_CONVICTED = 1000;

/** What one stretch of input holds. Collected in any order, read when the stretch has been examined. */
export class Evidence {
  readonly keys: Sighting[] = [];
  readonly suspects: Suspect[] = [];
  readonly strangers: Stranger[] = [];
  /** The x coordinates of P-256 points: enough to know a key by, since only a scalar and its negative share one. */
  readonly points = new Set<string>();

  readonly stretches: Stretch[] = [];

  /** @param keeps whether the numbers of keys are kept: the audit, which runs long, keeps none */
  constructor(readonly keeps = false) {}

  /** Notes a private key whose encoding has been checked; false if the scalar is not in 1 … n-1. */
  key({ form, scalar, start, end, certain, cutOff }: ParsedKey, origin: Origin): boolean {
    const publicKey = derivePublicKey(scalar);
    if (!publicKey) return false;
    const [from, to] = [origin.place(start), origin.place(end)];
    const kept = this.keeps ? Buffer.from(scalar) : undefined;
    const place = { start: from, end: to };
    this.keys.push({ form: origin.prefix + form, publicKey, ...place, certain, cutOff, scalar: kept });
    return true;
  }

  /** Notes 32 bytes, given in lower-case hexadecimal digits. */
  suspect(form: string, scalar: string, origin: Origin, start: number, end: number, isBare = true): void {
    const place = { start: origin.place(start), end: origin.place(end) };
    this.suspects.push({ form: origin.prefix + form, scalar, depth: origin.depth, isBare, ...place });
  }

  stranger(kind: Stranger["kind"], form: string, origin: Origin, start: number): void {
    this.strangers.push({ kind, form: origin.prefix + form, start: origin.place(start) });
  }

  /** Runs an examination of what is encoded between two places. */
  within(origin: Origin, start: number, end: number, examination: () => void): void {
    const before = this.keys.length + this.suspects.length;
    examination();
    if (this.keys.length + this.suspects.length > before)
      this.stretches.push({ depth: origin.depth, start: origin.place(start), end: origin.place(end) });
  }

  /** Takes over what another has collected. */
  add({ keys, suspects, strangers, points }: Evidence): void {
    this.keys.push(...keys);
    this.suspects.push(...suspects);
    this.strangers.push(...strangers);
    for (const x of points) this.points.add(x);
  }

  /** Is certain of the numbers whose public keys stand in the same input. For an input that is there as a whole. */
  convict(): void {
    if (this.points.size === 0) return;
    for (const [index, key] of this.keys.entries())
      if (this.points.has(key.publicKey.slice(2, 66))) this.keys[index] = { ...key, certain: true };
    for (const { form, scalar: hex, start, end } of this.suspects.slice(0, MOST_CONVICTED)) {
      const scalar = Buffer.from(hex, "hex");
      const publicKey = derivePublicKey(scalar);
      if (publicKey && this.points.has(publicKey.slice(2, 66)))
        this.key({ form, scalar, start, end, certain: true }, outermost);
      scalar.fill(0);
    }
  }

  /** Fills the numbers that were kept with zeros. */
  wipe(): void {
    for (const { scalar } of this.keys) scalar?.fill(0);
  }
}
