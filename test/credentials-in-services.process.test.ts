/**
 * docs/credentials.md, "What services get": each example, as it stands there, against credentials that the command stored
 * in the embedded AWS. Of ECS and External Secrets it is their documented rules that are followed here.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { transformSync } from "esbuild";
import { parse } from "yaml";
import { issued, type RegisteredEntry, registeredUser } from "./support/cli/credentials-account";
import { CustodyAccount, REGION } from "./support/cli/custody-account";
import { PROJECT } from "./support/project";

jest.setTimeout(60_000);

const PAGE = readFileSync(join(PROJECT, "docs/credentials.md"), "utf8");

/** The first block of a language under a heading. */
function example(heading: string, language: string): string {
  const section = PAGE.split(`\n### ${heading}\n`)[1] ?? "";
  return new RegExp(`\`\`\`${language}\n([\\s\\S]+?)\n\`\`\``).exec(section)?.[1] ?? "";
}

/** An example in TypeScript, run in this process. */
function run(source: string): Record<string, (...args: string[]) => Promise<unknown>> {
  const { code } = transformSync(source, { loader: "ts", format: "cjs" });
  const module = { exports: {} };
  new Function("module", "exports", "require", code)(module, module.exports, require);
  return module.exports;
}

let account: CustodyAccount;
let entry: RegisteredEntry;
let expected: Record<string, string>;
const environment = process.env;

beforeAll(async () => {
  account = await CustodyAccount.start();
  entry = { ...(await registeredUser(account)), apiUrl: "https://api.vault.ledger.com" };
  const given = issued();
  const args = ["credentials", "put", entry.username, "--registration", account.registrationOf(entry)];
  expect(await account.command(args, JSON.stringify(given))).toMatchObject({ code: 0 });
  expected = {
    LEDGER_ENTERPRISE_WORKSPACE: "acme-prod",
    ...given,
    LEDGER_ENTERPRISE_API_URL: "https://api.vault.ledger.com",
  };
  process.env = { ...account.env(), AWS_REGION: REGION, CREDENTIALS_ARN: entry.credentialsArn };
});
afterAll(async () => {
  process.env = environment;
  await account.stop();
});

async function secretOf(secretId: string, stage = "AWSCURRENT"): Promise<Record<string, string>> {
  const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage });
  const { SecretString = "" } = await account.secrets.send(command);
  return JSON.parse(SecretString);
}

test("ECS gives a container the official names", async () => {
  const { secrets } = JSON.parse(example("ECS", "json").replaceAll("CREDENTIALS_ARN", entry.credentialsArn));
  const environment: Record<string, string | undefined> = {};
  for (const { name, valueFrom } of secrets as { name: string; valueFrom: string }[]) {
    // ECS guide, "Pass Secrets Manager secrets through environment variables": arn:json-key:version-stage:version-id
    const parts = valueFrom.split(":");
    expect(parts).toHaveLength(10);
    const [key = "", stage, version] = parts.slice(7);
    expect([stage, version]).toEqual(["", ""]);
    environment[name] = (await secretOf(parts.slice(0, 7).join(":")))[key];
  }
  expect(environment).toEqual(expected);
});

test("a Lambda has the official names in its environment", async () => {
  await run(example("Lambda", "ts"))["handler"]?.();
  expect(process.env).toMatchObject(expected);
});

test("External Secrets makes a Kubernetes Secret of the official names", async () => {
  const { spec } = parse(example("External Secrets", "yaml"));
  const [{ extract }] = spec.dataFrom;
  expect(extract).toEqual({ key: "CREDENTIALS_ARN" });
  // dataFrom.extract: every key of the JSON becomes a key of the Secret, which envFrom takes if it is a variable's name.
  const data = await secretOf(entry.credentialsArn);
  expect(data).toEqual(expected);
  for (const name of Object.keys(data)) expect(name).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
});

test("a plain call of the SDK answers with the official names", async () => {
  expect(await run(example("Any program", "ts"))["credentials"]?.(entry.credentialsArn)).toEqual(expected);
});
