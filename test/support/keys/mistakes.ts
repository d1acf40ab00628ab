import { createECDH, createPrivateKey, generateKeyPairSync } from "node:crypto";
import type { KeyErrorCode } from "../../../keys";
import { bits, integer, octets, oid, pem, pkcs8, SEC1, sec1, sequence, spki, tagged, tlv } from "./der";
import { openssl } from "./tools";
import { example, examplePairText, p256, rfc6979, rfc7515 } from "./vectors";

/** A mistake that people make with a key, and what should be said of it. */
export interface Mistake {
  readonly name: string;
  readonly input: string | Uint8Array;
  readonly kind: "private" | "public" | "pair" | "other";
  readonly code: KeyErrorCode;
  /** The public key that should be named and that `convert` should keep; absent where there is none. */
  readonly publicKey?: string;
  readonly convertible?: boolean;
  /** Words that the answer should have in problem or form. */
  readonly says?: RegExp;
  /** The private scalar inside: 32 bytes (or more), which nothing may say. */
  readonly secret?: Uint8Array;
}

const hex = (text: string) => Buffer.from(text, "hex");
const bytes = (value: bigint) => hex(value.toString(16).padStart(64, "0"));

/** The scalar of a PEM that openssl made: OpenSSL itself says which. */
function scalarOf(key: string | Buffer): Buffer {
  const { d } = createPrivateKey(key).export({ format: "jwk" });
  return Buffer.from(d as string, "base64url");
}

/** The uncompressed point of a PEM, by OpenSSL. */
const pointOf = (key: Uint8Array, ...more: string[]) =>
  openssl(["ec -pubout -outform DER -conv_form uncompressed", ...more].join(" "), key).subarray(-65);

const key = openssl("ecparam -name prime256v1 -genkey -noout");
const scalar = scalarOf(key);
const point = pointOf(key);
const publicKey = point.toString("hex");
const jwkOf = (pem: Buffer) => createPrivateKey(pem).export({ format: "jwk" });
const other = openssl("ecparam -name prime256v1 -genkey -noout");
const der = openssl("ec -outform DER", key);
const compressed = Buffer.concat([Buffer.of(2 + ((point[64] as number) & 1)), point.subarray(1, 33)]);
const hybrid = Buffer.concat([Buffer.of(6 + ((point[64] as number) & 1)), point.subarray(1)]);
const spkiPem = openssl("ec -pubout", key);

/** Private keys whose points have an x that begins as DER does: with a SEQUENCE of the right length, or of a longer one. */
const likeDer = [82_845n, 107_099n].map((number) => {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(bytes(number));
  return ecdh.getPublicKey("hex");
});

const koblitz = createECDH("secp256k1");
koblitz.generateKeys();
const koblitzPoint = koblitz.getPublicKey();

const ours = { publicKey, convertible: true };
const secret = { secret: scalar };

/** Curve parameters written out; by default P-256's, with the parameters that are given in their place. */
const parameters = ({
  a = p256.p - 3n,
  b = p256.b,
  base = rfc6979Base(),
  n = p256.n,
  cofactor = [integer(1n)] as Uint8Array[],
} = {}): Buffer =>
  sequence(
    integer(1n),
    sequence(oid.primeField, integer(p256.p)),
    sequence(octets(bytes(a)), octets(bytes(b))),
    octets(base),
    integer(n),
    ...cofactor,
  );

/** P-256's base point: the public key of the private key 1. */
function rfc6979Base(): Buffer {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(bytes(1n));
  return ecdh.getPublicKey();
}

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed25519 = generateKeyPairSync("ed25519");
const edPem = ed25519.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
const edSecret = { secret: scalarOf(edPem) };

const wrongCurve = (name: string): Mistake[] => {
  const made = openssl(`ecparam -name ${name} -genkey -noout`);
  const hidden = openssl("ec -outform DER", made);
  const its = { secret: hidden.subarray(7, 7 + 24), code: "wrong-curve" } as const;
  return [
    { name: `${name}, SEC1`, input: made, kind: "private", ...its },
    { name: `${name}, hex of SEC1`, input: made.toString("hex"), kind: "private", ...its },
    { name: `${name}, PKCS#8`, input: openssl("pkcs8 -topk8 -nocrypt", made), kind: "private", ...its },
    { name: `${name}, SPKI`, input: openssl("ec -pubout", made), kind: "public", ...its },
    {
      name: `${name}, explicit parameters`,
      input: openssl("ec -param_enc explicit", made),
      kind: "private",
      ...its,
    },
  ];
};

