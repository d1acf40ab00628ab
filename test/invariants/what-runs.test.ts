/**
 * Invariant 8 of the design: what runs is what was reviewed. The check reads what Terraform is given, finds no breach, and then finds
 * each that is made. test/e2e/generator.test.ts swaps the function under real Terraform at every moment of a deployment.
 */
import { DataAwsLambdaFunction } from "@cdktf/provider-aws/lib/data-aws-lambda-function";
import { ApiUser, ApiUserRole, LedgerWorkspace } from "../../constructs";
import { ACCOUNT, synthesize, synthesizeUser, type Template } from "../support/synthesis";

/** What the provider shows of a function and does not decide what runs: names, descriptions, limits, where logs go. */
const DECIDES_NOTHING = [
  ...["arn", "description", "function_name", "id", "invoke_arn", "last_modified", "qualified_arn"],
  ...[
    "qualified_invoke_arn",
    "qualifier",
    "reserved_concurrent_executions",
    "source_code_size",
    "tags",
    "version",
  ],
  // Of asynchronous calls, and where the log goes: neither has private material. Tracing is by the runtime itself.
  ...["dead_letter_config", "ephemeral_storage", "logging_config", "tracing_config"],
  // The same as code_sha256; and who signed, which counts where a code signing configuration is declared.
  ...["source_code_hash", "code_signing_config_arn", "signing_job_arn", "signing_profile_version_arn"],
];

/** All that this version of the provider shows of a function. */
const ATTRIBUTES = Object.entries(Object.getOwnPropertyDescriptors(DataAwsLambdaFunction.prototype))
  .filter(([name, { get }]) => get && !/Input$/.test(name))
  .map(([name]) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`));

interface Look {
  qualifier?: string;
  lifecycle: { postcondition: { condition: string }[] };
}

/** How something else could make a key than what was reviewed. */
function breaches({ json }: Template): string[] {
  const found: string[] = [];
  const functions = Object.values<{ publish?: boolean }>(json.resource.aws_lambda_function ?? {});
  if (functions.some(({ publish }) => !publish)) found.push("the function is not published");
  const looks = Object.entries<Look>(json.data.aws_lambda_function ?? {}).map(([name, look]) => ({
    address: `data.aws_lambda_function.${name}`,
    qualifier: look.qualifier,
    conditions: look.lifecycle.postcondition.map(({ condition }) => condition).join("\n"),
  }));
  for (const { address, conditions } of looks)
    for (const attribute of ATTRIBUTES)
      if (!DECIDES_NOTHING.includes(attribute) && !new RegExp(`\\bself\\.${attribute}\\b`).test(conditions))
        found.push(`${address.includes("Newest") ? "the version" : "$LATEST"}: ${attribute} is not compared`);
  for (const { qualifier, depends_on, lifecycle } of Object.values<{
    qualifier?: string;
    depends_on: string[];
    lifecycle: { ignore_changes?: string[] };
  }>(json.resource.aws_lambda_invocation)) {
    const newest = looks.find(({ address }) => qualifier === `\${${address}.version}`);
    if (newest === undefined || newest.qualifier !== undefined) found.push("what is asked is no version");
    const seen = looks.filter(({ address }) => depends_on.includes(address));
    if (newest && !seen.includes(newest)) found.push("the version is asked before it is looked at");
    if (!seen.some((look) => look.qualifier === "$LATEST")) found.push("$LATEST is not looked at");
    if (!lifecycle.ignore_changes?.includes("qualifier")) found.push("an upgrade asks for every key again");
  }
  return found;
}

const inOneStack = () => synthesizeUser({}, { alerts: true });
const inUsersStack = () =>
  synthesize((stack) => {
    const workspace = LedgerWorkspace.fromName(stack, "W", { name: "acme", account: ACCOUNT });
    new ApiUser(stack, "Bot", { workspace, username: "bot", role: ApiUserRole.OPERATOR });
  });

describe("8. What runs is what was reviewed", () => {
  test.each([
    ["with the workspace in one stack", inOneStack],
    ["in users' stacks", inUsersStack],
  ])("%s: a version, by its number, after it and $LATEST were compared as a whole", (_, make) => {
    expect(ATTRIBUTES).toEqual(
      expect.arrayContaining(["code_sha256", "handler", "environment", "vpc_config"]),
    );
    expect(breaches(make())).toEqual([]);
  });

  const each = (template: Template, type: string, change: (of: Record<string, never>) => void) => {
    const all = template.json.resource[type] ?? template.json.data[type];
    for (const one of Object.values<Record<string, never>>(all)) change(one);
  };
  const looksOf = (template: Template) =>
    Object.values<Look>(template.json.data.aws_lambda_function).map(
      ({ lifecycle }) => lifecycle.postcondition,
    );

  test.each<[string, (template: Template) => void, string[]]>([
    [
      "a function that is not published",
      (template) => each(template, "aws_lambda_function", (fn) => delete fn["publish"]),
      ["the function is not published"],
    ],
    [
      "an invocation without qualifier",
      (template) => each(template, "aws_lambda_invocation", (it) => delete it["qualifier"]),
      ["what is asked is no version"],
    ],
    [
      "an invocation of $LATEST",
      (template) =>
        each(template, "aws_lambda_invocation", (it) => Object.assign(it, { qualifier: "$LATEST" })),
      ["what is asked is no version"],
    ],
    [
      "an invocation that does not wait for the looks",
      (template) => each(template, "aws_lambda_invocation", (it) => Object.assign(it, { depends_on: [] })),
      ["the version is asked before it is looked at", "$LATEST is not looked at"],
    ],
    [
      "an invocation that a new version replaces",
      (template) => each(template, "aws_lambda_invocation", (it) => Object.assign(it, { lifecycle: {} })),
      ["an upgrade asks for every key again"],
    ],
    [
      "looks that do not see the key of the variables",
      (template) => {
        for (const conditions of looksOf(template))
          for (const each of conditions) each.condition = each.condition.replaceAll("self.kms_key_arn", '""');
      },
      ["the version: kms_key_arn is not compared", "$LATEST: kms_key_arn is not compared"],
    ],
    [
      "looks that do not see the code",
      (template) => {
        for (const conditions of looksOf(template))
          for (const each of conditions) each.condition = each.condition.replaceAll("self.code_sha256", '""');
      },
      ["the version: code_sha256 is not compared", "$LATEST: code_sha256 is not compared"],
    ],
  ])("is found broken by %s", (_, breach, expected) => {
    const template = inOneStack();
    breach(template);
    expect(breaches(template)).toEqual(expected);
  });
});
