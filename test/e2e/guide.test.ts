/** Runs the commands of docs/onboarding.md, as they stand there, to a user that is active and has approved. */
import { spawn } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from "@aws-sdk/client-cloudtrail";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import type { LocalAws } from "../../local-aws/emulator";
import { environmentWithoutAws } from "../../local-aws/emulator/environment";
import type { SharedProviders } from "../../local-aws/terraform/shared-provider";
import { Terraform } from "../../local-aws/terraform/terraform";
import { ALLOW_LOOPBACK } from "../../rules/loopback";
import { bin } from "../support/cli/process";
import { ACCOUNT, REGION } from "../support/e2e/deployment";
import { sharedProviders } from "../support/e2e/providers";
import { clientSettings, makeBucket } from "../support/embedded-aws";
import { PROJECT } from "../support/project";
import { startSharedAws } from "../support/shared-moto";
import { startWorkspace, type Workspace } from "../support/workspace";

jest.setTimeout(300_000);

const GUIDE = readFileSync(join(PROJECT, "docs", "onboarding.md"), "utf8");
const USERS = ["payments bot", "account maker"];

/** The guide's steps by number: what stands in its fenced blocks of a language. */
function blocks(step: number, language: string): string[] {
  const section = GUIDE.split(/^## /m).find((part) => part.startsWith(`${step}. `)) ?? "";
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "gms"))].map(
    ([, body = ""]) => body,
  );
}
const commands = (step: number) => blocks(step, "sh").flatMap((body) => body.trim().split("\n"));

let project: string;
let aws: LocalAws;
let workspace: Workspace;
let terraform: Terraform;
let env: Record<string, string>;

/** A checkout with a fleet of its own: this project's files, and nothing that a run left in it. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), "guide-"));
  const own = /^(api-users|cdktf\.out|\..*|.*\.tfstate.*)$/;
  for (const name of readdirSync(PROJECT)) {
    if (!own.test(name)) symlinkSync(join(PROJECT, name), join(folder, name));
  }
  mkdirSync(join(folder, "api-users", "acme-prod"), { recursive: true });
  const roles = `deployers: [arn:aws:iam::${ACCOUNT}:role/terraform]\ncustodians: [arn:aws:iam::${ACCOUNT}:role/custodian]\n`;
  writeFileSync(
    join(folder, "api-users/acme-prod/workspace.yaml"),
    `account: "${ACCOUNT}"\nregion: ${REGION}\n${roles}`,
  );
  writeFileSync(join(folder, "api-users/acme-prod/payments.yaml"), blocks(1, "yaml").join());
  return folder;
}

/**
 * An `npx` that is the real one the first time, and then runs the compiled command itself: npm takes longer to find our bin than
 * that takes to answer.
 */
function quickNpx(folder: string): string {
  mkdirSync(folder);
  const script = `#!/bin/sh
if [ "$1" = cdktf-ledger-api-user ] && [ -e '${folder}/used' ]; then shift; exec '${process.execPath}' '${bin()}' "$@"; fi
touch '${folder}/used'
PATH='${process.env["PATH"]}' exec npx "$@"
`;
  writeFileSync(join(folder, "npx"), script, { mode: 0o755 });
  return folder;
}

let providers: SharedProviders;
const ways = new Map<string, ReturnType<SharedProviders["settings"]>>();

/** What leads Terraform, where a command runs it in a stack's folder, to the provider that runs on this stack share. */
async function providerOf(command: string) {
  const [, folder] = /^terraform -chdir=(\S+)/.exec(command) ?? [];
  if (folder === undefined) return {};
  const way = ways.get(folder) ?? providers.settings(join(project, folder), env);
  ways.set(folder, way);
  return way;
}

async function run(command: string, more: { input?: string; env?: Record<string, string> } = {}) {
  const child = spawn("bash", ["-c", `set -o pipefail; ${command}`], {
    cwd: project,
    env: { ...environmentWithoutAws(), ...env, ...(await providerOf(command)), ...more.env },
  });
  child.stdin.end(more.input ?? "");
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once("close", resolve)),
  ]);
  if (code !== 0) throw new Error(`${command}\nexited with ${code}: ${stderr}\n${stdout}`);
  return stdout;
}

beforeAll(async () => {
  project = checkout();
  const scratch = join(project, ".local");
  [aws, terraform] = await Promise.all([startSharedAws(scratch), Terraform.find(scratch)]);
  providers = sharedProviders(terraform);
  workspace = await startWorkspace("acme-prod");
  // The guide says terraform, which may not be on the PATH but fetched.
  const npx = quickNpx(join(scratch, "npx"));
  const PATH = [npx, dirname(terraform.binary), process.env["PATH"]].join(delimiter);
  env = { PATH, ...terraform.settings, ...aws.env(ACCOUNT, REGION), CHECKPOINT_DISABLE: "1" };
  env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";
});

afterAll(async () => {
  await providers?.stop();
  await workspace?.stop();
  await aws?.stop();
  rmSync(project, { recursive: true, force: true });
});

/** What a company has before: the services' roles, a trail that logs, somebody who hears the alerts. */
async function surroundings() {
  const settings = clientSettings(aws.env(ACCOUNT, REGION));
  const iam = new IAMClient(settings);
  for (const RoleName of ["payments", "account-maker"]) {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}" }));
  }
  await makeBucket(aws.env(ACCOUNT, REGION), `trail-logs-${ACCOUNT}`);
  const cloudTrail = new CloudTrailClient(settings);
  await cloudTrail.send(new CreateTrailCommand({ Name: "main", S3BucketName: `trail-logs-${ACCOUNT}` }));
  await cloudTrail.send(new StartLoggingCommand({ Name: "main" }));
  const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:ledger-enterprise-acme-prod-alerts`;
  const Endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT}:pager`;
  await new SNSClient(settings).send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
}

test("an operator and an administrator go from YAML to active, and the first request is approved", async () => {
  for (const command of commands(2)) await run(command);
  await surroundings();
  for (const command of commands(3)) await run(command);
  const page = readFileSync(join(project, "registration.html"), "utf8");
  const { registration } = JSON.parse(readFileSync(join(project, "registration.json"), "utf8"));

  // Step 4 is the admin's: what the page shows is what is registered.
  for (const username of USERS) {
    const { publicKey, role } = registration.value[username];
    expect(page).toContain(publicKey);
    workspace.addUser({ username, publicKey, role: role === "operator" ? "OPERATOR" : "ADMIN" });
  }

  const put = commands(5);
  expect(put).toHaveLength(USERS.length);
  for (const [i, username] of USERS.entries()) {
    const { LEDGER_ENTERPRISE_API_URL = "", [ALLOW_LOOPBACK]: _, ...credentials } = workspace.env(username);
    await run(put[i] ?? "", { input: JSON.stringify(credentials), env: { LEDGER_ENTERPRISE_API_URL } });
  }

  const service = workspace.env("payments bot");
  for (const command of commands(7)) {
    const table = await run(command, { env: service });
    for (const username of USERS) expect(table).toMatch(new RegExp(`${username}.*active`));
  }

  workspace.addRequest();
  for (const command of commands(8)) await run(command, { env: service });
  expect(workspace.posts).toEqual([
    expect.objectContaining({ action: "approve", username: "payments bot", refusal: undefined }),
  ]);
});
