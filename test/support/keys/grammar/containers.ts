import { gzipSync } from "node:zlib";
import { octets, oid, pem, pkcs8, SEC1, sec1 } from "../der";
import type { SeededKey } from "./key";
import type { Random } from "./random";

const pairs = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex").match(/../g) ?? [];
const point = ({ publicKey }: SeededKey) => Buffer.from(publicKey, "hex");

/** The number of a key in 31 bytes, where it fits, in 32, or in 33. */
function numberOf({ scalar }: SeededKey, random: Random): Buffer {
  const forms = [
    scalar,
    Buffer.concat([Buffer.of(0), scalar]),
    ...(scalar[0] === 0 ? [scalar.subarray(1)] : []),
  ];
  return random.of(forms);
}

/** What a container is put around: text, or bytes that are none. */
export type Content = string | Buffer;

/** What `openssl ec -text` prints of a key. */
function opensslText(key: SeededKey): string {
  const block = (bytes: Buffer) =>
    (
      pairs(bytes)
        .join(":")
        .match(/(?:..:?){1,15}/g) ?? []
    )
      .map((line) => `    ${line}\n`)
      .join("");
  const number = (key.scalar[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), key.scalar]) : key.scalar;
  return `Private-Key: (256 bit)\npriv:\n${block(number)}pub:\n${block(point(key))}ASN1 OID: prime256v1\nNIST CURVE: P-256\n`;
}

/** Keys with something that proves them: a structure that names the curve, or their public key. */
export const structures: Readonly<Record<string, (key: SeededKey, random: Random) => Content>> = {
  "SEC1 PEM": (key) => key.sec1,
  "PKCS#8 PEM": (key) => key.pkcs8,
  "SEC1 PEM with parameters before it": (key) =>
    `${pem("EC PARAMETERS", oid.p256)}${pem(SEC1, sec1(key.scalar, undefined, point(key)))}`,
  "SEC1 PEM of a number of another length": (key, random) =>
    pem(SEC1, sec1(numberOf(key, random), oid.p256, point(key))),
  "SEC1 DER": (key) => key.sec1Der,
  "PKCS#8 DER": (key) => key.pkcs8Der,
  "PKCS#8 DER of a number of another length": (key, random) =>
    pkcs8(sec1(numberOf(key, random), undefined, point(key))),
  JWK: (key, random) => JSON.stringify({ ...key.jwk, d: numberOf(key, random).toString("base64url") }),
  "JWK with the curve by another name": (key, random) =>
    JSON.stringify({ ...key.jwk, crv: random.of(["secp256r1", "prime256v1", "P256"]) }),
  "set of JWKs": (key) => JSON.stringify({ keys: [{ kid: "1", use: "sig", ...key.jwk }] }),
  "openssl text": opensslText,
  "X9.63": (key, random) => Buffer.concat([point(key), numberOf(key, random)]),
  "D, X, Y": (key, random) => Buffer.concat([numberOf(key, random), point(key).subarray(1)]),
  "D, 04, X, Y": (key, random) => Buffer.concat([numberOf(key, random), point(key)]),
  "Windows blob": (key) =>
    Buffer.concat([Buffer.from("4543533220000000", "hex"), point(key).subarray(1), key.scalar]),
};

/** The number alone: to the audit a key only beside its point. */
export const numbers: Readonly<Record<string, (key: SeededKey, random: Random) => Content>> = {
  number: numberOf,
  "number in an OCTET STRING": (key, random) => octets(numberOf(key, random)),
};

const wrapped = (text: string, width: number) => text.replace(new RegExp(`(.{${width}})(?=.)`, "g"), "$1\n");
const bytesOf = (content: Content) => Buffer.from(content as string);
const escaped = (text: string) => JSON.stringify(text).slice(1, -1);

/** Around bytes: what makes text of them. */
export const encodings: Readonly<Record<string, (content: Content, random: Random) => string>> = {
  hex: (content) => bytesOf(content).toString("hex"),
  "upper-case hex": (content) => bytesOf(content).toString("hex").toUpperCase(),
  "hex with colons": (content) => pairs(bytesOf(content)).join(":"),
  "hex with blanks": (content) => pairs(bytesOf(content)).join(" "),
  "hex in groups": (content) =>
    bytesOf(content)
      .toString("hex")
      .replace(/.{8}(?=..)/g, "$& "),
  "array of hex": (content) =>
    `{ ${pairs(bytesOf(content))
      .map((pair) => `0x${pair}`)
      .join(", ")} }`,
  "escapes of hex": (content) =>
    pairs(bytesOf(content))
      .map((pair) => `\\x${pair}`)
      .join(""),
  "wrapped hex": (content, random) => wrapped(bytesOf(content).toString("hex"), random.of([64, 76])),
  base64: (content) => bytesOf(content).toString("base64"),
  base64url: (content) => bytesOf(content).toString("base64url"),
  "wrapped base64": (content, random) => wrapped(bytesOf(content).toString("base64"), random.of([64, 76])),
  "data URI": (content) => `data:application/octet-stream;base64,${bytesOf(content).toString("base64")}`,
  "base64 of gzip": (content) => gzipSync(bytesOf(content)).toString("base64"),
  "Buffer in JSON": (content) => JSON.stringify(bytesOf(content)),
  "list of signed bytes": (content) => `[${[...new Int8Array(bytesOf(content))].join(", ")}]`,
};

/** Around text: what programs and people put it into. */
export const wrappings: Readonly<Record<string, (text: string, random: Random) => string>> = {
  "member of JSON": (text) => JSON.stringify({ level: "info", key: text }),
  "answer of get-secret-value": (text) =>
    JSON.stringify(
      { ARN: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:bot-AbC123", SecretString: text },
      null,
      4,
    ),
  "line of .env": (text) => `LEDGER_KEY="${escaped(text)}"`,
  "JSON in JSON": (text) => JSON.stringify({ message: JSON.stringify({ key: text }) }),
  "YAML block": (text) => `stringData:\n  key: |\n${text.replace(/^/gm, "    ")}\n`,
  "mail that quotes": (text) => text.replace(/^/gm, "> "),
  diff: (text) => text.replace(/^/gm, "+"),
  "other text": (text) => `Hello, this is the key:\n${text}\nRegards`,
  quotes: (text) => `"${text}"`,
};
