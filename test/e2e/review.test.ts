import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ledgerApiUser } from "../support/cli/run-cli";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";
import { PUBLIC_KEY } from "../support/keys/public-key";

jest.setTimeout(400_000);

const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const user = (name: string, signers: string[], more = "") =>
  `  - username: ${name}\n    role: operator\n    signers: [${signers.map(role).join(", ")}]\n${more}`;
const SWEEP = user("sweep bot", ["sweep"], "    custody: kms\n");
const OFF = "    removalProtection: false\n";

const deployment = new Deployment();

beforeAll(async () => {
  deployment.write(
    "acme/workspace.yaml",
    `account: "${ACCOUNT}"\nregion: ${REGION}\ndeployers: [${role("terraform")}]\nalertEmails: [a@acme.example]\n`,
  );
  declare(user("settlement bot", ["settlement", "batch"]), SWEEP);
  await deployment.start();
});
afterAll(() => deployment.end());

function declare(...users: string[]): void {
  deployment.write("acme/team.yaml", `users:\n${users.join("")}`);
  deployment.synthesize();
}

/** Plans a stack for real, and has the plan reviewed with the gate that CI has. */
async function reviewed(stack: string): Promise<{ status: number | null; text: string; plan: string }> {
  await deployment.run(stack, "plan", "-out=plan");
  const { stdout: plan } = await deployment.run(stack, "show", "-json", "plan");
  return { ...(await review(plan)), plan };
}

async function review(plan: string): Promise<{ status: number | null; text: string }> {
  const { code, stdout } = await ledgerApiUser(["review", "--fail-on", "destroy,weakened"], { input: plan });
  return { status: code, text: stdout };
}

const UNCHANGED = { status: 0, text: "**API users**: nothing changes (the plan).\n" };

/** Reviews a stack with a file of somebody's beside its own. */
async function reviewedWith(stack: string, file: string, content: unknown) {
  const path = join(deployment.stack(stack), file);
  writeFileSync(path, JSON.stringify(content));
  try {
    return await reviewed(stack);
  } finally {
    rmSync(path);
  }
}

