import {
  encodePrivateKey,
  fingerprint,
  formatFingerprint,
  KeyError,
  parsePrivateKey,
  parsePublicKey,
} from "../../keys";
import { oid, pem, SEC1, sec1 } from "../support/keys/der";
import { example, rfc6979 } from "../support/keys/vectors";

const wrapped = (text: string, columns: number, newline = "\n") =>
  (text.match(new RegExp(`.{1,${columns}}`, "g")) ?? []).join(newline);

const pemText = example.pem.toString();

const spellings: ReadonlyArray<readonly [string, string]> = [
  ["hex, as the guide gives it", example.privateKeyHex],
  ["hex in upper case", example.privateKeyHex.toUpperCase()],
  ["hex with 0x", `0x${example.privateKeyHex}`],
  ["hex with 0X", `0X${example.privateKeyHex}`],
  ["hex with white space around", `\t ${example.privateKeyHex} \r\n`],
  ["hex wrapped over lines", wrapped(example.privateKeyHex, 64)],
  ["hex wrapped over lines with CRLF", wrapped(example.privateKeyHex, 76, "\r\n")],
  ["hex in groups", wrapped(example.privateKeyHex, 4, " ")],
  ["hex in quotes, as terraform output prints it", `"${example.privateKeyHex}"\n`],
  ["hex with a byte-order mark", `\uFEFF${example.privateKeyHex}`],
  ["PEM", pemText],
  ["PEM with CRLF", pemText.replaceAll("\n", "\r\n")],
  ["PEM without the final newline", pemText.trimEnd()],
  ["PEM with white space around", `\n  \n${pemText}\n\n`],
  ["PEM with blanks at the ends of lines", pemText.replaceAll("\n", "  \n")],
  ["hex of PEM with CRLF", Buffer.from(pemText.replaceAll("\n", "\r\n")).toString("hex")],
  ["hex of PEM without the final newline", Buffer.from(pemText.trimEnd()).toString("hex")],
];

describe("parsePrivateKey reads the guide's example", () => {
  test.each(spellings)("%s", (_, text) => {
    for (const input of [text, Buffer.from(text), new Uint8Array(Buffer.from(text))]) {
      const key = parsePrivateKey(input);
      expect(key.publicKey).toBe(example.publicKey);
      expect(encodePrivateKey(key.privateKeyPem)).toBe(example.privateKeyHex);
    }
  });
});

describe("parsePrivateKey", () => {
  test("derives the public key where SEC1 does not hold it (RFC 6979, A.2.5)", () => {
    const key = parsePrivateKey(pem(SEC1, sec1(Buffer.from(rfc6979.scalar, "hex"), oid.p256)));
    expect(key.publicKey).toBe(rfc6979.publicKey);
    expect(key.privateKeyPem).toHaveLength(227);
  });

  test("leaves its input alone", () => {
    const input = Buffer.from(example.privateKeyHex);
    parsePrivateKey(input).wipe();
    expect(input.toString()).toBe(example.privateKeyHex);
  });

  test("after wipe the key is gone, and says so when asked to sign", () => {
    const key = parsePrivateKey(example.pem);
    key.wipe();
    expect(key.privateKeyPem.every((byte) => byte === 0)).toBe(true);
    expect(() => key.sign("x")).toThrow(expect.objectContaining({ code: "wiped" }));
  });
});

describe("parsePublicKey reads the guide's example", () => {
  const { publicKey } = example;
  test.each([
    ["as the guide gives it", publicKey],
    ["in upper case, as the workspace's API gives it", publicKey.toUpperCase()],
    ["with 0x", `0x${publicKey}`],
    ["with white space around", `  ${publicKey}\r\n`],
    ["wrapped over lines", wrapped(publicKey, 32)],
    ["in quotes", `"${publicKey}"`],
  ])("%s", (_, input) => {
    expect(parsePublicKey(input)).toBe(publicKey);
    expect(parsePublicKey(Buffer.from(input))).toBe(publicKey);
    expect(fingerprint(input)).toBe(fingerprint(publicKey));
  });
});

describe("the fingerprint", () => {
  test("is the SHA-256 of the point's 65 bytes (by sha256sum)", () => {
    expect(fingerprint(rfc6979.publicKey)).toBe(
      "b18b86ce1389e46de87aa4a5131ce83c1160fa33c087ab15b863574d31d8ff3c",
    );
  });

  test("is shown as its first 32 digits in groups of four", () => {
    expect(formatFingerprint("0123456789abcdef".repeat(4))).toBe("0123 4567 89ab cdef 0123 4567 89ab cdef");
  });

  test("of something that is no public key is refused", () => {
    expect(() => fingerprint(example.publicKey.slice(2))).toThrow(KeyError);
    expect(() => fingerprint("")).toThrow(KeyError);
  });
});

test("an error is one line: what is wrong, then the fix", () => {
  expect(() => parsePublicKey(example.privateKeyHex)).toThrow(
    "this is a private key where a public key belongs; give the public key; if the private key has been sent or pasted anywhere, replace the pair",
  );
});
