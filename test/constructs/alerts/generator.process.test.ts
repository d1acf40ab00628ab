import { PutRuleCommand, PutTargetsCommand, type RuleState, type Target } from "@aws-sdk/client-eventbridge";
import { UnsubscribeCommand } from "@aws-sdk/client-sns";
import type { TerraformStack } from "cdktf";
import {
  ApiUser,
  ApiUserRole,
  type ILedgerWorkspace,
  KeyCustody,
  LedgerWorkspace,
} from "../../../constructs";
import { handler } from "../../../functions/key-generator";
import { requireAlerts } from "../../../functions/key-generator/alerts";
import { canonicalRule } from "../../../rules/alerts/canonical";
import { Account, declaredAs, ON } from "../../support/generator-account";
import { role, synthesize, synthesizeUser, type Template } from "../../support/synthesis";

jest.setTimeout(60_000);

const RULES = ["ledger-enterprise.acme.denied", "ledger-enterprise.acme.access"];
const [DENIED = ""] = RULES;
const alertRules = declaredAs(...RULES);

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
    await expect(handler({ secretArn, generations: [1], alertRules })).rejects.toThrow(
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
    await expect(handler({ secretArn, generations: [1], alertRules })).rejects.toThrow(
      `no key is made while the alert rule ${RULES[1]} is ${state}`,
    );
    expect(await versions(secretArn)).toBe(0);
  });

  async function refusal(more: object = {}): Promise<string> {
    const secretArn = await account.emptySecret();
    const failure = await handler({ secretArn, generations: [1], alertRules, ...more }).then(
      () => "no refusal",
      (error) => String(error.message),
    );
    expect([failure, await versions(secretArn)]).toEqual([failure, failure === "no refusal" ? 1 : 0]);
    return failure;
  }

  test("nor while a rule has no target any more", async () => {
    await put(ON);
    await account.removeTarget(DENIED, "page", "journal");
    expect(await refusal()).toMatch(
      `no key is made while the alert rule ${DENIED} has lost its targets; apply the workspace's stack`,
    );
  });

  test.each([
    ["one that matches nothing", '{"source":["no.such.source"]}'],
    ["a narrower one", '{"source":["aws.secretsmanager"],"detail":{"eventName":["NoSuchCall"]}}'],
    ["a wider one, which nobody declared", '{"source":["aws.secretsmanager","aws.kms"]}'],
    [
      "one whose first of two members a JSON reader passes over",
      '{"source":["no.such"],"source":["aws.secretsmanager"]}',
    ],
  ])("nor while a rule's pattern is replaced: %s", async (_, EventPattern) => {
    await put(ON);
    // In the answer, whatever moto does with a pattern like the last.
    const stop = account.aws.intercept(async (call, forward, body) => {
      if (call.action !== "DescribeRule" || !String(body).includes(DENIED)) return undefined;
      const answer = await forward();
      return { ...answer, body: { ...JSON.parse(String(answer.body)), EventPattern } };
    });
    expect(await refusal()).toMatch(`${DENIED} differs from what is declared in its event pattern`);
    stop();
    expect(await refusal()).toBe("no refusal");
  });

  test("the same pattern in another layout, as AWS may answer, is the same", async () => {
    await put(ON);
    await account.events.send(
      new PutRuleCommand({
        Name: DENIED,
        State: ON,
        EventPattern: '{ "source" : [ "aws.secretsmanager" ] }',
      }),
    );
    expect(await refusal()).toBe("no refusal");
  });

  const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts";
  const page = { Id: "page", Arn: TOPIC };
  test.each<[string, Target]>([
    ["goes to a topic of somebody else's", { ...page, Arn: `${TOPIC}-of-mallory` }],
    ["always sends the same text", { ...page, Input: '"all is well"' }],
    ["sends a part of the event", { ...page, InputPath: "$.time" }],
    [
      "is transformed to another text",
      { ...page, InputTransformer: { InputPathsMap: {}, InputTemplate: '"all is well"' } },
    ],
    ["is given up at once", { ...page, RetryPolicy: { MaximumRetryAttempts: 0 } }],
    [
      "goes astray into a queue",
      { ...page, DeadLetterConfig: { Arn: "arn:aws:sqs:eu-west-1:123456789012:q" } },
    ],
    ["has one target more", { Id: "mallory", Arn: "arn:aws:sqs:eu-west-1:123456789012:q" }],
  ])("nor while a rule's page %s", async (_, target) => {
    await put(ON);
    await account.events.send(new PutTargetsCommand({ Rule: DENIED, Targets: [target] }));
    expect(await refusal()).toMatch(`${DENIED} differs from what is declared`);
    await account.removeTarget(DENIED, target.Id ?? "");
  });

  describe("the people who are to receive alerts", () => {
    const night = { alertEmails: ["night@acme.example"] };
    const NOTHING = { never: ["seen"] };
    const ends = async (...arns: string[]) => {
      for (const SubscriptionArn of arns) await account.sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    };

    test("must be subscribed, where they are declared", async () => {
      await put(ON);
      expect(await refusal(night)).toBe(
        `no key is made while night@acme.example is not subscribed to the alert topic ${TOPIC}; apply the workspace's stack, which subscribes it, then apply again; if somebody else changed it, see docs/alerts.md`,
      );
      const arn = await account.subscribe("Night@acme.example");
      expect(await refusal(night)).toBe("no refusal");
      await ends(arn);
    });

    test("must not have a filter, whoever else has none", async () => {
      await put(ON);
      const arn = await account.subscribe("night@acme.example", NOTHING);
      const other = await account.subscribe("day@acme.example");
      expect(await refusal(night)).toMatch(
        `while a filter policy keeps alerts from night@acme.example in the alert topic`,
      );
      await account.filter(arn, {});
      expect(await refusal(night)).toBe("no refusal");
      await ends(arn, other);
    });

    test("must not all have one, where nobody is declared", async () => {
      await put(ON);
      const arns = [
        await account.subscribe("a@acme.example", NOTHING),
        await account.subscribe("b@acme.example", NOTHING),
      ];
      expect(await refusal()).toMatch(
        "while a filter policy keeps alerts from every subscriber in the alert topic",
      );
      arns.push(await account.subscribe("c@acme.example"));
      expect(await refusal()).toBe("no refusal");
      await ends(...arns);
    });

    test.each([
      "ListSubscriptionsByTopic",
      "GetSubscriptionAttributes",
    ])("%s denied: no key", async (action) => {
      await put(ON);
      const arn = await account.subscribe("night@acme.example");
      const stop = account.aws.intercept((call) =>
        call.action === action
          ? {
              status: 403,
              headers: { "content-type": "text/xml" },
              body: "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>explicit deny</Message></Error></ErrorResponse>",
            }
          : undefined,
      );
      expect(await refusal(night)).toMatch(/^SNS refused the request with AuthorizationErrorException/);
      stop();
      await ends(arn);
    });

    test("are not looked for in a topic of another account, which may not let us", async () => {
      await put(ON);
      const declared = { rules: alertRules, emails: night.alertEmails };
      const look = (of: string) => requireAlerts(account.events, account.sns, { ...declared, account: of });
      await expect(look("123456789012")).rejects.toThrow("night@acme.example is not subscribed");
      await look("210987654321");
    });
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
    await expect(handler({ secretArn, generations: [1], alertRules })).rejects.toThrow(
      /^EventBridge refused the request with AccessDeniedException/,
    );
    stop();
    expect(await versions(secretArn)).toBe(0);
  });

  test("makes it when all are on, and answers for it whatever becomes of them", async () => {
    await put(ON);
    const secretArn = await account.emptySecret();
    const event = { secretArn, generations: [1], alertRules };
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

  test.each([
    ["denied"],
    [RULES],
    [{ "a b": "0".repeat(64) }],
    [{ denied: "0" }],
    [null],
  ])("refuses alertRules that are %j", async (alertRules) => {
    const secretArn = await account.emptySecret();
    await expect(handler({ secretArn, generations: [1], alertRules })).rejects.toThrow(
      /alertRules must be an object/,
    );
  });

  test("refuses alertEmails that are no list", async () => {
    const secretArn = await account.emptySecret();
    await expect(handler({ secretArn, generations: [1], alertEmails: "a@b.example" })).rejects.toThrow(
      /alertEmails must be a list/,
    );
  });

  test("asks no host but EventBridge's own in this region, which might say that alerts are on", async () => {
    const secretArn = await account.emptySecret();
    process.env["AWS_ENDPOINT_URL_EVENTBRIDGE"] = "https://liar.example";
    await expect(handler({ secretArn, generations: [1], alertRules })).rejects.toThrow(
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
    const [, digests = ""] = /"alertRules" = local\.(\w+)/.exec(input) ?? [];
    const [, texts = ""] =
      /in local\.(\w+) : name => sha256\(text\)/.exec(template.json.locals[digests]) ?? [];
    expect(Object.keys(template.json.locals[texts]).sort()).toEqual(names);
    const statement = template.statements("aws_iam_role_policy").get("SeeThatAlertsAreOn");
    expect(statement?.Action).toEqual(["events:DescribeRule", "events:ListTargetsByRule"]);
    expect(
      [statement?.Resource]
        .flat()
        .map((arn) => arn?.split(":rule/")[1])
        .sort(),
    ).toEqual(names);
  });

  test("has the generator compare what Terraform puts, in the workspace's stack and from any other", () => {
    const props = {
      name: "acme",
      account: "123456789012",
      region: "eu-west-1",
      deployers: [role("terraform")],
    };
    const users = (scope: TerraformStack, workspace: ILedgerWorkspace) =>
      new ApiUser(scope, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR });
    const own = synthesize((scope) => users(scope, new LedgerWorkspace(scope, "W", props)));
    const other = synthesize((scope) => users(scope, LedgerWorkspace.fromName(scope, "W", props)));
    // Each stack finds the same things under addresses of its own.
    const known = (text: string) =>
      text
        .replace(
          /\$\{element\(split\("\/", (?:data\.)?aws_kms_key\.\w+?(Encryption|Alerts|Topic)\w*\.arn\), 1\)\}/g,
          (_, key) => (key === "Encryption" ? "KEY" : "TOPIC-KEY"),
        )
        .replace(
          /\$\{aws_sns_topic\.\w+\.arn\}/g,
          "arn:P:sns:eu-west-1:123456789012:ledger-enterprise-acme-alerts",
        )
        .replace(
          /\$\{aws_cloudwatch_log_group\.\w+\.arn\}/g,
          "arn:P:logs:eu-west-1:123456789012:log-group:/aws/events/ledger-enterprise/acme",
        )
        .replace(/\$\{data\.aws_partition\.\w+\.partition\}/g, "P");
    const put = Object.entries(own.json.resource.aws_cloudwatch_event_rule).map(([id, each]) => {
      const { name, event_pattern } = each as { name: string; event_pattern: string };
      const targets = own
        .all("aws_cloudwatch_event_target")
        .filter(({ rule }) => rule.includes(`.${id}.`))
        .map(({ target_id, arn, input_transformer: transformer }) => ({
          Id: target_id,
          Arn: known(arn),
          ...(transformer && {
            InputTransformer: {
              InputPathsMap: transformer.input_paths,
              InputTemplate: transformer.input_template,
            },
          }),
        }));
      return [name, canonicalRule(JSON.parse(known(event_pattern)), targets)];
    });
    const texts = ({ json }: Template) =>
      Object.values(json.locals).find((each) => typeof each === "object") as Record<string, string>;
    const allKnown = (template: Template) =>
      Object.fromEntries(Object.entries(texts(template)).map(([name, text]) => [name, known(text)]));
    expect(allKnown(own)).toEqual(Object.fromEntries(put));
    expect(allKnown(other)).toEqual(Object.fromEntries(put));
    expect(JSON.stringify(put)).not.toContain("${");
  });

  test("lets it see the subscriptions of the topic, and of no other", () => {
    const statement = template.statements("aws_iam_role_policy").get("SeeThatAlertsAreReceived");
    expect(statement?.Action).toEqual(["sns:GetSubscriptionAttributes", "sns:ListSubscriptionsByTopic"]);
    expect([statement?.Resource].flat()).toEqual([
      expect.stringMatching(/^\$\{aws_sns_topic\.\w+\.arn\}$/),
      expect.stringMatching(/^\$\{aws_sns_topic\.\w+\.arn\}:\*$/),
    ]);
  });

  test("has for each rule the kind of target that it is for", () => {
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

  test("gives many users the digests once, and looks for the KMS keys once", () => {
    const stack = synthesize((scope) => {
      const workspace = LedgerWorkspace.fromName(scope, "W", {
        name: "acme",
        account: "123456789012",
        region: "eu-west-1",
        alertEmails: ["night@acme.example"],
      });
      const role = ApiUserRole.OPERATOR;
      for (let i = 0; i < 50; i++) new ApiUser(scope, `U${i}`, { workspace, username: `bot ${i}`, role });
    });
    const digests = Object.keys(stack.json.locals).filter((name) => name.includes("AlertDigests"));
    expect(digests).toHaveLength(2);
    expect(JSON.stringify(stack.json.locals).length).toBeLessThan(40_000);
    const looks = Object.values(stack.json.data.aws_kms_key) as { key_id: string }[];
    expect(looks.map(({ key_id }) => key_id).sort()).toEqual([
      "alias/ledger-enterprise-acme-alerts",
      "alias/ledger-enterprise/acme",
    ]);
    for (const { input } of stack.all("aws_lambda_invocation")) expect(input.length).toBeLessThan(500);
  });

  test("has no look for them where no key is generated", () => {
    const stack = synthesize((scope) => {
      const workspace = LedgerWorkspace.fromName(scope, "W", {
        name: "acme",
        account: "123456789012",
        region: "eu-west-1",
      });
      const custody = KeyCustody.kms();
      new ApiUser(scope, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR, custody });
    });
    expect(JSON.stringify(stack.json.data)).not.toContain("-alerts");
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
    expect(JSON.stringify(stack.json.locals)).toContain("ledger-enterprise.acme.denied");
    expect(stack.all("aws_cloudwatch_log_resource_policy")).toEqual([]);
  });
});
