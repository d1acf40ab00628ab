import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { bin } from "../cli/run-cli";
import { ACCOUNT, Deployment, REGION } from "./deployment";

jest.setTimeout(240_000);

const deployment = new Deployment();
let secrets: SecretsManagerClient;
// biome-ignore lint/suspicious/noExplicitAny: the registration has the shape that the test asks it to have
let entry: any;

beforeAll(async () => {
  const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
  deployment.write(
    "acme/workspace.yaml",
    `account: "${ACCOUNT}"
region: ${REGION}
custodians: [${role("custodian")}]
apiUrl: https://api.vault.ledger.com
alerts: false
`,
  );
  deployment.write(
    "acme/team.yaml",
    `users:
  - username: sweep bot
    role: operator
    custody: kms
    signers: [${role("sweep")}]
    readers: [${role("reporting")}]
`,
  );
  deployment.synthesize();
  await deployment.start();
  secrets = new SecretsManagerClient({
    endpoint: deployment.aws.endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: "local" },
  });
  for (const stack of ["acme-eu-west-1", "acme-team"]) await deployment.apply(stack);
  entry = (await deployment.registration("acme-team"))["sweep bot"];
});

afterAll(async () => {
  secrets?.destroy();
  await deployment.end();
});

/** Runs the command as a custodian's program does, with credentials on standard input. */
async function put(args: readonly string[], credentials: object) {
  const env = { PATH: process.env["PATH"] ?? "", ...deployment.aws.env(ACCOUNT, REGION) };
  const child = spawn(process.execPath, [bin(), ...args], { env, stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.end(JSON.stringify(credentials));
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, "close")]);
  return { code, stderr };
}

test("Terraform makes the secret empty and locked, and neither writes nor reads it", async () => {
  const { ResourcePolicy } = await secrets.send(
    new GetResourcePolicyCommand({ SecretId: entry.credentialsArn }),
  );
  const sids = JSON.parse(ResourcePolicy ?? "{}").Statement.map(({ Sid }: { Sid: string }) => Sid);
  expect(sids).toEqual(expect.arrayContaining(["OnlySignersAndReadersRead", "OnlyWritersWrite"]));
  const actions = deployment.aws.calls().map(({ action }) => action);
  expect(actions).not.toContain("PutSecretValue");
  expect(actions).not.toContain("GetSecretValue");
});

test("a custodian stores credentials by what terraform output says, and the next plan is empty", async () => {
  const { stdout } = await deployment.run("acme-team", "output", "-json");
  const registration = join(deployment.directory, "registration.json");
  writeFileSync(registration, stdout);
  const given = {
    LEDGER_ENTERPRISE_API_KEY_ID: randomBytes(16).toString("base64url"),
    LEDGER_ENTERPRISE_API_KEY_SECRET: randomBytes(32).toString("base64url"),
  };
  const outcome = await put(["credentials", "put", "sweep bot", "--registration", registration], given);
  expect(outcome).toEqual({ code: 0, stderr: "" });
  const { SecretString = "" } = await secrets.send(
    new GetSecretValueCommand({ SecretId: entry.credentialsArn, VersionStage: "AWSCURRENT" }),
  );
  expect(JSON.parse(SecretString)).toEqual({
    LEDGER_ENTERPRISE_WORKSPACE: "acme",
    ...given,
    LEDGER_ENTERPRISE_API_URL: "https://api.vault.ledger.com",
  });
  expect(await deployment.plan("acme-team")).toEqual({});
});
