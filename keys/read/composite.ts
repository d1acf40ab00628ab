import { asScalar, derivePublicKey, isScalarLength } from "../curve";

/** A private key that its own public key stands with, without any structure: proved by deriving that. */
interface Composite {
  readonly form: string;
  readonly publicKey: string;
  /** 32 bytes, the taker's to wipe. */
  readonly scalar: Buffer;
}

/** `ECS2` and the length of a coordinate: a BCRYPT_ECCPRIVATE_BLOB of Windows, before X, Y and D. */
const WINDOWS_HEADER = Buffer.from("4543533220000000", "hex");

/** Where the point stands in what X9.63, Apple, Windows and people write, and how it begins. */
const LAYOUTS = [
  { form: "X9.63 private key (04, X, Y, D)", prefix: [4], pointFirst: true },
  { form: "private key without structure (X, Y, D)", prefix: [], pointFirst: true },
  { form: "private key without structure (D, 04, X, Y)", prefix: [4], pointFirst: false },
  { form: "private key without structure (D, X, Y)", prefix: [], pointFirst: false },
] as const;

const COORDINATES = 64;

/** Undefined if the bytes are not exactly a point and its own private number. */
export function readComposite(whole: Uint8Array): Composite | undefined {
  const isWindows = WINDOWS_HEADER.every((byte, index) => whole[index] === byte);
  const bytes = isWindows ? whole.subarray(WINDOWS_HEADER.length) : whole;
  for (const { form, prefix, pointFirst } of LAYOUTS) {
    const pointLength = prefix.length + COORDINATES;
    const rest = bytes.length - pointLength;
    if (!isScalarLength(rest)) continue;
    const [point, number] = pointFirst
      ? [bytes.subarray(0, pointLength), bytes.subarray(pointLength)]
      : [bytes.subarray(rest), bytes.subarray(0, rest)];
    if (prefix.some((byte, index) => point[index] !== byte)) continue;
    const scalar = asScalar(number);
    const publicKey = scalar && derivePublicKey(scalar);
    if (publicKey && isOf(publicKey, point.subarray(prefix.length)))
      return { form: isWindows ? "Windows private key blob" : form, publicKey, scalar };
    scalar?.fill(0);
  }
  return undefined;
}

/** Compared in place: `point` may be a stretch of random bytes, of which no copy is to stay. */
function isOf(publicKey: string, point: Uint8Array): boolean {
  const digits = Buffer.from(publicKey.slice(2), "hex");
  return digits.every((byte, index) => byte === point[index]);
}

/** What an ASN.1 OCTET STRING, BIT STRING or INTEGER holds, if it fills the bytes: PKCS#11 gives points and numbers so. */
export function unwrapped(
  bytes: Uint8Array,
): { readonly name: string; readonly content: Uint8Array } | undefined {
  const name = bytes[0] === 4 ? "an OCTET STRING" : bytes[0] === 3 ? "a BIT STRING" : "an INTEGER";
  if (![2, 3, 4].includes(bytes[0] ?? 0) || bytes[1] !== bytes.length - 2) return undefined;
  return { name, content: bytes.subarray(bytes[0] === 3 ? 3 : 2) };
}
