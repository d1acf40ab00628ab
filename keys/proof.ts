import { randomBytes } from "node:crypto";
import { parsePublicKey } from "./public-key";

/**
 * What every proof of possession begins with. It has blanks and ends in a line feed, which neither the signing
 * input of a JWS (RFC 7515: base64url and dots) nor the JSON of one of Ledger's challenges can begin with: a
 * proof can never be passed off as an approval.
 */
export const PROOF_PREFIX = "cdktf-ledger-api-user proof of possession, no approval\n";

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
