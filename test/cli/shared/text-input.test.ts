/** Every command that reads a text of people's reads it in any encoding, and names the lines of other programs in it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentialsIn, readCredentials } from "../../../cli/commands/credentials/input";
import { generateKeyPair } from "../../../keys";
import { noiseAt } from "../../../registration/json-noise";
import type { RegisteredUser } from "../../../registration/read";
import { plan, secret } from "../../support/cli/plan";
import { inProcess, ledgerApiUser } from "../../support/cli/run-cli";
import { proofsOf, registrationOf, sample } from "../../support/page-users";
import { ENCODINGS, withCrlf } from "../../support/text/encodings";

const folder = mkdtempSync(join(tmpdir(), "text-input-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
};

const samples = [sample("settlement bot")];
const registration = registrationOf(samples);
const registrationFile = file("registration.json", registration);
const planText = JSON.stringify(plan([{ type: "aws_secretsmanager_secret", after: secret() }]), undefined, 2);
const plansFile = file("plan.json", planText);
const key = file("key", generateKeyPair().privateKeyPem);
const challenge = Buffer.from('{"type":"X"}').toString("base64url");
const answer = JSON.stringify({ challenge, id: 29 }, undefined, 2);
const noPlan = JSON.stringify({ ...plan([]), resource_changes: [] }, undefined, 2);

/** What reads each: the command with its text on standard input. */
const READERS: readonly (readonly [what: string, args: readonly string[], text: string, isJson: boolean])[] =
  [
    ["a plan, for review", ["review"], planText, true],
    ["an approved plan", ["review", plansFile, "--approved", "-"], planText, true],
    ["a plan, for adopt", ["adopt"], noPlan, true],
    ["a registration", ["registration", "--registration", "-"], registration, true],
    [
      "proofs",
      ["registration", "--registration", registrationFile, "--proofs", "-"],
      proofsOf(samples),
      true,
    ],
    ["a challenge", ["sign", "--yes", "--file", key], `${challenge}\n`, false],
    ["the answer that a challenge is in", ["sign", "--yes", "--file", key], answer, true],
  ];

/** Signatures differ each time; their payload does not. */
const run = async (args: readonly string[], input: string | Uint8Array) => {
  const { code, stdout, stderr } = await ledgerApiUser(args, { input, env: { AWS_REGION: "eu-west-1" } });
  return { code, stderr, stdout: args[0] === "sign" ? stdout.replace(/\.[\w-]+\n$/, "") : stdout };
};

test.each(READERS)("%s is read in every encoding, with either line ends", async (_, args, text) => {
  const expected = await run(args, text);
  expect(expected).toMatchObject({ code: 0 });
  expect(expected.stdout).not.toBe("");
  for (const [index, encode] of Object.values(ENCODINGS).entries())
    expect(await run(args, encode(index % 2 === 0 ? withCrlf(text) : text))).toEqual(expected);
});

test.each(Object.entries(ENCODINGS))("credentials are read in %s", async (_, encode) => {
  const given = {
    LEDGER_ENTERPRISE_API_KEY_ID: "an id",
    LEDGER_ENTERPRISE_API_KEY_SECRET: "s\u00e9cret",
  };
  const read: unknown[] = [];
  const input = encode(withCrlf(JSON.stringify(given, undefined, 2)));
  await inProcess({ input }, async () => {
    read.push(await readCredentials({} as RegisteredUser, false));
  });
  expect(read).toEqual([{ apiKeyId: "an id", apiKeySecret: "s\u00e9cret" }]);
});

test("lines of other programs beside credentials are named, and nothing is quoted", () => {
  const json = '{"LEDGER_ENTERPRISE_API_KEY_ID": "an id", "LEDGER_ENTERPRISE_API_KEY_SECRET": "c2VjcmV0"}';
  expect(() => credentialsIn(`> acme@1.0.0 c2VjcmV0\n${json}`, {})).toThrow(
    /^standard input has a line beside its JSON that is no JSON: line 1, of npm, pnpm or yarn; call npm with --silent/,
  );
  expect(() => credentialsIn(`{"c2VjcmV0": 1, "c2VjcmV0": 2}`, {})).toThrow(
    /^(?!.*c2VjcmV0).*not a JSON object/,
  );
});

