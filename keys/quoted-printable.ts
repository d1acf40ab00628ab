import type { View } from "./plain-text";

const EQUALS = 0x3d;

/**
 * Bytes without what quoted-printable (RFC 2045, section 6.7) does to text in mails: it breaks lines with `=`, and writes `=3D` for that.
 * Undefined where no line is broken so. The padding of base64 at the end of a line looks the same, so this is a view of its own.
 *
 * @param latin1 the bytes, a character each
 */
export function unquotedView(bytes: Buffer, latin1: string): View | undefined {
  if (!hasSoftBreaks(latin1)) return undefined;
  const kept = Buffer.allocUnsafe(bytes.length);
  const places = new Uint32Array(bytes.length + 1);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] as number;
    const quoted = byte === EQUALS ? quotedAt(latin1, at) : undefined;
    places[length] = at;
    at += quoted?.size ?? 1;
    if (quoted?.character !== "") kept[length++] = quoted?.character.charCodeAt(0) ?? byte;
  }
  places[length] = bytes.length;
  return {
    bytes: kept.subarray(0, length),
    place: (index) => places[Math.min(index, length)] as number,
  };
}

/** Lines are broken where they are as long as they may be, or before an escape that does not fit any more. */
const [SHORTEST, LONGEST] = [73, 76];

function hasSoftBreaks(text: string): boolean {
  for (const mark of ["=\n", "=\r\n"])
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
      const length = at - text.lastIndexOf("\n", at);
      if (length >= SHORTEST && length <= LONGEST) return true;
    }
  return false;
}

/** What `=` stands for: a character, or no line break. */
function quotedAt(
  text: string,
  at: number,
): { readonly character: string; readonly size: number } | undefined {
  const next = text.slice(at + 1, at + 3);
  if (next === "\r\n") return { character: "", size: 3 };
  if (next.startsWith("\n")) return { character: "", size: 2 };
  if (!/^[0-9A-F]{2}$/.test(next)) return undefined;
  return { character: String.fromCharCode(Number.parseInt(next, 16)), size: 3 };
}
