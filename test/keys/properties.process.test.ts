import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import {
  convert,
  diagnose,
  encodePrivateKey,
  KeyError,
  parsePrivateKey,
  parsePublicKey,
  verify,
} from "../../keys";
import { anyCharacter } from "../support/for-all";
import { oid, pem, SEC1, sec1 } from "../support/keys/der";
import { allMistakes } from "../support/keys/mistakes";
import { example, p256 } from "../support/keys/vectors";

/** Private keys over the whole range, its ends among them, as SEC1 without the public key. */
const privateKeys = fc
  .oneof(fc.bigInt(1n, p256.n - 1n), fc.bigInt(1n, 1000n), fc.bigInt(p256.n - 1000n, p256.n - 1n))
  .map((number) =>
    parsePrivateKey(pem(SEC1, sec1(Buffer.from(number.toString(16).padStart(64, "0"), "hex"), oid.p256))),
  );

test("a private key survives being encoded and parsed, whatever the number", () => {
  fc.assert(
    fc.property(privateKeys, (key) => {
      const again = parsePrivateKey(encodePrivateKey(key.privateKeyPem));
      expect(again.publicKey).toBe(key.publicKey);
      expect(again.privateKeyPem).toEqual(key.privateKeyPem);
      expect(key.privateKeyPem).toHaveLength(227);
      expect(parsePublicKey(key.publicKey)).toBe(key.publicKey);
    }),
  );
});

test("a signature verifies with its own key and message alone", () => {
  fc.assert(
    fc.property(privateKeys, fc.uint8Array(), fc.uint8Array({ minLength: 1 }), (key, message, more) => {
      const signature = key.sign(message);
      expect(verify(key.publicKey, message, signature)).toBe(true);
      expect(verify(key.publicKey, Buffer.concat([message, more]), signature)).toBe(false);
    }),
  );
});

test("convert does not change what it has converted", () => {
  fc.assert(
    fc.property(fc.constantFrom(...allMistakes.filter(({ convertible }) => convertible)), ({ input }) => {
      const once = convert(input);
      const twice = convert(once.kind === "private" ? once.privateKeyHex : once.publicKey);
      expect(twice).toEqual(once);
    }),
  );
});

const flips = fc.record({ at: fc.nat(129), by: fc.integer({ min: 1, max: 15 }) });

test("one wrong digit in a public key is refused", () => {
  fc.assert(
    fc.property(privateKeys, flips, ({ publicKey }, { at, by }) => {
      const digit = (Number.parseInt(publicKey[at] as string, 16) ^ by).toString(16);
      const wrong = publicKey.slice(0, at) + digit + publicKey.slice(at + 1);
      expect(() => parsePublicKey(wrong)).toThrow(KeyError);
      expect(diagnose(wrong).accepted).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test("a private key with a wrong byte is refused, unless the byte makes no difference to the key", () => {
  const { pem: original } = example;
  fc.assert(
    fc.property(fc.nat(226), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Buffer.from(original);
      changed[at] = (changed[at] as number) ^ by;
      // The public key inside is a checksum: a changed number alone, or a changed point alone, does not match it.
      const { accepted, publicKey } = diagnose(changed);
      if (accepted) expect(publicKey).toBe(example.publicKey);
    }),
    { numRuns: 500 },
  );
});

const strange = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ maxLength: 300, unit: anyCharacter }),
  fc.stringMatching(/^[0-9a-f]{0,300}$/),
  fc.base64String({ maxLength: 300 }),
  fc.json(),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => pem(SEC1, bytes)),
  fc
    .uint8Array({ maxLength: 200 })
    .map((bytes) => Buffer.concat([Buffer.of(0x30, bytes.length & 0x7f), bytes])),
  fc
    .record({
      kty: fc.constantFrom("EC", "OKP"),
      crv: fc.anything(),
      x: fc.anything(),
      y: fc.anything(),
      d: fc.anything(),
    })
    .map((jwk) => JSON.stringify(jwk, (_, value) => (typeof value === "bigint" ? `${value}` : value)) ?? ""),
);

/** Real keys, damaged: closer to every branch than anything random. */
const damaged = fc
  .tuple(fc.constantFrom(...allMistakes), fc.nat(), fc.nat(), fc.uint8Array({ maxLength: 4 }))
  .map(([{ input }, from, length, insert]) => {
    const bytes = Buffer.from(input);
    const start = from % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, start), insert, bytes.subarray(start + (length % 5))]);
  });

/** What a call throws. A matcher for each of thousands of values would take as long as what it looks at. */
function thrown(use: (input: string | Uint8Array) => unknown, input: string | Uint8Array): unknown[] {
  try {
    use(input);
    return [];
  } catch (error) {
    return [error];
  }
}

test("diagnose never throws, and the others throw KeyError only, for whatever they are given", () => {
  fc.assert(
    fc.property(fc.oneof(strange, damaged), (input) => {
      const { accepted, what, fix, publicKey } = diagnose(input);
      const errors = [parsePrivateKey, parsePublicKey, convert].flatMap((use) => thrown(use, input));
      return (
        typeof (accepted ? publicKey : what) === "string" &&
        (accepted || fix !== undefined) &&
        errors.every((error) => error instanceof KeyError)
      );
    }),
    { numRuns: 3000 },
  );
});

test("a public key made by node, in SPKI, is read as the same point", () => {
  for (let i = 0; i < 50; i++) {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const spki = publicKey.export({ type: "spki", format: "der" });
    expect(diagnose(spki).publicKey).toBe(spki.subarray(-65).toString("hex"));
  }
});
