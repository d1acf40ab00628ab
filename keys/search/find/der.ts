import { derivePublicKey } from "../../curve";

/** A P-256 private key in DER: where it begins and ends, and its scalar (a view, not a copy, unless padded). */
export interface DerKey {
  readonly structure: "SEC1" | "PKCS#8";
  readonly scalar: Buffer;
  readonly start: number;
  readonly end: number;
  /** Whether the input ends before the structure does. The scalar is complete, so it is a leak nevertheless. */
  readonly cutOff: boolean;
  /** Whether the public key that belongs to the scalar follows it: then every bit is right. */
  readonly certain: boolean;
  /** Whether the scalar is a copy, which its taker wipes. */
  readonly padded: boolean;
}

const latin1 = (hex: string) => Buffer.from(hex, "hex").toString("latin1");

/** `INTEGER 1, OCTET STRING`: how the inside of every ECPrivateKey (RFC 5915) begins. */
const VERSION_AND_OCTETS = latin1("02010104");
const P256_OID = latin1("06082a8648ce3d030107");
const PUBLIC_KEY = latin1("03420004");
/** The end of the curve's name in an SSH public key (RFC 5656), and the length of the point behind it. */
const SSH_PUBLIC_KEY = latin1("74703235360000004104"); // tp256

/**
 * What follows the scalar where the curve is named, as much of it as the first line of a PEM has. It is enough:
 * X9.62 has no other curve over a 256-bit prime.
 */
const NAMED_CURVE = latin1("a00a06082a8648ce3d");
/** What follows it in PKCS#8, before the public key; and the length of an ECPrivateKey without public key. */
const TAGGED_PUBLIC_KEY = latin1("a144034200");
const SCALAR_ONLY = latin1("25");

/** How far after a scalar its public key may be: explicit curve parameters take some 230 bytes. */
const PUBLIC_KEY_REACH = 512;

/**
 * Every P-256 private key in DER in `bytes`. `text` is the same bytes as latin1, because searching a string is
 * faster. What makes it a P-256 key, and not 32 bytes that look like one, is the curve's identifier next to
 * the scalar or, where the parameters are written out, the public key that belongs to it.
 *
 * @param unsure called with 32 bytes in an ECPrivateKey without curve and public key
 */
export function findDer(
  text: string,
  bytes: Buffer,
  unsure: (scalar: Buffer, start: number) => void,
): DerKey[] {
  const keys: DerKey[] = [];
  for (let at = text.indexOf(VERSION_AND_OCTETS); at >= 0; at = text.indexOf(VERSION_AND_OCTETS, at + 1)) {
    const length = bytes[at + 4] ?? 0;
    const behind = at + 5 + length;
    // Sloppy encoders leave out leading zeros, or put one before a first bit of 1.
    if (length < 28 || length > 33 || behind > bytes.length) continue;
    const scalar = as32Bytes(bytes.subarray(at + 5, behind));
    if (!scalar) continue;
    const pkcs8 = text.startsWith(P256_OID, at - 14);
    const certain = hasPublicKey(text, behind, scalar);
    const named = follows(text, behind, NAMED_CURVE);
    const complete =
      pkcs8 && (text.startsWith(SCALAR_ONLY, at - 1) || follows(text, behind, TAGGED_PUBLIC_KEY));
    if (certain || named || complete) {
      const structure = pkcs8 ? "PKCS#8" : "SEC1";
      const padded = length < 32;
      keys.push({ structure, scalar, certain, padded, ...extent(text, bytes, at, behind, pkcs8) });
    } else {
      if (length >= 31) unsure(scalar, at);
      if (length < 32) scalar.fill(0);
    }
  }
  return keys;
}

/** The x coordinates of the P-256 public keys in DER (SPKI, certificates, SEC1) and in lines of SSH key files in `bytes`. */
export function findPoints(text: string, bytes: Buffer, point: (x: string) => void): void {
  for (const mark of [PUBLIC_KEY, SSH_PUBLIC_KEY])
    for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) {
      const x = at + mark.length;
      if (x + 64 <= bytes.length) point(bytes.toString("hex", x, x + 32));
    }
}

/**
 * Whether `bytes` begin as a whole private key of some kind does. An EC key must name its curve: without it, these may be
 * lines of a P-256 key put together wrongly.
 */
export function isWholeKey(bytes: Buffer): boolean {
  if (bytes.length < 40 || bytes[0] !== 0x30 || lengthOf(bytes, 1) > bytes.length - 2) return false;
  const at = bytes.toString("latin1").indexOf(VERSION_AND_OCTETS);
  if (at < 0 || at > 4) return true;
  const behind = at + 5 + (bytes[at + 4] ?? 0);
  return bytes[behind] === 0xa0 && (bytes[behind + 2] === 0x06 || bytes[behind + 2] === 0x30);
}

function as32Bytes(octets: Buffer): Buffer | undefined {
  if (octets.length === 32) return octets;
  if (octets.length === 33) return octets[0] === 0 ? octets.subarray(1) : undefined;
  return Buffer.concat([Buffer.alloc(32 - octets.length), octets]);
}

/**
 * Whether `tail` follows the scalar, as far as the text goes, but for at least two bytes: otherwise the last bytes of the
 * scalar may come from a line that does not belong to it.
 */
function follows(text: string, behind: number, tail: string): boolean {
  const actual = text.slice(behind, behind + tail.length);
  return actual.length >= 2 && tail.startsWith(actual);
}

function hasPublicKey(text: string, behind: number, scalar: Buffer): boolean {
  const near = text.slice(behind, behind + PUBLIC_KEY_REACH);
  const at = near.indexOf(PUBLIC_KEY);
  if (at < 0 || near.length < at + 68) return false;
  return derivePublicKey(scalar) === Buffer.from(near.slice(at + 3, at + 68), "latin1").toString("hex");
}

/** Where the outermost SEQUENCE begins and ends. If it does not look like one, the part that is certain. */
function extent(text: string, bytes: Buffer, at: number, behind: number, pkcs8: boolean) {
  // PKCS#8: SEQUENCE, version (3), algorithm (21), OCTET STRING header (2), SEQUENCE header (2), then the version.
  const content = pkcs8 ? at - 28 : at;
  for (const header of [2, 3, 4]) {
    const start = content - header;
    if (start < 0 || text[start] !== "\x30") continue;
    const end = content + lengthOf(bytes, start + 1);
    if (end < behind) continue;
    return { start, end: Math.min(end, bytes.length), cutOff: end > bytes.length };
  }
  return { start: at, end: behind, cutOff: false };
}

function lengthOf(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return first;
  return first === 0x81 ? (bytes[at + 1] ?? 0) : bytes.readUInt16BE(at + 1);
}
