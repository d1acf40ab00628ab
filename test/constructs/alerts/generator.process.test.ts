import type { RuleState } from "@aws-sdk/client-eventbridge";
import { ApiUser, ApiUserRole, LedgerWorkspace } from "../../../constructs";
import { handler } from "../../../functions/key-generator";
import { Account, ON } from "../../support/generator-account";
import { synthesize, synthesizeUser } from "../../support/synthesis";

jest.setTimeout(60_000);

const RULES = ["ledger-enterprise.acme.denied", "ledger-enterprise.acme.access"];

const account = new Account();

beforeAll(async () => {
  await account.open();
  jest.spyOn(process.stdout, "write").mockReturnValue(true);
});

afterAll(async () => {
  jest.restoreAllMocks();
  await account.close();
});

const versions = async (secretArn: string) => (await account.labelsOf(secretArn)).length;

const put = (state: RuleState, rules = RULES) =>
  Promise.all(rules.map((rule) => account.putRule(rule, state)));

describe("the generator", () => {
  test("makes no key while a rule that it was told of is missing", async () => {
    const secretArn = await account.emptySecret();
    await expect(handler({ secretArn, generations: [1], alertRules: RULES })).rejects.toThrow(
      /^no key is made while the alert rule ledger-enterprise\.acme\.\w+ is missing; apply the workspace's stack/,
    );
    expect(await versions(secretArn)).toBe(0);
  });

  test.each<RuleState>([
    "DISABLED",
    "ENABLED",
  ])("nor while one is %s, which lets reads pass unseen", async (state) => {
    await put(ON);
    await put(state, [RULES[1] ?? ""]);
    const secretArn = await account.emptySecret();
    await expect(handler({ secretArn, generations: [1], alertRules: RULES })).rejects.toThrow(
      `no key is made while the alert rule ${RULES[1]} is ${state}`,
    );
    expect(await versions(secretArn)).toBe(0);
  });

  test.each([
    ["a rule that pages has no target any more", "ledger-enterprise.acme.denied", ["page", "journal"]],
    ["… has only the journal", "ledger-enterprise.acme.denied", ["page"]],
    ["a rule that writes the journal has none any more", "ledger-enterprise.acme.access", ["journal"]],
  ])("nor while %s: on, and nobody is told", async (_, rule, ids) => {
    await put(ON);
    await account.removeTarget(rule, ...ids);
    const secretArn = await account.emptySecret();
    await expect(handler({ secretArn, generations: [1], alertRules: RULES })).rejects.toThrow(
      `no key is made while the alert rule ${rule} has lost its target; apply the workspace's stack`,
    );
    expect(await versions(secretArn)).toBe(0);
  });

  test.each([
    "DescribeRule",
    "ListTargetsByRule",
  ])("nor where it cannot tell: %s is denied", async (action) => {
    await put(ON);
    const secretArn = await account.emptySecret();
    const stop = account.aws.intercept((call) => {
      if (call.action !== action) return undefined;
      const __type = "AccessDeniedException";
      return {
        status: 400,
        headers: { "x-amzn-errortype": __type },
        body: { __type, message: "explicit deny" },
      };
    });
    await expect(handler({ secretArn, generations: [1], alertRules: RULES })).rejects.toThrow(
      /^EventBridge refused the request with AccessDeniedException/,
    );
    stop();
    expect(await versions(secretArn)).toBe(0);
  });

  test("makes it when all are on, and answers for it whatever becomes of them", async () => {
    await put(ON);
    const secretArn = await account.emptySecret();
    const event = { secretArn, generations: [1], alertRules: RULES };
    const first = await handler(event);
    await put("DISABLED");
    const before = account.aws.calls().filter(({ action }) => action === "DescribeRule").length;
    expect(await handler(event)).toEqual(first);
    expect(account.aws.calls().filter(({ action }) => action === "DescribeRule")).toHaveLength(before);
  });

  test("makes it without asking where alerts are switched off", async () => {
    const secretArn = await account.emptySecret();
    await handler({ secretArn, generations: [1] });
    expect(await versions(secretArn)).toBe(1);
  });

  test.each([["denied"], [["a b"]], [[1]], [null]])("refuses alertRules that are %j", async (alertRules) => {
    const secretArn = await account.emptySecret();
    await expect(handler({ secretArn, generations: [1], alertRules })).rejects.toThrow(
      /alertRules must be a list/,
    );
  });

  test("asks no host but EventBridge's own in this region, which might say that alerts are on", async () => {
    const secretArn = await account.emptySecret();
    process.env["AWS_ENDPOINT_URL_EVENTBRIDGE"] = "https://liar.example";
    await expect(handler({ secretArn, generations: [1], alertRules: RULES })).rejects.toThrow(
      /refusing to send to https:\/\/liar\.example/,
    );
    delete process.env["AWS_ENDPOINT_URL_EVENTBRIDGE"];
  });
});

