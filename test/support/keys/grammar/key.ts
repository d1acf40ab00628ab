import { createHash, createPrivateKey } from "node:crypto";
import { derivePublicKey } from "../../../../keys/curve";
import { encodeSec1 } from "../../../../keys/key-pair";

/** A key in the parts that spellings are made of. From a number that does not change, so that a test fails the same way each time. */
export interface SeededKey {
  readonly publicKey: string;
  /** 32 bytes. */
  readonly scalar: Buffer;
  readonly sec1: string;
  readonly sec1Der: Buffer;
  readonly pkcs8: string;
  readonly pkcs8Der: Buffer;
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** @param first the first byte of the number: 0 makes one of 31 bytes, 0x80 and more one that a sign byte is put before */
export function seededKey(seed: string, first?: number): SeededKey {
  const scalar = createHash("sha256").update(`key for tests: ${seed}`).digest();
  if (first !== undefined) scalar[0] = first;
  const publicKey = derivePublicKey(scalar);
  if (!publicKey) throw new Error("not in the range of P-256: take another seed");
  const sec1 = encodeSec1(scalar, publicKey).toString();
  const key = createPrivateKey(sec1);
  return {
    publicKey,
    scalar,
    sec1,
    sec1Der: key.export({ type: "sec1", format: "der" }),
    pkcs8: key.export({ type: "pkcs8", format: "pem" }) as string,
    pkcs8Der: key.export({ type: "pkcs8", format: "der" }),
    jwk: { ...key.export({ format: "jwk" }) },
  };
}

/** One ordinary key, one whose number is one byte short, one with its first bit set. */
export const seededKeys: readonly SeededKey[] = [
  seededKey("ordinary", 0x2b),
  seededKey("short", 0),
  seededKey("with sign byte", 0x9c),
];
