/** The plan of a stack that was applied, once its declaration changes: what Terraform makes of two syntheses. */
import { isDeepStrictEqual } from "node:util";
import { PUBLIC_KEY } from "../keys/public-key";
import { type PlanJson, planOf, secondPlan } from "./plan-of";
import type { Synthesized } from "./samples";

/** What AWS cannot change in place, of what our stacks make. */
const REPLACES: Readonly<Record<string, readonly string[]>> = {
  aws_secretsmanager_secret: ["name"],
  aws_kms_alias: ["name"],
  aws_kms_key: ["customer_master_key_spec", "key_usage"],
};

/** What the data sources of our stacks say, which Terraform reads before it plans. */
const READ: readonly (readonly [RegExp, string])[] = [
  [/\$\{data\.aws_partition\.[\w-]+\.partition\}/g, "aws"],
  [/\$\{data\.aws_kms_key\.[\w-]+\.arn\}/g, "arn:aws:kms:eu-west-1:123456789012:key/a-key"],
];

const read = (value: unknown): unknown =>
  JSON.parse(READ.reduce((text, [token, is]) => text.replaceAll(token, is), JSON.stringify(value)));

/** A stack of a fleet has one provider, which refuses another account. */
const accountOf = (json: Synthesized): string => json.provider.aws[0].allowed_account_ids[0];
const isLater = (value: unknown) => JSON.stringify(value).includes("${");
const isMeta = (key: string) => /^(depends_on|lifecycle|provider|\/\/)$/.test(key);
const raw = (json: Synthesized, { type, name }: PlanJson) => json.resource[type][name];

/** The first plan of a stack whose data sources have been read. */
function firstPlan(json: Synthesized): PlanJson {
  const plan = planOf(json);
  for (const each of plan.resource_changes) {
    const { after, after_unknown } = each.change;
    for (const [key, value] of Object.entries(raw(json, each))) {
      if (isMeta(key) || !after_unknown[key] || isLater(read(value))) continue;
      after[key] = read(value);
      delete after_unknown[key];
    }
  }
  for (const check of plan.checks) if (check.address.mode === "data") check.status = "pass";
  plan.output_changes = { registration: registration({}, json) };
  return plan;
}

/**
 * @param was what was applied; undefined for a stack that is new
 * @param is what is declared now
 */
export function planBetween(was: Synthesized | undefined, is: Synthesized): PlanJson {
  const plan = firstPlan(is);
  if (is.output?.registration === undefined) plan.output_changes = {};
  if (was === undefined) return plan;
  const old = new Map<string, PlanJson>(
    secondPlan(firstPlan(was), accountOf(was)).resource_changes.map((each: PlanJson) => [each.address, each]),
  );
  plan.resource_changes = [
    ...plan.resource_changes.map((each: PlanJson) => {
      const there = old.get(each.address);
      old.delete(each.address);
      if (there === undefined) return each;
      const change = changed(each.type, there.change.after, each.change, raw(was, each), raw(is, each));
      return { ...each, change };
    }),
    ...[...old.values()].map((each) => ({
      ...each,
      change: { ...each.change, actions: ["delete"], after: null, after_unknown: {} },
    })),
  ];
  for (const check of plan.checks) check.status = "pass";
  if (is.output?.registration) plan.output_changes = { registration: registration(was, is) };
  return plan;
}

function changed(
  type: string,
  before: PlanJson,
  { after }: PlanJson,
  was: Synthesized,
  is: Synthesized,
): PlanJson {
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  const differ = keys.filter((key) => !isMeta(key) && !isDeepStrictEqual(was[key], is[key]));
  const rest = { before_sensitive: false, after_sensitive: {}, after_unknown: {} };
  if (differ.length === 0) return { ...rest, actions: ["no-op"], before, after: before };
  const replaced = differ.some((key) => REPLACES[type]?.includes(key));
  if (replaced)
    return { ...rest, actions: ["delete", "create"], before, after, after_unknown: { id: true, arn: true } };
  const values = { ...before };
  const after_unknown: PlanJson = {};
  for (const key of differ) {
    delete values[key];
    if (key in after) values[key] = after[key];
    else if (key in is) after_unknown[key] = true;
  }
  return { ...rest, actions: ["update"], before, after: values, after_unknown };
}

/** Users as they were, with what Terraform had learnt, and as they will be: what has the same expression has the same value. */
function registration(was: Synthesized, is: Synthesized): PlanJson {
  const [users, next] = [was, is].map((json) => read(json.output?.registration?.value ?? {}) as PlanJson);
  const learnt = (key: string, value: unknown) => {
    if (key === "publicKey") return PUBLIC_KEY;
    const arn = (_: string, type: string, name: string) =>
      `arn:aws:secretsmanager:eu-west-1:${accountOf(was)}:secret:${was.resource[type][name].name}-AbCdEf`;
    const text = JSON.stringify(value).replace(/\$\{(aws_secretsmanager_secret)\.([\w-]+)\.arn\}/g, arn);
    return JSON.parse(text);
  };
  const before = mapEntries(users, (_, entry: PlanJson) =>
    mapEntries(entry, (key, value) => (isLater(value) ? learnt(key, value) : value)),
  );
  const after: PlanJson = {};
  const after_unknown: PlanJson = {};
  for (const [name, entry] of Object.entries<PlanJson>(next)) {
    after[name] = {};
    after_unknown[name] = {};
    for (const [key, value] of Object.entries<PlanJson>(entry)) {
      if (!isLater(value)) after[name][key] = value;
      else if (isDeepStrictEqual(value, users[name]?.[key])) after[name][key] = before[name][key];
      else after_unknown[name][key] = true;
    }
  }
  if (was.output === undefined) return { actions: ["create"], before: null, after, after_unknown };
  const actions = isDeepStrictEqual(users, next) ? ["no-op"] : ["update"];
  return { actions, before, after, after_unknown };
}

const mapEntries = (object: PlanJson, to: (key: string, value: PlanJson) => unknown): PlanJson =>
  Object.fromEntries(Object.entries<PlanJson>(object).map(([key, value]) => [key, to(key, value)]));
