import { once } from "node:events";
import {
  createGunzip,
  createInflate,
  createInflateRaw,
  type Gunzip,
  type Inflate,
  type InflateRaw,
} from "node:zlib";
import type { ByteSource } from "./byte-source";

const CHUNK = { chunkSize: 256 << 10 };

/** What a deflated entry of a zip archive holds. What follows it stays in the source. */
export const inflate = (source: ByteSource) => decompress(createInflateRaw(CHUNK), source);

/** What a gzip file holds: all its members, one after another. */
export const gunzip = (source: ByteSource) => decompress(createGunzip(CHUNK), source);

/** What a zlib stream (RFC 1950) holds, such as an object of Git. */
export const inflateZlib = (source: ByteSource) => decompress(createInflate(CHUNK), source);

async function* decompress(
  engine: InflateRaw | Inflate | Gunzip,
  source: ByteSource,
): AsyncGenerator<Uint8Array> {
  const feeding = feed(engine, source).catch((error) => void engine.destroy(error));
  try {
    yield* engine as AsyncIterable<Buffer>;
    await feeding;
  } finally {
    engine.destroy();
  }
}

/**
 * Feeds one chunk at a time and waits until it has been used. Once the compressed data has ended, the engine uses no more:
 * what it leaves of a chunk goes back to the source.
 */
async function feed(engine: InflateRaw | Inflate | Gunzip, source: ByteSource): Promise<void> {
  const closed = once(engine, "close").catch(() => {}); // the reader of the engine gets the error
  for (let fed = 0; !engine.destroyed; ) {
    const chunk = await source.take();
    if (!chunk) {
      engine.end();
      return;
    }
    fed += chunk.length;
    await Promise.race([new Promise((used) => engine.write(chunk, used)), closed]);
    const left = fed - engine.bytesWritten;
    if (left === 0) continue;
    source.unread(chunk.subarray(chunk.length - left));
    return;
  }
}
