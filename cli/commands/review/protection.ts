/** What weakens a guard that is no policy: alerts, logs, trails, the key generator, recovery windows. */

import { isValues, type Values } from "../../shared/terraform-plan";
import {
  changedAttributes,
  destroys,
  type Finding,
  finding,
  forgets,
  makes,
  type OwnedChange,
} from "./finding";
import { isNarrower } from "./pattern";
import { type Phrase, say } from "./phrase";

type Rule = (before: Values, after: Values, change: OwnedChange) => Phrase | undefined;

/** A number that went down; CloudWatch's 0 days mean for ever. */
const shortened =
  (key: string, what: Phrase, forEver?: number): Rule =>
  (before, after) => {
    const [was, is] = [before, after].map((values) => {
      const number = Number(values[key] ?? Number.NaN);
      return number === forEver ? Number.POSITIVE_INFINITY : number;
    });
    if (was === undefined || is === undefined || Number.isNaN(was) || was === is || is > was)
      return undefined;
    return say`${what}: ${String(before[key])} to ${String(after[key])}`;
  };

/** A switch that is turned off, or another thing in the place of what was there. */
const turned =
  (key: string, off: (value: unknown) => boolean, what: Phrase): Rule =>
  (before, after, { unknown }) =>
    !unknown.has(key) && !off(before[key]) && off(after[key]) ? what : undefined;

const changed =
  (keys: readonly string[], what: Phrase): Rule =>
  (_before, _after, change) => {
    const found = changedAttributes(change).filter((key) => keys.includes(key));
    return found.length > 0 ? say`${what}: ${found}` : undefined;
  };

const isOff = (value: unknown) =>
  value === false || value === "false" || value === null || value === undefined;
const isGone = (value: unknown) => value === null || value === undefined || value === "";
const ALL_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  aws_secretsmanager_secret: [
    shortened("recovery_window_in_days", say`${"recovery_window_in_days"} is shortened`),
    changed(["kms_key_id"], say`is encrypted with another key`),
    changed(["replica"], say`is replicated elsewhere`),
  ],
  aws_kms_key: [
    shortened("deletion_window_in_days", say`${"deletion_window_in_days"} is shortened`),
    turned("enable_key_rotation", isOff, say`is no longer rotated`),
    turned("is_enabled", isOff, say`is disabled`),
    turned(
      "bypass_policy_lockout_safety_check",
      (value) => value === true,
      say`its policy's lockout check is bypassed`,
    ),
  ],
  aws_cloudwatch_event_rule: [
    (before, after) => {
      if (before["state"] === after["state"]) return undefined;
      return after["state"] === ALL_EVENTS
        ? undefined
        : say`its state is ${String(after["state"])} and not ${ALL_EVENTS}`;
    },
    turned("is_enabled", isOff, say`is disabled`),
    (before, after, { unknown }) =>
      !unknown.has("event_pattern") && isNarrower(before["event_pattern"], after["event_pattern"])
        ? say`its pattern matches less than before, or cannot be compared`
        : undefined,
  ],
  aws_cloudwatch_event_target: [
    changed(
      ["arn", "rule", "event_bus_name", "input", "input_path"],
      say`sends elsewhere, or something else`,
    ),
  ],
  aws_sns_topic: [changed(["kms_master_key_id", "delivery_policy"], say`its encryption or delivery changes`)],
  aws_sns_topic_subscription: [
    changed(
      ["endpoint", "protocol", "topic_arn", "filter_policy", "filter_policy_scope"],
      say`who is paged, or of what, changes`,
    ),
  ],
  aws_cloudwatch_log_group: [
    shortened("retention_in_days", say`is kept for fewer days`, 0),
    turned("kms_key_id", isGone, say`is no longer encrypted with a key of yours`),
  ],
  aws_cloudtrail: [
    turned("enable_logging", isOff, say`no longer logs`),
    turned("is_multi_region_trail", isOff, say`no longer logs all regions`),
    turned("include_global_service_events", isOff, say`no longer logs IAM`),
    turned("enable_log_file_validation", isOff, say`its log files are no longer validated`),
    changed(
      ["event_selector", "advanced_event_selector", "s3_bucket_name", "kms_key_id"],
      say`what it logs, or where, changes`,
    ),
  ],
  aws_lambda_function: [
    changed(
      [
        "source_code_hash",
        "code_signing_config_arn",
        "environment",
        "filename",
        "handler",
        "image_uri",
        "layers",
        "role",
        "runtime",
        "s3_bucket",
        "s3_key",
        "s3_object_version",
        "vpc_config",
      ],
      say`the key generator's code, role or surroundings change; compare the hash with your own build`,
    ),
  ],
  aws_iam_role: [
    turned("permissions_boundary", isGone, say`is no longer bounded`),
    changed(["managed_policy_arns", "inline_policy"], say`has other permissions`),
  ],
  aws_s3_bucket_public_access_block: [
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
  ].map((key) => turned(key, isOff, say`${key} is turned off`)),
  aws_s3_bucket_versioning: [
    changed(["versioning_configuration"], say`versioning of the trail's bucket changes`),
  ],
  aws_s3_bucket_lifecycle_configuration: [
    changed(["rule"], say`how long the trail's files are kept changes`),
  ],
  aws_s3_bucket_server_side_encryption_configuration: [
    changed(["rule"], say`the encryption of the trail's bucket changes`),
  ],
};

/** Types that guard keys by being there. */
const GUARDS = new Set([
  ...[
    "aws_cloudwatch_event_rule",
    "aws_cloudwatch_event_target",
    "aws_sns_topic",
    "aws_sns_topic_subscription",
  ],
  ...[
    "aws_cloudwatch_log_resource_policy",
    "aws_cloudtrail",
    "aws_secretsmanager_secret_policy",
    "aws_kms_key_policy",
  ],
  ...[
    "aws_sns_topic_policy",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_versioning",
  ],
]);

/** What is known after apply only, of what these rules look at. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_event_rule: ["event_pattern"],
  aws_cloudwatch_event_target: ["arn"],
};

export function protectionFindings(change: OwnedChange): Finding[] {
  const { type, before, after, unknown } = change;
  if (GUARDS.has(type) && (forgets(change) || (destroys(change) && !makes(change)))) {
    const what = forgets(change) ? say`is no longer managed by Terraform` : say`is removed`;
    return [finding("weakened", change, whatItGuards(type, before ?? {}, what))];
  }
  if (!before || !after) return [];
  const later = (LATER[type] ?? []).filter((key) => unknown.has(key));
  const found = (RULES[type] ?? []).flatMap(
    (rule) => rule(before, withoutUnknown(before, after, [...unknown], type), change) ?? [],
  );
  return [
    ...found.map((text) => finding("weakened", change, text)),
    ...(later.length > 0
      ? [finding("notice", change, say`${later} will be known after apply only: see it then`)]
      : []),
  ];
}

/** What will be known later is taken for unchanged where it is listed as such, and for changed elsewhere. */
function withoutUnknown(before: Values, after: Values, unknown: readonly string[], type: string): Values {
  const later = unknown.filter((key) => LATER[type]?.includes(key));
  return { ...after, ...Object.fromEntries(later.map((key) => [key, before[key]])) };
}

function whatItGuards(type: string, before: Values, what: Phrase): Phrase {
  const name = [before["name"], before["rule"], before["endpoint"]].find((each) => typeof each === "string");
  const kind = type.replace(/^aws_/, "").replaceAll("_", " ");
  return isValues(before) && name !== undefined
    ? say`the ${kind} ${String(name)} ${what}`
    : say`the ${kind} ${what}`;
}