/** What other programs print, and what the fix must name. */
const NOISE: readonly (readonly [whose: string, before: string, behind: string, fix: RegExp])[] = [
  ["npm", "> acme@1.0.0 plan\n> terraform show -json plan\n\n", "", /--silent/],
  ["yarn", "yarn run v1.22.22\n$ terraform show -json plan\n", "Done in 0.31s.\n", /--silent/],
  ["yarn, at the end", "", "Done in 0.31s.\n", /--silent/],
  ["setup-terraform", "[command]/usr/bin/terraform show -json plan\n", "", /terraform_wrapper: false/],
  ["setup-terraform, at the end", "", "::debug::stdout: {\n", /terraform_wrapper: false/],
  ["terraform's warning", '╷\n│ Warning: "x" is deprecated {\n╵\n', "", /without 2>&1/],
  ["terraform's warning in colour", "\u001b[33m╷\u001b[0m\u001b[0m\n│ Warning: old\n", "", /without 2>&1/],
  ["terraform's lock", "Acquiring state lock. This may take a few moments...\n", "", /without 2>&1/],
  ["terraform's refresh", "aws_kms_key.k: Refreshing state... [id=1]\n", "", /without 2>&1/],
  ["another program", "# made by make\n", "", /nothing else/],
  ["a log", "[INFO] planning\n[2026-01-01 10:00:00,123] planned\n", "", /nothing else/],
  ["a log, of many lines", "[1/99] {planning}\n".repeat(99), "", /nothing else/],
  ["a log with braces", `[DEBUG] planning\n${"{ planned }\n".repeat(99)}`, "", /nothing else/],
  ["a log, at the end", "", "[INFO] planned\n", /nothing else/],
];

async function expectNamed(
  args: readonly string[],
  text: string,
  [, before, behind, fix]: (typeof NOISE)[number],
): Promise<void> {
  const line = before === "" ? text.trimEnd().split("\n").length + 2 : 2;
  const { code, stdout, stderr } = await run(args, `\n${before}${text.trimEnd()}\n${behind}`);
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/^error: [^\n;]+; [^\n]+\n$/);
  expect(stderr).toContain(`has a line beside its JSON that is no JSON: line ${line}, `);
  expect(stderr).toMatch(fix);
}

test.each(NOISE)("lines of %s beside the JSON of a plan are named, with the fix", (...noise) =>
  expectNamed(["review"], planText, noise));

test.each(READERS.filter(([, , , isJson]) => isJson))("lines of npm beside %s are named", (_, args, text) =>
  expectNamed(args, text, ["npm", "> acme@1.0.0 plan\n\n", "", /--silent/]));

test("what has a mistake in its JSON is not called another program's", async () => {
  const mistaken = ['{"a": 1,}\n{"b": 2}', "[1 2]\n{}", "[a],\n{}", '"{\n{}', "no JSON at all\n"];
  for (const text of mistaken)
    expect((await run(["review"], text)).stderr).toContain("is not JSON (what begins on line 1)");
});

test("however many places there are where JSON may begin, a bounded part of the text is read", () => {
  const text = "#\n".concat("{\n".repeat(1 << 16));
  let read = 0;
  const tryJson = (rest: string) => {
    read += rest.length;
    return { isJson: false, read: rest.length };
  };
  expect(noiseAt(text, 0, true, tryJson)).toBeUndefined();
  expect(read).toBeLessThan(5 << 20);
});

test("lines of other programs are not quoted", async () => {
  const { stderr } = await run(["review"], `export API_SECRET=c2VjcmV0\n${planText}`);
  expect(stderr).toContain("line 1, of another program");
  expect(stderr).not.toContain("c2VjcmV0");
});

test.each<[string, Uint8Array, RegExp]>([
  [
    "a plan file",
    Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0]),
    /standard input is a zip archive, .*; for a plan give what terraform show -json PLAN prints/,
  ],
  [
    "Latin-1",
    Buffer.from('{"a":"\u00f6"}', "latin1"),
    /standard input is not text in UTF-8 or UTF-16; save it in UTF-8/,
  ],
])("%s in place of text is named", async (_, input, message) => {
  const { code, stderr } = await run(["review"], input);
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
