import type { ByteSource } from "./byte-source";
import { AuditProblem } from "./problem";

/** One file in an archive: its content, to be read to the end before the next entry, or why it cannot be read. */
export type Entry = { readonly name: string } & (
  | { readonly content: AsyncIterable<Uint8Array> }
  | { readonly problem: string }
);

/** The next `size` bytes of an archive. */
export async function* exactly(source: ByteSource, size: number): AsyncGenerator<Uint8Array> {
  for (let missing = size; missing > 0; ) {
    const chunk = await source.take(missing);
    if (!chunk) throw new AuditProblem("the archive is cut off");
    missing -= chunk.length;
    yield chunk;
  }
}