const wrongAlgorithms: Mistake[] = [
  {
    name: "RSA, PKCS#8",
    input: rsa.privateKey.export({ type: "pkcs8", format: "pem" }),
    kind: "private",
    code: "wrong-algorithm",
    says: /RSA/,
  },
  {
    name: "RSA, PKCS#1",
    input: rsa.privateKey.export({ type: "pkcs1", format: "pem" }),
    kind: "private",
    code: "wrong-algorithm",
    says: /RSA/,
  },
  {
    name: "RSA, SPKI",
    input: rsa.publicKey.export({ type: "spki", format: "pem" }),
    kind: "public",
    code: "wrong-algorithm",
    says: /RSA/,
  },
  {
    name: "RSA public, PKCS#1",
    input: rsa.publicKey.export({ type: "pkcs1", format: "pem" }),
    kind: "public",
    code: "wrong-algorithm",
    says: /RSA/,
  },
  { name: "Ed25519", input: edPem, kind: "private", code: "wrong-algorithm", says: /Ed25519/, ...edSecret },
  {
    name: "Ed25519, JWK",
    input: JSON.stringify(ed25519.privateKey.export({ format: "jwk" })),
    kind: "private",
    code: "wrong-algorithm",
    says: /Ed25519/,
    ...edSecret,
  },
  {
    name: "Ed25519, SSH line",
    input: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHcRCpPcR7RJ0vTNXhbqTQOGeZHcCHgqV7Mpfdd6QmZD me@host",
    kind: "public",
    code: "wrong-algorithm",
    says: /Ed25519/,
  },
];

