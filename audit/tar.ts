import type { ByteSource } from "./byte-source";
import { type Entry, exactly } from "./entry";
import { AuditProblem } from "./problem";

const BLOCK = 512;
/** More than any name or list of attributes. */
const MOST_NAME_BYTES = 1 << 20;
/** Where a header's fields are: ustar (POSIX.1-1988), with what GNU tar and pax (POSIX.1-2001) add. */
const [SIZE, CHECKSUM, TYPE, MAGIC, PREFIX, SPARSE_GOES_ON] = [124, 148, 156, 257, 345, 482];
const CHECKSUM_BYTES = 8;

/** Whether a block is the header of an entry: its checksum is right. The oldest form has no other magic number. */
export function isTarHeader(block: Buffer): boolean {
  if (block.length < BLOCK) return false;
  let sum = CHECKSUM_BYTES * 0x20;
  for (let at = 0; at < BLOCK; at++)
    if (at < CHECKSUM || at >= CHECKSUM + CHECKSUM_BYTES) sum += block[at] ?? 0;
  return (
    /^ *0*[1-7]/.test(fieldAt(block, CHECKSUM, CHECKSUM_BYTES)) &&
    numberAt(block, CHECKSUM, CHECKSUM_BYTES) === sum
  );
}

/** The entries of a tar archive, from a stream. Archives that follow its end at once, as `tar -A` leaves them, are read too. */
export async function* readTar(source: ByteSource): AsyncGenerator<Entry> {
  let named: { path?: string; size?: number } = {};
  for (let ended = false; ; ) {
    const header = await source.read(BLOCK);
    if (header.length === BLOCK && header.every((byte) => byte === 0)) {
      ended = true;
      continue;
    }
    if (header.length === 0) return;
    if (!isTarHeader(header)) {
      if (!ended) throw new AuditProblem("the tar archive is damaged or cut off");
      source.unread(header);
      return;
    }
    ended = false;
    for (let more = header[TYPE] === code("S") && header[SPARSE_GOES_ON] === 1; more; )
      more = (await source.read(BLOCK))[BLOCK - 8] === 1;
    const size = named.size ?? numberAt(header, SIZE, 12);
    const content = exactly(source, size);
    const type = String.fromCharCode(header[TYPE] ?? 0);
    if (type === "x") named = { ...named, ...attributesIn(await whole(content, size)) };
    else if (type === "L") named = { ...named, path: textOf(await whole(content, size)) };
    else if (type === "K" || type === "g") await whole(content, size);
    else {
      const name = named.path ?? nameIn(header);
      named = {};
      if (size > 0) yield { name, content };
      for await (const _ of content); // what the reader has left
    }
    for await (const _ of exactly(source, (BLOCK - (size % BLOCK)) % BLOCK));
  }
}

/** Extended attributes of pax: `LENGTH KEY=VALUE`, a line each. */
function attributesIn(bytes: Buffer): { path?: string; size?: number } {
  const text = bytes.toString("latin1");
  const path = /^\d+ path=(.*)$/m.exec(text)?.[1];
  const size = /^\d+ size=(\d+)$/m.exec(text)?.[1];
  return {
    ...(path !== undefined && { path: textOf(Buffer.from(path, "latin1")) }),
    ...(size !== undefined && { size: Number(size) }),
  };
}

function nameIn(header: Buffer): string {
  const name = textOf(header.subarray(0, 100));
  const prefix = fieldAt(header, MAGIC, 6) === "ustar" ? textOf(header.subarray(PREFIX, PREFIX + 155)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

async function whole(content: AsyncIterable<Uint8Array>, size: number): Promise<Buffer> {
  if (size > MOST_NAME_BYTES)
    throw new AuditProblem("the tar archive has a name that is too long: not read to its end");
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
}

/** A number in octal or, with the first bit set, in binary. */
function numberAt(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) === 0) return Number.parseInt(fieldAt(header, at, length).trim() || "0", 8);
  let number = (header[at] ?? 0) & 0x7f;
  for (const byte of header.subarray(at + 1, at + length)) number = number * 256 + byte;
  if (!Number.isSafeInteger(number)) throw new AuditProblem("the tar archive is damaged");
  return number;
}

const code = (type: string) => type.charCodeAt(0);
const fieldAt = (header: Buffer, at: number, length: number) =>
  header.toString("latin1", at, at + length).replace(/\0.*$/s, "");
/** A name as messages have it. */
const textOf = (bytes: Buffer) => bytes.toString("utf8").replace(/\0.*$/s, "");
