/** review: what it cannot explain closes its gate. Each line is an edit of a plan that is clean before it. */
import { firstPlans, judgedPlan, type PlanJson, secondPlan } from "../../../support/review/plan-of";

const first = firstPlans();
const second = {
  workspace: secondPlan(first.workspace),
  users: secondPlan(first.users),
  trail: secondPlan(first.trail),
};

type Stack = keyof typeof first;

const configured = (plan: PlanJson, type: string, mode = "managed", name = "") =>
  plan.configuration.root_module.resources.find(
    (each: PlanJson) => each.type === type && each.mode === mode && each.name.includes(name),
  );
const changing = (plan: PlanJson, type: string, name = "") =>
  plan.resource_changes.find((each: PlanJson) => each.type === type && each.name.includes(name));
const add = (plan: PlanJson, type: string, after: PlanJson, name = "Added", expressions = after) => {
  plan.configuration.root_module.resources.push({
    ...{ address: `${type}.${name}`, mode: "managed", type, name, provider_config_key: "aws" },
    expressions: Object.fromEntries(
      Object.entries(expressions).map(([key, value]) => [key, { constant_value: value }]),
    ),
  });
  plan.resource_changes.push({
    ...{ address: `${type}.${name}`, mode: "managed", type, name },
    change: { actions: ["create"], before: null, after, after_unknown: {} },
  });
};
const read =
  (type: string, expressions: PlanJson = {}) =>
  (plan: PlanJson) => {
    plan.configuration.root_module.resources.push({
      ...{
        address: `data.${type}.X`,
        mode: "data",
        type,
        name: "X",
        provider_config_key: "aws",
        expressions,
      },
    });
  };
const write = (plan: PlanJson, resource: PlanJson, key: string, value: PlanJson) => {
  resource.expressions[key] = { constant_value: value };
  const { change } =
    plan.resource_changes.find(({ address }: PlanJson) => address === resource.address) ?? {};
  if (change && JSON.stringify(value)?.includes("${") === false) change.after[key] = value;
};

describe("plans of this package's stacks", () => {
  test.each<Stack>(["workspace", "users", "trail"])("the first of %s closes no gate", (stack) => {
    const { code, loud } = judgedPlan(first[stack]);
    expect({ code, loud }).toEqual({ code: 0, loud: [] });
  });

  test.each<Stack>(["workspace", "users", "trail"])("one of %s that changes nothing is one line", (stack) => {
    expect(judgedPlan(second[stack]).markdown).toBe("**API users**: nothing changes (the plan).\n");
  });
});

/** What is edited, of which stack, and what the review names. */
type Edit = readonly [what: string, stack: Stack, edit: (plan: PlanJson) => void, named: RegExp];

const INVOCATION = "aws_lambda_invocation";
const ACTION = {
  ...{ address: "action.aws_lambda_invoke.again", type: "aws_lambda_invoke", name: "again" },
  ...{ config_values: { function_name: "evil", payload: "{}" }, invoke_action_trigger: {} },
  provider_name: "registry.terraform.io/hashicorp/aws",
};

const PARTS: readonly Edit[] = [
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
  ...[
    "aws_secretsmanager_secret_version",
    "aws_secretsmanager_random_password",
    "aws_secretsmanager_secrets",
  ],
  ...["aws_ssm_parameter", "aws_kms_secrets", "aws_kms_ciphertext", "aws_lambda_invocation"],
  ...["aws_secretsmanager_secret", "external", "http", "aws_iam_policy_document"],
];

