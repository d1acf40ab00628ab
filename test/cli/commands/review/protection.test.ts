/** What weakens a guard, attribute by attribute: facts, where weakened.test.ts has the lines that people read. */
import type { OwnedChange } from "../../../../cli/commands/review/finding";
import { judgedAttributes, protectionFindings } from "../../../../cli/commands/review/protection";

type Values = Record<string, unknown>;

const change = (type: string, before: Values | undefined, after: Values | undefined, more = {}) =>
  ({
    ...{ address: `${type}.X`, type, before, after, unknown: new Set<string>() },
    actions: before ? (after ? ["update"] : ["delete"]) : ["create"],
    ...more,
  }) as unknown as OwnedChange;
const facts = (...given: Parameters<typeof change>) =>
  protectionFindings(change(...given)).map(({ kind, fact, tells }) => ({ kind, ...fact, tells }));
const setting = (name: string, attributes: string[], more = {}) => ({
  ...{ kind: "weakened", fact: "setting", setting: name, attributes, tells: attributes },
  ...more,
});

const ALL_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

describe("a number that goes down", () => {
  test.each([
    ["aws_secretsmanager_secret", "recovery_window_in_days", "recovery window"],
    ["aws_kms_key", "deletion_window_in_days", "deletion window"],
    ["aws_cloudwatch_log_group", "retention_in_days", "log retention"],
  ])("%s: %s", (type, key, name) => {
    const changed = (from: unknown, to: unknown) => facts(type, { [key]: from }, { [key]: to });
    expect(changed(30, 29)).toEqual([setting(name, [key], { from: "30", to: "29" })]);
    expect(changed("30", "7")).toEqual([setting(name, [key], { from: "30", to: "7" })]);
    expect(changed(30, 30)).toEqual([]);
    expect(changed(7, 30)).toEqual([]);
    expect(changed(undefined, 7)).toEqual([]);
    expect(changed(30, undefined)).toEqual([setting(name, [key], { from: "30", to: "undefined" })]);
    expect(changed(30, null)).toEqual([setting(name, [key], { from: "30", to: "null" })]);
  });

  test("0 days in which a secret can be restored are none: that is said by itself, of a new secret too", () => {
    const [type, key] = ["aws_secretsmanager_secret", "recovery_window_in_days"];
    const found = (from: unknown, to: unknown) => facts(type, from as never, to as never);
    expect(found({ [key]: 30 }, { [key]: 0 })).toEqual([
      setting("recovery window", [key], { from: "30", to: "0" }),
      setting("recovery", [key]),
    ]);
    expect(found({ [key]: 0 }, { [key]: 0 })).toEqual([]);
    expect(found(undefined, { [key]: 0 })).toEqual([
      expect.objectContaining({ kind: "notice", fact: "made without recovery" }),
    ]);
    expect(found(undefined, { [key]: 7 })).toEqual([]);
  });

  test("0 days of logs are for ever, and of nothing else", () => {
    const days = (type: string, key: string) => (from: number, to: number) =>
      facts(type, { [key]: from }, { [key]: to });
    const logs = days("aws_cloudwatch_log_group", "retention_in_days");
    expect(logs(0, 365)).toHaveLength(1);
    expect(logs(365, 0)).toEqual([]);
    expect(logs(0, 0)).toEqual([]);
    expect(days("aws_kms_key", "deletion_window_in_days")(30, 0)).toHaveLength(1);
  });
});

describe("what is turned off", () => {
  const off = [false, "false", null, undefined];
  test.each([
    ["aws_kms_key", "enable_key_rotation", "key rotation"],
    ["aws_kms_key", "is_enabled", "key enabled"],
    ["aws_cloudwatch_event_rule", "is_enabled", "rule enabled"],
    ["aws_cloudtrail", "enable_logging", "trail logging"],
    ["aws_cloudtrail", "is_multi_region_trail", "trail regions"],
    ["aws_cloudtrail", "include_global_service_events", "trail of IAM"],
    ["aws_cloudtrail", "enable_log_file_validation", "trail validation"],
    ["aws_s3_bucket_public_access_block", "block_public_acls", "public access block"],
    ["aws_s3_bucket_public_access_block", "block_public_policy", "public access block"],
    ["aws_s3_bucket_public_access_block", "ignore_public_acls", "public access block"],
    ["aws_s3_bucket_public_access_block", "restrict_public_buckets", "public access block"],
  ])("%s: %s", (type, key, name) => {
    for (const each of off) {
      expect(facts(type, { [key]: true }, { [key]: each })).toEqual([setting(name, [key])]);
      expect(facts(type, { [key]: each }, { [key]: true })).toEqual([]);
      expect(facts(type, { [key]: each }, { [key]: false })).toEqual([]);
    }
    expect(facts(type, { [key]: true }, { [key]: "true" })).toEqual([]);
    // Whether it will be off is not known: it is reported as such elsewhere.
    expect(facts(type, { [key]: true }, {}, { unknown: new Set([key]) })).toEqual([]);
  });

  test.each([
    ["aws_cloudwatch_log_group", "kms_key_id", "log encryption"],
    ["aws_iam_role", "permissions_boundary", "permissions boundary"],
  ])("%s: %s, by its removal", (type, key, name) => {
    for (const gone of [null, undefined, ""]) {
      expect(facts(type, { [key]: "arn" }, { [key]: gone })).toEqual([setting(name, [key])]);
      expect(facts(type, { [key]: gone }, { [key]: "arn" })).toEqual([]);
    }
    expect(facts(type, { [key]: "arn" }, { [key]: "another" })).toEqual([]);
  });

  test("the lockout check, by turning its bypass on", () => {
    const key = "bypass_policy_lockout_safety_check";
    expect(facts("aws_kms_key", { [key]: false }, { [key]: true })).toEqual([
      setting("lockout check", [key]),
    ]);
    expect(facts("aws_kms_key", { [key]: true }, { [key]: false })).toEqual([]);
  });
});

