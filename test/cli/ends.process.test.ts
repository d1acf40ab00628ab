/** No command ends as if all were done when it has done nothing: the real command, against servers that do not answer as they should. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPair } from "../../keys";
import { ALLOW_LOOPBACK } from "../../rules/loopback";
import { plan, secret } from "../support/cli/plan";
import { ledgerApiUserProcess } from "../support/cli/process";
import { serve, WAYS } from "../support/ends/servers";
import { openssl } from "../support/keys/tools";
import { PROJECT } from "../support/project";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "ends-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
}

const pair = generateKeyPair();
const entry = (username: string, custody: string, keyArn: string) => ({
  workspace: "acme",
  username,
  role: "operator",
  uiLabel: "Operator - Via Self Managed Key Pair",
  custody,
  generation: 1,
  publicKey: pair.publicKey,
  keyArn,
  credentialsArn: `arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/${username}/generation-1/credentials-abcdef`,
});
const KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const SECRET =
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/bot/generation-1/private-key-abcdef";
const { credentialsArn: _, ...kms } = entry("kms-bot", "kms", KEY);
const registration = file(
  "r.json",
  JSON.stringify({ acme: { bot: entry("bot", "imported", SECRET), "kms-bot": kms } }),
);
const fleet = join(folder, "fleet");
mkdirSync(join(fleet, "acme"), { recursive: true });
file("fleet/acme/workspace.yaml", 'account: "123456789012"\nregion: eu-west-1\n');
file(
  "fleet/acme/treasury.yaml",
  "users:\n  - { username: bot, role: operator, generations: { 1: retired, 2: current } }\n",
);
const rotated = file(
  "rotated.json",
  JSON.stringify({ "acme-treasury": { bot: entry("bot", "imported", SECRET) } }),
);
const key = file("key", pair.privateKeyPem.toString("hex"));
const challenge = file("challenge", Buffer.from('{"type":"X"}').toString("base64url"));
const credentials = JSON.stringify({
  LEDGER_ENTERPRISE_API_KEY_ID: "an-api-key-id",
  LEDGER_ENTERPRISE_API_KEY_SECRET: "a-secret-of-some-length",
});
const planFile = file(
  "plan.json",
  JSON.stringify(plan([{ type: "aws_secretsmanager_secret", after: secret() }])),
);

const ofAws = (port: number) => ({
  AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  AWS_REGION: "eu-west-1",
  AWS_ACCESS_KEY_ID: "x",
  AWS_SECRET_ACCESS_KEY: "x",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
});
const ofWorkspace = (port: number) => ({
  LEDGER_ENTERPRISE_API_URL: `http://127.0.0.1:${port}`,
  LEDGER_ENTERPRISE_WORKSPACE: "acme",
  LEDGER_ENTERPRISE_API_KEY_ID: "id",
  LEDGER_ENTERPRISE_API_KEY_SECRET: "secret",
  LEDGER_ENTERPRISE_API_PRIVATE_KEY: pair.privateKeyPem.toString("hex"),
});

const preload = (name: string) => ({ NODE_OPTIONS: `--require ${join(PROJECT, "test/support/ends", name)}` });

/** Every command that asks the workspace or AWS, by the folder of its code. */
const ASKING: Readonly<Record<string, readonly (readonly string[])[]>> = {
  approve: [
    ["approve", "29", "--yes"],
    ["reject", "29", "--yes"],
  ],
  verify: [["verify", "--registration", registration]],
  sign: [
    ["sign", "--secret", SECRET, "--yes", challenge],
    ["sign", "--kms", KEY, "--yes", challenge],
  ],
  "import-key": [["import-key", "bot", key, "--registration", registration]],
  credentials: [
    ["credentials", "put", "bot", "--registration", registration],
    ["credentials", "restore", "bot", "--registration", registration],
  ],
  adopt: [["adopt", planFile]],
  rotate: [["rotate", "bot", "finish", "--users", fleet, "--registration", rotated]],
  status: [["status", "--registration", registration]],
};

async function run(args: readonly string[], way: string) {
  const server = await serve(WAYS[way] ?? (() => {}));
  try {
    const env = {
      ...ofAws(server.port),
      ...ofWorkspace(server.port),
      ...preload("fast-clock.js"),
      [ALLOW_LOOPBACK]: "1",
      NO_COLOR: "1",
    };
    const outcome = await ledgerApiUserProcess(args, { env, input: args[1] === "put" ? credentials : "" });
    return { ...outcome, requests: server.requests() };
  } finally {
    server.stop();
  }
}

