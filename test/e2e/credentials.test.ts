import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
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
  const args = ["credentials", "put", "sweep bot", "--registration", registration];
  expect(await deployment.command(args, JSON.stringify(given))).toMatchObject({ code: 0, stderr: "" });
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
