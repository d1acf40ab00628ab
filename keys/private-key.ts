import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { KeyError } from "./error";
import { wipe } from "./finding";
import { encodeSec1 } from "./key-pair";
import * as mistakes from "./mistakes";
import { recognise } from "./recognise";

/** A private key in use. Call `wipe` when done with it. */
export class PrivateKey {
  /** X9.62 uncompressed point, 130 lower-case hexadecimal digits. */
  readonly publicKey: string;
  /** Canonical SEC1 PEM, 227 bytes, whatever the spelling that was parsed. Zeros after `wipe`. */
  readonly privateKeyPem: Buffer;
  /** OpenSSL's copy. Undefined after `wipe`. */
  #key: KeyObject | undefined;

  /** @internal Use parsePrivateKey. */
  constructor(publicKey: string, privateKeyPem: Buffer) {
    this.publicKey = publicKey;
    this.privateKeyPem = privateKeyPem;
    this.#key = createPrivateKey(privateKeyPem);
    // A logger that walks over a key must not print it: serialized, it is its public half alone.
    Object.defineProperty(this, "privateKeyPem", { enumerable: false });
  }

  /**
   * Signs a message (bytes, or text as UTF-8) with ECDSA, P-256, SHA-256. By OpenSSL, in constant time.
   *
   * @returns 64 bytes: r and s, 32 bytes each, big-endian, as JWS ES256 wants them. s is as it comes, low or high.
   * @throws KeyError `wiped` after `wipe`.
   */
  sign(message: string | Uint8Array): Buffer {
    if (!this.#key) throw new KeyError(mistakes.wiped());
    return sign("sha256", Buffer.from(message), { key: this.#key, dsaEncoding: "ieee-p1363" });
  }

  /** Fills the PEM with zeros and lets go of OpenSSL's copy, which is cleansed when it is garbage-collected. */
  wipe(): void {
    this.privateKeyPem.fill(0);
    this.#key = undefined;
  }
}

/**
 * Reads a private key in the form that Ledger Enterprise takes: SEC1 (RFC 5915) PEM of P-256, or the hex of its bytes. Case of
 * the digits, `0x`, CRLF, a final newline or none, white space around it and hex wrapped over lines make no difference.
 *
 * Checked are: the curve, by its name (OID 1.2.840.10045.3.1.7: parameters written out are refused, even P-256's), the number
 * (1 to n-1), and that the public key inside, if there is one, is the private key's own.
 *
 * The input itself is left alone: wiping it is the caller's, who alone knows whether it is still needed. Prefer bytes
 * to a string, which cannot be wiped.
 *
 * @throws KeyError with what it is and the fix, for everything else, also for other forms of a good key, like PKCS#8 (`convert`
 * turns them into this one). Its message holds no part of the input.
 */
export function parsePrivateKey(input: string | Uint8Array): PrivateKey {
  const found = recognise(input);
  try {
    const flaw = mistakes.misplaced(found.kind, "private") ?? found.flaws[0];
    if (flaw || !found.scalar || !found.publicKey) throw new KeyError(flaw ?? mistakes.unrecognised());
    return new PrivateKey(found.publicKey, encodeSec1(found.scalar, found.publicKey));
  } finally {
    wipe(found);
  }
}
