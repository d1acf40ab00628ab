/** Output that is lost is one line and exit code 2, for every command that can be run without AWS. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { generateKeyPair } from "../../keys";
import { plan, secret } from "../support/cli/plan";
import { bin } from "../support/cli/process";
import { environment, ledgerApiUser, type Setting } from "../support/cli/run-cli";
import { registrationOf, sample } from "../support/page-users";
import { PROJECT } from "../support/project";
import { COMPLETE, USERS } from "../support/temporary-fleet";

jest.setTimeout(180_000);

const folder = mkdtempSync(join(tmpdir(), "full-disk-"));
const came = process.cwd();
beforeAll(() => process.chdir(folder)); // in the repository that `affected` reads
afterAll(() => {
  process.chdir(came);
  rmSync(folder, { recursive: true });
});
const file = (name: string, content: string) => {
  mkdirSync(join(folder, name, ".."), { recursive: true });
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
};

const pair = generateKeyPair();
const key = file("key", pair.privateKeyPem.toString());
const registration = file("registration.json", registrationOf([sample("settlement bot")]));
const planFile = file(
  "plan.json",
  JSON.stringify(plan([{ type: "aws_secretsmanager_secret", after: secret() }])),
);
const noPlan = file("no-plan.json", JSON.stringify(plan([])));
const challenge = file("challenge", Buffer.from('{"type":"X"}').toString("base64url"));
file("fleet/acme/workspace.yaml", COMPLETE);
const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@acme.example", ...args], { cwd: folder });
git("init", "--quiet");
git("add", "fleet");
git("commit", "--quiet", "--message=base");
file("fleet/acme/treasury.yaml", USERS);
file("out/manifest.json", '{"stacks":{"a":{"workingDirectory":"stacks/a","dependencies":[]}}}');
file("out/stacks/a/cdk.tf.json", "{}");

/** Each command that needs no AWS, by the folder of its code; `DIR` is a new folder. */
const COMMANDS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  adopt: [["adopt", noPlan]],
  affected: [
    ["affected", "--base", "HEAD", "--users", join(folder, "fleet")],
    ["affected", "--base", "HEAD", "--users", join(folder, "fleet"), "--json"],
  ],
  audit: [
    ["audit", registration],
    ["audit", "--json", registration],
  ],
  completion: [["completion", "bash"]],
  "guard-policies": [
    ["guard-policies", "--organization", "o-exampleorgid", "--users", join(folder, "fleet"), "--out", "DIR"],
  ],
  init: [["init", "DIR"]],
  inspect: [
    ["inspect", key],
    ["inspect", "--json", key],
  ],
  keygen: [["keygen", "--out", "DIR"]],
  registration: [["registration", "--registration", registration]],
  review: [
    ["review", planFile],
    ["review", "--format", "json", planFile],
  ],
  rotate: [
    ["rotate", "--check", "--base", "HEAD", "--users", join(folder, "fleet")],
    ["rotate", "--check", "--base", "HEAD", "--users", join(folder, "fleet"), "--json"],
  ],
  sign: [["sign", "--yes", "--file", key, challenge]],
  stacks: [["stacks", "--out", join(folder, "out")]],
  synth: [["synth", "--users", join(folder, "fleet"), "--out", "DIR"]],
};

/** Those that ask the workspace or AWS before they print an answer. */
const ASKING = ["approve", "credentials", "import-key", "status", "verify"];

const FULL = "/dev/full";
let made = 0;
const run = (args: readonly string[], setting: Setting = {}) =>
  ledgerApiUser(
    args.map((each) => (each === "DIR" ? join(folder, `dir-${made++}`) : each)),
    { env: { AWS_REGION: "eu-west-1" }, ...setting },
  );

const ONE_LINE =
  /^error: cannot write to standard output: no space left on the device; see where it goes to, [^\n]+\n$/;

/** What the command says else on standard error, such as what it signs, stands before. */
const lastLine = (text: string) => /[^\n]*\n?$/.exec(text.trimEnd())?.[0].concat("\n");

const cases = [...Object.values(COMMANDS).flat(), ["--help"], ["--version"], ["review", "--help"]];

test.each(cases.map((args) => [args.slice(0, 2).join(" "), args] as const))("%s", async (_, args) => {
  const usual = await run(args);
  expect(usual.code).toBe(0);
  expect(usual.stdout).not.toBe("");
  const { code, stderr } = await run(args, { to: { stdout: FULL } });
  expect(code).toBe(2);
  expect(lastLine(stderr)).toMatch(ONE_LINE);
  expect(stderr.split("\n")).toHaveLength(usual.stderr.split("\n").length + 1);
  expect(await run(args, { to: { stdout: FULL, stderr: FULL } })).toMatchObject({ code: 2 });
});

test("a warning, or an error, that is lost is exit code 2 too", async () => {
  const warned = ["review", "--fail-on", "destroy", planFile];
  expect(await run(warned, { to: { stderr: FULL } })).toMatchObject({ code: 0 }); // nothing to say there
  const opened = file("opened", pair.privateKeyPem.toString());
  for (const args of [
    ["inspect", join(folder, "nowhere")],
    ["inspct"],
    ["sign", "--yes", "--file", opened, challenge],
  ])
    expect(await run(args, { to: { stderr: FULL } })).toMatchObject({ code: 2 });
});

test("a command does its work to the end, whatever becomes of its output", async () => {
  const out = join(folder, "keys");
  expect(await run(["keygen", "bot", "--out", out], { to: { stdout: FULL } })).toMatchObject({ code: 2 });
  expect(readdirSync(out).sort()).toEqual(["bot.private.hex", "bot.public.hex"]);
});

test("these are all commands", () => {
  const all = readdirSync(join(PROJECT, "cli/commands"));
  expect([...Object.keys(COMMANDS), ...ASKING].sort()).toEqual(all.sort());
});

/** In processes, since Node.js treats its own streams otherwise: a file is written to at once, by a stream that never ends. */
test.each<[string, readonly string[], string, string, RegExp]>([
  ["standard output", ["inspect", key], FULL, "pipe", ONE_LINE],
  ["standard error", ["inspct"], "pipe", FULL, /^$/],
  ["both", ["audit", registration], FULL, FULL, /^$/],
])("the real command: %s is full", async (_, args, stdout, stderr, said) => {
  const streams = [stdout, stderr].map((each) => (each === FULL ? openSync(FULL, "w") : ("pipe" as const)));
  const child = spawn(process.execPath, [bin(), ...args], {
    env: environment({}),
    stdio: ["ignore", ...streams],
  });
  const spoken = child.stderr ? text(child.stderr) : "";
  const [code] = await once(child, "close");
  for (const each of streams) if (typeof each === "number") closeSync(each);
  expect({ code, spoken: await spoken }).toEqual({ code: 2, spoken: expect.stringMatching(said) });
});
