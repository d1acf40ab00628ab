/** AWS's limits on what alerts are made of, reckoned for an account and region with three workspaces and twenty stacks. */
import { TerraformVariable } from "cdktf";
import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../../constructs";
import { MAX_PATTERN_LENGTH } from "../../../rules/alerts/pattern";
import { ACCOUNT, DEPLOYER } from "../../support/alerts/records";
import { synthesize, type Template } from "../../support/synthesis";

const KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab";

/** A text with what AWS puts for Terraform's expressions. */
function filledIn(text: string): string {
  return text
    .replace(/\$\{(?:element\(|aws_kms_(?:key|alias)\.)[^}]*\}/g, KEY_ID)
    .replace(/\$\{aws_sns_topic[^}]*\}/g, `arn:aws-us-gov:sns:us-gov-west-1:${ACCOUNT}:${"x".repeat(49)}`)
    .replace(/\$\{data\.aws_partition[^}]*\}/g, "aws-us-gov");
}

const rulesOf = (template: Template) =>
  (template.all("aws_cloudwatch_event_rule") as { name: string; event_pattern: string }[]).map((rule) => ({
    ...rule,
    pattern: filledIn(rule.event_pattern),
  }));

/** A stack with users of custody KMS of a workspace that another stack deploys. */
function usersStack(count: number, deployers: string[] = [DEPLOYER]): Template {
  return synthesize((stack) => {
    const workspace = LedgerWorkspace.fromName(stack, "W", {
      name: "a".repeat(24),
      account: ACCOUNT,
      region: "us-gov-west-1",
      deployers,
    });
    for (let i = 0; i < count; i++) {
      const custody = KeyCustody.kms();
      new ApiUser(stack, `User${i}`, {
        workspace,
        username: `settlement bot ${i}`,
        role: ApiUserRole.OPERATOR,
        custody,
      });
    }
  });
}

const workspaceStack = (props: object = {}) =>
  synthesize((stack) => {
    new LedgerWorkspace(stack, "W", {
      name: "a".repeat(24),
      account: ACCOUNT,
      region: "us-gov-west-1",
      deployers: [DEPLOYER, `${DEPLOYER}-plan`, `${DEPLOYER}-break-glass`],
      custodians: [`arn:aws:iam::${ACCOUNT}:role/custody-admin`],
      codeSigningConfig: `arn:aws-us-gov:lambda:us-gov-west-1:${ACCOUNT}:code-signing-config:csc-0f6c334abcdea4d8b`,
      keyGenerator: true,
      ...props,
    });
  });

test("the patterns of a workspace fit, with the longest name, region and partition and three deployers", () => {
  const rules = rulesOf(workspaceStack());
  for (const { name, pattern } of rules)
    expect([name, pattern.length <= MAX_PATTERN_LENGTH]).toEqual([name, true]);
  expect(rules.map(({ name }) => name.length).filter((length) => length > 64)).toEqual([]);
});

test("a workspace has as many rules for one user as for none or many", () => {
  const rules = (users: number) =>
    synthesize((stack) => {
      const workspace = new LedgerWorkspace(stack, "W", { name: "acme", keyGenerator: true });
      for (let i = 0; i < users; i++)
        new ApiUser(stack, `U${i}`, { workspace, username: `bot ${i}`, role: ApiUserRole.OPERATOR });
    }).all("aws_cloudwatch_event_rule").length;
  expect([rules(0), rules(1), rules(30)]).toEqual([10, 10, 10]);
});

test("KMS keys are split over as many rules as their patterns need, and none is left out", () => {
  const rules = rulesOf(usersStack(40));
  for (const { name, pattern } of rules)
    expect([name, pattern.length <= MAX_PATTERN_LENGTH]).toEqual([name, true]);
  const named = (kind: string) =>
    rules
      .filter(({ name }) => name.includes(`kms-${kind}`))
      .flatMap(({ event_pattern }) => event_pattern.match(/User\d+_/g) ?? []);
  for (const kind of ["denied", "tamper", "use"]) expect(new Set(named(kind)).size).toBe(40);
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  expect(Math.max(...rules.map(({ name }) => name.length))).toBeLessThanOrEqual(64);
});

test("too many deployers for a pattern are told, with the fix", () => {
  const deployers = Array.from(
    { length: 30 },
    (_, i) => `arn:aws:iam::${ACCOUNT}:role/deployers/terraform-${i}`,
  );
  expect(() => workspaceStack({ deployers })).toThrow(
    /event pattern of \S+ has \d+ characters.*name fewer deployers/,
  );
});

test("three workspaces and twenty stacks of ten KMS keys fit an account and region", () => {
  const workspaces = Array.from({ length: 3 }, () => workspaceStack());
  const stacks = Array.from({ length: 20 }, () => usersStack(10));
  const all = [...workspaces, ...stacks];
  const count = (type: string) => all.flatMap((template) => template.all(type)).length;
  // CloudWatch Logs quotas: resource policies, 10 for each account and region.
  expect(count("aws_cloudwatch_log_resource_policy")).toBe(3);
  // EventBridge quotas: rules on a bus, 300; rules with wildcards, 30, which cannot be raised.
  const rules = all.flatMap(rulesOf);
  expect(rules.length).toBeLessThanOrEqual(300);
  expect(rules.filter(({ pattern }) => pattern.includes('"wildcard"')).length).toBeLessThanOrEqual(30);
});

test("each rule has two targets at most, of the five that EventBridge takes, and gets read-only events too", () => {
  const template = workspaceStack();
  const targets = template.all("aws_cloudwatch_event_target") as { rule: string }[];
  for (const { rule } of targets)
    expect(targets.filter((other) => other.rule === rule).length).toBeLessThanOrEqual(2);
  for (const { state } of template.all("aws_cloudwatch_event_rule"))
    expect(state).toBe("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
});

test("names, deployers and regions may be tokens", () => {
  const template = synthesize((stack) => {
    const token = (id: string) => new TerraformVariable(stack, id, { type: "string" }).stringValue;
    new LedgerWorkspace(stack, "W", {
      name: token("name"),
      region: token("region"),
      deployers: [token("deployer")],
    });
  });
  expect(template.text).toContain("ledger-enterprise.${var.name}.denied");
  expect(
    rulesOf(template)
      .map(({ event_pattern }) => event_pattern)
      .join(),
  ).toContain("${var.deployer}");
});