const wrongPrivateForms: Mistake[] = [
  {
    name: "PKCS#8",
    input: openssl("pkcs8 -topk8 -nocrypt", key),
    kind: "private",
    code: "not-sec1",
    ...ours,
    ...secret,
  },
  {
    name: "PKCS#8 in hex",
    input: openssl("pkcs8 -topk8 -nocrypt", key).toString("hex"),
    kind: "private",
    code: "not-sec1",
    ...ours,
    ...secret,
  },
  {
    name: "an EC PARAMETERS block in front (openssl ecparam -genkey)",
    input: Buffer.concat([openssl("ecparam -name prime256v1"), key]),
    kind: "private",
    code: "extra-text",
    says: /EC PARAMETERS/,
    ...ours,
    ...secret,
  },
  {
    name: "other text around",
    input: `my key:\n${key}\nbye`,
    kind: "private",
    code: "extra-text",
    ...ours,
    ...secret,
  },
  {
    name: "explicit parameters",
    input: openssl("ec -param_enc explicit", key),
    kind: "private",
    code: "explicit-parameters",
    ...ours,
    ...secret,
  },
  {
    name: "explicit parameters in PKCS#8",
    input: pem("PRIVATE KEY", pkcs8(sec1(scalar, undefined, point), parameters())),
    kind: "private",
    code: "explicit-parameters",
    ...ours,
    ...secret,
  },
  {
    name: "explicit parameters that only look like P-256 (another base point)",
    input: pem(SEC1, sec1(scalar, parameters({ base: hex(rfc6979.publicKey) }), point)),
    kind: "private",
    code: "explicit-parameters",
    says: /not those of P-256/,
    ...secret,
  },
  {
    name: "explicit parameters that only look like P-256 (another order)",
    input: pem(SEC1, sec1(scalar, parameters({ n: p256.n - 2n }), point)),
    kind: "private",
    code: "explicit-parameters",
    says: /not those of P-256/,
    ...secret,
  },
  // The cofactors of Wycheproof's ecdh_secp256r1_pem_test: -1, 0, 2 and n.
  ...[Buffer.of(2, 1, 0xff), integer(0n), integer(2n), integer(p256.n)].map(
    (cofactor): Mistake => ({
      name: `explicit parameters with the cofactor ${cofactor.toString("hex").slice(0, 8)}`,
      input: pem("PUBLIC KEY", spki(point, parameters({ cofactor: [cofactor] }))),
      kind: "public",
      code: "explicit-parameters",
      says: /not those of P-256/,
    }),
  ),
  {
    name: "explicit parameters without a cofactor",
    input: pem("PUBLIC KEY", spki(point, parameters({ cofactor: [] }))),
    kind: "public",
    code: "explicit-parameters",
    says: /not those of P-256/,
  },
  {
    name: "explicit parameters that only look like P-256 (another b)",
    input: pem("PUBLIC KEY", spki(point, parameters({ b: p256.b + 1n }))),
    kind: "public",
    code: "explicit-parameters",
    says: /not those of P-256/,
  },
  {
    name: "base64 of the PEM",
    input: key.toString("base64"),
    kind: "private",
    code: "not-hex",
    says: /base64/,
    ...ours,
    ...secret,
  },
  {
    name: "base64url of the PEM",
    input: key.toString("base64url"),
    kind: "private",
    code: "not-hex",
    ...ours,
    ...secret,
  },
  {
    name: "hex of the hex",
    input: Buffer.from(key.toString("hex")).toString("hex"),
    kind: "private",
    code: "not-hex",
    says: /twice/,
    ...ours,
    ...secret,
  },
  {
    name: "base64 of the DER",
    input: der.toString("base64"),
    kind: "private",
    code: "not-pem",
    ...ours,
    ...secret,
  },
  {
    name: "hex of the DER",
    input: der.toString("hex"),
    kind: "private",
    code: "not-pem",
    ...ours,
    ...secret,
  },
  { name: "DER", input: der, kind: "private", code: "not-pem", ...ours, ...secret },
  {
    name: "line breaks written as \\n",
    input: JSON.stringify(key.toString()),
    kind: "private",
    code: "not-pem",
    ...ours,
    ...secret,
  },
  {
    name: "line breaks lost",
    input: key.toString().replaceAll("\n", " "),
    kind: "private",
    code: "not-pem",
    ...ours,
    ...secret,
  },
  {
    name: "a bare number in hex",
    input: scalar.toString("hex"),
    kind: "private",
    code: "bare-scalar",
    ...ours,
    ...secret,
  },
  {
    name: "a bare number in base64",
    input: scalar.toString("base64"),
    kind: "private",
    code: "bare-scalar",
    ...ours,
    ...secret,
  },
  {
    name: "a bare number in binary",
    input: scalar,
    kind: "private",
    code: "bare-scalar",
    ...ours,
    ...secret,
  },
  {
    name: "a JWK",
    input: JSON.stringify(jwkOf(key)),
    kind: "private",
    code: "not-sec1",
    says: /JWK/,
    ...ours,
    ...secret,
  },
  {
    name: "SEC1 under PKCS#8's label",
    input: pem("PRIVATE KEY", der),
    kind: "private",
    code: "not-sec1",
    says: /label/,
    ...ours,
    ...secret,
  },
  {
    name: "SEC1 with a compressed public key inside",
    input: openssl("ec -conv_form compressed", key),
    kind: "private",
    code: "not-sec1",
    says: /compressed/,
    ...ours,
    ...secret,
  },
  {
    name: "SEC1 with a sign byte before the number",
    input: pem(SEC1, sec1(Buffer.concat([Buffer.of(0), scalar]), oid.p256, point)),
    kind: "private",
    code: "not-sec1",
    ...ours,
    ...secret,
  },
];

/** Good keys, of which the curve has to be found out. */
const withoutCurve: Mistake[] = [
  {
    name: "no curve, which the public key inside shows to be P-256",
    input: pem(SEC1, sec1(scalar, undefined, point)),
    kind: "private",
    code: "curve-missing",
    ...ours,
    ...secret,
  },
  {
    name: "no curve, and a number that fits P-256",
    input: pem(SEC1, sec1(scalar)),
    kind: "private",
    code: "curve-missing",
    ...ours,
    ...secret,
  },
];

