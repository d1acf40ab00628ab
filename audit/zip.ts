import type { ByteSource } from "./byte-source";
import { inflate } from "./decompress";
import { AuditProblem } from "./problem";

/** One file in an archive: its content, to be read to the end before the next entry, or why it cannot be read. */
export type ZipEntry = { readonly name: string } & (
  | { readonly content: AsyncIterable<Uint8Array> }
  | { readonly problem: string }
);

const LOCAL_FILE = 0x04034b50;
const CENTRAL_DIRECTORY = [0x02014b50, 0x06054b50, 0x06064b50, 0x08064b50];
const DESCRIPTOR = 0x08074b50;
const ZIP64_EXTRA = 1;
const [STORED, DEFLATED] = [0, 8];
const [ENCRYPTED, SIZES_BEHIND] = [1, 8];

/** Whether this is how a zip archive begins; an empty one has its directory only. */
export const isZip = (start: Buffer) =>
  start.length >= 4 && [LOCAL_FILE, 0x06054b50].includes(start.readUInt32LE(0));

/**
 * The entries of a zip archive (PKWARE APPNOTE 6.3), from a stream: by their local headers, not by the directory at the
 * end, so that an archive in an archive or on standard input needs no memory and no disk. Go writes Terraform's plan files
 * with the sizes after each entry; deflated data itself says where it ends.
 */
export async function* readZip(source: ByteSource): AsyncGenerator<ZipEntry> {
  for (;;) {
    const signature = await source.peek(4);
    if (signature.length < 4) throw new AuditProblem("the zip archive is cut off");
    const value = signature.readUInt32LE(0);
    if (CENTRAL_DIRECTORY.includes(value)) return;
    if (value !== LOCAL_FILE) throw new AuditProblem("the zip archive is damaged, or not understood");
    yield* readEntry(source);
  }
}

async function* readEntry(source: ByteSource): AsyncGenerator<ZipEntry> {
  const header = await source.read(30);
  if (header.length < 30) throw new AuditProblem("the zip archive is cut off");
  const flags = header.readUInt16LE(6);
  const method = header.readUInt16LE(8);
  const name = (await source.read(header.readUInt16LE(26))).toString();
  const extra = await source.read(header.readUInt16LE(28));
  const size = sizeOf(header, extra);
  const sizesBehind = (flags & SIZES_BEHIND) !== 0;
  const problem =
    flags & ENCRYPTED
      ? "it is encrypted"
      : method !== STORED && method !== DEFLATED
        ? `its compression method, ${method}, is not understood`
        : undefined;
  // Without a size, only deflated data says where it ends.
  if (sizesBehind && (problem || (method === STORED && size === 0 && !name.endsWith("/"))))
    throw new AuditProblem(
      `cannot tell where ${JSON.stringify(name)} ends: ${problem ?? "its size is missing"}`,
    );
  if (problem) {
    for await (const _ of exactly(source, size));
    yield { name, problem };
    return;
  }
  const content = method === DEFLATED ? inflate(source) : exactly(source, size);
  if (!name.endsWith("/")) yield { name, content };
  for await (const _ of content); // what the reader has left, and a folder's nothing
  if (sizesBehind) await skipDescriptor(source);
}

async function* exactly(source: ByteSource, size: number): AsyncGenerator<Uint8Array> {
  for (let missing = size; missing > 0; ) {
    const chunk = await source.take(missing);
    if (!chunk) throw new AuditProblem("the zip archive is cut off");
    missing -= chunk.length;
    yield chunk;
  }
}

/** The compressed size: in the header or, from 4 GiB on, in its zip64 extra field, after the other size. */
function sizeOf(header: Buffer, extra: Buffer): number {
  const size = header.readUInt32LE(18);
  if (size !== 0xffffffff) return size;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) === ZIP64_EXTRA && at + 20 <= extra.length) {
      return Number(extra.readBigUInt64LE(at + 12));
    }
  }
  return size;
}

/** Skips checksum and two sizes after an entry, with or without a signature; a size has 4 bytes or, in zip64, 8. */
async function skipDescriptor(source: ByteSource): Promise<void> {
  const bytes = await source.read(28);
  const start = bytes.length >= 4 && bytes.readUInt32LE(0) === DESCRIPTOR ? 4 : 0;
  const end = [start + 12, start + 20].find(
    (at) => at + 4 <= bytes.length && [LOCAL_FILE, ...CENTRAL_DIRECTORY].includes(bytes.readUInt32LE(at)),
  );
  source.unread(bytes.subarray(end ?? start + 12));
}
