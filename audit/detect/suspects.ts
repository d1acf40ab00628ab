import { createECDH } from "node:crypto";

/** How many different suspects are kept until their public keys turn up. */
const MOST_SUSPECTS = 65_536;

/** A bare scalar that belongs to a known public key. */
export interface Convicted<Place> {
  readonly publicKey: string;
  readonly place: Place;
}

/**
 * Bare scalars: 32 bytes count as a private key only if their public key is known, from a registration or from the same
 * input. SHA-256 digests look the same and are plentiful, and to tell them apart costs a multiplication (20 µs) each. So each
 * different value is tried once, and none if no public key is known.
 */
export class Suspects<Place> {
  readonly #points = new Set<string>();
  readonly #waiting = new Map<string, Place>();
  readonly #convicted = new Map<string, string>();
  readonly #found: Convicted<Place>[] = [];
  /** One for all, because making one takes as long as the multiplication. */
  readonly #ecdh = createECDH("prime256v1");
  /** How many suspects had to be judged before the whole input, and so maybe their public key, had been seen. */
  uncompared = 0;

  /** @param known the x coordinates of public keys known from elsewhere */
  constructor(
    private readonly known: ReadonlySet<string>,
    private readonly limit = MOST_SUSPECTS,
  ) {}

  /** Notes a point in the input. Digests of 65 bytes are not points, but do no harm. */
  point(x: string): void {
    if (this.#points.has(x)) return;
    if (this.#points.size < this.limit) this.#points.add(copy(x));
    else this.uncompared++;
  }

  /** Notes 32 bytes in hex; of the same bytes only the first place, until they are known to be a key. */
  suspect(scalar: string, place: () => Place): void {
    const publicKey = this.#convicted.get(scalar);
    if (publicKey) this.#found.push({ publicKey, place: place() });
    else if (!this.#waiting.has(scalar)) this.#waiting.set(copy(scalar), place());
    if (this.#waiting.size > this.limit) this.#judgeHalf();
  }

  /** What has been found so far; given once. */
  takeFound(): Convicted<Place>[] {
    return this.#found.splice(0);
  }

  /** Tries all that wait, at the end of the input. */
  judge(): void {
    for (const [scalar, place] of this.#waiting) this.#try(scalar, place);
    this.#waiting.clear();
  }

  /** Drops the older half, so that a scalar and a public key that are near each other are always compared. */
  #judgeHalf(): void {
    let left = this.limit / 2;
    for (const [scalar, place] of this.#waiting) {
      if (left-- <= 0) break;
      this.#try(scalar, place);
      this.#waiting.delete(scalar);
      this.uncompared++;
    }
  }

  #try(scalar: string, place: Place): void {
    if (this.known.size + this.#points.size === 0) return;
    const publicKey = this.#publicKeyOf(scalar);
    const x = publicKey?.slice(2, 66);
    if (!publicKey || !x || !(this.known.has(x) || this.#points.has(x))) return;
    this.#convicted.set(scalar, publicKey);
    this.#found.push({ publicKey, place });
  }

  #publicKeyOf(scalar: string): string | undefined {
    try {
      this.#ecdh.setPrivateKey(scalar, "hex");
      return this.#ecdh.getPublicKey("hex", "uncompressed");
    } catch {
      return undefined; // not in 1 … n-1
    }
  }
}

/** The same string on its own: a slice would keep the whole text that it was cut from in memory. */
const copy = (hex: string) => Buffer.from(hex, "latin1").toString("latin1");
