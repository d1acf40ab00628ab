/**
 * Bytes with the NULs left out, and where each was.
 *
 * Text in UTF-16, of either byte order and with or without a mark, becomes ASCII by leaving out NULs; so do pieces of it
 * within other text, as PowerShell's `>>` makes them. Undefined if there are none: if there is no row, as long as the
 * shortest spelling of a key, in which every other byte is NUL.
 */
export function withoutNuls(bytes: Buffer) {
  if (!holdsUtf16(bytes)) return undefined;
  const kept = Buffer.allocUnsafe(bytes.length);
  const places = new Uint32Array(bytes.length + 1);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] as number;
    if (byte === 0) continue;
    places[length] = at;
    kept[length++] = byte;
  }
  places[length] = bytes.length;
  return {
    bytes: kept.subarray(0, length),
    place: (index: number) => places[Math.min(index, length)] as number,
  };
}

function holdsUtf16(bytes: Buffer): boolean {
  let before = -1;
  let regular = 0;
  for (let at = bytes.indexOf(0); at >= 0 && regular < 32; at = bytes.indexOf(0, at + 1)) {
    regular = at - before === 2 ? regular + 1 : 0;
    before = at;
  }
  return regular === 32;
}
