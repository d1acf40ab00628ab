import { PutRuleCommand, PutTargetsCommand, type RuleState, type Target } from "@aws-sdk/client-eventbridge";
import { UnsubscribeCommand } from "@aws-sdk/client-sns";
import { handler } from "../../../functions/key-generator";
import { requireAlerts } from "../../../functions/key-generator/alerts";
import { Account, declaredAs, ON } from "../../support/generator-account";

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
    await expect(handler({ secretArn, alertRules })).rejects.toThrow(
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
    await expect(handler({ secretArn, alertRules })).rejects.toThrow(
      `no key is made while the alert rule ${RULES[1]} is ${state}`,
    );
    expect(await versions(secretArn)).toBe(0);
  });

  async function refusal(more: object = {}): Promise<string> {
    const secretArn = await account.emptySecret();
    const failure = await handler({ secretArn, alertRules, ...more }).then(
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
    await expect(handler({ secretArn, alertRules })).rejects.toThrow(
      /^EventBridge refused the request with AccessDeniedException/,
    );
    stop();
    expect(await versions(secretArn)).toBe(0);
  });

  test("makes it when all are on, and answers for it whatever becomes of them", async () => {
    await put(ON);
    const secretArn = await account.emptySecret();
    const event = { secretArn, alertRules };
    const first = await handler(event);
    await put("DISABLED");
    const before = account.aws.calls().filter(({ action }) => action === "DescribeRule").length;
    expect(await handler(event)).toEqual(first);
    expect(account.aws.calls().filter(({ action }) => action === "DescribeRule")).toHaveLength(before);
  });

  test("makes it without asking where alerts are switched off", async () => {
    const secretArn = await account.emptySecret();
    await handler({ secretArn });
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
    await expect(handler({ secretArn, alertRules })).rejects.toThrow(/alertRules must be an object/);
  });

  test("refuses alertEmails that are no list", async () => {
    const secretArn = await account.emptySecret();
    await expect(handler({ secretArn, alertEmails: "a@b.example" })).rejects.toThrow(
      /alertEmails must be a list/,
    );
  });

  test("asks no host but EventBridge's own in this region, which might say that alerts are on", async () => {
    const secretArn = await account.emptySecret();
    process.env["AWS_ENDPOINT_URL_EVENTBRIDGE"] = "https://liar.example";
    await expect(handler({ secretArn, alertRules })).rejects.toThrow(
      /refusing to send to https:\/\/liar\.example/,
    );
    delete process.env["AWS_ENDPOINT_URL_EVENTBRIDGE"];
  });
});
