import { createPublicKey, verify as nodeVerify } from "node:crypto";
import { convert, generateKeyPair, KeyError, parsePrivateKey, verify } from "../../keys";
import { spki } from "../support/keys/der";
import { example, p256, rfc6979, rfc7515 } from "../support/keys/vectors";

const hex = (text: string) => Buffer.from(text, "hex");

describe("verify", () => {
  test.each(
    Object.entries(rfc6979.signatures),
  )("accepts RFC 6979's signature of %s", (message, signature) => {
    expect(verify(rfc6979.publicKey, message, hex(signature))).toBe(true);
    expect(verify(rfc6979.publicKey, Buffer.from(message), hex(signature))).toBe(true);
    expect(verify(rfc6979.publicKey.toUpperCase(), message, hex(signature))).toBe(true);
    expect(verify(rfc6979.publicKey, `${message} `, hex(signature))).toBe(false);
    expect(verify(example.publicKey, message, hex(signature))).toBe(false);
  });

  test("accepts RFC 7515's ES256 signature", () => {
    const { publicKey } = convert(JSON.stringify(rfc7515.jwk));
    expect(verify(publicKey, rfc7515.signingInput, Buffer.from(rfc7515.signature, "base64url"))).toBe(true);
  });

  test("accepts low s and high s: the signer's s stands", () => {
    const signature = hex(rfc6979.signatures.sample);
    const s = BigInt(`0x${signature.toString("hex", 32)}`);
    expect(s > p256.n / 2n).toBe(true);
    const low = Buffer.concat([signature.subarray(0, 32), hex((p256.n - s).toString(16).padStart(64, "0"))]);
    expect(verify(rfc6979.publicKey, "sample", low)).toBe(true);
  });

  test("refuses zero, n and DER, whatever the message", () => {
    const zero = Buffer.alloc(32);
    const n = hex(p256.n.toString(16));
    const [r, s] = [hex(rfc6979.signatures.test.slice(0, 64)), hex(rfc6979.signatures.test.slice(64))];
    for (const parts of [[zero, zero], [r, zero], [zero, s], [n, s], [r, n], [r], [r, s, Buffer.of(0)], []])
      expect(verify(rfc6979.publicKey, "test", Buffer.concat(parts))).toBe(false);
    const der = Buffer.concat([Buffer.of(0x30, 69, 2, 33, 0), r, Buffer.of(2, 32), s]);
    expect(verify(rfc6979.publicKey, "test", der)).toBe(false);
  });

  test("throws for a public key that is none", () => {
    const offCurve = rfc6979.publicKey.replace(/9$/, "8");
    expect(() => verify(offCurve, "test", Buffer.alloc(64))).toThrow(KeyError);
  });
});

describe("sign", () => {
  test("gives 64 bytes that verify, here and by node's crypto", () => {
    const pair = generateKeyPair();
    const key = parsePrivateKey(pair.privateKeyPem);
    const nodeKey = createPublicKey({ key: spki(hex(pair.publicKey)), format: "der", type: "spki" });
    for (const message of ["", "sample", Buffer.alloc(100_000, 7), "✓"]) {
      const signature = key.sign(message);
      expect(signature).toHaveLength(64);
      expect(verify(pair.publicKey, message, signature)).toBe(true);
      const options = { key: nodeKey, dsaEncoding: "ieee-p1363" } as const;
      expect(nodeVerify("sha256", Buffer.from(message), options, signature)).toBe(true);
    }
  });

  test("is 64 bytes also when r or s is short", () => {
    const key = parsePrivateKey(example.pem);
    const signatures = Array.from({ length: 1500 }, () => key.sign("x"));
    expect(signatures.some((signature) => signature[0] === 0 || signature[32] === 0)).toBe(true);
    expect(signatures.every((signature) => signature.length === 64)).toBe(true);
    expect(signatures.every((signature) => verify(example.publicKey, "x", signature))).toBe(true);
  });
});
