import { found, plan, role, secret } from "../../../support/cli/plan";

const SECRET = "aws_secretsmanager_secret";

type Statement = Record<string, unknown>;
const without = (sid: string) => (statements: Statement[]) => statements.filter(({ Sid }) => Sid !== sid);
const edit = (sid: string, more: Statement) => (statements: Statement[]) =>
  statements.map((each) => (each["Sid"] === sid ? { ...each, ...more } : each));
const add = (statement: Statement) => (statements: Statement[]) => [...statements, statement];

describe("a policy that is weakened by hand closes the gate", () => {
  const PRINCIPAL = { "aws:PrincipalArn": [role("generator"), role("mallory")] };
  test.each<[string, (statements: Statement[]) => Statement[], RegExp]>([
    [
      "a denial removed",
      without("NobodyUpdates"),
      /NobodyUpdates no longer denies secretsmanager:UpdateSecret, secretsmanager:DeleteResourcePolicy/,
    ],
    [
      "an action left out",
      edit("NobodyUpdates", { Action: "secretsmanager:UpdateSecret" }),
      /no longer denies secretsmanager:DeleteResourcePolicy/,
    ],
    [
      "a condition added",
      edit("NobodyUpdates", { Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } }),
      /denies in fewer cases than before/,
    ],
    [
      "an exception added",
      edit("OnlyWritersWrite", { Condition: { ArnNotEquals: PRINCIPAL } }),
      /no longer denies arn:aws:iam::123456789012:role\/mallory/,
    ],
    [
      "an exception by wildcard",
      edit("OnlySignersRead", { Condition: { ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::*" } } }),
      /no longer denies arn:aws:iam::\*/,
    ],
    ["a narrower resource", edit("NobodyUpdates", { Resource: "arn:x" }), /denies in fewer cases/],
    ["fewer principals", edit("NobodyUpdates", { Principal: { AWS: role("x") } }), /denies in fewer cases/],
    [
      "NotAction",
      add({ Sid: "N", Effect: "Deny", Principal: "*", NotAction: "x", Resource: "*" }),
      /cannot compare/,
    ],
    [
      "a permission added",
      add({
        Sid: "More",
        Effect: "Allow",
        Principal: "*",
        Action: "secretsmanager:PutSecretValue",
        Resource: "*",
      }),
      /More allows more than before to \*/,
    ],
    [
      "the signers' condition removed",
      edit("SignersRead", { Condition: {} }),
      /SignersRead allows more than before to .*: .*secretsmanager:GetSecretValue/,
    ],
    [
      "protection off",
      () => JSON.parse(String(secret({ isProtected: false })["policy"])).Statement,
      /removal protection is turned off: secretsmanager:DeleteSecret/,
    ],
    [
      "no policy at all",
      () => [],
      /removal protection is turned off[\s\S]*no longer denies secretsmanager:PutSecretValue/,
    ],
  ])("%s", async (_, change, message) => {
    const { code, text } = found([plan([{ type: SECRET, before: secret(), after: secret({ change }) }])]);
    expect(text).toMatch(message);
    expect(text).toMatch(/^weakened: acme\/settlement-bot: /m);
    expect(code).toBe(1);
  });

  test.each<[string, (statements: Statement[]) => Statement[]]>([
    ["in another order", (statements) => [...statements].reverse()],
    [
      "with more denied",
      add({ Sid: "D", Effect: "Deny", Principal: "*", Action: "secretsmanager:TagResource", Resource: "*" }),
    ],
    [
      "with a denial in two statements",
      (statements) => [
        ...without("NobodyUpdates")(statements),
        ...["UpdateSecret", "DeleteResourcePolicy"].map((name) => ({
          Sid: name,
          Effect: "Deny",
          Principal: "*",
          Action: `secretsmanager:${name}`,
          Resource: "*",
        })),
      ],
    ],
    [
      "with a wildcard that covers it",
      edit("NobodyUpdates", { Action: ["secretsmanager:Update*", "secretsmanager:DeleteResourcePolicy"] }),
    ],
  ])("one that is as strong does not: %s", async (_, change) => {
    const { code, text } = found([plan([{ type: SECRET, before: secret(), after: secret({ change }) }])]);
    expect({ code, text }).toEqual({
      code: 0,
      text: expect.stringMatching(/^other: aws_secretsmanager_secret: update of policy$/),
    });
  });

  test("one that is not known yet, or is no JSON, cannot be reviewed", async () => {
    const unknown = found([
      plan([
        { type: SECRET, before: secret(), after: { name: secret()["name"] }, unknown: { policy: true } },
      ]),
    ]);
    expect(unknown).toMatchObject({ code: 1, text: expect.stringContaining("known after apply only") });
    const broken = found([plan([{ type: SECRET, before: secret(), after: { ...secret(), policy: "{" } }])]);
    expect(broken).toMatchObject({ code: 1, text: expect.stringContaining("read it by hand") });
  });

  test("a new secret without a lock", async () => {
    const { code, text } = found([
      plan([{ type: SECRET, after: secret({ change: without("OnlySignersRead") }) }]),
    ]);
    expect(code).toBe(1);
    expect(text).toContain("it is made without a lock");
  });
});

const PATTERN = {
  source: ["aws.kms"],
  detail: { eventName: ["Sign"], $or: [{ resources: { ARN: ["a"] } }] },
};
const rule = (pattern: unknown, state = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS") => ({
  name: "r",
  state,
  event_pattern: JSON.stringify(pattern),
});

describe("a guard that is weakened closes the gate", () => {
  test.each<[string, string, Statement, Statement | null, RegExp]>([
    [
      "a rule removed",
      "aws_cloudwatch_event_rule",
      rule(PATTERN),
      null,
      /the `?cloudwatch event rule`? r is removed/,
    ],
    [
      "a rule disabled",
      "aws_cloudwatch_event_rule",
      rule(PATTERN),
      rule(PATTERN, "DISABLED"),
      /its state changes: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS to DISABLED/,
    ],
    [
      "a pattern narrowed",
      "aws_cloudwatch_event_rule",
      rule(PATTERN),
      rule({ ...PATTERN, account: ["1"] }),
      /matches less/,
    ],
    [
      "a subscription removed",
      "aws_sns_topic_subscription",
      { endpoint: "a@b.example" },
      null,
      /a@b\.example is removed/,
    ],
    [
      "a recovery window shortened",
      SECRET,
      { recovery_window_in_days: 30 },
      { recovery_window_in_days: 7 },
      /recovery_window_in_days is shortened: 30 to 7/,
    ],
    [
      "a recovery window given up",
      SECRET,
      { recovery_window_in_days: 30 },
      { recovery_window_in_days: 0 },
      /can no longer be restored once it is deleted.*revoke its user/,
    ],
    [
      "a log kept shorter",
      "aws_cloudwatch_log_group",
      { retention_in_days: 0 },
      { retention_in_days: 400 },
      /kept for fewer days: 0 to 400/,
    ],
    [
      "the function's code",
      "aws_lambda_function",
      { source_code_hash: "a" },
      { source_code_hash: "b" },
      /compare the hash with your own build: source_code_hash/,
    ],
    [
      "the function's handler",
      "aws_lambda_function",
      { handler: "index.handler" },
      { handler: "evil.handler" },
      /compare the hash with your own build: handler/,
    ],
    ...(["timeout", "memory_size", "architectures", "file_system_config", "kms_key_arn"] as const).map(
      (key): [string, string, Statement, Statement, RegExp] => [
        `the function's ${key}`,
        "aws_lambda_function",
        { [key]: ["a"] },
        { [key]: ["b"] },
        new RegExp(`cannot explain: ${key};`),
      ],
    ),
    [
      "a rule put onto another bus",
      "aws_cloudwatch_event_rule",
      { ...rule(PATTERN), event_bus_name: "default" },
      { ...rule(PATTERN), event_bus_name: "other" },
      /cannot explain: event_bus_name;/,
    ],
    [
      "the function's role",
      "aws_lambda_function",
      { role: "a" },
      { role: "b" },
      /role or environment changes; .*: role/,
    ],
    [
      "a trail stopped",
      "aws_cloudtrail",
      { enable_logging: true },
      { enable_logging: false },
      /no longer logs/,
    ],
    [
      "a boundary taken off",
      "aws_iam_role",
      { permissions_boundary: "arn" },
      { permissions_boundary: null },
      /no longer bounded/,
    ],
  ])("%s", async (_, type, before, after, message) => {
    const { code, text } = found([plan([{ type, before, after }])]);
    expect(text).toMatch(message);
    expect(code).toBe(1);
  });

  test("a rule put onto another bus in a replacement", () => {
    const [before, after] = ["default", "other"].map((bus) => ({ ...rule(PATTERN), event_bus_name: bus }));
    const actions = ["delete", "create"];
    const { code, text } = found([plan([{ type: "aws_cloudwatch_event_rule", before, after, actions }])]);
    expect({ code, text }).toEqual({
      code: 1,
      text: "weakened: aws_cloudwatch_event_rule.X: changes in a way that this review cannot explain: event_bus_name; have security read it",
    });
  });

  test.each<[string, string, Statement, Statement]>([
    [
      "a rule that watches one key more",
      "aws_cloudwatch_event_rule",
      rule(PATTERN),
      rule({ ...PATTERN, detail: { eventName: ["Sign"], $or: [{ resources: { ARN: ["a", "b"] } }] } }),
    ],
    ["a log kept for ever", "aws_cloudwatch_log_group", { retention_in_days: 400 }, { retention_in_days: 0 }],
    ["a window made longer", SECRET, { recovery_window_in_days: 7 }, { recovery_window_in_days: 30 }],
  ])("%s passes", async (_, type, before, after) => {
    expect(found([plan([{ type, before, after }])]).code).toBe(0);
  });
});
