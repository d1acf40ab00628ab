import type { ByteSource } from "./byte-source";
import { AuditProblem } from "./problem";

/** RFC 8878. */
const MAGIC = 0xfd2fb528;
const isSkippable = (magic: number) => magic >>> 4 === 0x184d2a5;
/** What every reader of the format should have room for (3.1.1.1.2), and all that the usual levels of zstd need. */
const MOST_WINDOW_BYTES = 8 << 20;
/** How a block is stored. */
const [REPEATED, RESERVED] = [1, 3];

const damaged = () => new AuditProblem("the compressed data is damaged");

/**
 * What a zstd file holds: all its frames, one after another. The library decompresses; here frames are told apart, so that its memory is
 * bounded, a size that a frame names is checked, and what follows the last frame stays in the source.
 */
export async function* unzstd(source: ByteSource): AsyncGenerator<Uint8Array> {
  for (;;) {
    const start = await source.peek(4);
    const magic = start.length === 4 ? start.readUInt32LE(0) : 0;
    if (isSkippable(magic)) {
      const header = await exact(source, 8);
      for (let left = header.readUInt32LE(4); left > 0; )
        left -= (await exact(source, Math.min(left, 1 << 16))).length;
    } else if (magic === MAGIC) yield* frame(source);
    else return;
  }
}

async function* frame(source: ByteSource): AsyncGenerator<Uint8Array> {
  const { Decompress }: typeof import("fzstd") = require("fzstd");
  const { bytes: header, size, checksum } = await readHeader(source);
  let out: Uint8Array[] = [];
  let length = 0;
  const decompress = new Decompress((chunk) => {
    length += chunk.length;
    out.push(chunk);
  });
  const push = (chunk: Uint8Array, isLast: boolean) => {
    try {
      decompress.push(chunk, isLast);
    } catch {
      throw damaged();
    }
  };
  push(header, false);
  for (let isLast = false; !isLast; ) {
    const blockHeader = await exact(source, 3);
    const block = blockHeader.readUIntLE(0, 3);
    isLast = (block & 1) === 1;
    const type = (block >> 1) & 3;
    if (type === RESERVED) throw damaged();
    const body = await exact(source, type === REPEATED ? 1 : block >> 3);
    push(
      Buffer.concat([blockHeader, body, isLast && checksum ? await exact(source, 4) : Buffer.alloc(0)]),
      isLast,
    );
    for (const chunk of out) if (chunk.length > 0) yield chunk;
    out = [];
  }
  if (size !== undefined && size !== length) throw damaged();
}

async function readHeader(source: ByteSource) {
  const start = await exact(source, 5);
  const descriptor = start[4] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  const windowBytes = isSingle ? 0 : 1;
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const rest = await exact(source, windowBytes + dictionaryBytes + sizeBytes);
  const field = rest.subarray(windowBytes + dictionaryBytes);
  const size =
    sizeBytes === 0
      ? undefined
      : sizeBytes === 8
        ? Number(field.readBigUInt64LE(0))
        : field.readUIntLE(0, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
  const exponent = 10 + ((rest[0] ?? 0) >> 3);
  const window = isSingle ? (size ?? 0) : 2 ** exponent * (1 + ((rest[0] ?? 0) & 7) / 8);
  if (
    dictionaryBytes > 0 &&
    rest.subarray(windowBytes, windowBytes + dictionaryBytes).some((byte) => byte !== 0)
  )
    throw new AuditProblem("it is compressed with zstd and a dictionary, which is not read; unpack it");
  if (window > MOST_WINDOW_BYTES)
    throw new AuditProblem(
      `it is compressed with zstd and a window of ${Math.ceil(window / 2 ** 20)} MiB, of which 8 are read; unpack it, and audit what is in it`,
    );
  return { bytes: Buffer.concat([start, rest]), size, checksum: (descriptor & 4) !== 0 };
}

async function exact(source: ByteSource, size: number): Promise<Buffer> {
  const bytes = await source.read(size);
  if (bytes.length < size) throw new AuditProblem("the compressed data is cut off");
  return bytes;
}
