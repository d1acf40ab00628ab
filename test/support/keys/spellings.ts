import { createPrivateKey } from "node:crypto";
import { gzipSync } from "node:zlib";
import { LeakScanner, type ScanOptions, type ScanResult } from "../../../audit/detect";
import { generateKeyPair, type KeyPair } from "../../../keys";

/** A key made for one test, its 32 bytes, and every way to write it down that is a leak by itself. */
export function newKey(pair: Pick<KeyPair, "publicKey" | "privateKeyPem"> = generateKeyPair()) {
  const { publicKey, privateKeyPem } = pair;
  const key = createPrivateKey(privateKeyPem);
  const sec1 = privateKeyPem.toString();
  const pkcs8 = key.export({ type: "pkcs8", format: "pem" }) as string;
  const sec1Der = key.export({ type: "sec1", format: "der" });
  const pkcs8Der = key.export({ type: "pkcs8", format: "der" });
  const jwk = key.export({ format: "jwk" });
  const scalar = Buffer.from(jwk.d as string, "base64url");
  const hexPem = privateKeyPem.toString("hex");
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const spellings: Record<string, string> = {
    "SEC1 PEM": sec1,
    "PKCS#8 PEM": pkcs8,
    JWK: JSON.stringify(jwk),
    "hex of SEC1 PEM": hexPem,
    "upper-case hex of SEC1 PEM": hexPem.toUpperCase(),
    "hex of PKCS#8 PEM": Buffer.from(pkcs8).toString("hex"),
    "hex of SEC1 DER": sec1Der.toString("hex"),
    "hex of PKCS#8 DER": pkcs8Der.toString("hex"),
    "base64 of SEC1 PEM": base64(sec1),
    "base64 of PKCS#8 PEM": base64(pkcs8),
    "base64 of SEC1 DER": sec1Der.toString("base64"),
    "base64 of PKCS#8 DER": pkcs8Der.toString("base64"),
    "base64url of SEC1 PEM": Buffer.from(sec1).toString("base64url"),
    "base64url of PKCS#8 DER": pkcs8Der.toString("base64url"),
    "base64 of hex of SEC1 PEM": base64(hexPem),
    "base64 of JSON that holds PEM": base64(JSON.stringify({ level: "debug", result: { key: sec1 } })),
    "base64 of JSON that is a JWK": base64(JSON.stringify({ kid: "1", ...jwk })),
    "base64 of gzip of PEM": gzipSync(sec1).toString("base64"),
  };
  return { publicKey, scalar, sec1, pkcs8, sec1Der, pkcs8Der, jwk, spellings };
}

export type Key = ReturnType<typeof newKey>;

/** Scans one input, given in one chunk. */
export function scan(input: string | Uint8Array, options?: ScanOptions): ScanResult {
  const scanner = new LeakScanner(options);
  scanner.push(Buffer.from(input as string));
  return scanner.end();
}

/** Breaks text into lines of `width` characters. */
export const wrap = (text: string, width: number): string =>
  text.replace(new RegExp(`(.{${width}})(?=.)`, "g"), "$1\n");

/** Any part of the key that an attacker could use, in any spelling, must not be in what is printed. */
export function expectNoPartOf(key: Key, printed: string): void {
  for (const spelling of [
    key.scalar.toString("hex"),
    key.scalar.toString("base64url"),
    key.sec1,
    ...Object.values(key.spellings),
  ]) {
    // Beginnings of DER and PEM are the same for all keys; 12 characters out of the middle of the secret are not.
    for (let at = 0; at + 12 <= spelling.length; at += 12) {
      const part = spelling.slice(at, at + 12);
      if (isSecret(part, key)) expect(printed.toLowerCase()).not.toContain(part.toLowerCase());
    }
  }
}

/** Whether the part tells something of the scalar: it is in no spelling of another key, and not of the public key. */
function isSecret(part: string, key: Key): boolean {
  return (
    !key.publicKey.includes(part.toLowerCase()) && !reference.some((spelling) => spelling.includes(part))
  );
}

const reference = Object.values(newKey().spellings);
