/** Edits of the parts of a plan, and of its configuration. */
import { changing, configured, type Edit, INVOCATION, read } from "./plan";

const ACTION = {
  ...{ address: "action.aws_lambda_invoke.again", type: "aws_lambda_invoke", name: "again" },
  ...{ config_values: { function_name: "evil", payload: "{}" }, invoke_action_trigger: {} },
  provider_name: "registry.terraform.io/hashicorp/aws",
};
export const PARTS: readonly Edit[] = [
  [
    "an action",
    "users",
    (plan) => (plan.action_invocations = [ACTION]),
    /action\.aws_lambda_invoke\.again: is an action of the type aws_lambda_invoke/,
  ],
  [
    "a change of another run",
    "users",
    (plan) =>
      (plan.deferred_changes = [
        { reason: "unknown", resource_change: { address: "aws_iam_role.x", type: "aws_iam_role" } },
      ]),
    /aws_iam_role\.x: is a change that is left to another run/,
  ],
  [
    "an action of another run",
    "users",
    (plan) => (plan.deferred_action_invocations = [{ reason: "unknown", action_invocation: ACTION }]),
    /action\.aws_lambda_invoke\.again: is an action that is left to another run/,
  ],
  [
    "a list of a coming version",
    "users",
    (plan) => (plan.hook_invocations = []),
    /the part hook_invocations/,
  ],
  ["that it is not complete", "users", (plan) => (plan.complete = false), /is partial/],
  [
    "a part of a change",
    "users",
    (plan) => (changing(plan, INVOCATION).change.generated_config = "x"),
    /the part generated_config/,
  ],
  ["no configuration", "users", (plan) => delete plan.configuration, /has no configuration in it/],
  [
    "a part of the configuration",
    "users",
    (plan) => (plan.configuration.root_module.actions = [{}]),
    /the part actions/,
  ],
  [
    "a failed condition",
    "users",
    (plan) => (plan.checks[0].status = "fail"),
    /this check does not pass: fail/,
  ],
  [
    "a failed check block",
    "users",
    (plan) =>
      plan.checks.push({ address: { kind: "check", name: "c", to_display: "check.c" }, status: "error" }),
    /check\.c: this check does not pass: error/,
  ],
];

const READS = [
  ...["aws_secretsmanager_secret_version", "aws_secretsmanager_random_password"],
  ...["aws_ssm_parameter", "aws_kms_secrets", "aws_kms_ciphertext", "aws_lambda_invocation"],
  ...["external", "http", "aws_iam_policy_document"],
];

export const CONFIGURATION: readonly Edit[] = [
  ...READS.map(
    (type): Edit => [
      `a read of ${type}`,
      "users",
      read(type),
      new RegExp(`is a read of the type data\\.${type},`),
    ],
  ),
  [
    "a read of another key's versions",
    "users",
    read("aws_secretsmanager_secret_versions", { secret_id: { constant_value: "ledger-enterprise/x" } }),
    /not configured as .*: secret_id/,
  ],
  // As a user's that moves, but for another secret.
  ...[
    ["aws_secretsmanager_secret", "arn"],
    ["aws_secretsmanager_secret_rotation", "secret_id"],
    ["aws_secretsmanager_secrets", "filter"],
    ["aws_kms_alias", "name"],
  ].map(
    ([type = "", key = ""]): Edit => [
      `a read of ${type} of another`,
      "users",
      read(type, { [key]: { constant_value: "ledger-enterprise/x" } }),
      new RegExp(`not configured as .*: .*${key}`),
    ],
  ),
  [
    "an ephemeral read",
    "users",
    (plan) =>
      plan.configuration.root_module.resources.push({
        address: "ephemeral.aws_x.y",
        mode: "ephemeral",
        type: "aws_x",
        name: "y",
      }),
    /ephemeral\.aws_x\.y: is a read of the type ephemeral\.aws_x/,
  ],
  [
    "a provisioner",
    "workspace",
    (plan) =>
      (configured(plan, "aws_cloudwatch_query_definition").provisioners = [
        { type: "local-exec", expressions: {} },
      ]),
    /runs commands, by the provisioner local-exec/,
  ],
  [
    "a provisioner in a module",
    "users",
    (plan) =>
      (plan.configuration.root_module.module_calls = {
        m: {
          source: "./m",
          module: {
            resources: [
              {
                address: "terraform_data.x",
                mode: "managed",
                type: "terraform_data",
                name: "x",
                provisioners: [{ type: "file" }],
              },
            ],
          },
        },
      }),
    /module\.m\.terraform_data\.x: runs commands, by the provisioner file/,
  ],
  [
    "a module",
    "users",
    (plan) => (plan.configuration.root_module.module_calls = { m: { source: "git::x", module: {} } }),
    /module\.m: is a module, from git::x/,
  ],
  ...["count_expression", "for_each_expression"].map(
    (part): Edit => [
      part,
      "users",
      (plan) => (configured(plan, INVOCATION)[part] = { constant_value: 2 }),
      new RegExp(`has the part ${part}`),
    ],
  ),
  ...["endpoints", "assume_role", "profile", "ignore_tags", "default_tags", "alias", "s3_use_path_style"].map(
    (setting): Edit => [
      `the provider's ${setting}`,
      "users",
      (plan) =>
        (plan.configuration.provider_config.aws.expressions[setting] = [
          { lambda: { constant_value: "http://e" } },
        ]),
      new RegExp(`provider\\.aws: has the setting ${setting}`),
    ],
  ),
  [
    "the provider's accounts taken away",
    "users",
    (plan) => delete plan.configuration.provider_config.aws.expressions.allowed_account_ids,
    /provider\.aws: is not pinned to one account/,
  ],
  [
    "another account allowed",
    "users",
    (plan) =>
      (plan.configuration.provider_config.aws.expressions.allowed_account_ids.constant_value = [
        "999999999999",
      ]),
    /not configured as/,
  ],
  [
    "two accounts allowed",
    "users",
    (plan) =>
      plan.configuration.provider_config.aws.expressions.allowed_account_ids.constant_value.push(
        "999999999999",
      ),
    /provider\.aws: is not pinned to one account/,
  ],
  [
    "another region",
    "users",
    (plan) => (plan.configuration.provider_config.aws.expressions.region.constant_value = "us-east-1"),
    /not configured as/,
  ],
  [
    "a second provider of AWS",
    "users",
    (plan) =>
      (plan.configuration.provider_config["aws.evil"] = {
        ...plan.configuration.provider_config.aws,
        alias: "evil",
      }),
    /provider\.aws\.evil: is the provider /,
  ],
  [
    "AWS's provider from elsewhere",
    "users",
    (plan) => (plan.configuration.provider_config.aws.full_name = "registry.terraform.io/evil/aws"),
    /is the provider registry\.terraform\.io\/evil\/aws/,
  ],
  [
    "the provider of a resource",
    "users",
    (plan) => (configured(plan, INVOCATION).provider_config_key = "aws.evil"),
    /not configured as .*: provider$/m,
  ],
];
