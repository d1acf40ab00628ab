import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { CreateSecretCommand, DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { addAdopt } from "../../../../cli/commands/adopt/command";
import { CustodyAccount } from "../../../support/cli/custody-account";

jest.setTimeout(60_000);

let account: CustodyAccount;
let dir: string;
beforeAll(async () => {
  account = await CustodyAccount.start();
  dir = account.directory;
});
afterAll(() => account.stop());

const SECRET = "aws_secretsmanager_secret.user-bot_Generation1_Key_Secret_1";
const secretOf = (user: string) => `ledger-enterprise/acme-prod/${user}/generation-1/private-key`;
const aliasOf = (user: string) => `alias/ledger-enterprise/acme-prod/${user}/generation-1`;

interface Made {
  readonly address: string;
  readonly after: object;
  readonly actions?: readonly string[];
}

/** A plan that makes these, of a stack whose alias refers to this key. */
const plan = (made: readonly Made[], provider: object = { region: { constant_value: "eu-west-1" } }) =>
  JSON.stringify({
    format_version: "1.2",
    resource_changes: made.map(({ address, after, actions = ["create"] }) => ({
      address,
      mode: "managed",
      type: address.split(".")[0],
      change: { actions, before: null, after, after_unknown: {} },
    })),
    configuration: {
      provider_config: { aws: { expressions: provider } },
      root_module: {
        resources: [
          {
            address: "aws_kms_alias.a",
            expressions: { target_key_id: { references: ["aws_kms_key.k.key_id", "aws_kms_key.k"] } },
          },
        ],
      },
    },
  });

async function adopt(text: string, env = account.env()) {
  const file = join(dir, "plan.json");
  writeFileSync(file, text);
  return account.run(addAdopt, ["adopt", file], env);
}

test("writes a block for what is there, and none for what is new or not made", async () => {
  const { keyArn, publicKey } = await account.secretUser("bot");
  const { code, stdout, stderr } = await adopt(
    plan([
      { address: SECRET, after: { name: secretOf("bot") } },
      { address: "aws_secretsmanager_secret.new", after: { name: secretOf("new") } },
      { address: "aws_secretsmanager_secret.old", after: { name: secretOf("bot") }, actions: ["update"] },
      { address: "aws_lambda_invocation.i", after: { function_name: "f" } },
    ]),
  );
  expect(code).toBe(0);
  expect(stdout.replace(/^#.*\n/gm, "")).toBe(`\nimport {\n  to = ${SECRET}\n  id = "${keyArn}"\n}\n`);
  expect(stdout).toMatch(/^# made on \d{4}-\d\d-\d\d at \d\d:\d\d UTC$/m);
  expect(stdout).toContain(`# generation 1: public key ${publicKey}, fingerprint `);
  expect(stderr).toMatch(
    /^warning: 1 of these hold a key or credentials already; before you apply, compare each public key with the one registered/,
  );
});

describe("the pointer to the current generation, which is public data,", () => {
  const made = async (user: string, version?: string) => {
    const Name = `ledger-enterprise/acme-prod/${user}/current`;
    const SecretString = version && '{"generation":2}';
    await account.secrets.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken: version }));
    return adopt(plan([{ address: SECRET, after: { name: Name } }]));
  };

  test("is adopted with what it says, for its reviewers to compare, and no warning of a key", async () => {
    const { code, stdout, stderr } = await made("moved", `generation-2-${"0a".repeat(20)}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(`to = ${SECRET}`);
    expect(stdout).toMatch(/^# it says that generation 2 is current: read it and compare its ARNs /m);
    expect(stdout).not.toContain("have them stored again");
  });

  test("is adopted without a remark where it says nothing yet", async () => {
    const { code, stdout } = await made("fresh");
    expect(code).toBe(0);
    expect(stdout).not.toContain("is current");
  });

  test("is refused with a version that the generator did not put, and may be deleted", async () => {
    expect(await made("squatted-pointer", randomUUID())).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /current-\w{6} holds a version that the key generator did not put there; find in CloudTrail who did; then delete it/,
      ),
    });
  });
});

describe("what somebody may have put there beforehand is not adopted, and the exit code is 1:", () => {
  test("a secret that holds a version by another id than the generator's, though it is labelled like one", async () => {
    const { keyArn } = await account.emptySecretUser("forged", "secrets-manager", "");
    await account.putKey(keyArn, 1, { version: randomUUID() });
    expect(await adopt(plan([{ address: SECRET, after: { name: secretOf("forged") } }]))).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /holds a version that neither the key generator nor import-key put there; find in CloudTrail/,
      ),
    });
  });

  test("a secret under another KMS key than the plan's, replicated, or rotated", async () => {
    await account.secretUser("squatted");
    const kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    const made = plan([{ address: SECRET, after: { name: secretOf("squatted"), kms_key_id } }]);
    const stderrWith = async (answer: object) => {
      const stop = account.aws.intercept(async ({ action }, forward) => {
        if (action !== "DescribeSecret") return undefined;
        const real = await forward();
        return { ...real, body: JSON.stringify({ ...JSON.parse(String(real.body)), ...answer }) };
      });
      const { code, stdout, stderr } = await adopt(made).finally(stop);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      return stderr;
    };
    expect(await stderrWith({})).toMatch(/is encrypted with the default key, not with arn:aws:kms/);
    const ours = { KmsKeyId: kms_key_id };
    const ReplicationStatus = [{ Region: "us-east-1" }];
    expect(await stderrWith({ ...ours, ReplicationStatus })).toMatch(/is replicated to us-east-1/);
    expect(await stderrWith({ ...ours, RotationEnabled: true })).toMatch(/has rotation switched on/);
  });

  const ID = "11111111-2222-3333-4444-555555555555";
  const ARN = `arn:aws:kms:eu-west-1:123456789012:key/${ID}`;

  /** How adopt ends where Secrets Manager names the KMS key like this, and KMS knows its ARN. */
  async function underKey(KmsKeyId: string, kms_key_id = ARN, Arn = ARN) {
    await account.emptySecretUser("keyed", "secrets-manager", "").catch(() => {});
    const stop = account.aws.intercept(async ({ action }, forward) => {
      if (action === "DescribeKey") return { status: 200, body: { KeyMetadata: { KeyId: ID, Arn } } };
      if (action !== "DescribeSecret") return undefined;
      const real = await forward();
      return { ...real, body: JSON.stringify({ ...JSON.parse(String(real.body)), KmsKeyId }) };
    });
    return adopt(plan([{ address: SECRET, after: { name: secretOf("keyed"), kms_key_id } }])).finally(stop);
  }

  test.each([
    ["an alias whose name ends in the id of the plan's", `arn:aws:kms:eu-west-1:123456789012:alias/x/${ID}`],
    ["an alias", `alias/${ID}`],
    ["the key of another account that has the same id", ARN.replace("123456789012", "999999999999")],
    ["the key of another region that has the same id", ARN.replace("eu-west-1", "us-east-1")],
  ])("a secret under %s", async (_, KmsKeyId) => {
    expect(await underKey(KmsKeyId)).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/is encrypted with \S+, not with arn:aws:kms:/),
    });
  });

  test("a secret under a key by its id, unless KMS says that it is the plan's", async () => {
    expect(await underKey(ID)).toMatchObject({ code: 0, stdout: expect.stringContaining("import {") });
    const elsewhere = ARN.replace("123456789012", "999999999999");
    expect(await underKey(ID, ARN, elsewhere)).toMatchObject({ code: 1, stdout: "" });
  });

  test("a secret whose KMS key the plan does not name by its ARN", async () => {
    expect(await underKey("alias/x", "alias/x")).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/the plan names the KMS key "alias\/x", and not by its ARN/),
    });
  });

  test("a role of another path, which is another role", async () => {
    const iam = new IAMClient(account.settings());
    await iam.send(new CreateRoleCommand({ RoleName: "moved", Path: "/x/", AssumeRolePolicyDocument: "{}" }));
    iam.destroy();
    const role = (path: string) => plan([{ address: "aws_iam_role.r", after: { name: "moved", path } }]);
    expect(await adopt(role("/x/"))).toMatchObject({ code: 0 });
    const stderr = expect.stringMatching(/has the path \/x\/, not \/;/);
    expect(await adopt(role("/"))).toMatchObject({ code: 1, stdout: "", stderr });
  });

  test("a role with policies beside ours", async () => {
    const iam = new IAMClient(account.settings());
    await iam.send(new CreateRoleCommand({ RoleName: "widened", AssumeRolePolicyDocument: "{}" }));
    const role = plan([{ address: "aws_iam_role.r", after: { name: "widened" } }]);
    expect(await adopt(role)).toMatchObject({ code: 0, stdout: expect.stringContaining('id = "widened"') });
    const Statement = [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await iam.send(new PutRolePolicyCommand({ RoleName: "widened", PolicyName: "more", PolicyDocument }));
    const stderr = expect.stringMatching(/policies that this package did not make: more;/);
    expect(await adopt(role)).toMatchObject({ code: 1, stderr });
    iam.destroy();
  });

  test("a multi-Region KMS key", async () => {
    await account.kmsUser("elsewhere");
    const stop = account.aws.intercept(async ({ action }, forward) => {
      if (action !== "DescribeKey") return undefined;
      const { KeyMetadata, ...more } = JSON.parse(String((await forward()).body));
      return { status: 200, body: { ...more, KeyMetadata: { ...KeyMetadata, MultiRegion: true } } };
    });
    const made = [
      { address: "aws_kms_key.k", after: {} },
      { address: "aws_kms_alias.a", after: { name: aliasOf("elsewhere") } },
    ];
    const stderr = expect.stringMatching(/multi-Region/);
    expect(await adopt(plan(made)).finally(stop)).toMatchObject({ code: 1, stderr });
  });

  test("a KMS key whose material was imported", async () => {
    await account.kmsUser("brought");
    const stop = account.aws.intercept(async ({ action }, forward) => {
      if (action !== "DescribeKey") return undefined;
      const answer = await forward();
      return { ...answer, body: String(answer.body).replace('"AWS_KMS"', '"EXTERNAL"') };
    });
    const made = [
      { address: "aws_kms_key.k", after: {} },
      { address: "aws_kms_alias.a", after: { name: aliasOf("brought") } },
    ];
    expect(await adopt(plan(made)).finally(stop)).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/was not made in KMS \(origin EXTERNAL\)/),
    });
  });
});

test("imports a KMS key by what its alias leads to, wherever the plan makes both", async () => {
  const { keyArn, publicKey } = await account.kmsUser("sweep");
  const { stdout } = await adopt(
    plan([
      { address: "aws_kms_key.k", after: {} },
      { address: "aws_kms_alias.a", after: { name: aliasOf("sweep") } },
    ]),
  );
  expect(stdout).toContain(`# public key ${publicKey}, fingerprint `);
  expect(stdout).toContain(`to = aws_kms_key.k\n  id = "${keyArn.split("/")[1]}"`);
  expect(stdout).toContain(`to = aws_kms_alias.a\n  id = "${aliasOf("sweep")}"`);
});

test("adopts no alias for another key than its own: the exit code is 1", async () => {
  await account.kmsUser("twice");
  const { code, stdout, stderr } = await adopt(
    plan([{ address: "aws_kms_alias.a", after: { name: aliasOf("twice"), target_key_id: "a-second-key" } }]),
  );
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(
    /the state has a-second-key: .*; find out whose public key is registered .*\(terraform state rm aws_kms_key\.k\)/,
  );
});

test("adopts nothing that is scheduled for deletion: the exit code is 1", async () => {
  const bot = await account.secretUser("leaving");
  await account.secrets.send(new DeleteSecretCommand({ SecretId: bot.keyArn }));
  const sweep = await account.kmsUser("leaving");
  await account.kms.send(new ScheduleKeyDeletionCommand({ KeyId: sweep.keyArn.split("/")[1] }));
  expect(await adopt(plan([{ address: SECRET, after: { name: secretOf("leaving") } }]))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/scheduled for deletion; restore it \(aws secretsmanager restore-secret/),
  });
  expect(
    await adopt(
      plan([{ address: "aws_kms_alias.a", after: { name: aliasOf("leaving"), target_key_id: "x" } }]),
    ),
  ).toMatchObject({ code: 1, stderr: expect.stringMatching(/cancel that \(aws kms cancel-key-deletion/) });
});

test("where AWS has nothing of it, says so in a comment that Terraform takes", async () => {
  expect(await adopt(plan([{ address: SECRET, after: { name: secretOf("nobody") } }]))).toMatchObject({
    code: 0,
    stdout: "# AWS has nothing that the plan creates: there is nothing to adopt.\n",
  });
});

describe("one line, and the exit code is 2, for", () => {
  test.each([
    [
      "what is no plan",
      "{}",
      /is not a plan: it has no format_version; give the output of terraform show -json/,
    ],
    ["a state", '{"format_version":"1.0","values":{}}', /is not a plan: it has neither/],
    ["two plans", `${plan([])}\n${plan([])}`, /has more than one plan; give the plans one by one$/m],
  ])("%s", async (_, text, message) => {
    const { code, stdout, stderr } = await adopt(text);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test.each([
    ['aws_iam_role.r\n}\nresource "aws_iam_role" "x" {', "role"],
    ["aws_cloudwatch_log_group.g", '/aws/lambda/${file("/etc/passwd")}'],
  ])("a plan that would put more than a block into the file: %j %j", async (address, name) => {
    const { code, stdout, stderr } = await adopt(plan([{ address, after: { name } }]));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /creates what no stack of this package does: aws_[^\n]+; find out who made the plan\n$/,
    );
  });

  test("a plan without a region, where the environment has none either", async () => {
    const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...env } = account.env();
    expect(await adopt(plan([], {}), env)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/set AWS_REGION/),
    });
  });

  test("credentials of another account than the stack's", async () => {
    await account.secretUser("pinned");
    const provider = {
      region: { constant_value: "eu-west-1" },
      allowed_account_ids: { constant_value: ["999999999999"] },
    };
    expect(
      await adopt(plan([{ address: SECRET, after: { name: secretOf("pinned") } }], provider)),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /was looked for in account 123456789012, but the stack belongs to 999999999999/,
      ),
    });
  });

  test("a role that may not look", async () => {
    const stop = account.aws.intercept(({ action }) =>
      action === "DescribeSecret"
        ? { status: 400, body: { __type: "AccessDeniedException", message: "not authorized" } }
        : undefined,
    );
    expect(await adopt(plan([{ address: SECRET, after: { name: secretOf("bot") } }]))).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /AWS did not answer whether it has .*; give this role secretsmanager:DescribeSecret,/,
      ),
    });
    stop();
  });
});
