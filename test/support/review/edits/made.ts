/** Edits of what a stack makes. */
import type { PlanJson } from "../plan-of";
import { add, configured, type Edit, write } from "./plan";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }],
});
const ANYONE = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" }],
});
const policyOf = (resource: PlanJson) => JSON.parse(resource.expressions.policy.constant_value);
const editPolicy = (plan: PlanJson, resource: PlanJson, edit: (policy: PlanJson) => void) => {
  const policy = policyOf(resource);
  edit(policy);
  write(plan, resource, "policy", JSON.stringify(policy));
};

export const MADE: readonly Edit[] = [
  [
    "a role with a signer's name",
    "users",
    (plan) => add(plan, "aws_iam_role", { name: "settlement", assume_role_policy: TRUST }),
    /aws_iam_role\.Added: is not configured as/,
  ],
  [
    "the generator's role with another trust",
    "workspace",
    (plan) => write(plan, configured(plan, "aws_iam_role"), "assume_role_policy", TRUST),
    /not configured as .*: assume_role_policy/,
  ],
  [
    "more rights for the generator",
    "workspace",
    (plan) =>
      editPolicy(plan, configured(plan, "aws_iam_role_policy"), ({ Statement }) =>
        Statement.push({
          Sid: "More",
          Effect: "Allow",
          Action: "secretsmanager:GetSecretValue",
          Resource: "*",
        }),
      ),
    /not configured as .*: policy/,
  ],
  [
    "other code of the generator",
    "workspace",
    (plan) => write(plan, configured(plan, "aws_lambda_function"), "source_code_hash", "A".repeat(44)),
    /not configured as .*: source_code_hash/,
  ],
  ...[
    ["handler", "evil.handler"],
    ["runtime", "nodejs18.x"],
    ["layers", ["arn:aws:lambda:eu-west-1:123456789012:layer:x:1"]],
    ["environment", [{ variables: { NODE_OPTIONS: "--require /tmp/x" } }]],
    ["file_system_config", [{ arn: "x" }]],
    ["kms_key_arn", "arn:aws:kms:eu-west-1:999999999999:key/1"],
    ["image_uri", "x"],
  ].map(
    ([key, value]): Edit => [
      `another ${key} of the generator`,
      "workspace",
      (plan) => write(plan, configured(plan, "aws_lambda_function"), String(key), value),
      new RegExp(`not configured as .*: ${key}$`, "m"),
    ],
  ),
  [
    "a subscription by https",
    "workspace",
    (plan) =>
      add(plan, "aws_sns_topic_subscription", {
        ...{ protocol: "https", endpoint: "https://e.example" },
        topic_arn: "arn:aws:sns:eu-west-1:123456789012:ledger-enterprise-acme-alerts",
      }),
    /aws_sns_topic_subscription\.Added: is not configured as .*: protocol/,
  ],
  [
    "a subscription with a filter",
    "workspace",
    (plan) => write(plan, configured(plan, "aws_sns_topic_subscription"), "filter_policy", '{"x":["y"]}'),
    /not configured as .*: filter_policy/,
  ],
  [
    "a rule on another bus",
    "workspace",
    (plan) => write(plan, configured(plan, "aws_cloudwatch_event_rule"), "event_bus_name", "other"),
    /not configured as .*: event_bus_name/,
  ],
  [
    "a rule that matches nothing",
    "workspace",
    (plan) =>
      write(plan, configured(plan, "aws_cloudwatch_event_rule"), "event_pattern", '{"source":["none"]}'),
    /not configured as .*: event_pattern/,
  ],
  [
    "a rule that is off",
    "workspace",
    (plan) => write(plan, configured(plan, "aws_cloudwatch_event_rule"), "state", "DISABLED"),
    /not configured as .*: state/,
  ],
  [
    "a target elsewhere",
    "workspace",
    (plan) =>
      write(
        plan,
        configured(plan, "aws_cloudwatch_event_target"),
        "arn",
        "arn:aws:sns:eu-west-1:999999999999:x",
      ),
    /not configured as .*: arn/,
  ],
  [
    "a target of another rule",
    "workspace",
    (plan) => {
      const [one, other] = plan.configuration.root_module.resources.filter(
        ({ type, name }: PlanJson) => type === "aws_cloudwatch_event_target" && name.includes("Page"),
      );
      one.expressions.rule = other.expressions.rule;
    },
    /not configured as .*: rule/,
  ],
  [
    "a topic that anybody may publish to",
    "workspace",
    (plan) =>
      editPolicy(plan, configured(plan, "aws_sns_topic"), ({ Statement }) => (Statement[0].Principal = "*")),
    /not configured as .*: policy/,
  ],
  [
    "a new secret whose SignersRead has no condition",
    "users",
    (plan) =>
      editPolicy(plan, configured(plan, "aws_secretsmanager_secret", "managed", "_Key_"), ({ Statement }) => {
        delete Statement.find(({ Sid }: PlanJson) => Sid === "SignersRead").Condition;
      }),
    /not configured as .*: policy/,
  ],
  [
    "a new secret without a denial",
    "users",
    (plan) =>
      editPolicy(plan, configured(plan, "aws_secretsmanager_secret", "managed", "_Key_"), (policy) => {
        policy.Statement = policy.Statement.filter(({ Sid }: PlanJson) => !/^NobodyUpdates/.test(Sid));
      }),
    /not configured as .*: policy/,
  ],
  [
    "a secret under another key",
    "users",
    (plan) =>
      write(
        plan,
        configured(plan, "aws_secretsmanager_secret"),
        "kms_key_id",
        "arn:aws:kms:eu-west-1:999999999999:key/1",
      ),
    /not configured as .*: kms_key_id/,
  ],
  [
    "a replica of a secret",
    "users",
    (plan) =>
      write(plan, configured(plan, "aws_secretsmanager_secret"), "replica", [{ region: "us-east-1" }]),
    /not configured as .*: replica/,
  ],
  [
    "the alias of another key",
    "users",
    (plan) =>
      write(
        plan,
        configured(plan, "aws_kms_alias"),
        "target_key_id",
        "${aws_kms_key.user-other-bot_Generation1_Key_00000000.key_id}",
      ),
    /not configured as .*: target_key_id/,
  ],
  [
    "the bucket's policy for anyone",
    "trail",
    (plan) => write(plan, configured(plan, "aws_s3_bucket_policy"), "policy", ANYONE),
    /not configured as .*: policy/,
  ],
  [
    "public access to the bucket",
    "trail",
    (plan) => {
      for (const key of [
        "block_public_acls",
        "block_public_policy",
        "ignore_public_acls",
        "restrict_public_buckets",
      ])
        write(plan, configured(plan, "aws_s3_bucket_public_access_block"), key, false);
    },
    /not configured as .*: block_public_acls, block_public_policy, ignore_public_acls, restrict_public_buckets/,
  ],
  [
    "the bucket's versioning suspended",
    "trail",
    (plan) =>
      write(plan, configured(plan, "aws_s3_bucket_versioning"), "versioning_configuration", {
        status: "Suspended",
      }),
    /not configured as .*: versioning_configuration/,
  ],
  [
    "a day in the bucket",
    "trail",
    (plan) => {
      const { rule } = configured(plan, "aws_s3_bucket_lifecycle_configuration").expressions;
      write(
        plan,
        configured(plan, "aws_s3_bucket_lifecycle_configuration"),
        "rule",
        JSON.parse(JSON.stringify(rule.constant_value).replaceAll("2555", "1")),
      );
    },
    /kept for less than a year: 1 days/,
  ],
  [
    "a month in the journal",
    "workspace",
    (plan) => write(plan, configured(plan, "aws_cloudwatch_log_group"), "retention_in_days", 30),
    /kept for less than a year: 30 days/,
  ],
  ...[
    ...[
      "aws_scheduler_schedule",
      "aws_pipes_pipe",
      "aws_ssm_association",
      "aws_codebuild_project",
      "shell_script",
    ],
    ...[
      "aws_s3_object",
      "aws_dynamodb_table",
      "terraform_data",
      "aws_organizations_policy",
      "aws_vpc_endpoint_policy",
    ],
  ].map(
    (type): Edit => [
      type,
      "users",
      (plan) => add(plan, type, { name: "x" }),
      new RegExp(`${type}\\.Added: is of the type ${type},`),
    ],
  ),
];