describe("what may not change", () => {
  const lambda = [
    ...[
      "source_code_hash",
      "code_signing_config_arn",
      "environment",
      "filename",
      "handler",
      "image_uri",
      "layers",
    ],
    ...["role", "runtime", "s3_bucket", "s3_key", "s3_object_version", "vpc_config"],
  ];
  test.each<[string, string, readonly string[]]>([
    ["aws_secretsmanager_secret", "encryption of the secret", ["kms_key_id"]],
    ["aws_secretsmanager_secret", "replication", ["replica"]],
    ["aws_cloudwatch_event_target", "alert target", ["arn", "event_bus_name", "input", "input_path", "rule"]],
    ["aws_sns_topic", "alert topic", ["delivery_policy", "kms_master_key_id"]],
    [
      "aws_sns_topic_subscription",
      "alert recipient",
      ["endpoint", "filter_policy", "filter_policy_scope", "protocol", "topic_arn"],
    ],
    [
      "aws_cloudtrail",
      "trail content",
      ["advanced_event_selector", "event_selector", "kms_key_id", "s3_bucket_name"],
    ],
    ["aws_lambda_function", "key generator", lambda],
    ["aws_iam_role", "role permissions", ["inline_policy", "managed_policy_arns"]],
    ["aws_s3_bucket_versioning", "bucket versioning", ["versioning_configuration"]],
    ["aws_s3_bucket_lifecycle_configuration", "bucket lifecycle", ["rule"]],
    ["aws_s3_bucket_server_side_encryption_configuration", "bucket encryption", ["rule"]],
  ])("%s: %s", (type, name, keys) => {
    for (const key of keys) {
      expect(facts(type, { [key]: "a", other: 1 }, { [key]: "b", other: 2 })).toEqual([setting(name, [key])]);
      expect(facts(type, { [key]: "a" }, { [key]: "a", other: 2 })).toEqual([]);
    }
    const all = (value: string) => Object.fromEntries(keys.map((key) => [key, value]));
    expect(facts(type, all("a"), all("b"))).toEqual([setting(name, [...keys].sort())]);
    for (const key of keys) expect(judgedAttributes(type)).toContain(key);
  });
});

describe("a rule of the alerts", () => {
  const RULE = "aws_cloudwatch_event_rule";
  test("must stay in its state", () => {
    const state = (from: unknown, to: unknown) => facts(RULE, { state: from }, { state: to });
    expect(state(ALL_EVENTS, "ENABLED")).toEqual([
      setting("rule state", ["state"], { from: ALL_EVENTS, to: "ENABLED" }),
    ]);
    expect(state("ENABLED", "DISABLED")).toHaveLength(1);
    expect(state("DISABLED", ALL_EVENTS)).toEqual([]);
    expect(state("ENABLED", "ENABLED")).toEqual([]);
    expect(state(undefined, undefined)).toEqual([]);
  });

  test("must match no less; a pattern that is known later is noted", () => {
    const narrower = [{ event_pattern: '{"a":["x","y"]}' }, { event_pattern: '{"a":["x"]}' }] as const;
    expect(facts(RULE, ...narrower)).toEqual([setting("event pattern", ["event_pattern"])]);
    expect(facts(RULE, narrower[1], narrower[0])).toEqual([]);
    const later = { unknown: new Set(["event_pattern", "tags"]) };
    expect(facts(RULE, narrower[0], {}, later)).toEqual([
      {
        kind: "notice",
        fact: "setting known later",
        attributes: ["event_pattern"],
        tells: ["event_pattern"],
      },
    ]);
  });

  test("must keep its target; whose ARN may be known later, and nothing else", () => {
    const unknown = (...keys: string[]) =>
      facts(
        "aws_cloudwatch_event_target",
        { arn: "a", rule: "r" },
        { rule: "r" },
        {
          unknown: new Set(keys),
        },
      );
    // changedAttributes counts what is unknown as changed.
    expect(unknown("arn").map(({ fact, kind }) => [kind, fact])).toEqual([
      ["weakened", "setting"],
      ["notice", "setting known later"],
    ]);
    expect(unknown("rule").map(({ fact }) => fact)).toEqual(["setting"]);
  });
});

