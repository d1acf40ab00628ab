import { ReadableStream } from "node:stream/web";
import type { ByteSource } from "./byte-source";
import { AuditProblem } from "./problem";

/** The library has room for one stream at a time, and a second one would wait for ever. */
let isOpen = false;

/**
 * What an xz file holds: all its streams. The library says nothing of what follows them, which is refused here. Its memory is bounded:
 * dictionaries of more than 64 MiB are refused.
 */
export async function* unxz(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (isOpen)
    throw new AuditProblem(
      "it is compressed with xz, in another xz file; unpack that, and audit what is in it",
    );
  isOpen = true;
  const end = new XzEnd();
  const { XzReadableStream }: typeof import("xz-decompress") = require("xz-decompress");
  const failure: { of?: unknown } = {};
  const stream = new XzReadableStream(compressed(source, end, failure));
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      if (next.value.length > 0) yield next.value;
    for (let rest = await source.take(); rest; rest = await source.take()) end.see(rest);
    if (!end.isRight())
      throw new AuditProblem("something follows the end of the xz file; cut it off, and audit it too");
  } catch (error) {
    if (error instanceof AuditProblem || failure.of !== undefined) throw failure.of ?? error;
    throw new AuditProblem(
      "the compressed data is damaged, or compressed in a way that is not read; unpack it",
    );
  } finally {
    // It frees its memory where it ends, fails or is left.
    await reader.cancel().catch(() => {});
    isOpen = false;
  }
}

/** @param failure where an error of the source is kept, which the library would hide */
const compressed = (source: ByteSource, end: XzEnd, failure: { of?: unknown }) =>
  new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await source.take(CHUNK_BYTES);
          if (!chunk) return controller.close();
          end.see(chunk);
          controller.enqueue(chunk);
        } catch (error) {
          failure.of = error;
          throw error;
        }
      },
    },
    { highWaterMark: 0 },
  );

const CHUNK_BYTES = 64 << 10;
const FOOTER = Buffer.from("YZ");

/** Looks at how it all ends: with the end of a stream, or with zeros behind one. */
class XzEnd {
  #last = Buffer.alloc(0);

  see(chunk: Uint8Array): void {
    let length = chunk.length;
    while (length > 0 && chunk[length - 1] === 0) length--;
    const last = chunk.subarray(Math.max(0, length - FOOTER.length), length);
    this.#last = Buffer.concat([this.#last, last]).subarray(-FOOTER.length);
  }

  isRight(): boolean {
    return this.#last.equals(FOOTER);
  }
}
