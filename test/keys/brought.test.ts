/** Keys as people really brought them, each with the right answer of the six who share the recogniser. */
import { diagnose } from "../../keys";
import { bits, integer, octets, oid, pem, SEC1, sec1, sequence, tagged } from "../support/keys/der";
import { seededKey } from "../support/keys/grammar/key";
import { audited, auditedInLog, converted, imported, leftOf, refusal, stopped } from "../support/keys/users";

const key = seededKey("as people brought it", 0x6b);
/** 31 bytes, and one with its first bit set. */
const short = seededKey("short, as people brought it", 0);
const long = seededKey("long, as people brought it", 0x8b);

type Key = typeof key;
const hex = ({ scalar }: Key) => scalar.toString("hex");
const xOf = ({ publicKey }: Key) => publicKey.slice(2, 66);
const coordinates = ({ publicKey }: Key) => publicKey.slice(2);
const base64 = (digits: string) => Buffer.from(digits, "hex").toString("base64");
const pairs = (digits: string) => (digits.match(/../g) ?? []).join(":");
const jwkWith = (of: Key, more: object) => JSON.stringify({ ...of.jwk, ...more });
const opensslText = (of: Key) =>
  `Private-Key: (256 bit)\npriv:\n${(pairs(hex(of)).match(/.{1,45}/g) ?? []).map((line) => `    ${line}\n`).join("")}pub:\n${(pairs(of.publicKey).match(/.{1,45}/g) ?? []).map((line) => `    ${line}\n`).join("")}ASN1 OID: prime256v1\n`;

/** How a private key is written, and what its audit needs to know it: nothing, or its point beside it. */
const PRIVATE: readonly (readonly [name: string, of: Key, spell: (of: Key) => string, bare?: "bare"])[] = [
  ["hex with 00 in front", key, (of) => `00${hex(of)}`, "bare"],
  ["base64 of 33 bytes", key, (of) => base64(`00${hex(of)}`), "bare"],
  ["hex of 31 bytes", short, (of) => hex(of).slice(2), "bare"],
  ["hex behind an x", key, (of) => `x${hex(of)}`, "bare"],
  ["hex in quotes behind an x", key, (of) => `x'${hex(of)}'`, "bare"],
  ["hex with colons", key, (of) => pairs(hex(of)), "bare"],
  ["decimal", key, (of) => BigInt(`0x${hex(of)}`).toString(), "bare"],
  ["an OCTET STRING", key, (of) => octets(of.scalar).toString("hex"), "bare"],
  ["04, X, Y, D in hex", key, (of) => of.publicKey + hex(of)],
  ["04, X, Y, D in base64", key, (of) => base64(of.publicKey + hex(of))],
  ["D, X, Y in hex", key, (of) => hex(of) + coordinates(of)],
  ["D, X, Y in base64", key, (of) => base64(hex(of) + coordinates(of))],
  ["a set of JWKs", key, (of) => `{"keys":[${jwkWith(of, {})}]}`],
  ["a JWK in single quotes", key, (of) => jwkWith(of, {}).replaceAll('"', "'")],
  [
    "a JWK whose number has 33 bytes",
    long,
    (of) => jwkWith(of, { d: Buffer.from(`00${hex(of)}`, "hex").toString("base64url") }),
  ],
  [
    "a JWK whose number has 31 bytes",
    short,
    (of) => jwkWith(of, { d: of.scalar.subarray(1).toString("base64url") }),
  ],
  ["a JWK whose number is in hex", key, (of) => jwkWith(of, { d: hex(of) })],
  ["a JWK all in hex", key, (of) => jwkWith(of, { x: xOf(of), y: of.publicKey.slice(66), d: hex(of) })],
  ["a JWK with 0x and 00", long, (of) => jwkWith(of, { x: `0x${xOf(of)}`, d: `0x00${hex(of)}` })],
  ["a JWK on secp256r1", key, (of) => jwkWith(of, { crv: "secp256r1" })],
  ["d=… Q=…", long, (of) => `d=00${hex(of)} Q=${of.publicKey}`],
  ["openssl ec -text", key, opensslText],
  [
    "the curve in the block in front",
    key,
    (of) =>
      pem("EC PARAMETERS", oid.p256) +
      pem(SEC1, sec1(of.scalar, undefined, Buffer.from(of.publicKey, "hex"))),
  ],
  ["PEM with two backslashes and n", key, (of) => of.sec1.replaceAll("\n", "\\\\n")],
  ["PEM with a no-break space in its boundary", key, (of) => of.sec1.replace("BEGIN EC", "BEGIN\u00a0EC")],
  ["PEM with smart dashes", key, (of) => of.sec1.replaceAll("-----", "\u2014\u2013")],
  ["PEM with four dashes", key, (of) => of.sec1.replaceAll("-----", "----")],
  ["hex of PEM with colons", key, (of) => pairs(Buffer.from(of.sec1).toString("hex"))],
];