describe("a guard that goes", () => {
  const GUARDS = [
    ...["aws_cloudtrail", "aws_cloudwatch_event_rule", "aws_cloudwatch_event_target", "aws_kms_key_policy"],
    ...["aws_cloudwatch_log_resource_policy", "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block"],
    ...[
      "aws_s3_bucket_versioning",
      "aws_secretsmanager_secret_policy",
      "aws_sns_topic",
      "aws_sns_topic_policy",
    ],
    "aws_sns_topic_subscription",
  ];
  const gone = (type: string, how: string, name?: string) => ({
    ...{ kind: "weakened", fact: "guard gone", type, name, how, tells: [] },
  });

  test.each(GUARDS)("%s", (type) => {
    expect(facts(type, { name: "n", rule: "r" }, undefined)).toEqual([gone(type, "removed", "n")]);
    expect(facts(type, { name: 5, rule: "r", endpoint: "e" }, undefined)).toEqual([
      gone(type, "removed", "r"),
    ]);
    expect(facts(type, { endpoint: "e" }, undefined)).toEqual([gone(type, "removed", "e")]);
    expect(facts(type, {}, undefined)).toEqual([gone(type, "removed")]);
    expect(facts(type, { name: "n" }, undefined, { actions: ["forget"] })).toEqual([
      gone(type, "no longer managed", "n"),
    ]);
    expect(facts(type, { name: "n" }, { name: "n" }, { actions: ["delete", "create"] })).toEqual([]);
    expect(facts(type, undefined, undefined, { actions: ["delete"] })).toEqual([gone(type, "removed")]);
  });

  test("is not every resource", () => {
    for (const type of ["aws_cloudwatch_dashboard", "aws_iam_role", "aws_lambda_function"])
      expect(facts(type, { name: "n" }, undefined)).toEqual([]);
  });
});

test("what is made to keep records for less than a year is told", () => {
  const short = (days: string) => ({ kind: "weakened", fact: "kept short", days, tells: [] });
  const logs = (value: unknown) =>
    facts("aws_cloudwatch_log_group", undefined, { retention_in_days: value, days: 1 });
  expect(logs(364)).toEqual([short("364")]);
  expect(logs(365)).toEqual([]);
  expect(logs(0)).toEqual([]);
  expect(logs(undefined)).toEqual([]);
  const bucket = (rule: unknown) => facts("aws_s3_bucket_lifecycle_configuration", undefined, { rule });
  expect(
    bucket([{ expiration: [{ days: 400 }], noncurrent_version_expiration: [{ noncurrent_days: 30 }] }]),
  ).toEqual([short("30")]);
  expect(bucket([{ expiration: [{ days: "90" }], transition: [{ days: 100 }] }])).toEqual([short("90")]);
  expect(
    bucket([{ expiration: [{ days: 0 }], noncurrent_version_expiration: [{ noncurrent_days: 3650 }] }]),
  ).toEqual([]);
  expect(bucket([{ expiration: [{ newer_days: 3, days_left: 4 }] }])).toEqual([]);
  expect(facts("aws_kms_key", undefined, { deletion_window_in_days: 7, rule: [{ days: 3 }] })).toEqual([]);
  expect(facts("aws_cloudwatch_log_group", undefined, undefined)).toEqual([]);
});

test.each<[string, readonly string[]]>([
  ["aws_cloudwatch_dashboard", ["dashboard_body"]],
  ["aws_cloudwatch_query_definition", ["log_group_names", "name", "query_string"]],
  ["aws_lambda_invocation", ["input", "qualifier", "result", "triggers"]],
  ["aws_sns_topic", ["delivery_policy", "display_name", "kms_master_key_id", "policy"]],
  [
    "aws_secretsmanager_secret",
    ["force_overwrite_replica_secret", "kms_key_id", "policy", "recovery_window_in_days", "replica"],
  ],
  ["aws_of_another_kind", []],
])("of %s, these attributes are judged and no others", (type, keys) => {
  expect([...judgedAttributes(type)].sort()).toEqual(["description", ...keys, "tags", "tags_all"].sort());
});
