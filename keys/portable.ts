/**
 * What a browser does too: the checks of public values alone, without any of Node's modules. The rest of `keys/` uses OpenSSL
 * by way of Node; here it is @noble/curves, so that the registration page, opened from a file, needs nobody's server.
 */
import { p256 } from "@noble/curves/nist";
import { sha256 } from "@noble/hashes/sha2";

/**
 * What every proof of possession begins with. It has blanks and ends in a line feed, which neither the signing
 * input of a JWS (RFC 7515: base64url and dots) nor the JSON of one of Ledger's challenges can begin with: a
 * proof can never be passed off as an approval.
 */
export const PROOF_PREFIX = "cdktf-ledger-api-user proof of possession, no approval\n";

const POINT = /^04[0-9a-f]{128}$/;
const NONCE_AND_END = /^[0-9a-f]{64}\n$/;

/**
 * The part of a fingerprint that people compare: its first 32 digits (128 bits: too many for anyone to make a second key
 * with the same) in groups of four, `0123 4567 89ab …`.
 */
export function formatFingerprint(fingerprint: string): string {
  return (fingerprint.slice(0, 32).match(/.{4}/g) ?? []).join(" ");
}

/** Whether a text is the canonical form of a public key, and the point is on P-256. */
export function isPointOnCurve(publicKey: string): boolean {
  if (!POINT.test(publicKey)) return false;
  try {
    p256.Point.fromHex(publicKey).assertValidity();
    return true;
  } catch {
    return false;
  }
}

/** The SHA-256 of a public key's 65 bytes, whether they are a point or not. */
export function fingerprintOfPoint(publicKey: string): string {
  return hex(sha256(bytesOf(publicKey) ?? new Uint8Array()));
}

/** The SHA-256 of a text's UTF-8, in hexadecimal. */
export function hashOfText(text: string): string {
  return hex(sha256(new TextEncoder().encode(text)));
}

/** A signature by the key in custody, as `verify --proof --json` hands it on. */
export interface PossessionProof {
  /** The prefix, the public key and 64 hexadecimal digits of chance, a line each. */
  readonly message: string;
  /** ECDSA, P-256, SHA-256: r and s, 128 hexadecimal digits. */
  readonly signature: string;
}

/** Why a proof shows nothing: its message is none of ours, is of another key, or was not signed by the key. */
export type ProofFault = "no proof" | "other key" | "wrong signature";

/**
 * What is wrong with a proof of possession of a key; undefined where it holds. The message must be ours to the last
 * byte: a signature of anything else, an approval say, proves nothing here.
 *
 * High s is accepted, as `verify` does: KMS and OpenSSL make either.
 */
export function faultOfProof(
  publicKey: string,
  { message, signature }: PossessionProof,
): ProofFault | undefined {
  const named = message.slice(PROOF_PREFIX.length, PROOF_PREFIX.length + 130);
  const rest = message.slice(PROOF_PREFIX.length + 130);
  if (!message.startsWith(PROOF_PREFIX) || !POINT.test(named)) return "no proof";
  if (rest[0] !== "\n" || !NONCE_AND_END.test(rest.slice(1))) return "no proof";
  if (named !== publicKey) return "other key";
  const bytes = bytesOf(signature);
  const point = bytesOf(publicKey);
  if (bytes?.length !== 64 || !point) return "wrong signature";
  const signed = new TextEncoder().encode(message);
  const options = { prehash: true, lowS: false, format: "compact" } as const;
  try {
    return p256.verify(bytes, signed, point, options) ? undefined : "wrong signature";
  } catch {
    return "wrong signature"; // r or s out of range, or a key that is no point
  }
}

function bytesOf(text: string): Uint8Array | undefined {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) return undefined;
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
