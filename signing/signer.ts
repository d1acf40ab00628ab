import { verify } from "../keys";
import { SigningError } from "./error";

/**
 * What signs approvals as an API user, wherever its private key lives. Implement it for a custody of your own.
 *
 * A signer checks each signature with its own public key before it hands it out (`checked`): a bit that flipped in memory or on
 * the way must not become an approval that the workspace refuses, nor a faulty signature that gives the key away.
 */
export interface ApprovalSigner {
  /**
   * The public key: X9.62 uncompressed point, 130 lower-case hexadecimal digits.
   *
   * @throws SigningError where custody cannot be asked
   */
  publicKey(): Promise<string>;

  /**
   * Signs the bytes themselves, not a digest of them, with ECDSA, P-256, SHA-256.
   *
   * @returns 64 bytes: r and s, 32 bytes each, big-endian, left-padded with zeros, as JWS ES256 has them (RFC 7518, 3.4). s is as
   * the signer made it, low or high.
   * @throws SigningError where custody does not sign
   */
  sign(message: Uint8Array): Promise<Buffer>;
}

/**
 * The signature, if it is the public key's of this message.
 *
 * @throws SigningError `bad-signature` if not
 */
export function checked(publicKey: string, message: Uint8Array, signature: Buffer): Buffer {
  if (verify(publicKey, message, signature)) return signature;
  throw new SigningError(
    "bad-signature",
    "the signature just made does not verify with the key's own public key, and was thrown away",
    "try once more; if it happens again, do not sign on this machine",
  );
}