const uselessPrivateKeys: Mistake[] = [
  {
    name: "encrypted SEC1",
    input: openssl("ec -aes256 -passout pass:x", key),
    kind: "private",
    code: "encrypted",
    ...secret,
  },
  {
    name: "encrypted SEC1 in hex",
    input: openssl("ec -aes256 -passout pass:x", key).toString("hex"),
    kind: "private",
    code: "encrypted",
    ...secret,
  },
  {
    name: "encrypted PKCS#8",
    input: openssl("pkcs8 -topk8 -passout pass:x", key),
    kind: "private",
    code: "encrypted",
    ...secret,
  },
  {
    name: "encrypted PKCS#8 DER",
    input: openssl("pkcs8 -topk8 -passout pass:x -outform DER", key),
    kind: "private",
    code: "encrypted",
    ...secret,
  },
  {
    name: "another key's public key inside",
    input: pem(SEC1, sec1(scalar, oid.p256, pointOf(other))),
    kind: "private",
    code: "halves-do-not-match",
    ...secret,
  },
  {
    name: "no curve, and the public key of another one",
    input: pem(SEC1, sec1(scalar, undefined, koblitzPoint)),
    kind: "private",
    code: "curve-missing",
    ...secret,
  },
  {
    name: "the number 0",
    input: pem(SEC1, sec1(bytes(0n), oid.p256)),
    kind: "private",
    code: "out-of-range",
  },
  {
    name: "the number n",
    input: pem(SEC1, sec1(bytes(p256.n), oid.p256)),
    kind: "private",
    code: "out-of-range",
  },
  {
    name: "a number of 33 bytes",
    input: pem(SEC1, sec1(Buffer.concat([Buffer.of(1), scalar]), oid.p256)),
    kind: "private",
    code: "out-of-range",
    ...secret,
  },
  {
    name: "version 2",
    input: pem(SEC1, sec1(scalar, oid.p256, point, 2n)),
    kind: "private",
    code: "damaged",
    ...secret,
  },
  {
    name: "a field that SEC1 does not have",
    input: pem(SEC1, sequence(integer(1n), octets(scalar), tagged(0, oid.p256), tagged(2, oid.p256))),
    kind: "private",
    code: "damaged",
    ...secret,
  },
  {
    name: "two curves",
    input: pem(SEC1, sec1(scalar, Buffer.concat([oid.p256, oid.secp256k1]), point)),
    kind: "private",
    code: "damaged",
    ...secret,
  },
  {
    name: "bytes after the DER",
    input: pem(SEC1, Buffer.concat([der, Buffer.of(0)])),
    kind: "private",
    code: "damaged",
    ...secret,
  },
  {
    name: "a JWK whose number is cut",
    input: JSON.stringify({ ...jwkOf(key), d: scalar.toString("base64url").slice(0, 30) }),
    kind: "private",
    code: "damaged",
  },
  {
    name: "a JWK whose number has 48 bytes",
    input: JSON.stringify({ ...jwkOf(key), d: Buffer.alloc(48, 7).toString("base64url") }),
    kind: "private",
    code: "damaged",
  },
  {
    name: "a PEM without its end",
    input: key.subarray(0, 150),
    kind: "private",
    code: "truncated",
    ...secret,
  },
  {
    name: "a PEM without its beginning",
    input: key.subarray(30),
    kind: "private",
    code: "extra-text",
    ...ours,
    ...secret,
  },
  {
    name: "a PEM that lacks a line",
    input: key.toString().split("\n").toSpliced(2, 1).join("\n"),
    kind: "private",
    code: "truncated",
    ...secret,
  },
  {
    name: "hex of a PEM, cut",
    input: key.toString("hex").slice(0, 300),
    kind: "private",
    code: "truncated",
    ...secret,
  },
  {
    name: "hex of a PEM, one digit short",
    input: key.toString("hex").slice(0, -1),
    kind: "private",
    code: "truncated",
    ...secret,
  },
  {
    name: "DER, cut",
    input: der.subarray(0, 80).toString("hex"),
    kind: "other",
    code: "truncated",
    ...secret,
  },
  { name: "shortened by a viewer", input: "2d2d2d2d2d…2d2d0a", kind: "other", code: "truncated" },
];

