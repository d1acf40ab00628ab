/** Edits of the registration, and of the plan itself. */
import type { PlanJson } from "../plan-of";
import { changing, configured, type Edit, INVOCATION } from "./plan";

const registration = (plan: PlanJson) =>
  plan.configuration.root_module.outputs.registration.expression.constant_value;

export const USERS: readonly Edit[] = [
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

export const EDITED: readonly Edit[] = [
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
