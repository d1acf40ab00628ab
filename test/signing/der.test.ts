import { generateKeyPairSync, type KeyObject, sign as nodeSign, verify as nodeVerify } from "node:crypto";
import fc from "fast-check";
import { SigningError } from "../../signing";
import { rawSignature } from "../../signing/der";
import { integer, sequence, tlv } from "../support/keys/der";
import { p256 } from "../support/keys/vectors";

const hex = (text: string) => Buffer.from(text, "hex");
const pad = (value: bigint) => value.toString(16).padStart(64, "0");

/** DER signatures as KMS makes them, 1,000 at least, and more until r and s have each been short and with the high bit set. */
function signatures(privateKey: KeyObject): Array<readonly [message: Buffer, der: Buffer]> {
  const found: Array<readonly [Buffer, Buffer]> = [];
  const lengths = { r: new Set<number>(), s: new Set<number>() };
  const seen = () => [lengths.r, lengths.s].every((set) => set.has(33) && set.has(32) && set.has(31));
  while (found.length < 1000 || !seen()) {
    const message = Buffer.from(`message ${found.length}`);
    const der = nodeSign("sha256", message, privateKey);
    const r = der[3] ?? 0;
    lengths.r.add(r);
    lengths.s.add(der[5 + r] ?? 0);
    found.push([message, der]);
  }
  return found;
}

test("1,000 DER signatures, short and high r and s among them, all become 64 bytes that verify", () => {
  const { privateKey, publicKey: key } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const made = signatures(privateKey);
  const wrong = made.filter(([message, der]) => {
    const raw = rawSignature(der);
    return raw.length !== 64 || !nodeVerify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, raw);
  });
  expect(made.length).toBeGreaterThanOrEqual(1000);
  expect(wrong).toEqual([]);
});

const inRange = fc
  .oneof(
    fc.bigInt({ min: 1n, max: p256.n - 1n }),
    fc.bigInt({ min: 1n, max: 70_000n }),
    fc.constant(p256.n - 1n),
  )
  .map(BigInt);

test("every r and s from 1 to n-1 is padded on the left, and stays what it is", () => {
  fc.assert(
    fc.property(inRange, inRange, (r, s) => {
      expect(rawSignature(sequence(integer(r), integer(s))).toString("hex")).toBe(pad(r) + pad(s));
    }),
  );
});

/** The number with a sign bit where it should have none, with zeros in front, of another tag, and so on. */
const good = integer(5n);
const malformed: Record<string, Buffer> = {
  nothing: Buffer.alloc(0),
  "a raw signature": Buffer.alloc(64, 1),
  "no sequence": tlv(0x31, good, good),
  "one number": sequence(good),
  "three numbers": sequence(good, good, good),
  "something after it": Buffer.concat([sequence(good, good), Buffer.of(0)]),
  "an octet string for s": sequence(good, tlv(0x04, Buffer.of(5))),
  zero: sequence(integer(0n), good),
  "an empty number": sequence(tlv(0x02), good),
  "the smallest negative number": sequence(good, tlv(0x02, Buffer.of(0x80))),
  "a negative number": sequence(good, tlv(0x02, Buffer.of(0x85))),
  "a zero too many": sequence(good, tlv(0x02, Buffer.of(0, 5))),
  n: sequence(good, integer(p256.n)),
  "33 digits": sequence(integer(1n << 256n), good),
  "a length of more bytes than it needs": hex("308106020105020105"),
  "an indefinite length": hex("30800201050201050000"),
};

test.each(Object.keys(malformed))("refuses %s", (name) => {
  expect(() => rawSignature(malformed[name] as Buffer)).toThrow(
    expect.objectContaining({ name: "SigningError", code: "bad-signature" }),
  );
});

test("what is cut off, or has a byte changed, is refused or is the one encoding of another signature", () => {
  const change = fc.record({
    r: inRange,
    s: inRange,
    at: fc.nat(80),
    byte: fc.integer({ min: 0, max: 255 }),
  });
  fc.assert(
    fc.property(change, ({ r, s, at, byte }) => {
      const der = sequence(integer(r), integer(s));
      expect(() => rawSignature(der.subarray(0, at % der.length))).toThrow(SigningError);
      der[at % der.length] = byte;
      expectCanonicalOrRefused(der);
    }),
    { numRuns: 500 },
  );
});

test("bytes of any kind are refused in the same way", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => expectCanonicalOrRefused(bytes)));
});

function expectCanonicalOrRefused(der: Uint8Array): void {
  try {
    const raw = rawSignature(der).toString("hex");
    const [r, s] = [BigInt(`0x${raw.slice(0, 64)}`), BigInt(`0x${raw.slice(64)}`)];
    expect(sequence(integer(r), integer(s))).toEqual(Buffer.from(der));
  } catch (error) {
    expect(error).toBeInstanceOf(SigningError);
  }
}
