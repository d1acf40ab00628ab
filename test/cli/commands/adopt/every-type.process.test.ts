/** Each type of resource that AWS keeps by its name: found where AWS has it, and passed over where it has not. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutQueryDefinitionCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { addAdopt } from "../../../../cli/commands/adopt/command";
import { type ADOPTED, CREATED_AGAIN } from "../../../../cli/commands/adopt/types";
import { CustodyAccount } from "../../../support/cli/custody-account";

jest.setTimeout(60_000);

const at = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;
const TRAIL = at("cloudtrail", "trail/ledger-enterprise");
const BUCKET = "ledger-enterprise-trail-123456789012-eu-west-1";
const TOPIC = at("sns", "ledger-enterprise-acme-prod-alerts");
const RULE = "ledger-enterprise.acme-prod.denied";
const QUERY = "ledger-enterprise/acme-prod/Denied, and changes";
const FUNCTION = "ledger-enterprise-acme-prod-key-generator";
const GROUP = `/aws/lambda/${FUNCTION}`;
const SECRET = "ledger-enterprise/acme-prod/bot/generation-1/private-key";
const ALIAS = "alias/ledger-enterprise/acme-prod/sweep/generation-1";

type Case = readonly [after: Readonly<Record<string, unknown>>, id: RegExp];

/** What a plan says of each, and by which id Terraform imports it. */
const CASES: Readonly<Record<keyof typeof ADOPTED, Case>> = {
  aws_cloudtrail: [{ name: "ledger-enterprise", s3_bucket_name: BUCKET }, exactly(TRAIL)],
  aws_cloudwatch_event_rule: [{ name: RULE }, exactly(RULE)],
  aws_cloudwatch_event_target: [{ rule: RULE, target_id: "page" }, exactly(`${RULE}/page`)],
  aws_cloudwatch_log_group: [{ name: GROUP }, exactly(GROUP)],
  aws_cloudwatch_log_resource_policy: [{ policy_name: "journal" }, exactly("journal")],
  aws_cloudwatch_query_definition: [
    { name: QUERY },
    /^arn:aws:logs:eu-west-1:123456789012:query-definition:[0-9a-f-]{36}$/,
  ],
  aws_iam_role: [{ name: "generator", path: "/" }, exactly("generator")],
  aws_iam_role_policy: [{ role: "generator", name: "make-keys" }, exactly("generator:make-keys")],
  aws_kms_alias: [{ name: ALIAS }, exactly(ALIAS)],
  aws_lambda_function: [{ function_name: FUNCTION }, exactly(FUNCTION)],
  aws_secretsmanager_secret: [{ name: SECRET }, /^arn:aws:secretsmanager:.*private-key-\w{6}$/],
  aws_sns_topic: [{ name: "ledger-enterprise-acme-prod-alerts" }, exactly(TOPIC)],
};

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}$`);
}

let account: CustodyAccount;
/** Whether function and trail, which take more to make than a call, are there. */
let made = false;
beforeAll(async () => {
  account = await CustodyAccount.start();
  account.aws.intercept(async ({ action }) => {
    if (!made) return undefined;
    if (action === "GetTrail")
      return { status: 200, body: { Trail: { TrailARN: TRAIL, S3BucketName: BUCKET } } };
    if (action !== "GetFunction") return undefined;
    const FunctionArn = at("lambda", `function:${FUNCTION}`);
    return { status: 200, body: { Configuration: { FunctionArn, LastModified: "2026-01-02T03:04:05Z" } } };
  });
});
afterAll(() => account.stop());

/** A plan that creates these. */
function plan(
  made: readonly { type: string; after?: object; before?: object; actions?: string[] }[],
  accounts: unknown = ["123456789012"],
) {
  const text = JSON.stringify({
    format_version: "1.2",
    resource_changes: made.map(({ type, after = null, before = null, actions = ["create"] }) => ({
      ...{ address: `${type}.${before ? "old" : "x"}`, mode: "managed", type },
      change: { actions, before, after, after_unknown: {} },
    })),
    configuration: {
      provider_config: {
        aws: {
          expressions: {
            region: { constant_value: "eu-west-1" },
            allowed_account_ids: { constant_value: accounts },
          },
        },
      },
    },
  });
  const file = join(account.directory, "plan.json");
  writeFileSync(file, text);
  return file;
}

const adopt = (file: string, ...options: string[]) => account.run(addAdopt, ["adopt", ...options, file]);
const everything = Object.entries(CASES).map(([type, [after]]) => ({ type, after }));

test("what AWS has not is passed over, and --check says yes", async () => {
  expect(await adopt(plan(everything))).toMatchObject({
    code: 0,
    stdout: "# AWS has nothing that the plan creates: there is nothing to adopt.\n",
  });
  expect(await adopt(plan(everything), "--check")).toEqual({ code: 0, stdout: "", stderr: "" });
});

describe("where AWS has everything", () => {
  beforeAll(async () => {
    const settings = account.settings();
    const [logs, events] = [new CloudWatchLogsClient(settings), new EventBridgeClient(settings)];
    const [iam, sns] = [new IAMClient(settings), new SNSClient(settings)];
    await account.secretUser("bot");
    await account.kmsUser("sweep");
    // One that begins like it comes first in no list.
    for (const logGroupName of [`${GROUP}-2`, GROUP])
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await logs.send(new PutResourcePolicyCommand({ policyName: "journal", policyDocument: "{}" }));
    for (const name of [`${QUERY} more`, QUERY])
      await logs.send(new PutQueryDefinitionCommand({ name, queryString: "limit 1" }));
    await events.send(new PutRuleCommand({ Name: RULE, EventPattern: '{"source":["aws.kms"]}' }));
    await events.send(new PutTargetsCommand({ Rule: RULE, Targets: [{ Id: "page", Arn: TOPIC }] }));
    await iam.send(new CreateRoleCommand({ RoleName: "generator", AssumeRolePolicyDocument: "{}" }));
    const Statement = [{ Effect: "Allow", Action: "logs:PutLogEvents", Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await iam.send(
      new PutRolePolicyCommand({ RoleName: "generator", PolicyName: "make-keys", PolicyDocument }),
    );
    await sns.send(new CreateTopicCommand({ Name: "ledger-enterprise-acme-prod-alerts" }));
    made = true;
    for (const client of [logs, events, iam, sns]) client.destroy();
  });

  test.each(Object.entries(CASES))("%s is imported by the id that Terraform takes", async (type, [
    after,
    id,
  ]) => {
    const { code, stdout } = await adopt(plan([{ type, after }]));
    const [, found] =
      new RegExp(`^import \\{\\n {2}to = ${type}\\.x\\n {2}id = "(.*)"\\n\\}$`, "m").exec(stdout) ?? [];
    expect({ code, found }).toEqual({ code: 0, found: expect.stringMatching(id) });
  });

  test("--check writes no block, names each, and says no", async () => {
    const { code, stdout, stderr } = await adopt(plan(everything), "--check");
    expect(code).toBe(1);
    expect(stdout.trim().split("\n")).toHaveLength(everything.length);
    expect(stdout).toContain(`aws_sns_topic.x exists already: ${TOPIC}\n`);
    expect(stdout).not.toContain("import {");
    expect(stderr).toMatch(
      /^error: AWS has 12 of the resources that .*plan\.json creates already; do not apply it: adopt them \(/,
    );
  });

  test("what is created again is named with the reason, and what is not of this package as not looked for", async () => {
    const others = [...Object.keys(CREATED_AGAIN), "aws_vpc", "aws_kms_key"].map((type) => ({
      type,
      after: {},
    }));
    const { stdout } = await adopt(plan([...everything, ...others]));
    for (const [type, reason] of Object.entries(CREATED_AGAIN))
      expect(stdout).toContain(`\n# ${type}.x: ${reason}\n`);
    expect(stdout).toContain("\n# aws_vpc.x: it was not looked for; find out whether AWS has it\n");
    expect(stdout).not.toContain("aws_kms_key");
  });

  test("a trail that writes to another bucket is not adopted", async () => {
    const after = { name: "ledger-enterprise", s3_bucket_name: "another" };
    expect(await adopt(plan([{ type: "aws_cloudtrail", after }]))).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /writes to the bucket ledger-enterprise-trail-\S+, not to another; find in/,
      ),
    });
  });

  test("what the same plan destroys is not adopted: the fix is to move it in the state", async () => {
    const named = { name: GROUP };
    const both = [
      { type: "aws_cloudwatch_log_group", after: named },
      { type: "aws_cloudwatch_log_group", before: named, actions: ["delete"] },
    ];
    expect(await adopt(plan(both))).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(
        /destroys aws_cloudwatch_log_group\.old and creates aws_cloudwatch_log_group\.x, .*terraform state mv aws_cloudwatch_log_group\.old aws_cloudwatch_log_group\.x\)/,
      ),
    });
  });

  test("nothing that a plan says of its account becomes code of Terraform's", async () => {
    const after = CASES.aws_cloudwatch_query_definition[0];
    const hostile = plan([{ type: "aws_cloudwatch_query_definition", after }], ['${file("/etc/passwd")}']);
    expect(await adopt(hostile)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/by an id that AWS gives to nothing: .*; find out who made the plan\n$/),
    });
  });
});

test("a bucket, which may be anybody's, is a comment with the question to S3", async () => {
  const { stdout } = await adopt(plan([{ type: "aws_s3_bucket", after: { bucket: BUCKET } }]));
  expect(stdout).not.toMatch(/^import/m);
  expect(stdout).toContain(
    `# aws s3api head-bucket --bucket ${BUCKET} --expected-bucket-owner 123456789012\n# import {\n#   to = aws_s3_bucket.x\n#   id = "${BUCKET}"\n# }\n`,
  );
});

test("a topic is found by its policy where the provider is pinned to no account", async () => {
  const after = { ...CASES.aws_sns_topic[0], policy: JSON.stringify({ Statement: [{ Resource: TOPIC }] }) };
  const { stdout } = await adopt(plan([{ type: "aws_sns_topic", after }], null));
  expect(stdout).toContain(`id = "${TOPIC}"`);
  expect(await adopt(plan([{ type: "aws_sns_topic", after: CASES.aws_sns_topic[0] }], null))).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/does not say which account the topic .* is in; pin the provider/),
  });
});
