/** What weakens a guard other than by its policy: alerts, logs, trails, the key generator, recovery windows. */
import type { Values } from "../../shared/terraform-plan";
import { POLICY } from "./access";
import type { Facts } from "./facts";
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
import type { Setting } from "./text/settings";

type Judge = (before: Values, after: Values, change: OwnedChange) => Facts["setting"] | undefined;

interface Rule {
  /** The attributes that it judges: a change of these that it passes is harmless. */
  readonly keys: readonly string[];
  readonly judge: Judge;
}

const rule = (keys: readonly string[], judge: Judge): Rule => ({ keys, judge });

/** A number that went down. `forEver` is one that stands for no limit. */
const shortened = (key: string, setting: Setting, forEver?: number) =>
  rule([key], (before, after) => {
    const [was = Number.NaN, is = Number.NaN] = [before, after].map((values) => {
      const number = Number(values[key] ?? Number.NaN);
      return number === forEver ? Number.POSITIVE_INFINITY : number;
    });
    if (Number.isNaN(was) || was === is || is > was) return undefined;
    return { setting, attributes: [key], from: String(before[key]), to: String(after[key]) };
  });

/** A switch that is turned off, or a value that is removed. */
const turned = (key: string, off: (value: unknown) => boolean, setting: Setting) =>
  rule([key], (before, after, { unknown }) =>
    !unknown.has(key) && !off(before[key]) && off(after[key]) ? { setting, attributes: [key] } : undefined,
  );

const changed = (keys: readonly string[], setting: Setting) =>
  rule(keys, (_before, _after, change) => {
    const attributes = changedAttributes(change).filter((key) => keys.includes(key));
    return attributes.length > 0 ? { setting, attributes } : undefined;
  });

const isOff = (value: unknown) =>
  value === false || value === "false" || value === null || value === undefined;
const isGone = (value: unknown) => value === null || value === undefined || value === "";

/** The state in which a rule gets read-only events too. */
export const ALL_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

const RULES: Readonly<Record<string, readonly Rule[]>> = {
  aws_secretsmanager_secret: [
    shortened("recovery_window_in_days", "recovery window"),
    rule(["recovery_window_in_days"], ({ recovery_window_in_days: was }, { recovery_window_in_days: is }) =>
      is === 0 && was !== 0 ? { setting: "recovery", attributes: ["recovery_window_in_days"] } : undefined,
    ),
    changed(["kms_key_id"], "encryption of the secret"),
    changed(["replica"], "replication"),
    // An import sets it, from nothing to false.
    turned("force_overwrite_replica_secret", (value) => value === true, "replication"),
  ],
  aws_kms_key: [
    shortened("deletion_window_in_days", "deletion window"),
    turned("enable_key_rotation", isOff, "key rotation"),
    turned("is_enabled", isOff, "key enabled"),
    turned("bypass_policy_lockout_safety_check", (value) => value === true, "lockout check"),
  ],
  aws_cloudwatch_event_rule: [
    rule(["state"], ({ state: from }, { state: to }) =>
      from === to || to === ALL_EVENTS
        ? undefined
        : { setting: "rule state", attributes: ["state"], from: String(from), to: String(to) },
    ),
    turned("is_enabled", isOff, "rule enabled"),
    rule(["event_pattern"], (before, after, { unknown }) =>
      !unknown.has("event_pattern") && isNarrower(before["event_pattern"], after["event_pattern"])
        ? { setting: "event pattern", attributes: ["event_pattern"] }
        : undefined,
    ),
  ],
  aws_cloudwatch_event_target: [
    changed(["arn", "rule", "event_bus_name", "input", "input_path"], "alert target"),
  ],
  aws_sns_topic: [changed(["kms_master_key_id", "delivery_policy"], "alert topic")],
  aws_sns_topic_subscription: [
    changed(["endpoint", "protocol", "topic_arn", "filter_policy", "filter_policy_scope"], "alert recipient"),
  ],
  aws_cloudwatch_log_group: [
    // CloudWatch keeps logs with 0 days for ever.
    shortened("retention_in_days", "log retention", 0),
    turned("kms_key_id", isGone, "log encryption"),
  ],
  aws_cloudtrail: [
    turned("enable_logging", isOff, "trail logging"),
    turned("is_multi_region_trail", isOff, "trail regions"),
    turned("include_global_service_events", isOff, "trail of IAM"),
    turned("enable_log_file_validation", isOff, "trail validation"),
    changed(["event_selector", "advanced_event_selector", "s3_bucket_name", "kms_key_id"], "trail content"),
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
      "key generator",
    ),
  ],
  aws_iam_role: [
    turned("permissions_boundary", isGone, "permissions boundary"),
    changed(["managed_policy_arns", "inline_policy"], "role permissions"),
  ],
  aws_s3_bucket_public_access_block: [
    "block_public_acls",
    "block_public_policy",
    "ignore_public_acls",
    "restrict_public_buckets",
  ].map((key) => turned(key, isOff, "public access block")),
  aws_s3_bucket_versioning: [changed(["versioning_configuration"], "bucket versioning")],
  aws_s3_bucket_lifecycle_configuration: [changed(["rule"], "bucket lifecycle")],
  aws_s3_bucket_server_side_encryption_configuration: [changed(["rule"], "bucket encryption")],
};

