import type { ByteSource } from "./byte-source";
import { inflate } from "./decompress";
import { type Entry, exactly } from "./entry";
import { AuditProblem } from "./problem";

const LOCAL_FILE = 0x04034b50;
const [DIRECTORY_ENTRY, SIGNATURE, END_64, END_64_LOCATOR, END] = [
  0x02014b50, 0x05054b50, 0x06064b50, 0x07064b50, 0x06054b50,
];
const DESCRIPTOR = 0x08074b50;
const ZIP64_EXTRA = 1;
const [STORED, DEFLATED] = [0, 8];
/** Flags of an entry: encrypted, its sizes stand behind it, strongly encrypted, its header is masked. */
const [ENCRYPTED, SIZES_BEHIND] = [1 | (1 << 6) | (1 << 13), 8];

/**
 * The entries of a zip archive (PKWARE APPNOTE 6.3), from a stream: by their local headers, not by the directory at the
 * end, so that an archive in an archive or on standard input needs no memory and no disk. Go writes Terraform's plan files
 * with the sizes after each entry; deflated data itself says where it ends.
 */
export async function* readZip(source: ByteSource): AsyncGenerator<Entry> {
  for (let entries = 0; ; entries++) {
    const value = await nextSignature(source);
    if (value === LOCAL_FILE) yield* readEntry(source);
    else if (value === DIRECTORY_ENTRY || value === END || value === END_64) {
      const listed = await readDirectory(source);
      if (listed === entries) return;
      throw new AuditProblem(`the zip archive lists ${listed} entries, and has ${entries}`);
    } else throw new AuditProblem("the zip archive is damaged, or not understood");
  }
}

/** Reads the directory to its end. What it lists was read before it, so that only its length counts. */
async function readDirectory(source: ByteSource): Promise<number> {
  for (let entries = 0; ; ) {
    const value = await nextSignature(source);
    /** Reads a record's fixed part, and what follows of a length that stands in it. */
    const skip = async (fixed: number, length: (record: Buffer) => number) => {
      const record = await source.read(fixed);
      if (record.length < fixed) throw new AuditProblem("the zip archive is cut off");
      for await (const _ of exactly(source, length(record)));
    };
    if (value === DIRECTORY_ENTRY) {
      entries++;
      await skip(46, (r) => r.readUInt16LE(28) + r.readUInt16LE(30) + r.readUInt16LE(32));
    } else if (value === SIGNATURE) await skip(6, (r) => r.readUInt16LE(4));
    else if (value === END_64) await skip(12, (r) => Number(r.readBigUInt64LE(4)));
    else if (value === END_64_LOCATOR) await skip(20, () => 0);
    else if (value === END) {
      await skip(22, (r) => r.readUInt16LE(20));
      return entries;
    } else throw new AuditProblem("the directory of the zip archive is damaged, or not understood");
  }
}

async function nextSignature(source: ByteSource): Promise<number> {
  const signature = await source.peek(4);
  if (signature.length < 4) throw new AuditProblem("the zip archive is cut off");
  return signature.readUInt32LE(0);
}

async function* readEntry(source: ByteSource): AsyncGenerator<Entry> {
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
  // Nothing keeps a folder's entry, whose name ends so, from holding data.
  const first = name.endsWith("/") ? await content.next() : undefined;
  if (!first?.done) yield { name, content: first ? continued(first.value, content) : content };
  for await (const _ of content); // what the reader has left
  if (sizesBehind) await skipDescriptor(source);
}

async function* continued(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
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
    (at) =>
      at + 4 <= bytes.length && [LOCAL_FILE, DIRECTORY_ENTRY, END_64, END].includes(bytes.readUInt32LE(at)),
  );
  source.unread(bytes.subarray(end ?? start + 12));
}
