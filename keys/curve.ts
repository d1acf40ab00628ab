import { createECDH } from "node:crypto";
import { p256 } from "@noble/curves/nist";

/** Bytes of a private scalar and of a coordinate of P-256. */
export const SCALAR_BYTES = 32;
/** Bytes of an uncompressed point of P-256: 04, x, y (X9.62, SEC 1 section 2.3.3). */
export const POINT_BYTES = 65;

/** The domain parameters of P-256 (SEC 2, section 2.4.2), for comparison with explicit ones. */
export const P256 = p256.Point.CURVE();

/** What a string of bytes is, read as a point of P-256. */
export type PointReading =
  | { readonly encoding: "uncompressed" | "compressed" | "hybrid"; readonly publicKey: string }
  | { readonly encoding: "infinity" }
  | { readonly encoding: "off-curve"; readonly otherCurve?: string };

/**
 * The public key of a private scalar, as 130 lower-case hexadecimal digits, or undefined if the scalar is not
 * in 1 … n-1. By OpenSSL, through node: unlike arithmetic on JavaScript's BigInt it takes constant time.
 */
export function derivePublicKey(scalar: Uint8Array): string | undefined {
  if (scalar.length !== SCALAR_BYTES || !p256.utils.isValidSecretKey(scalar)) return undefined;
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(scalar);
  return ecdh.getPublicKey("hex", "uncompressed");
}

/**
 * A private number's 32 bytes, the caller's to wipe. Some writers drop leading zeros, or put one before a first bit of 1; undefined if
 * it is larger.
 */
export function asScalar(octets: Uint8Array): Buffer | undefined {
  let start = 0;
  while (octets.length - start > SCALAR_BYTES && octets[start] === 0) start++;
  const digits = octets.subarray(start);
  if (digits.length > SCALAR_BYTES) return undefined;
  const scalar = Buffer.alloc(SCALAR_BYTES);
  scalar.set(digits, SCALAR_BYTES - digits.length);
  return scalar;
}

/** Whether so many bytes may be the number of a private key: as it is, without its first zero, with a zero before it. */
export const isScalarLength = (length: number): boolean => Math.abs(length - SCALAR_BYTES) <= 1;

/**
 * Reads 1, 33 or 65 bytes as an X9.62 point: infinity, compressed, uncompressed or hybrid. Undefined if the length
 * and the first byte are none of these. Coordinates of p or more are not reduced: they are off the curve.
 */
export function readPoint(bytes: Uint8Array): PointReading | undefined {
  const prefix = bytes[0];
  if (bytes.length === 1 && prefix === 0) return { encoding: "infinity" };
  if (bytes.length === 33 && (prefix === 2 || prefix === 3)) return decode(bytes, "compressed");
  if (bytes.length !== POINT_BYTES) return undefined;
  if (prefix === 4) return decode(bytes, "uncompressed");
  if (prefix !== 6 && prefix !== 7) return undefined;
  // Hybrid (X9.62, 4.3.6): uncompressed, but the prefix says besides whether y is even or odd.
  if ((prefix & 1) !== ((bytes[64] as number) & 1)) return { encoding: "off-curve" };
  return decode(Uint8Array.of(4, ...bytes.subarray(1)), "hybrid");
}

function decode(bytes: Uint8Array, encoding: "uncompressed" | "compressed" | "hybrid"): PointReading {
  try {
    const point = p256.Point.fromHex(bytes);
    point.assertValidity();
    return { encoding, publicKey: point.toHex(false) };
  } catch {
    return { encoding: "off-curve", otherCurve: otherCurveOf(bytes) };
  }
}

/** Other curves whose points have 32-byte coordinates, told apart by their equation y² = x³ + ax + b. */
export const otherCurves: ReadonlyArray<{ name: string; p: bigint; a: bigint; b: bigint }> = [
  { name: "secp256k1", p: 2n ** 256n - 2n ** 32n - 977n, a: 0n, b: 7n },
  {
    name: "brainpoolP256r1",
    p: 0xa9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377n,
    a: 0x7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9n,
    b: 0x26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6n,
  },
  {
    name: "SM2",
    p: 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn,
    a: 0xfffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffcn,
    b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  },
];

/** The curve that an uncompressed point not of P-256 belongs to: people bring secp256k1, Bitcoin's, most often. */
function otherCurveOf(bytes: Uint8Array): string | undefined {
  if (bytes.length !== POINT_BYTES) return undefined; // a compressed point fits every other curve half the time
  const x = integer(bytes.subarray(1, 33));
  const y = integer(bytes.subarray(33));
  const fits = otherCurves.find(
    ({ p, a, b }) => x < p && y < p && (y * y - (x * x * x + a * x + b)) % p === 0n,
  );
  return fits?.name;
}

/** Big-endian bytes as an integer. For public values only: BigInt neither is constant-time nor can be wiped. */
export function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`);
}
