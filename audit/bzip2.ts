import type { ByteSource } from "./byte-source";
import { AuditProblem } from "./problem";

/** Reads as many bits as it is asked for; null aligns to bytes. */
interface Bits {
  (count: number | null): number;
  readonly bytesRead: number;
}

/**
 * The decoder of the package's stream. The stream itself keeps each byte of a block in a list of numbers: 400 MB for a block of one repeated
 * byte.
 */
interface Decoder {
  /** The size of the stream's blocks, in units of 100,000 bytes. */
  header(bits: Bits): number;
  /** The stream's checksum up to and with this block; null at its end. */
  decompress(
    bits: Bits,
    sink: (byte: number) => void,
    work: Int32Array,
    size: number,
    sum: number,
  ): number | null;
}

const UNIT = 100_000;
/** No compressed block is longer: it may be a little larger than what is in it. */
const MOST_BLOCK_BYTES = 1_000_000;
const CHUNK_BYTES = 1 << 18;

/** What a bzip2 file holds: all its streams, one after another, as parallel compressors write them. */
export async function* bunzip2(source: ByteSource): AsyncGenerator<Uint8Array> {
  const decoder: Decoder = require("unbzip2-stream/lib/bzip2");
  while (/^BZh[1-9]$/.test((await source.peek(4)).toString("latin1"))) {
    const input = new ReadAhead(source);
    await input.fill();
    const bits = input.bits();
    const size = UNIT * attempt(() => decoder.header(bits));
    const work = new Int32Array(size);
    for (let sum: number | null = 0; sum !== null; ) {
      await input.fill(bits);
      const out = new Sink();
      const before: number = sum;
      sum = attempt(() => decoder.decompress(bits, (byte) => out.add(byte), work, size, before));
      yield* out.chunks();
    }
    input.giveBack(bits);
  }
}

/** The decoder's errors say little, and it fails in any way where its input ends. */
function attempt<T>(decode: () => T): T {
  try {
    return decode();
  } catch {
    throw new AuditProblem("the compressed data is damaged or cut off");
  }
}

/** The decoder takes its input without waiting: a block of it is read before it is called. */
class ReadAhead {
  readonly #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #taken: Uint8Array = Buffer.alloc(0);
  #takenBytes = 0;

  constructor(private readonly source: ByteSource) {}

  bits(): Bits {
    const bitIterator: (
      next: () => Uint8Array | undefined,
    ) => Bits = require("unbzip2-stream/lib/bit_iterator");
    return bitIterator(() => {
      const chunk = this.#waiting.shift();
      if (!chunk) return undefined;
      this.#waitingBytes -= chunk.length;
      this.#takenBytes += chunk.length;
      this.#taken = chunk;
      return chunk;
    });
  }

  async fill(bits?: Bits): Promise<void> {
    while (this.#waitingBytes + this.#left(bits) < MOST_BLOCK_BYTES) {
      const chunk = await this.source.take(CHUNK_BYTES);
      if (!chunk) return;
      this.#waiting.push(chunk);
      this.#waitingBytes += chunk.length;
    }
  }

  /** What was read ahead of the stream's end. */
  giveBack(bits: Bits): void {
    for (const chunk of this.#waiting.reverse()) this.source.unread(chunk);
    const left = this.#left(bits);
    if (left > 0) this.source.unread(this.#taken.subarray(-left));
  }

  #left = (bits: Bits | undefined): number => (bits ? this.#takenBytes - bits.bytesRead : 0);
}

/** Bytes, one by one, in chunks. */
class Sink {
  readonly #full: Buffer[] = [];
  #chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  #length = 0;

  add(byte: number): void {
    if (this.#length === CHUNK_BYTES) {
      this.#full.push(this.#chunk);
      this.#chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      this.#length = 0;
    }
    this.#chunk[this.#length++] = byte;
  }

  *chunks(): Generator<Buffer> {
    yield* this.#full;
    if (this.#length > 0) yield this.#chunk.subarray(0, this.#length);
  }
}
