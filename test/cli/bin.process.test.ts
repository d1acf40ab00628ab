/**
 * The real command, in a process of its own, against the same command in this process, by which most tests run it:
 * both say the same, byte for byte, and end with the same code.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { plan, secret } from "../support/cli/plan";
import { bin, ledgerApiUserProcess } from "../support/cli/process";
import { environment, ledgerApiUser, type Setting } from "../support/cli/run-cli";
import { newKey } from "../support/keys/spellings";
import { example } from "../support/keys/vectors";
import { registrationOf, sample } from "../support/page-users";

const folder = mkdtempSync(join(tmpdir(), "bin-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
}

const bot = sample("settlement bot");
const registration = file("registration.json", registrationOf([bot]));
const type = "aws_secretsmanager_secret";
const reviewed = JSON.stringify(plan([{ type, after: secret() }]));
const destroys = JSON.stringify(plan([{ type, before: secret() }]));
/** Without credentials, and with nobody who could be asked for them. */
const noCredentials = {
  env: {
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    HOME: "/nonexistent",
  },
};

test.each<[string, number, string[], Setting]>([
  ["help", 0, ["--help"], {}],
  ["version", 0, ["--version"], {}],
  ["no command", 2, [], {}],
  ["an unknown command", 2, ["inspct"], {}],
  ["a key in a command's place", 2, [example.privateKeyHex], {}],
  ["inspect", 0, ["inspect"], { input: example.privateKeyHex }],
  ["inspect, of a file", 0, ["inspect", "--json", file("key", example.publicKey)], {}],
  ["inspect, of no key", 1, ["inspect"], { input: "hello" }],
  ["keygen, without --out", 2, ["keygen"], {}],
  ["keygen, over a file", 2, ["keygen", "a", "--out", file("file", "")], {}],
  [
    "sign, of no challenge",
    2,
    ["sign", "--yes", "--file", file("hex", example.privateKeyHex)],
    { input: "no" },
  ],
  ["approve, without settings", 2, ["approve", "29", "--yes"], {}],
  ["reject, of no id", 2, ["reject", "../users", "--yes"], {}],
  ["audit, of a leak", 1, ["audit", "-"], { input: newKey().sec1 }],
  ["audit, of a file", 0, ["audit", registration], {}],
  ["verify, without credentials", 2, ["verify", "--registration", registration], noCredentials],
  ["registration", 0, ["registration"], { input: registrationOf([bot]) }],
  ["registration, as a page", 0, ["registration", "--format", "html", "--registration", registration], {}],
  ["status, without credentials", 1, ["status", "--registration", registration, "--json"], noCredentials],
  ["review", 0, ["review"], { input: reviewed }],
  ["review, of a file", 1, ["review", "--fail-on", "destroy,weakened", file("plan.json", destroys)], {}],
  ["adopt, of no plan", 2, ["adopt", "-"], { input: "{}" }],
  [
    "import-key, of a user whose key is generated",
    2,
    ["import-key", "settlement bot", "--registration", registration],
    { ...noCredentials, input: example.pem },
  ],
  [
    "credentials put, of nothing",
    2,
    ["credentials", "put", "settlement bot", "--registration", registration],
    noCredentials,
  ],
  ["completion", 0, ["completion", "bash"], {}],
])("%s: exit code %i", async (_, code, args, setting) => {
  const outcome = await ledgerApiUserProcess(args, setting);
  expect(outcome).toEqual(await ledgerApiUser(args, setting));
  expect(outcome.code).toBe(code);
});

test("a reader who closes the pipe early is no error", async () => {
  const many = file(
    "many",
    registrationOf(Array.from({ length: 400 }, (_, index) => sample(`bot ${index}`))),
  );
  const child = spawn(process.execPath, [bin(), "registration", "--registration", many], {
    env: environment({}),
  });
  const said = text(child.stderr);
  child.stdout.once("data", () => child.stdout.destroy());
  const [code] = await once(child, "close");
  expect({ code, said: await said }).toEqual({ code: 0, said: "" });
});

test("large input and output go through pipes whole", async () => {
  const input = registrationOf(Array.from({ length: 400 }, (_, index) => sample(`bot ${index}`)));
  const args = ["registration", "--format", "json"];
  const { code, stdout } = await ledgerApiUserProcess(args, { input });
  expect(code).toBe(0);
  expect(JSON.parse(stdout).users).toHaveLength(400);
});