/** In the order in which a team would do it, on one deployment. */
describe("the review of a plan that Terraform made", () => {
  test("of a first deploy: workspace, users, their signers and keys", async () => {
    await deployment.run("acme-eu-west-1", "init");
    const workspace = await reviewed("acme-eu-west-1");
    expect(workspace).toMatchObject({
      status: 0,
      text: expect.stringContaining("`aws_sns_topic`: `create`"),
    });
    expect(workspace.text).not.toMatch(/CAUTION|\*\*Users/);
    await deployment.run("acme-eu-west-1", "apply", "plan");
    // The generator's own role and function look different to a refresh: nobody changed them.
    expect(await reviewed("acme-eu-west-1")).toMatchObject(UNCHANGED);
    await deployment.run("acme-team", "init");
    const { status, text } = await reviewed("acme-team");
    expect(status).toBe(0);
    expect(text).toContain(
      `- \`acme/settlement bot\`: is **added**: \`operator\`, custody \`secrets-manager\`; signs: \`${role("settlement")}\`, \`${role("batch")}\`; `,
    );
    expect(text).toContain("- `acme/settlement bot`: its key is generated, by the key generator");
    expect(text).toContain("- `acme/sweep bot`: its key is generated, in KMS");
    await deployment.run("acme-team", "apply", "plan");
  });

  test("of no change: one line; and of the same with its policy weakened by hand", async () => {
    const { status, text, plan } = await reviewed("acme-team");
    expect({ status, text }).toEqual(UNCHANGED);
    const changed = JSON.parse(plan);
    const secret = changed.resource_changes.find(
      ({ type }: { type: string }) => type === "aws_secretsmanager_secret",
    );
    const policy = JSON.parse(secret.change.after.policy);
    policy.Statement = policy.Statement.filter(({ Sid }: { Sid: string }) => Sid !== "OnlyWritersWrite");
    secret.change.after.policy = JSON.stringify(policy);
    secret.change.actions = ["update"];
    const weakened = await review(JSON.stringify(changed));
    expect(weakened.status).toBe(1);
    expect(weakened.text).toMatch(
      /CAUTION\]\n> \*\*Weakened[\s\S]*`OnlyWritersWrite` no longer denies `secretsmanager:PutSecretValue`/,
    );
  });

  test("of what changes nothing, and runs a command or reads a key", async () => {
    const { plan } = await reviewed("acme-eu-west-1");
    const { name } = JSON.parse(plan).resource_changes.find(
      ({ type }: { type: string }) => type === "aws_cloudwatch_query_definition",
    );
    const commands = { provisioner: [{ "local-exec": { command: "true" } }] };
    const runs = await reviewedWith("acme-eu-west-1", "x_override.tf.json", {
      resource: { aws_cloudwatch_query_definition: { [name]: commands } },
    });
    expect(runs.status).toBe(1);
    expect(runs.text).toContain(
      `> - \`aws_cloudwatch_query_definition.${name}\`: **runs commands**, by the provisioner \`local-exec\``,
    );
    const secret_id = "ledger-enterprise/acme/settlement-bot/generation-1/private-key";
    const reads = await reviewedWith("acme-team", "x.tf.json", {
      data: { aws_secretsmanager_secret_version: { key: { secret_id } } },
      output: { key: { value: "${data.aws_secretsmanager_secret_version.key.arn}" } },
    });
    expect(reads.status).toBe(1);
    expect(reads.text).toContain(
      "> - `data.aws_secretsmanager_secret_version.key`: is a read of the type `data.aws_secretsmanager_secret_version`",
    );
    const elsewhere = await reviewedWith("acme-team", "x_override.tf.json", {
      provider: { aws: { default_tags: [{ tags: { a: "b" } }] } },
    });
    expect(elsewhere.status).toBe(1);
    expect(elsewhere.text).toContain("> - `provider.aws`: has the setting `default_tags`");
  });

  test("of users added and a signer removed: the gate stays open", async () => {
    declare(
      user("settlement bot", ["settlement"]),
      SWEEP,
      user("new bot", ["new"]),
      user("kms two", ["new"], "    custody: kms\n"),
    );
    const { status, text } = await reviewed("acme-team");
    expect(text).not.toContain("CAUTION");
    expect(status).toBe(0);
    expect(text).toContain("- `acme/new bot`: is **added**");
    expect(text).toContain(`- \`acme/settlement bot\`: \`${role("batch")}\` **loses** the right to sign`);
    expect(text).not.toMatch(/settlement`.*loses|gains/);
  });

  test("of public keys that are pinned: another than the KMS key's, and before there is a key", async () => {
    const pin = `    publicKey: "${PUBLIC_KEY}"\n`;
    declare(
      user("settlement bot", ["settlement", "batch"]),
      `${SWEEP}${pin}`,
      user("kms two", ["new"], `    custody: kms\n${pin}`),
    );
    const { status, text } = await reviewed("acme-team");
    expect(status).toBe(1);
    expect(text).toMatch(/> - `acme\/sweep bot`: the public key .* is \*\*not the one of its KMS key\*\*/);
    expect(text).toMatch(/> - `acme\/sweep bot`: the key to register is \*\*another\*\*/);
    expect(text).toMatch(/> - `acme\/kms two`: its public key is \*\*pinned in YAML before/);
  });

  test("of protection turned off, of both custodies", async () => {
    declare(user("settlement bot", ["settlement", "batch"], OFF), `${SWEEP}${OFF}`);
    const { status, text } = await reviewed("acme-team");
    expect(status).toBe(1);
    for (const name of ["settlement bot", "sweep bot"])
      expect(text).toContain(`> - \`acme/${name}\`: **removal protection is turned off**`);
    expect(text).not.toContain("Destroyed");
  });

  test("of a user deleted who is protected", async () => {
    declare(SWEEP);
    const { status, text } = await reviewed("acme-team");
    expect(status).toBe(1);
    expect(text).toMatch(
      /> - `acme\/settlement bot`: its private key is \*\*destroyed\*\*: .*AWS will refuse it/,
    );
    expect(text).toContain("- `acme/settlement bot`: is **removed**");
  });

  test("of a key that the state lost and an import takes in", async () => {
    declare(user("settlement bot", ["settlement", "batch"]), SWEEP);
    const { stdout } = await deployment.run("acme-team", "state", "list");
    const lost = stdout
      .split("\n")
      .filter((address) => /^aws_\w+\.\S*settlement-bot_Generation1_Key/.test(address));
    await deployment.run("acme-team", "state", "rm", ...lost);
    const { stdout: blocks } = await deployment.adopt("acme-team");
    writeFileSync(join(deployment.stack("acme-team"), "adopt.tf"), blocks);
    const { status, text } = await reviewed("acme-team");
    expect(status).toBe(1);
    expect(text).toMatch(/> - `acme\/settlement bot`: the secret of its private key is \*\*imported\*\*/);
    expect(text).toContain(
      "- `acme/settlement bot`: its key is generated, or taken from the secret that is there already",
    );
  });
});
