import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import * as fc from "fast-check";
import { literal } from "../../constructs/terraform/literal";
import { formatProblem, loadFleet } from "../../fleet";
import { addStacks } from "../../fleet/stacks";
import { Terraform } from "../../local-aws/terraform/terraform";
import { withoutTraces } from "../bad-input/compile";
import { strangeName } from "../bad-input/hostile";
import { sharedProviders } from "../support/e2e/providers";
import { PUBLIC_KEY } from "../support/keys/public-key";

/** Names with letters of any script and the markers of any template language, as many in one stack. */
const NAMES = fc.sample(strangeName, { numRuns: 100, seed: 1 });

const directory = mkdtempSync(join(tmpdir(), "ledger-validate-"));
let terraform: Terraform;

beforeAll(async () => {
  terraform = await Terraform.find(directory);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function write(path: string, content: unknown): void {
  mkdirSync(join(directory, path, ".."), { recursive: true });
  // JSON is YAML.
  writeFileSync(join(directory, path), JSON.stringify(content));
}

async function run(folder: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { stdout } = await terraform.run(args, { cwd: join(directory, folder), env });
  return stdout;
}

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** `USERNAME N`, so that two that a person cannot tell apart are not refused. */
const users = NAMES.map((name, i) => ({
  username: `${name} ${i}`,
  role: i % 2 === 0 ? "operator" : "administrator",
  custody: ["secrets-manager", "kms", "imported"][i % 3],
  ...(i % 3 === 2 && { publicKey: PUBLIC_KEY }),
  signers: [role("path/+=,.@-_")],
  readers: [role("reader")],
  groups: [name],
  [i % 2 === 0 ? "accountRules" : "adminRules"]: [name],
  removalProtection: i % 5 === 0,
}));

const workspace = {
  account: "123456789012",
  region: "eu-west-1",
  custodians: [role("custodian")],
  deployers: [role("deployer")],
  signerAccounts: ["210987654321"],
  alertEmails: ["${x}%{if}@acme.example"],
  apiUrl: "https://api.example/${x}/%{if}/$${y}",
  tags: { "Z\u00fcrich @ 1": "\u53d6\u5f15 a:b/c=d+e", constructor: "" },
  rolePath: "/custody/+=,.@-/",
  vpc: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
  logKmsKey: "arn:aws:kms:eu-west-1:123456789012:key/1",
  backend: { local: { path: "${x}/%{ if }/STACK.tfstate" } },
};

test(`a fleet of ${NAMES.length} users with hostile names is valid Terraform`, async () => {
  write("users/acme/workspace.yaml", workspace);
  write("users/acme/hostile.yaml", { users });
  const { workspaces, problems } = loadFleet(join(directory, "users"));
  expect(problems.map(formatProblem)).toEqual([]);
  const app = new App({ outdir: directory });
  withoutTraces(() => {
    for (const each of workspaces) addStacks(app, each);
    app.synth();
  });
  const providers = sharedProviders(terraform);
  const validate = async (stack: string) => {
    const settings = await providers.settings(join(directory, stack), {});
    await run(stack, ["init"], settings);
    return JSON.parse(await run(stack, ["validate", "-json"], settings));
  };
  const answers = await Promise.all(["stacks/acme-eu-west-1", "stacks/acme-hostile"].map(validate));
  await providers.stop();
  expect(answers.map(({ valid, diagnostics }) => ({ valid, diagnostics }))).toEqual([
    { valid: true, diagnostics: [] },
    { valid: true, diagnostics: [] },
  ]);
});

test("text that was made literal is for Terraform the text that it was, and other text is not", async () => {
  const texts = [
    ...NAMES,
    "$${x}",
    "$$${x}",
    "%%{if}",
    "%%%{if}",
    "$%{x}",
    "%${x}",
    "$",
    "${",
    "a\nb",
    '"\\',
  ];
  const output = texts.map(
    (text, i) => [`text-${i}`, { value: { [literal(text)]: literal(text) } }] as const,
  );
  write("texts/main.tf.json", { output: Object.fromEntries(output) });
  await run("texts", ["init"]);
  await run("texts", ["apply", "-auto-approve"]);
  const answer = JSON.parse(await run("texts", ["output", "-json"]));
  expect(texts.map((_, i) => answer[`text-${i}`].value)).toEqual(texts.map((text) => ({ [text]: text })));

  write("texts/main.tf.json", { output: { name: { value: "bot ${x}" } } });
  await expect(run("texts", ["validate"])).rejects.toThrow(/Invalid reference/);
});
