import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPair, proofMessage } from "../../../../keys";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { example } from "../../../support/keys/vectors";
import { checkJws } from "../../../support/workspace/jws";
import { TRANSACTION } from "../../../support/workspace/requests";

jest.setTimeout(60_000);

const content = JSON.stringify(TRANSACTION);
const challenge = Buffer.from(content).toString("base64url");
const pair = generateKeyPair();
const privateKeyHex = pair.privateKeyPem.toString("hex");
const inEnvironment = { LEDGER_ENTERPRISE_API_PRIVATE_KEY: privateKeyHex };
const folder = mkdtempSync(join(tmpdir(), "sign-"));

function file(name: string, text: string, mode = 0o600): string {
  writeFileSync(join(folder, name), text, { mode });
  return join(folder, name);
}
const challengeFile = file("challenge", challenge);
const keyFile = file("key", privateKeyHex);

afterAll(() => rmSync(folder, { recursive: true }));

/** The JWS answers the challenge with the public key's signature. */
function expectSigned(publicKey: string, stdout: string): void {
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}\n$/);
  expect(checkJws(stdout.trim(), challenge, publicKey)).toBeUndefined();
}

describe("with a key of its own", () => {
  test.each([
    ["the challenge from standard input", [], challenge],
    ["the challenge with a line feed at its end", ["-"], `${challenge}\n`],
    ["the JSON that it stands in", [], JSON.stringify({ challenge, id: 29 })],
    ["a file", [challengeFile], ""],
  ])("signs %s, and shows it before", async (_, args, input) => {
    const { code, stdout, stderr } = await ledgerApiUser(["sign", "--yes", ...args], {
      env: inEnvironment,
      input,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('amount: "100"\n') });
    expect(stderr).toMatch(/^To be signed with the key in LEDGER_ENTERPRISE_API_PRIVATE_KEY:\n/);
    expectSigned(pair.publicKey, stdout);
  });

  test.each([
    ["hexadecimal", privateKeyHex],
    ["PEM", pair.privateKeyPem.toString()],
  ])("signs with a file in %s", async (name, text) => {
    const { stdout } = await ledgerApiUser(["sign", "--yes", "--file", file(name, text), challengeFile]);
    expectSigned(pair.publicKey, stdout);
  });

  test("takes the key from standard input where the challenge is a file", async () => {
    const { stdout } = await ledgerApiUser(["sign", "--yes", "--file", "-", challengeFile], {
      input: privateKeyHex,
    });
    expectSigned(pair.publicKey, stdout);
  });

  test("warns where others can read the file", async () => {
    const open = file("open", privateKeyHex, 0o644);
    const { code, stderr } = await ledgerApiUser(["sign", "--yes", "--file", open, challengeFile]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: others than its owner can read .*open; run chmod 600/);
  });
});

describe("bad input ends with one line and exit code 2", () => {
  const other = Buffer.from('{"a":1,"a":2}').toString("base64url");
  test.each([
    ["nothing on standard input", ["sign", "--yes"], "", /standard input is empty; give the challenge/],
    ["no base64url", ["sign", "--yes"], "hello world", /no challenge of Ledger's: it is not base64url/],
    ["a name twice", ["sign", "--yes"], other, /it has a name twice in one object; .*do not sign it/],
    ["JSON without a challenge", ["sign", "--yes"], content, /standard input has no `challenge`; /],
    [
      "broken JSON",
      ["sign", "--yes"],
      '{"challenge":',
      /standard input is not JSON \(what begins on line 1\); /,
    ],
    ["a proof", ["sign", "--yes"], proofMessage(example.publicKey), /it is a proof of possession; /],
    ["a JWS", ["sign", "--yes"], `${challenge}.${challenge}.${challenge}`, /it is a JWS or JWT already; /],
    ["no such file", ["sign", "--yes", "none"], "", /cannot read none: there is no such file/],
    ["two keys", ["sign", "--kms", "alias/a", "--file", "b"], challenge, /--kms and --file name more than/],
    ["a user without registration", ["sign", "--user", "a"], challenge, /--user and --registration go/],
    ["standard input twice", ["sign", "--file", "-"], challenge, /cannot be the challenge as well; /],
  ])("%s", async (_, args, input, message) => {
    const { code, stdout, stderr } = await ledgerApiUser(args, { env: inEnvironment, input });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n").at(-1)).toMatch(/^error: [^\n]+; [^\n]+$/);
  });

  test("no key at all", async () => {
    const { code, stderr } = await ledgerApiUser(["sign", "--yes"], { input: challenge });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: no key is named; give --secret, --kms, --file, or --user/);
  });
});

test("private material is in no argument, output or error, wherever a key is put by mistake", async () => {
  const truncated = privateKeyHex.slice(0, 400);
  const pem = pair.privateKeyPem.toString();
  const runs = [
    { args: ["sign", "--yes", "--file", keyFile, challengeFile] },
    { args: ["sign", "--yes"], env: inEnvironment, input: challenge },
    { args: ["sign", "--yes", challengeFile], env: { LEDGER_ENTERPRISE_API_PRIVATE_KEY: truncated } },
    { args: ["sign", "--yes", "--file", file("truncated", truncated), challengeFile] },
    { args: ["sign", "--yes", "--file", keyFile], input: privateKeyHex },
    { args: ["sign", "--yes", "--file", keyFile], input: pem },
    ...["--secret", "--kms", "--file", "--user"].flatMap((option) =>
      [privateKeyHex, pem].map((key) => ({ args: ["sign", "--yes", option, key, challengeFile] })),
    ),
    { args: ["sign", "--yes", privateKeyHex], env: inEnvironment },
  ];
  const scalar = Buffer.from(pem.split("\n").slice(1, -2).join(""), "base64").subarray(7, 39);
  const outcomes = await Promise.all(runs.map(({ args, ...setting }) => ledgerApiUser(args, setting)));
  for (const { stdout, stderr } of outcomes) {
    const said = stdout + stderr;
    expect(said).not.toContain(privateKeyHex.slice(100, 140));
    expect(said).not.toContain(pem.split("\n")[1]?.slice(10, 40));
    expect(said).not.toContain(scalar.toString("hex", 4, 20));
  }
});
