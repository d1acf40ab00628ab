/** Edits of the looks at the key generator, and of its invocations. */
import type { PlanJson } from "../plan-of";
import { changing, configured, type Edit, INVOCATION, write } from "./plan";

export const LOOKS: readonly Edit[] = [
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

export const INVOCATIONS: readonly Edit[] = [
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
        inputOf(plan).replace(
          /user-settlement-bot_Generation1_Key_Secret_\w+/,
          "user-other-bot_Generation1_Key_Secret_00000000",
        ),
      ),
    /not configured as .*: input/,
  ],
  [
    "an input that is known, though the secret is not",
    "users",
    (plan) => {
      const { change } = changing(plan, INVOCATION, "settlement");
      changing(plan, "aws_secretsmanager_secret", "settlement-bot_Generation1_Key").change.after_unknown.arn =
        true;
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
