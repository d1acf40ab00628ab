import { createHash, createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import fc from "fast-check";
import { derivePublicKey } from "../../../keys/curve";
import { anyCharacter } from "../../support/for-all";
import { seededKey } from "../../support/keys/grammar/key";
import { newKey, scan } from "../../support/keys/spellings";
import { examplePairText, rfc6979 } from "../../support/keys/vectors";

const key = newKey();
const pem = (type: "rsa" | "ed25519" | "ec", namedCurve = "secp256k1", cipher = {}) =>
  generateKeyPairSync(
    type as "ec",
    {
      namedCurve,
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem", ...cipher },
    } as never,
  ) as unknown as { publicKey: string; privateKey: string };

describe("no private key is seen in", () => {
  const spki = createPrivateKey(key.sec1);
  const point = Buffer.from(key.publicKey, "hex");
  test.each([
    ["a public key's point", key.publicKey],
    ["a public key's PEM", pem("ec", "P-256").publicKey],
    ["a public JWK", JSON.stringify({ ...key.jwk, d: undefined })],
    ["base64 of a point", point.toString("base64")],
    [
      "SHA-256 digests",
      Array.from({ length: 500 }, (_, i) => createHash("sha256").update(`${i}`).digest("hex")).join("\n"),
    ],
    [
      "a lock file's hashes",
      Array.from({ length: 99 }, () => `"h1:${randomBytes(32).toString("base64")}",`).join("\n"),
    ],
    ["random base64", randomBytes(300_000).toString("base64")],
    ["random bytes", randomBytes(1_000_000)],
    ["a PEM cut off within its scalar", key.sec1.slice(0, 60)],
    ["DER cut off within its scalar", key.sec1Der.subarray(0, 38)],
    ["hex of PEM cut off within its scalar", Buffer.from(key.sec1).toString("hex").slice(0, 120)],
    ["a manual's placeholder", "-----BEGIN EC PRIVATE KEY-----\n...\n-----END EC PRIVATE KEY-----"],
    ["a bare scalar whose public key nobody knows", key.scalar.toString("hex")],
    ["nothing", ""],
  ])("%s", (_, input) => {
    expect(spki.type).toBe("private");
    expect(scan(input, { knownPublicKeys: new Map([[newKey().publicKey, "another"]]) }).leaks).toEqual([]);
  });

  test("any text, whatever it is", () => {
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (text) => scan(text).leaks.length === 0));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => scan(bytes).leaks.length === 0));
  });
});

test("a scalar that is zero, or not below the curve's order, is no key", () => {
  for (const octets of ["00".repeat(32), "ff".repeat(32)]) {
    expect(derivePublicKey(Buffer.from(octets, "hex"))).toBeUndefined();
    const der = key.sec1Der.toString("hex").replace(key.scalar.toString("hex"), octets);
    expect(scan(der).leaks).toEqual([]);
  }
});

test("in a set of keys, another curve's d is not taken for P-256's", () => {
  const { d } = createPrivateKey(pem("ec").privateKey).export({ format: "jwk" });
  const set = JSON.stringify({
    keys: [
      { ...key.jwk, d: undefined },
      { kty: "EC", crv: "secp256k1", d },
    ],
  });
  expect(scan(set).leaks).toEqual([]);
});

test.each([
  ["RSA", "other-key", () => pem("rsa").privateKey],
  ["Ed25519", "other-key", () => pem("ed25519").privateKey],
  ["secp256k1", "other-key", () => pem("ec").privateKey],
  [
    "encrypted",
    "encrypted-key",
    () => pem("ec", "P-256", { cipher: "aes-256-cbc", passphrase: "x" }).privateKey,
  ],
])("a private key that is no API user's in the clear (%s) is told apart", (_, kind, make) => {
  const { leaks } = scan(`line\n${make()}`);
  expect(leaks).toEqual([expect.objectContaining({ kind, line: 2 })]);
  expect(leaks[0]?.publicKey).toBeUndefined();
});

test("a key whose base64 begins a line with +, as a diff's lines do, is one key and no other beside it", () => {
  const keys = Array.from({ length: 300 }, (_, seed) => seededKey(`line ${seed}`));
  const diffLike = keys.filter(({ pkcs8, sec1 }) => /^\+/m.test(pkcs8 + sec1));
  expect(diffLike.length).toBeGreaterThan(5);
  for (const { pkcs8, sec1, publicKey } of diffLike)
    for (const pem of [pkcs8, sec1])
      expect(scan(pem).leaks).toEqual([expect.objectContaining({ kind: "private-key", publicKey })]);
});

describe("keys published as test vectors", () => {
  test("are told apart, with where they were published", () => {
    const [leak] = scan(examplePairText).leaks;
    expect(leak).toMatchObject({ kind: "published-key", publishedIn: expect.stringContaining("Ledger") });
  });

  test("are leaks if somebody has registered them", () => {
    const knownPublicKeys = new Map([[rfc6979.publicKey, "careless bot"]]);
    const [leak] = scan(`key: ${rfc6979.scalar}`, { knownPublicKeys }).leaks;
    expect(leak).toMatchObject({ kind: "private-key", user: "careless bot" });
  });
});
