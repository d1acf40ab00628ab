import { createHash, createPrivateKey, randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { checkCredentials } from "../../../../cli/commands/credentials/check";
import { credentialsIn } from "../../../../cli/commands/credentials/input";
import { encodePrivateKey, generateKeyPair } from "../../../../keys";
import { Failure } from "../../../../messages/failure";
import { issued } from "../../../support/cli/credentials-account";
import { forAll } from "../../../support/for-all";
import { seededKey } from "../../../support/keys/grammar/key";
import { refusal } from "../../../support/keys/users";

/** The failure that an action ends in: its line, and the exit code. */
function failureOf(action: () => unknown): { message: string; exitCode: number } {
  try {
    action();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error("it was taken");
}

/** Bytes of chance that are the same at every run. */
const chance = (outputLength: number) =>
  createHash("shake256", { outputLength }).update(`secret of ${outputLength} bytes`).digest();

const given = issued();
const { LEDGER_ENTERPRISE_API_KEY_ID: id, LEDGER_ENTERPRISE_API_KEY_SECRET: secret } = given;

describe("a wrong paste is refused with the reason: the exit code is 1", () => {
  const pair = generateKeyPair();
  const hex = encodePrivateKey(pair.privateKeyPem);

  test.each<[string, string, string, RegExp]>([
    ["nothing", id, "", /the API Secret is empty/],
    ["blanks", `${id.slice(0, 8)} ${id.slice(8)}`, secret, /the API Key ID has blanks/],
    ["a line feed at the end", id, `${secret}\n`, /the API Secret has blanks, line breaks/],
    ["letters outside ASCII", id, `${secret}ü`, /outside ASCII/],
    ["a part", "ab1", secret, /the API Key ID has 3 characters, which is too short/],
    ["far too much", id, "x1".repeat(300), /the API Secret has 600 characters, which is too long/],
    ["an address", "https://api.vault.ledger.com", secret, /the API Key ID is an address/],
    ["a line of an environment file", `LEDGER_ENTERPRISE_API_KEY_ID=${id}`, secret, /has its name before it/],
    ["quotation marks", id, `"${secret}"`, /quotation marks/],
    ["the same twice", secret, secret, /API Key ID and API Secret are the same text/],
    ["a private key in hexadecimal", id, hex, /the API Secret is a private key; it was not sent anywhere/],
    ["a private key in PEM", id, pair.privateKeyPem.toString(), /the API Secret is a private key/],
    ["its first line", "-----BEGIN EC PRIVATE KEY-----", secret, /the API Key ID is a private key/],
    ["a public key", pair.publicKey, secret, /the API Key ID is a public key/],
    ["a certificate", id, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", /in PEM/],
  ])("%s", (_, apiKeyId, apiKeySecret, reason) => {
    const { message, exitCode } = failureOf(() => checkCredentials({ apiKeyId, apiKeySecret }, []));
    expect({ message, exitCode }).toEqual({ message: expect.stringMatching(reason), exitCode: 1 });
    for (const pasted of [apiKeyId, apiKeySecret])
      if (pasted.length > 3) expect(message).not.toContain(pasted);
  });

  test("the private number of a registered user's key, which otherwise is text like any other", () => {
    const { d = "" } = createPrivateKey(pair.privateKeyPem).export({ format: "jwk" });
    const credentials = { apiKeyId: id, apiKeySecret: d };
    const user = { username: "settlement bot", workspace: "acme-prod", publicKey: pair.publicKey };
    const { message } = failureOf(() => checkCredentials(credentials, [user]));
    expect(message).toMatch(/^the API Secret is a private key of "acme-prod\/settlement bot"/);
    expect(checkCredentials(credentials, [])).toBeUndefined();
  });

  test("a registered user's number in any wrapping, which no other check would refuse", () => {
    const { scalar, publicKey } = seededKey("registered");
    const hex = scalar.toString("hex");
    const numbers = [
      hex,
      hex.toUpperCase(),
      scalar.toString("base64"),
      scalar.toString("base64url"),
      Buffer.from(scalar).reverse().toString("hex"),
      Buffer.from(scalar).reverse().toString("base64url"),
    ];
    const alphabet = "abcdefGHIJKL0123456789_-.~:/+=,;!";
    const character = fc.constantFrom(...alphabet);
    const around = fc.array(character, { maxLength: 20 }).map((characters) => characters.join(""));
    const groups = fc.constantFrom(undefined, ":", ".", "~", ",");
    forAll(
      fc.tuple(fc.constantFrom(...numbers), around, around, groups),
      60,
      ([number, before, behind, separator]) => {
        const grouped = separator === undefined ? number : (number.match(/.{1,8}/g) ?? []).join(separator);
        return /^the API Secret (?:is|holds) (?:a|the) private key of "acme-prod\/bot"/.test(
          refusal(before + grouped + behind, publicKey) ?? "",
        );
      },
    );
  });

  test("a number of nobody in a form in which no service issues a secret", () => {
    const hex = seededKey("nobody").scalar.toString("hex");
    const { publicKey } = pair;
    for (const text of [`private_key:${hex}`, `{"d":"${hex}"}`, `x'${hex}'`, `d=${hex}`, `number,${hex}`])
      expect(refusal(text, publicKey)).toMatch(/^the API Secret is a private key;/);
    // What was copied along is the problem here, not the number.
    expect(refusal(`"${hex}"`, publicKey)).toMatch(/quotation marks/);
    expect(refusal(`${hex}\n`, publicKey)).toMatch(/has blanks/);
    expect(refusal(`API_SECRET=${hex}`, publicKey)).toMatch(/has its name before it/);
  });

  test("what may be right is taken, with a remark: a Secret shorter than the ID", () => {
    expect(checkCredentials({ apiKeyId: secret, apiKeySecret: id }, [])).toMatch(
      /swapped; --check finds out/,
    );
    expect(checkCredentials({ apiKeyId: id, apiKeySecret: secret }, [])).toBeUndefined();
  });

  test("secrets of any form and length that a service may issue are taken", () => {
    for (const bytes of [16, 20, 32, 33, 48, 64]) {
      for (const encoding of ["hex", "base64", "base64url"] as const) {
        const secret = chance(bytes).toString(encoding);
        for (const apiKeySecret of [secret, `lev_live_${secret}`, `v1.${secret}`, `0x${secret}`])
          expect(refusal(apiKeySecret, pair.publicKey)).toBeUndefined();
      }
    }
    const uuids = { apiKeyId: randomUUID(), apiKeySecret: randomUUID() };
    expect(checkCredentials(uuids, [])).toBeUndefined();
  });
});

describe("JSON on standard input is refused, and nothing of it quoted", () => {
  const user = { workspace: "acme-prod", apiUrl: "https://api.vault.ledger.com" };

  test.each<[string, object | string, RegExp]>([
    ["nothing", "", /standard input is empty/],
    ["no JSON", "id secret", /is not a JSON object/],
    ["a list", "[]", /is not a JSON object/],
    [
      "one of the two",
      { LEDGER_ENTERPRISE_API_KEY_ID: "abcdefgh" },
      /no text LEDGER_ENTERPRISE_API_KEY_SECRET/,
    ],
    [
      "a number",
      { ...given, LEDGER_ENTERPRISE_API_KEY_ID: 12345678 },
      /no text LEDGER_ENTERPRISE_API_KEY_ID/,
    ],
    ["other fields", { ...given, secret: "x" }, /fields that are no credentials/],
    [
      "another workspace's",
      { ...given, LEDGER_ENTERPRISE_WORKSPACE: "acme-test" },
      /another LEDGER_ENTERPRISE_W/,
    ],
    ["an address", { ...given, LEDGER_ENTERPRISE_API_URL: "https://x.example" }, /apiUrl of workspace\.yaml/],
    ["the private key too", { ...given, LEDGER_ENTERPRISE_API_PRIVATE_KEY: "2d2d" }, /leave it out/],
  ])("%s", (_, input, reason) => {
    const json = typeof input === "string" ? input : JSON.stringify(input);
    const { message, exitCode } = failureOf(() => credentialsIn(json, user));
    expect({ message, exitCode }).toEqual({ message: expect.stringMatching(reason), exitCode: 2 });
    expect(message).not.toContain(id);
  });

  test("with the workspace and the address that are declared it is taken", () => {
    const json = JSON.stringify({
      ...given,
      LEDGER_ENTERPRISE_WORKSPACE: user.workspace,
      LEDGER_ENTERPRISE_API_URL: user.apiUrl,
    });
    expect(credentialsIn(json, user)).toEqual({ apiKeyId: id, apiKeySecret: secret });
  });
});
