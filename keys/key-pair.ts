import { createPrivateKey, sign, verify } from "node:crypto";
import { p256 } from "@noble/curves/nist";
import { derivePublicKey } from "./curve";
import { KeyError } from "./error";

/** A key pair in the forms that Ledger Enterprise takes (see the guide "Register a new API User", step 1). */
export interface KeyPair {
  /** X9.62 uncompressed point: 130 lower-case hexadecimal digits, the first two `04`. This is what is registered. */
  readonly publicKey: string;
  /** SEC1 (RFC 5915) PEM, "TraditionalOpenSSL": 227 bytes, lines of 64 columns ended by LF, also the last. */
  readonly privateKeyPem: Buffer;
  /** Fills `privateKeyPem` with zeros. Call it as soon as the key is stored. */
  wipe(): void;
}

/**
 * A new P-256 key pair, from the operating system's random numbers.
 *
 * Before it is given out, the pair signs and verifies a message once (the pairwise consistency test of FIPS 140-3), and
 * two implementations, noble and OpenSSL, must agree on its public key.
 *
 * @throws KeyError `generation-failed` if they do not, or the encoding is not 227 bytes. Not to be expected.
 */
export function generateKeyPair(): KeyPair {
  const scalar = p256.utils.randomSecretKey();
  try {
    const publicKey = Buffer.from(p256.getPublicKey(scalar, false)).toString("hex");
    const privateKeyPem = encodeSec1(scalar, publicKey);
    if (
      derivePublicKey(scalar) !== publicKey ||
      privateKeyPem.length !== 227 ||
      !signsAndVerifies(privateKeyPem)
    ) {
      privateKeyPem.fill(0);
      throw new KeyError({
        code: "generation-failed",
        what: "the key pair just generated failed its self-test and was thrown away",
        fix: "do not use this machine for keys until node and OpenSSL have been reinstalled",
      });
    }
    const pair = { publicKey, privateKeyPem, wipe: () => void privateKeyPem.fill(0) };
    // A logger that walks over a pair, or JSON.stringify, must not print the private half.
    return Object.defineProperty(pair, "privateKeyPem", { enumerable: false });
  } finally {
    scalar.fill(0);
  }
}

/**
 * The hexadecimal digits (lower case, two for each byte) of a SEC1 PEM's bytes: what Ledger Enterprise's samples give
 * out as "private key", and its command-line tool reads from `LEDGER_ENTERPRISE_API_PRIVATE_KEY`.
 *
 * The answer is a string, which JavaScript cannot wipe: keep it short-lived.
 *
 * @throws KeyError `not-sec1` if the bytes do not begin as a SEC1 PEM does.
 */
export function encodePrivateKey(pem: Buffer): string {
  if (!pem.toString("latin1", 0, SEC1_HEADER.length).startsWith(SEC1_HEADER)) {
    throw new KeyError({
      code: "not-sec1",
      what: "the bytes to encode are not a SEC1 PEM",
      fix: "pass the privateKeyPem of generateKeyPair or parsePrivateKey",
    });
  }
  return pem.toString("hex");
}

const SEC1_LABEL = "EC PRIVATE KEY";
const SEC1_HEADER = `-----BEGIN ${SEC1_LABEL}-----\n`;

/**
 * The SEC1 PEM of a private scalar, with named curve and public key, as OpenSSL writes it. The JWK on the way and the
 * PEM that node hands back are strings, and node's own copy is its own: those are left to the garbage collector.
 */
export function encodeSec1(scalar: Uint8Array, publicKey: string): Buffer {
  const point = Buffer.from(publicKey, "hex");
  const number = Buffer.from(scalar.buffer, scalar.byteOffset, scalar.length); // a view: no copy to wipe
  const key = createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      d: number.toString("base64url"),
      x: point.toString("base64url", 1, 33),
      y: point.toString("base64url", 33),
    },
  });
  return Buffer.from(key.export({ type: "sec1", format: "pem" }) as string, "latin1");
}

function signsAndVerifies(pem: Buffer): boolean {
  const message = Buffer.from("ledger-api-user: pairwise consistency test");
  return verify("sha256", message, pem, sign("sha256", message, pem));
}