const wrongPublicForms: Mistake[] = [
  {
    name: "compressed",
    input: compressed.toString("hex"),
    kind: "public",
    code: "compressed-point",
    ...ours,
  },
  { name: "hybrid", input: hybrid.toString("hex"), kind: "public", code: "hybrid-point", ...ours },
  { name: "without 04", input: publicKey.slice(2), kind: "public", code: "point-without-prefix", ...ours },
  ...likeDer.map(
    (point): Mistake => ({
      name: `without 04, beginning with ${point.slice(2, 6)}`,
      input: point.slice(2),
      kind: "public",
      code: "point-without-prefix",
      publicKey: point,
      convertible: true,
    }),
  ),
  { name: "SPKI", input: spkiPem, kind: "public", code: "not-a-point", says: /SPKI/, ...ours },
  { name: "SPKI in hex", input: spki(point).toString("hex"), kind: "public", code: "not-a-point", ...ours },
  {
    name: "SPKI in base64 (KMS)",
    input: spki(point).toString("base64"),
    kind: "public",
    code: "not-a-point",
    ...ours,
  },
  {
    name: "SPKI of a compressed point",
    input: spki(compressed),
    kind: "public",
    code: "not-a-point",
    ...ours,
  },
  {
    name: "base64",
    input: point.toString("base64"),
    kind: "public",
    code: "not-hex",
    says: /base64/,
    ...ours,
  },
  { name: "binary", input: point, kind: "public", code: "not-hex", says: /binary/, ...ours },
  {
    name: "other text around",
    input: `Public Key: ${publicKey}`,
    kind: "public",
    code: "extra-text",
    ...ours,
  },
  {
    name: "explicit parameters",
    input: openssl("ec -pubout -param_enc explicit", key),
    kind: "public",
    code: "explicit-parameters",
    ...ours,
  },
  {
    name: "a JWK",
    input: JSON.stringify({ ...rfc7515.jwk, d: undefined }),
    kind: "public",
    code: "not-a-point",
    says: /JWK/,
    convertible: true,
    publicKey: `04${[rfc7515.jwk.x, rfc7515.jwk.y].map((text) => Buffer.from(text, "base64url").toString("hex")).join("")}`,
  },
  {
    name: "an SSH line",
    input: `ecdsa-sha2-nistp256 ${Buffer.concat([
      hex("0000001365636473612d736861322d6e69737470323536000000086e6973747032353600000041"),
      point,
    ]).toString("base64")} me@host`,
    kind: "public",
    code: "not-a-point",
    says: /SSH/,
    ...ours,
  },
];

const flipped = Buffer.from(point);
flipped[64] = (flipped[64] as number) ^ 1;

/** The classes of bad public keys that Wycheproof's ecdh_secp256r1 tests know, built anew. */
const badPoints: Mistake[] = [
  { name: "off the curve", input: flipped.toString("hex"), kind: "public", code: "point-not-on-curve" },
  {
    name: "off the curve, SPKI",
    input: pem("PUBLIC KEY", spki(flipped)),
    kind: "public",
    code: "point-not-on-curve",
  },
  { name: "x = y = 0", input: `04${"0".repeat(128)}`, kind: "public", code: "point-not-on-curve" },
  {
    name: "x = y = p - 1",
    input: `04${(p256.p - 1n).toString(16).repeat(2)}`,
    kind: "public",
    code: "point-not-on-curve",
  },
  {
    name: "x = p, y = √b",
    input: coordinates(p256.p, rootOf(p256.b)),
    kind: "public",
    code: "point-not-on-curve",
  },
  {
    name: "y + p in place of a small y",
    input: `04${"f".repeat(128)}`,
    kind: "public",
    code: "point-not-on-curve",
  },
  {
    name: "on secp256k1",
    input: koblitzPoint.toString("hex"),
    kind: "public",
    code: "wrong-curve",
    says: /secp256k1/,
  },
  {
    name: "on secp256k1, without 04 (Ethereum)",
    input: koblitzPoint.subarray(1).toString("hex"),
    kind: "public",
    code: "wrong-curve",
    says: /secp256k1/,
  },
  {
    name: "a secp256k1 point under P-256's name",
    input: pem("PUBLIC KEY", spki(koblitzPoint)),
    kind: "public",
    code: "point-not-on-curve",
  },
  {
    name: "on brainpoolP256r1",
    input: pointOf(openssl("ecparam -name brainpoolP256r1 -genkey -noout")).toString("hex"),
    kind: "public",
    code: "wrong-curve",
    says: /brainpoolP256r1/,
  },
  {
    name: "on SM2",
    input: pointOf(openssl("ecparam -name SM2 -genkey -noout")).toString("hex"),
    kind: "public",
    code: "wrong-curve",
    says: /SM2/,
  },
  {
    name: "on P-384",
    input: openssl("ec -pubout -outform DER", openssl("ecparam -name secp384r1 -genkey -noout"))
      .subarray(-97)
      .toString("hex"),
    kind: "public",
    code: "wrong-curve",
    says: /P-384/,
  },
  { name: "on the twist, compressed", input: `02${onTwist()}`, kind: "public", code: "point-not-on-curve" },
  {
    name: "hybrid whose prefix lies",
    input: `0${7 - ((point[64] as number) & 1)}${publicKey.slice(2)}`,
    kind: "public",
    code: "point-not-on-curve",
  },
  { name: "at infinity", input: "00", kind: "public", code: "point-at-infinity" },
  { name: "at infinity, SPKI", input: spki(Buffer.of(0)), kind: "public", code: "point-at-infinity" },
  { name: "no point at all, SPKI", input: spki(Buffer.alloc(0)), kind: "public", code: "damaged" },
  {
    name: "unused bits in the bit string",
    input: sequence(sequence(oid.ecPublicKey, oid.p256), tlv(0x03, Buffer.of(1), point)),
    kind: "public",
    code: "damaged",
  },
  {
    name: "no curve, SPKI",
    input: sequence(sequence(oid.ecPublicKey), bits(point)),
    kind: "public",
    code: "damaged",
  },
  { name: "one digit short", input: publicKey.slice(0, -1), kind: "public", code: "truncated" },
  { name: "two digits short", input: publicKey.slice(0, -2), kind: "public", code: "truncated" },
  { name: "two digits too many", input: `${publicKey}00`, kind: "public", code: "damaged" },
  { name: "prefix 05", input: `05${publicKey.slice(2)}`, kind: "other", code: "unrecognised" },
];

