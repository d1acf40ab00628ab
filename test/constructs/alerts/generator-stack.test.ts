import type { TerraformStack } from "cdktf";
import {
  ApiUser,
  ApiUserRole,
  type ILedgerWorkspace,
  KeyCustody,
  LedgerWorkspace,
} from "../../../constructs";
import { canonicalRule } from "../../../rules/alerts/canonical";
import { role, synthesize, synthesizeUser, type Template } from "../../support/synthesis";

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
