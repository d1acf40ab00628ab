import { createHash, createPublicKey, randomBytes, verify as verifyWithNode } from "node:crypto";
import { KeyError } from "./error";
import { wipe } from "./finding";
import * as mistakes from "./mistakes";
import { PROOF_PREFIX } from "./portable";
import { recognise } from "./recognise";

/**
 * The canonical form of a public key: the X9.62 uncompressed point as 130 lower-case hexadecimal digits that begin
 * with `04`, as the guide's samples print it and as it is registered.
 *
 * Takes the hex of that point in either case, with `0x` and white space; text or its UTF-8 bytes. The point is checked
 * to be on P-256 (and so, its cofactor being 1, in the right group).
 *
 * @throws KeyError with what it is and the fix, for everything else, also for other forms of the same key (`convert`
 * turns them into this one) and for private keys.
 */
export function parsePublicKey(input: string | Uint8Array): string {
  const found = recognise(input);
  wipe(found);
  const flaw = mistakes.misplaced(found.kind, "public") ?? found.flaws[0];
  if (flaw || found.publicKey === undefined) throw new KeyError(flaw ?? mistakes.unrecognised());
  return found.publicKey;
}

/**
 * A public key's fingerprint: the SHA-256 of the point's 65 bytes, as 64 lower-case hexadecimal digits.
 *
 * @throws KeyError if the public key is none (see parsePublicKey).
 */
export function fingerprint(publicKey: string): string {
  return createHash("sha256").update(parsePublicKey(publicKey), "hex").digest("hex");
}

/**
 * Whether `signature` is the key's signature (ECDSA, P-256, SHA-256) of `message`: 64 bytes, r and s of 32 bytes each, big-endian,
 * as in JWS ES256 (RFC 7518 section 3.4). A signature of any other form, DER too, is no signature: false.
 *
 * High s is accepted. Low s is Bitcoin's rule against malleable transactions, not one of ECDSA's (FIPS 186-5): KMS and OpenSSL
 * make either, and Ledger Enterprise keeps what the signer made. So nothing here changes s, nor refuses it.
 *
 * @throws KeyError if the public key is none (see parsePublicKey).
 */
export function verify(publicKey: string, message: string | Uint8Array, signature: Uint8Array): boolean {
  const point = Buffer.from(parsePublicKey(publicKey), "hex");
  if (signature.length !== 64) return false;
  const key = createPublicKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.toString("base64url", 1, 33),
      y: point.toString("base64url", 33),
    },
  });
  return verifyWithNode("sha256", Buffer.from(message), { key, dsaEncoding: "ieee-p1363" }, signature);
}

/**
 * A fresh message for the holder of a key to sign: the prefix, the public key and 64 hexadecimal digits of
 * chance, a line each.
 *
 * A signature of it shows that the private key is in use where it is asked for, not that it is nowhere else.
 *
 * @throws KeyError if the public key is none (see parsePublicKey)
 */
export function proofMessage(publicKey: string): string {
  return `${PROOF_PREFIX}${parsePublicKey(publicKey)}\n${randomBytes(32).toString("hex")}\n`;
}