describe("what is deployed", () => {
  const template = synthesizeUser({}, { alerts: true });

  test("tells the generator of every rule of the workspace, and lets it see those and no others", () => {
    const names = (template.all("aws_cloudwatch_event_rule") as { name: string }[])
      .map(({ name }) => name)
      .sort();
    const { input } = template.one("aws_lambda_invocation");
    for (const name of names) expect(input).toContain(`"${name}"`);
    const statement = template.statements("aws_iam_role_policy").get("SeeThatAlertsAreOn");
    expect(statement?.Action).toEqual(["events:DescribeRule", "events:ListTargetsByRule"]);
    expect(
      [statement?.Resource]
        .flat()
        .map((arn) => arn?.split(":rule/")[1])
        .sort(),
    ).toEqual(names);
  });

  test("has for each rule the kind of target that the generator asks for", () => {
    const rules = template.json.resource.aws_cloudwatch_event_rule as Record<string, { name: string }>;
    const targets = template.all("aws_cloudwatch_event_target") as { rule: string; target_id: string }[];
    for (const [id, { name }] of Object.entries(rules)) {
      const own = targets.filter(({ rule }) => rule.includes(`.${id}.`)).map(({ target_id }) => target_id);
      expect([name, own]).toEqual([
        name,
        expect.arrayContaining([/\.(access|changes|code)$/.test(name) ? "journal" : "page"]),
      ]);
    }
  });

  test("asks for a key after the rules, their targets, the journal and its policy", () => {
    const { depends_on } = template.one("aws_lambda_invocation");
    const needs = (type: string) => depends_on.filter((each: string) => each.startsWith(`${type}.`));
    expect(needs("aws_cloudwatch_event_rule")).toHaveLength(10);
    expect(needs("aws_cloudwatch_event_target")).toHaveLength(11);
    for (const target of template.all("aws_cloudwatch_event_target")) {
      expect(target.depends_on.join()).toMatch(/aws_cloudwatch_log_resource_policy/);
    }
  });

  test("has none of it where alerts are switched off", () => {
    const off = synthesizeUser({}, { alerts: false });
    expect(off.text).not.toMatch(/aws_cloudwatch_event|aws_sns|alertRules|DescribeRule|dashboard/);
  });

  test("sends to a topic that is there already, and then makes none and no key for it", () => {
    const alertTopic = "arn:aws:sns:eu-west-1:123456789012:security";
    const own = synthesizeUser({}, { alerts: true, alertTopic, alertEmails: ["night@acme.example"] });
    expect(own.all("aws_sns_topic")).toEqual([]);
    expect(own.all("aws_kms_key")).toHaveLength(1);
    expect(own.one("aws_sns_topic_subscription")).toMatchObject({ topic_arn: alertTopic, protocol: "email" });
    const pages = own.all("aws_cloudwatch_event_target").filter(({ target_id }) => target_id === "page");
    for (const { arn } of pages) expect(arn).toBe(alertTopic);
    expect(() =>
      synthesizeUser({}, { alerts: true, alertTopic: alertTopic.replace("eu-west-1", "eu-west-2") }),
    ).toThrow(/alertTopic: is of the region eu-west-2/);
  });

  test("lets EventBridge, and nobody else, publish to the topic and use its key; no condition, which it cannot meet", () => {
    const topic = JSON.parse(template.one("aws_sns_topic").policy).Statement;
    expect(topic.filter(({ Effect }: { Effect: string }) => Effect === "Allow")).toEqual([
      expect.objectContaining({ Principal: { Service: "events.amazonaws.com" }, Action: "sns:Publish" }),
    ]);
    const key = template
      .all("aws_kms_key")
      .find(({ description }) => description.startsWith("Encrypts the alerts"));
    const statement = JSON.parse(key.policy).Statement.find(
      ({ Sid }: { Sid: string }) => Sid === "EventBridgePublishesAlerts",
    );
    expect(statement).toEqual({
      Sid: "EventBridgePublishesAlerts",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    });
  });

  test("keeps journal and log encrypted and for as long as is asked, and the function in its network", () => {
    const logKmsKey = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
    const codeSigningConfig =
      "arn:aws:lambda:eu-west-1:123456789012:code-signing-config:csc-0f6c334abcdea4d8b";
    const vpc = { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] };
    const props = { alerts: true, logKmsKey, codeSigningConfig, vpc, journalRetentionInDays: 731 };
    const secured = synthesizeUser({}, props);
    const groups = secured.all("aws_cloudwatch_log_group");
    expect(groups.map(({ kms_key_id }) => kms_key_id)).toEqual([logKmsKey, logKmsKey]);
    expect(groups.map(({ retention_in_days }) => retention_in_days)).toEqual([731, 400]);
    expect(secured.one("aws_lambda_function")).toMatchObject({
      code_signing_config_arn: codeSigningConfig,
      vpc_config: { subnet_ids: ["subnet-1"], security_group_ids: ["sg-1"] },
    });
    const statements = secured.statements("aws_iam_role_policy");
    expect(statements.get("TheCodeDoesNot")).toMatchObject({
      Effect: "Deny",
      Action: statements.get("LambdaAttachesToTheNetwork")?.Action,
    });
  });

  test("is found from users' stacks by names", () => {
    const stack = synthesize((scope) => {
      const workspace = LedgerWorkspace.fromName(scope, "W", {
        name: "acme",
        account: "123456789012",
        region: "eu-west-1",
      });
      expect(workspace.alerts?.journalArn).toMatch(/:log-group:\/aws\/events\/ledger-enterprise\/acme$/);
      expect(workspace.alerts?.topicArn).toMatch(/:ledger-enterprise-acme-alerts$/);
      new ApiUser(scope, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR });
    });
    expect(stack.one("aws_lambda_invocation").input).toContain("ledger-enterprise.acme.denied");
    expect(stack.all("aws_cloudwatch_log_resource_policy")).toEqual([]);
  });
});
