import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { strToU8, zipSync } from "fflate";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";

jest.setTimeout(240_000);

const WORKSPACE = `
account: "${ACCOUNT}"
region: ${REGION}
deployers: [arn:aws:iam::${ACCOUNT}:role/terraform]
tags: { cost-center: custody }
`;
const SETTLEMENT = `
  - username: settlement bot
    role: operator
    signers: [arn:aws:iam::${ACCOUNT}:role/settlement]
    groups: [Treasury Operations]
`;
const OPENER = `
  - username: "opener \${x}"
    role: administrator
    signers: [arn:aws:iam::${ACCOUNT}:role/opener]
`;

const deployment = new Deployment();
let client: SecretsManagerClient;

beforeAll(async () => {
  deployment.write("acme/workspace.yaml", WORKSPACE);
  deployment.write("acme/treasury.yaml", `users:${SETTLEMENT}`);
  deployment.synthesize();
  await deployment.start();
  client = new SecretsManagerClient(deployment.settings());
  await deployment.apply("acme-eu-west-1");
  await deployment.apply("acme-treasury");
});

afterAll(async () => {
  client?.destroy();
  await deployment.end();
});

/** What a signer reads. */
async function storedKey(keyArn: string): Promise<string> {
  const request = { SecretId: keyArn, VersionStage: "AWSCURRENT" };
  return (await client.send(new GetSecretValueCommand(request))).SecretString ?? "";
}

describe("after terraform apply", () => {
  test("the secret holds the hex of a SEC1 PEM of P-256, whose point is the public key to register", async () => {
    const { "settlement bot": entry } = await deployment.registration("acme-treasury");
    const stored = await storedKey(entry.keyArn);
    expect(stored).toMatch(/^[0-9a-f]{454}$/);
    const pem = Buffer.from(stored, "hex").toString("ascii");
    expect(pem).toMatch(
      /^-----BEGIN EC PRIVATE.KEY-----\n(?:[\w+/=]{1,64}\n)+-----END EC PRIVATE.KEY-----\n$/,
    );
    const spki = createPublicKey(createPrivateKey(pem)).export({ type: "spki", format: "der" });
    expect(spki.subarray(-65).toString("hex")).toBe(entry.publicKey);
  });

  test("the public key stands in the version's label, readable without decrypting anything", async () => {
    const { "settlement bot": entry } = await deployment.registration("acme-treasury");
    const secret = await client.send(new DescribeSecretCommand({ SecretId: entry.keyArn }));
    const labels = ["AWSCURRENT", "generation-1", `public-key-${entry.publicKey}`];
    expect(Object.values(secret.VersionIdsToStages ?? {}).map((stages) => [...stages].sort())).toEqual([
      labels,
    ]);
    expect(secret.Name).toBe("ledger-enterprise/acme/settlement-bot/generation-1/private-key");
  });

  test("the policy that was put lets the signer read and denies everyone else", async () => {
    const { "settlement bot": entry } = await deployment.registration("acme-treasury");
    const { ResourcePolicy } = await client.send(new GetResourcePolicyCommand({ SecretId: entry.keyArn }));
    const statements = JSON.parse(ResourcePolicy ?? "").Statement as Record<string, unknown>[];
    const only = { ArnNotEquals: { "aws:PrincipalArn": [`arn:aws:iam::${ACCOUNT}:role/settlement`] } };
    expect(statements.find(({ Sid }) => Sid === "OnlySignersRead")).toMatchObject({
      Effect: "Deny",
      Condition: only,
    });
    const generator = `arn:aws:iam::${ACCOUNT}:role/ledger-acme-eu-west-1-key-generator`;
    expect(statements.find(({ Sid }) => Sid === "OnlyWritersWrite")).toMatchObject({
      Effect: "Deny",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": [generator] } },
    });
  });

  test("the policy was on the secret before the key was in it", () => {
    const order = deployment.aws.calls().map(({ action }) => action);
    expect(order).toContain("PutSecretValue");
    expect(order.indexOf("PutResourcePolicy")).toBeLessThan(order.indexOf("PutSecretValue"));
  });

  test("the function never read a secret, nor did Terraform", () => {
    const reads = deployment.aws
      .calls()
      .filter(({ action, caller }) => action === "GetSecretValue" && caller);
    expect(reads).toEqual([]);
  });

  test("the registration has what an admin enters", async () => {
    const { "settlement bot": entry } = await deployment.registration("acme-treasury");
    expect(entry).toMatchObject({
      username: "settlement bot",
      role: "operator",
      uiLabel: "Operator - Via Self Managed Key Pair",
      custody: "secrets-manager",
      generation: 1,
      groups: ["Treasury Operations"],
    });
  });
});

describe("another user in the same file", () => {
  test("touches no other user's resource, and its name arrives as the text it is", async () => {
    const before = await deployment.registration("acme-treasury");
    deployment.write("acme/treasury.yaml", `users:${OPENER}${SETTLEMENT}`);
    deployment.synthesize();
    const changes = await deployment.plan("acme-treasury");
    // Two secrets, key and credentials, and the generation of the key.
    expect(Object.keys(changes)).toHaveLength(3);
    expect(Object.entries(changes).join()).not.toMatch(/settlement|update|delete/);
    await deployment.apply("acme-treasury");
    const after = await deployment.registration("acme-treasury");
    expect(after["settlement bot"]).toEqual(before["settlement bot"]);
    expect(after["opener ${x}"].publicKey).toMatch(/^04[0-9a-f]{128}$/);
  });
});

test("an upgrade that changes the key generator: users' plans fail until the workspace's stack is applied", async () => {
  asOlderVersion("acme-eu-west-1");
  await deployment.apply("acme-eu-west-1");
  await expect(deployment.run("acme-treasury", "plan")).rejects.toThrow(
    /Version 2 of the key generator[\s\S]* has\s+other\s+code\s+than\s+this\s+package[\s\S]*apply\s+the\s+workspace's\s+stack\s+first/,
  );
  deployment.synthesize();
  await deployment.apply("acme-eu-west-1");
  // The version that made the users' keys is two versions old, and stays in their state.
  expect(await deployment.plan("acme-treasury")).toEqual({});
});

/** Turns a stack into what a version with other code of the function would have synthesized. */
function asOlderVersion(stack: string): void {
  const file = join(deployment.stack(stack), "cdk.tf.json");
  const text = readFileSync(file, "utf8");
  const [fn] = Object.values<{ filename: string; source_code_hash: string }>(
    JSON.parse(text).resource.aws_lambda_function,
  );
  if (!fn) throw new Error("no function");
  const zip = zipSync({ "index.js": strToU8("exports.handler = async () => ({})") });
  writeFileSync(join(deployment.stack(stack), fn.filename), zip);
  const hash = createHash("sha256").update(zip).digest("base64");
  writeFileSync(file, text.replaceAll(fn.source_code_hash, hash));
}
