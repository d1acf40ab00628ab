import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DisableKeyCommand, GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { generateKeyPair } from "../../keys";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";

jest.setTimeout(240_000);

const imported = generateKeyPair();
const KMS_USER = `
  - username: sweep bot
    role: operator
    custody: kms
    signers: [arn:aws:iam::${ACCOUNT}:role/sweep]
    readers: [arn:aws:iam::${ACCOUNT}:role/reporting]
`;

const deployment = new Deployment();
let kms: KMSClient;
let secrets: SecretsManagerClient;

beforeAll(async () => {
  deployment.write(
    "acme/workspace.yaml",
    `account: "${ACCOUNT}"\nregion: ${REGION}\ncustodians: [arn:aws:iam::${ACCOUNT}:role/custodian]\napiUrl: https://api.vault.ledger.com\nalerts: false\n`,
  );
  deployment.write(
    "acme/team.yaml",
    `users:${KMS_USER}
  - username: approver
    role: administrator
    custody: imported
    publicKey: "${imported.publicKey}"
    signers: [arn:aws:iam::${ACCOUNT}:role/approver]
`,
  );
  deployment.synthesize();
  await deployment.start();
  kms = new KMSClient(deployment.settings());
  secrets = new SecretsManagerClient(deployment.settings());
  await deployment.apply("acme-eu-west-1");
  await deployment.apply("acme-team");
});

afterAll(async () => {
  kms?.destroy();
  secrets?.destroy();
  imported.wipe();
  await deployment.end();
});

test("users of the custodies kms and imported make no function", () => {
  expect(deployment.aws.calls().map(({ action }) => action)).not.toContain("CreateFunction");
});

test("Terraform alone turns what KMS answers into the public key to register", async () => {
  const { "sweep bot": entry } = await deployment.registration("acme-team");
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: entry.keyArn }));
  expect(entry.publicKey).toBe(
    Buffer.from(PublicKey ?? [])
      .subarray(-65)
      .toString("hex"),
  );
});

test("an imported key is awaited: its secret is there, empty, and Terraform never wrote to it", async () => {
  const { approver } = await deployment.registration("acme-team");
  expect(approver).toMatchObject({ keyStatus: "awaiting key", publicKey: imported.publicKey });
  expect(deployment.aws.calls().map(({ action }) => action)).not.toContain("PutSecretValue");
});

test("the secret of the credentials is made empty and locked, and Terraform neither writes nor reads it", async () => {
  const { "sweep bot": entry } = await deployment.registration("acme-team");
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
  const SecretId = JSON.parse(stdout).registration.value["sweep bot"].credentialsArn;
  const { SecretString = "" } = await secrets.send(
    new GetSecretValueCommand({ SecretId, VersionStage: "AWSCURRENT" }),
  );
  expect(JSON.parse(SecretString)).toEqual({
    LEDGER_ENTERPRISE_WORKSPACE: "acme",
    ...given,
    LEDGER_ENTERPRISE_API_URL: "https://api.vault.ledger.com",
  });
  expect(await deployment.plan("acme-team")).toEqual({});
});

test("a pending change of the KMS key hides its public key from no plan", async () => {
  deployment.write("acme/team.yaml", `users:${KMS_USER.replace("role/sweep", "role/other")}`);
  deployment.synthesize();
  await deployment.run("acme-team", "plan", "-out=plan");
  const { stdout } = await deployment.run("acme-team", "show", "-json", "plan");
  const { after_unknown } = JSON.parse(stdout).output_changes.registration;
  expect(after_unknown).toBe(false);
});

test("a key that is disabled does not stop a plan, once its public key is pinned", async () => {
  const { "sweep bot": entry } = await deployment.registration("acme-team");
  await kms.send(new DisableKeyCommand({ KeyId: entry.keyArn.split("/")[1] }));
  const stop = deployment.aws.intercept((call) =>
    call.action === "GetPublicKey" ? { status: 400, body: { __type: "DisabledException" } } : undefined,
  );
  const pinned = `${KMS_USER}    publicKey: "${entry.publicKey}"\n`;
  deployment.write("acme/team.yaml", `users:${KMS_USER}`);
  deployment.synthesize();
  await expect(deployment.run("acme-team", "plan")).rejects.toThrow(/DisabledException/);
  deployment.write("acme/team.yaml", `users:${pinned}`);
  deployment.synthesize();
  await deployment.run("acme-team", "plan");
  stop();
});

test("a pinned public key that is not the key's own is told at plan", async () => {
  deployment.write("acme/team.yaml", `users:${KMS_USER}    publicKey: "${imported.publicKey}"\n`);
  deployment.synthesize();
  const { stdout, stderr } = await deployment.run("acme-team", "plan");
  expect(stdout + stderr).toContain("is not the one of its KMS key");
});