/** Attributes that reach nothing. */
const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_dashboard: ["dashboard_body"],
  aws_cloudwatch_query_definition: ["log_group_names", "name", "query_string"],
  // What is asked of the generator, and its answer. The configuration of it is judged, and another key is a finding.
  aws_lambda_invocation: ["input", "qualifier", "result", "triggers"],
  aws_sns_topic: ["display_name"],
};

/** The attributes of a type that somebody has judged, here or by their policy. Any other change closes the gate. */
export const judgedAttributes = (type: string): ReadonlySet<string> =>
  new Set([
    ...["tags", "tags_all", "description"],
    ...(POLICY[type] === undefined ? [] : [POLICY[type]]),
    ...(RULES[type] ?? []).flatMap(({ keys }) => keys),
    ...(HARMLESS[type] ?? []),
  ]);

/** Types that guard keys by being there. */
const GUARDS = new Set([
  "aws_cloudtrail",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_log_resource_policy",
  "aws_kms_key_policy",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_versioning",
  "aws_secretsmanager_secret_policy",
  "aws_sns_topic",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
]);

/** Attributes that these rules look at, and that may be known only after apply without being suspect. */
const LATER: Readonly<Record<string, readonly string[]>> = {
  aws_cloudwatch_event_rule: ["event_pattern"],
  aws_cloudwatch_event_target: ["arn"],
};

/** What is made to keep records for a time that no audit of a year can use. */
function shortFindings(change: OwnedChange): Finding[] {
  const { type, after = {} } = change;
  const attribute = {
    aws_cloudwatch_log_group: "retention_in_days",
    aws_s3_bucket_lifecycle_configuration: "rule",
  }[type];
  if (attribute === undefined) return [];
  const days = Math.min(...daysIn(after[attribute]).filter((each) => each > 0));
  return days < 365 ? [finding("weakened", change, { fact: "kept short", days: String(days) })] : [];
}

/** A secret that is made to be deleted at once. In a sandbox that is meant, so that it closes no gate. */
const unrecoverable = (change: OwnedChange): Finding[] =>
  change.type === "aws_secretsmanager_secret" &&
  change.after?.["recovery_window_in_days"] === 0 &&
  // What says which generation is current is public data, and has none.
  !String(change.after["name"]).endsWith("/current")
    ? [finding("notice", change, { fact: "made without recovery" })]
    : [];

/** The numbers of days in a retention, or in the rules of a bucket. */
const daysIn = (value: unknown): number[] => {
  if (typeof value === "number") return [value];
  const text = JSON.stringify(value) ?? "";
  return [...text.matchAll(/"(?:noncurrent_)?days":"?(\d+)/g)].map(([, days]) => Number(days));
};

export function protectionFindings(change: OwnedChange): Finding[] {
  const { type, before, after, unknown } = change;
  if (GUARDS.has(type) && (forgets(change) || (destroys(change) && !makes(change)))) {
    const name = [before?.["name"], before?.["rule"], before?.["endpoint"]].find(
      (each) => typeof each === "string",
    );
    const how = forgets(change) ? "no longer managed" : "removed";
    return [finding("weakened", change, { fact: "guard gone", type, name, how })];
  }
  if (after && !before) return [...shortFindings(change), ...unrecoverable(change)];
  if (!before || !after) return [];
  const later = (LATER[type] ?? []).filter((key) => unknown.has(key));
  // An attribute of LATER counts as unchanged while it is unknown; any other one counts as changed.
  const seen = { ...after, ...Object.fromEntries(later.map((key) => [key, before[key]])) };
  return [
    ...(RULES[type] ?? [])
      .flatMap(({ judge }) => judge(before, seen, change) ?? [])
      .map((found) => finding("weakened", change, { fact: "setting", ...found }, found.attributes)),
    ...(later.length > 0
      ? [finding("notice", change, { fact: "setting known later", attributes: later }, later)]
      : []),
  ];
}