const CONFIGURATION: readonly Edit[] = [
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

const LOOKS: readonly Edit[] = [
  [
    "the conditions of the look at the generator deleted",
    "users",
    (plan) =>
      (plan.checks = plan.checks.filter(({ address }: PlanJson) => address.type !== "aws_lambda_function")),
    /data\.aws_lambda_function\.\S+: lacks the conditions/,
  ],
  [
    "the condition of an invocation deleted",
    "users",
    (plan) => (plan.checks = plan.checks.filter(({ address }: PlanJson) => address.type !== INVOCATION)),
    /settlement.bot: lacks the conditions/,
  ],
  [
    "a look at another function",
    "users",
    (plan) => write(plan, configured(plan, "aws_lambda_function", "data"), "function_name", "evil"),
    /data\.aws_lambda_function\.\S+: is not configured as .*: function_name/,
  ],
  [
    "an invocation that does not wait for the look",
    "users",
    (plan) => delete configured(plan, INVOCATION).depends_on,
    /not configured as .*: depends_on/,
  ],
];

const ELSEWHERE = "arn:aws:lambda:eu-west-1:999999999999:function:ledger-enterprise-acme-key-generator";
const inputOf = (plan: PlanJson) => configured(plan, INVOCATION).expressions.input.constant_value as string;

const INVOCATIONS: readonly Edit[] = [
  ...[
    ELSEWHERE,
    "evil",
    "ledger-enterprise-acme-key-generator:1",
    "ledger-enterprise-other-key-generator",
  ].map(
    (name): Edit => [
      `an invocation of ${name}`,
      "users",
      (plan) => write(plan, configured(plan, INVOCATION), "function_name", name),
      new RegExp(`calls ${name.replaceAll("-", "\\-")}, which is not the key generator of its workspace`),
    ],
  ),
  [
    "an invocation of another function, in the changes only",
    "users",
    (plan) => (changing(plan, INVOCATION).change.after.function_name = ELSEWHERE),
    /is planned otherwise than it is configured: function_name/,
  ],
  [
    "an invocation of another version",
    "users",
    (plan) => write(plan, configured(plan, INVOCATION), "qualifier", "7"),
    /not configured as .*: qualifier/,
  ],
  [
    "an input without rules",
    "users",
    (plan) =>
      write(plan, configured(plan, INVOCATION), "input", inputOf(plan).replace(/, "alertRules" = [^,]+/, "")),
    /not configured as .*: input/,
  ],
  [
    "an input without the encrypting key",
    "users",
    (plan) =>
      write(
        plan,
        configured(plan, INVOCATION),
        "input",
        inputOf(plan).replace(/, "encryptionKeyArn" = [^,]+/, ""),
      ),
    /not configured as .*: input/,
  ],
  [
    "another user's secret in the input",
    "users",
    (plan) =>
      write(
        plan,
        configured(plan, INVOCATION, "managed", "settlement"),
        "input",
        inputOf(plan).replace(/user-settlement-bot_Key_Secret_\w+/, "user-other-bot_Key_Secret_00000000"),
      ),
    /not configured as .*: input/,
  ],
  [
    "an input that is known, though the secret is not",
    "users",
    (plan) => {
      const { change } = changing(plan, INVOCATION, "settlement");
      changing(plan, "aws_secretsmanager_secret", "settlement-bot_Key").change.after_unknown.arn = true;
      change.after.input = "{}";
      delete change.after_unknown.input;
    },
    /is planned otherwise than it is configured: input/,
  ],
  [
    "a resource that is in no configuration",
    "users",
    (plan) =>
      (plan.configuration.root_module.resources = plan.configuration.root_module.resources.filter(
        ({ type }: PlanJson) => type !== INVOCATION,
      )),
    /is in no configuration of this plan/,
  ],
];

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

const MADE: readonly Edit[] = [
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
        "${aws_kms_key.user-other-bot_Key_Generation1_00000000.key_id}",
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

const registration = (plan: PlanJson) =>
  plan.configuration.root_module.outputs.registration.expression.constant_value;

const USERS: readonly Edit[] = [
  [
    "a public key of somebody's for a new user",
    "users",
    (plan) => {
      registration(plan)["settlement bot"].publicKey = `04${"1".repeat(128)}`;
      plan.output_changes.registration.after["settlement bot"].publicKey = `04${"1".repeat(128)}`;
    },
    /settlement bot: is not configured as .*: publicKey/,
  ],
  [
    "the key of another user",
    "users",
    (plan) => {
      const { publicKey, keyArn } = registration(plan)["other bot"];
      Object.assign(registration(plan)["settlement bot"], { publicKey, keyArn });
    },
    /settlement bot: is not configured as .*: keyArn, credentialsArn/,
  ],
  [
    "a signer's policy for everything",
    "users",
    (plan) => (registration(plan)["settlement bot"].signerPolicy.Statement[0].Resource = "*"),
    /settlement bot: is not configured as .*: signerPolicy/,
  ],
  [
    "other signers in the output than in its expression",
    "users",
    (plan) => (plan.output_changes.registration.after["settlement bot"].signers = []),
    /settlement bot: is planned otherwise than it is configured: signers/,
  ],
  [
    "a user that is not configured",
    "users",
    (plan) => (plan.output_changes.registration.after.evil = { workspace: "acme", custody: "imported" }),
    /acme\/evil: is in no configuration of this plan/,
  ],
];

const EDITED: readonly Edit[] = [
  [
    "another value of what is said not to change",
    "users",
    (plan) => {
      const { change } = changing(plan, "aws_secretsmanager_secret");
      Object.assign(change, { actions: ["no-op"], before: { ...change.after, recovery_window_in_days: 31 } });
    },
    /recovery_window_in_days is shortened: 31 to 30/,
  ],
  [
    "a change without an action",
    "users",
    (plan) => (changing(plan, INVOCATION).change.actions = []),
    /does something that this version does not know/,
  ],
  [
    "no provider",
    "users",
    (plan) => delete plan.configuration.provider_config.aws,
    /provider\.aws: is in no configuration of this plan/,
  ],
  [
    "a value deeper than anything of ours",
    "users",
    (plan) => {
      const deep = JSON.parse(`${"[".repeat(500)}1${"]".repeat(500)}`);
      configured(plan, INVOCATION).expressions.input = { constant_value: deep };
    },
    /not configured as .*: input/,
  ],
  [
    "JSON in a text deeper than the call stack takes",
    "workspace",
    (plan) => {
      const deep = `{"a":${"[".repeat(5000)}1${"]".repeat(5000)}}`;
      configured(plan, "aws_sns_topic").expressions.policy = { constant_value: deep };
    },
    /not configured as .*: policy/,
  ],
];

describe("closes the gate, and names it: a plan in which somebody put", () => {
  test.each([
    ...PARTS,
    ...CONFIGURATION,
    ...LOOKS,
    ...INVOCATIONS,
    ...MADE,
    ...USERS,
    ...EDITED,
  ])("%s", (_, stack, edit, named) => {
    const plan = structuredClone(first[stack]);
    edit(plan);
    const { code, loud } = judgedPlan(plan);
    expect(loud.join("\n")).toMatch(named);
    expect(code).toBe(1);
  });

  // What is read, and what runs, is not among the changes.
  test.each(
    [...PARTS, ...CONFIGURATION].filter(([, stack]) => stack === "users"),
  )("%s, where nothing changes", (_, stack, edit) => {
    const plan = structuredClone(second[stack]);
    edit(plan);
    expect(judgedPlan(plan).code).toBe(1);
  });
});
