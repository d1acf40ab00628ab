import { constants, inflateRawSync } from "node:zlib";

/** More than a log event or a machine's user data has; a bound against data made to expand without end. */
const MOST_BYTES = 1 << 20;

const [HEADER_CRC, EXTRA, NAME, COMMENT] = [2, 4, 8, 16];

/**
 * What gzip data holds, cut off or not, whatever follows it; undefined if it is not gzip. For data encoded in text, as
 * Terraform's `base64gzip` and CloudWatch Logs write it: gzip files are opened where files are read.
 */
export function gunzip(bytes: Buffer): Buffer | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
  try {
    // By hand, because node's own gunzip takes what follows the data for another, damaged member.
    const deflated = bytes.subarray(headerLength(bytes));
    return inflateRawSync(deflated, { maxOutputLength: MOST_BYTES, finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return undefined;
  }
}

/** RFC 1952, section 2.3. */
function headerLength(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & EXTRA) at += 2 + bytes.readUInt16LE(at);
  if (flags & NAME) at = bytes.indexOf(0, at) + 1;
  if (flags & COMMENT) at = bytes.indexOf(0, at) + 1;
  return flags & HEADER_CRC ? at + 2 : at;
}
