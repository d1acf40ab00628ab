import { randomBytes } from "node:crypto";
import { PROOF_PREFIX } from "./portable";
import { parsePublicKey } from "./public-key";

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