/** Says in one line why it did not do it, and nothing as if it had; `status` says it in its report. */
function expectNotDone(
  args: readonly string[],
  { code, stdout, stderr, requests }: Awaited<ReturnType<typeof run>>,
): void {
  expect(requests).toBeGreaterThan(0);
  if (args[0] === "status") {
    expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
    expect(stdout).toMatch(/^not seen: /m);
    return;
  }
  const lines = stderr.split("\n").filter((line) => line.startsWith("error: "));
  expect(lines).toEqual([expect.stringMatching(/^error: (?!unforeseen)[^;]+; .+$/)]);
  expect(stderr).not.toMatch(/^\s+at |node:internal/m);
  if (args[0] === "rotate") expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  else if (args[0] === "verify" && code === 1) expect(stdout).toMatch(/: (missing|unreadable): /);
  else expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
}

/** In this process, test/ledger-api and test/aws have every way. */
test.each(
  Object.values(ASKING)
    .flat()
    .map((args) => [args.slice(0, 3).join(" "), args] as const),
)("%s does not end well where the answer is 101", async (_name, args) => {
  expectNotDone(args, await run(args, "101, to another protocol"));
});

test.each(["approve", "verify", "status"])("nor does %s where the answer stops", async (name) => {
  const [args = []] = ASKING[name] ?? [];
  expectNotDone(args, await run(args, "an answer that stops"));
});

test("a certificate that nobody vouches for is refused for AWS too, whatever the environment says", async () => {
  const [tlsKey, cert] = [join(folder, "tls.key"), join(folder, "tls.cert")];
  openssl(
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=aws -keyout ${tlsKey} -out ${cert}`,
  );
  let requests = 0;
  const server = createTlsServer({ key: readFileSync(tlsKey), cert: readFileSync(cert) }, (_, response) => {
    requests++;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const env = {
    ...ofAws(port),
    AWS_ENDPOINT_URL: `https://127.0.0.1:${port}`,
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
    [ALLOW_LOOPBACK]: "1",
  };
  const { code, stderr } = await ledgerApiUserProcess(["verify", "--registration", registration], { env });
  server.closeAllConnections();
  server.close();
  expect({ code, stderr, requests }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/SELF_SIGNED/),
    requests: 0,
  });
});

test("these are all commands that ask the workspace or AWS", () => {
  const root = join(PROJECT, "cli/commands");
  const asks = (command: string) =>
    readdirSync(join(root, command))
      .filter((name) => name.endsWith(".ts"))
      .some((name) =>
        /\/(aws\/clients|ledger-api\/session|signing\/signing-key)"/.test(
          readFileSync(join(root, command, name), "utf8"),
        ),
      );
  expect(readdirSync(root).filter(asks).sort()).toEqual(Object.keys(ASKING).sort());
});

test.each([
  ["verify", ["verify", "--registration", registration]],
  ["review", ["review", planFile]],
])("%s that waits for what never comes fails, and says so", async (_, args) => {
  const outcome = await ledgerApiUserProcess(args, { env: preload("never-read.js") });
  expect(outcome).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^error: the command stopped before it was done: [^\n]+; [^\n]+\n$/),
  });
});

test("an error that nobody expects is one line, without a stack trace", async () => {
  const stray = file("stray.js", "setTimeout(() => { throw new Error('04secret'); }, 0);");
  const outcome = await ledgerApiUserProcess(["registration", "--registration", "-"], {
    env: { NODE_OPTIONS: `--require ${stray}` },
  });
  expect(outcome).toEqual({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^error: unforeseen Error; [^\n]+\n$/),
  });
});

test("only the end of a command says how it ended: no command sets the exit code of the process", () => {
  const files = readdirSync(join(PROJECT, "cli"), { recursive: true }).map(String);
  const setting = files.filter(
    (name) => name.endsWith(".ts") && /process\.exit/.test(readFileSync(join(PROJECT, "cli", name), "utf8")),
  );
  expect(setting.sort()).toEqual(["bin.ts", "shared/run.ts"]);
});
