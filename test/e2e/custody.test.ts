import { DisableKeyCommand, GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { generateKeyPair } from "../../keys";
import { ACCOUNT, Deployment, REGION } from "./deployment";

jest.setTimeout(240_000);

const imported = generateKeyPair();
const KMS_USER = `
  - username: sweep bot
    role: operator
    custody: kms
    signers: [arn:aws:iam::${ACCOUNT}:role/sweep]
`;

const deployment = new Deployment();
let kms: KMSClient;

beforeAll(async () => {
  deployment.write(
    "acme/workspace.yaml",
    `account: "${ACCOUNT}"\nregion: ${REGION}\ncustodians: [arn:aws:iam::${ACCOUNT}:role/custodian]\n`,
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
  kms = new KMSClient({
    endpoint: deployment.aws.endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT, secretAccessKey: "local" },
  });
  await deployment.apply("acme-eu-west-1");
  await deployment.apply("acme-team");
});

afterAll(async () => {
  kms?.destroy();
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

test("a second plan is empty, and keeps the public key known", async () => {
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
