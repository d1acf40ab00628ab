import { createPrivateKey, createPublicKey } from "node:crypto";
import { inspect } from "node:util";
import { p256 } from "@noble/curves/nist";
import { encodePrivateKey, generateKeyPair, parsePrivateKey } from "../../keys";
import { example } from "../support/keys/vectors";

describe("a generated key pair", () => {
  test("has the forms of Ledger's samples", () => {
    const { publicKey, privateKeyPem } = generateKeyPair();
    expect(publicKey).toMatch(/^04[0-9a-f]{128}$/);
    const lines = privateKeyPem.toString("latin1").split("\n");
    expect(lines.map(({ length }) => length)).toEqual([30, 64, 64, 36, 28, 0]);
    expect(lines[0]).toBe(example.pem.toString().split("\n")[0]);
    expect(privateKeyPem).toHaveLength(example.pem.length);
  });

  test("belongs together", () => {
    const { publicKey, privateKeyPem } = generateKeyPair();
    const spki = createPublicKey(createPrivateKey(privateKeyPem)).export({ type: "spki", format: "der" });
    expect(spki.subarray(-65).toString("hex")).toBe(publicKey);
  });

  test("is another each time", () => {
    const made = Array.from({ length: 100 }, () => generateKeyPair().publicKey);
    expect(new Set(made).size).toBe(100);
  });

  test("is thrown away where the two implementations disagree on its public key", () => {
    const scalar = Buffer.alloc(32, 7);
    const [random, wipe] = [jest.spyOn(p256.utils, "randomSecretKey"), jest.spyOn(Buffer.prototype, "fill")];
    random.mockReturnValue(scalar);
    const wrong = Buffer.from(example.publicKey, "hex");
    const publicKey = jest.spyOn(p256, "getPublicKey").mockReturnValue(wrong);
    expect(() => generateKeyPair()).toThrow(expect.objectContaining({ code: "generation-failed" }));
    // The number, and the PEM of it.
    expect(wipe.mock.contexts.map(({ length }) => length)).toEqual([227, 32]);
    for (const bytes of wipe.mock.contexts) expect([...bytes].every((byte) => byte === 0)).toBe(true);
    for (const spy of [random, wipe, publicKey]) spy.mockRestore();
  });

  test("is gone after wipe", () => {
    const pair = generateKeyPair();
    pair.wipe();
    expect(pair.privateKeyPem.every((byte) => byte === 0)).toBe(true);
  });

  test.each([
    ["a generated pair", () => generateKeyPair()],
    ["a parsed key", () => parsePrivateKey(example.pem)],
  ])("%s shows its public key only to a logger", (_, make) => {
    const key = make();
    for (const text of [JSON.stringify(key), inspect(key, { depth: 9 }), String(key)]) {
      expect(text).not.toMatch(/PRIVATE|2d2d2d|"data"|Buffer/);
    }
    expect(JSON.parse(JSON.stringify(key))).toEqual({ publicKey: key.publicKey });
  });
});

describe("encodePrivateKey", () => {
  test("gives the guide's hex for the guide's PEM", () => {
    expect(encodePrivateKey(example.pem)).toBe(example.privateKeyHex);
  });

  test("does not encode twice, nor anything else but SEC1 PEM", () => {
    for (const bytes of [
      Buffer.from(example.privateKeyHex),
      Buffer.from(example.publicKey, "hex"),
      Buffer.alloc(227),
    ])
      expect(() => encodePrivateKey(bytes)).toThrow(
        expect.objectContaining({ name: "KeyError", code: "not-sec1" }),
      );
  });
});