describe.each(PRIVATE.map(([name, of, spell, bare]) => ({ name, of, spell, bare })))("$name", ({
  of,
  spell,
  bare,
}) => {
  const text = spell(of);
  const { publicKey } = of;

  test("is a private key to inspect, which converts it and warns", () => {
    expect(["private", "pair"]).toContain(diagnose(text).kind);
    expect(diagnose(text).publicKey).toBe(publicKey);
    expect(converted(text)).toBe(publicKey);
  });

  test("is refused by import-key, and not as a public key", () => {
    expect(imported(text)).not.toMatch(/taken|public|unrecognised/);
  });

  test("is found by audit, in a file and in a log", () => {
    const given = bare ? `${text}\npublic: ${publicKey}` : text;
    expect(audited(Buffer.from(given))).toContain(publicKey);
    expect(auditedInLog(given)).toContain(publicKey);
    if (bare) expect(auditedInLog(text)).toEqual([]);
  });

  test("is refused by credentials put as the user's own", () => {
    expect(refusal(text, publicKey)).toMatch(/is a private key of/);
  });

  test("stops YAML, and is taken out of messages", () => {
    expect(stopped(bare ? `${text}\n# public: ${publicKey}` : text)).toBe(true);
    const { x, y } = of.jwk as { x: string; y: string };
    expect(leftOf(text, spell(seededKey("another", of.scalar[0])), [x, y, publicKey, pairs(publicKey)])).toBe(
      undefined,
    );
  });
});

test.each([
  "utf16le",
  "utf16be",
] as const)("PEM in %s, with its mark or without, is accepted and found", (encoding) => {
  for (const mark of ["\ufeff", ""]) {
    const bytes = Buffer.from(mark + key.sec1, "utf16le");
    const file = encoding === "utf16be" ? bytes.swap16() : bytes;
    expect(diagnose(file)).toMatchObject({ kind: "private", accepted: true, publicKey: key.publicKey });
    expect(audited(file)).toEqual([key.publicKey]);
  }
});

test("a point in an OCTET STRING is a public key in a form that converts", () => {
  const text = octets(Buffer.from(key.publicKey, "hex")).toString("hex");
  expect(diagnose(text)).toMatchObject({ kind: "public", code: "not-a-point", convertible: true });
  expect(converted(text)).toBe(key.publicKey);
  expect(audited(Buffer.from(text))).toEqual([]);
});

test("a private key that stands in other text is said to be one before anything else", () => {
  expect(diagnose(`{"keys":[${jwkWith(key, {})}]}`).warning).toMatch(/^THIS IS A PRIVATE KEY: /);
  expect(diagnose(key.sec1).warning).toBeUndefined();
  expect(diagnose(key.publicKey).warning).toBeUndefined();
});

test("advice is never to make another key, or to copy again, where the pasted key is good", () => {
  for (const [, of, spell] of PRIVATE) expect(diagnose(spell(of)).fix).toMatch(/--convert/);
});

test("a number that nobody knows is a secret like any other to credentials put, but not as a list or in decimal", () => {
  const stranger = seededKey("nobody's", 0x11);
  expect(refusal(stranger.scalar.toString("base64url"), key.publicKey)).toBeUndefined();
  expect(refusal(hex(stranger), key.publicKey)).toBeUndefined();
  expect(refusal(pairs(hex(stranger)), key.publicKey)).toMatch(/is a private key/);
  expect(refusal(BigInt(`0x${hex(stranger)}`).toString(), key.publicKey)).toMatch(/is a private key/);
});

test("what only has the fields of an encrypted key, or of a certificate request, is not called one", () => {
  const sha256 = Buffer.from("0609608648016503040201", "hex");
  const digest = sequence(sequence(sha256), octets(key.scalar));
  expect(diagnose(digest)).toMatchObject({ code: "unrecognised" });
  const any = sequence();
  const certificateOfVersion1 = sequence(sequence(integer(5n), any, any, any, any, any), any, bits(any));
  expect(diagnose(certificateOfVersion1).what).toMatch(/a certificate,/);
  const request = sequence(sequence(integer(0n), any, any, tagged(0, any)), any, bits(any));
  expect(diagnose(request).what).toMatch(/a certificate request,/);
});