const pairs: Mistake[] = [
  {
    name: "a pair whose halves do not match",
    input: examplePairText.replace(example.publicKey, publicKey),
    kind: "pair",
    code: "halves-do-not-match",
    secret: scalarOf(example.pem),
  },
  {
    name: "a pair in PEM whose halves do not match",
    input: `${other}${spkiPem}`,
    kind: "pair",
    code: "halves-do-not-match",
    secret: scalarOf(other),
  },
  {
    name: "a pair whose public half is SPKI",
    input: `${key}${spkiPem}`,
    kind: "pair",
    code: "not-a-point",
    ...ours,
    ...secret,
  },
  { name: "two private keys", input: `${key}${other}`, kind: "private", code: "several-keys", ...secret },
];

const [certificate, certificateRequest] = ["req -x509 -days 1", "req"].map((command) =>
  openssl(
    `${command} -new -subj /CN=test -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null`,
  ),
) as [Buffer, Buffer];

const others: Mistake[] = [
  { name: "nothing", input: "", kind: "other", code: "empty" },
  { name: "blanks", input: " \n\t\n", kind: "other", code: "empty" },
  {
    name: "a certificate",
    input: certificate,
    kind: "other",
    code: "unsupported-container",
    says: /certificate/,
  },
  {
    name: "a certificate request",
    input: certificateRequest,
    kind: "other",
    code: "unsupported-container",
    says: /request/,
  },
  {
    name: "an OpenSSH private key",
    input: pem("OPENSSH PRIVATE KEY", Buffer.concat([Buffer.from("openssh-key-v1\0"), scalar])),
    kind: "private",
    code: "unsupported-container",
    says: /OpenSSH/,
    ...secret,
  },
  {
    name: "curve parameters alone",
    input: openssl("ecparam -name prime256v1"),
    kind: "other",
    code: "not-a-key",
  },
  {
    name: "a signature",
    input: sequence(integer(p256.n / 3n), integer(p256.n / 5n)),
    kind: "other",
    code: "not-a-key",
  },
  { name: "JSON", input: '{"publicKey": 1}', kind: "other", code: "not-a-key" },
  {
    name: "a recovery phrase",
    input: `${"abandon ".repeat(11)}about`,
    kind: "other",
    code: "not-a-key",
    says: /phrase/,
  },
  { name: "prose", input: "please find the key attached", kind: "other", code: "unrecognised" },
];

export const allMistakes: readonly Mistake[] = [
  ...["secp256k1", "secp384r1", "secp521r1", "brainpoolP256r1", "SM2", "prime192v1"].flatMap(wrongCurve),
  ...wrongAlgorithms,
  ...wrongPrivateForms,
  ...withoutCurve,
  ...uselessPrivateKeys,
  ...wrongPublicForms,
  ...badPoints,
  ...pairs,
  ...others,
];

function coordinates(x: bigint, y: bigint): string {
  return `04${bytes(x).toString("hex")}${bytes(y).toString("hex")}`;
}

/** p is 3 modulo 4: a square's root is its power to (p + 1) / 4. */
function rootOf(square: bigint): bigint {
  return power(square, (p256.p + 1n) / 4n);
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base, e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % p256.p;
    b = (b * b) % p256.p;
  }
  return result;
}

/** An x whose x³ - 3x + b is no square: the point lies on the quadratic twist. */
function onTwist(): string {
  for (let x = 1n; ; x++) {
    const square = (x ** 3n - 3n * x + p256.b) % p256.p;
    if (power(square, (p256.p - 1n) / 2n) !== 1n) return bytes(x).toString("hex");
  }
}
