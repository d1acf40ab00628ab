/** The parts of a plan: those that this version knows. Any other one may change AWS, and closes the gate. */
import { isValues, type Plan, type Values } from "../../shared/terraform-plan";
import type { Fact } from "./facts";
import type { Finding } from "./finding";

/*
 * The keys are those of Terraform 1.5 to 1.17 and OpenTofu 1.6 to 1.13 (internal/command/jsonplan, jsonconfig and jsonchecks). What a
 * part holds is judged elsewhere, but for parts that tell nothing of what will be done.
 */
const PLAN = keys(
  "format_version terraform_version timestamp applyable complete errored",
  "resource_changes resource_drift output_changes configuration checks",
  // What the plan says again, where it came from, and what depends on what.
  "planned_values prior_state relevant_attributes variables",
);
const CHANGED = keys(
  "address previous_address module_address mode type name index index_unknown provider_name deposed change action_reason",
);
const CHANGE = keys(
  "actions before after after_unknown before_sensitive after_sensitive replace_paths importing",
  "before_identity after_identity",
);
const CHECK = keys("address status instances");
const OUTPUT = keys("sensitive ephemeral deprecated expression depends_on description");

/** Lists whose every entry is something that will be done, now or in another run. */
const DONE = {
  action_invocations: "action",
  deferred_changes: "deferred change",
  deferred_action_invocations: "deferred action",
} as const;

export function partFindings({ document }: Plan): Finding[] {
  const found: Finding[] = [];
  const add = (fact: Fact, address?: string) =>
    found.push({
      kind: "weakened",
      subject: address === undefined ? { whole: "plan" } : { address },
      fact,
      address,
    });
  const strange = (value: unknown, known: ReadonlySet<string>, address?: string) => {
    for (const key of Object.keys(isValues(value) ? value : {}))
      if (!known.has(key)) add({ fact: "unknown part", part: key }, address);
  };
  for (const [list, what] of Object.entries(DONE) as [keyof typeof DONE, (typeof DONE)[keyof typeof DONE]][])
    for (const each of listOf(document, list))
      add({ fact: "done besides", what, type: typeIn(each) }, addressIn(each));
  strange(without(document, Object.keys(DONE)), PLAN);
  for (const list of ["resource_changes", "resource_drift"])
    for (const each of listOf(document, list)) {
      strange(each, CHANGED, addressIn(each));
      if (isValues(each)) strange(each["change"], CHANGE, addressIn(each));
    }
  for (const each of Object.values(valuesOf(document, "output_changes"))) strange(each, CHANGE);
  for (const each of listOf(document, "checks")) strange(each, CHECK);
  const { root_module: root } = valuesOf(document, "configuration");
  for (const each of Object.values(valuesOf(isValues(root) ? root : {}, "outputs"))) strange(each, OUTPUT);
  if (document["complete"] === false) add({ fact: "partial plan" });
  return found;
}

function keys(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(" ")));
}

const without = (values: Values, left: readonly string[]) =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !left.includes(key)));

export const listOf = (values: Values, key: string): readonly unknown[] => {
  const list = values[key];
  return Array.isArray(list) ? list : [];
};

export const valuesOf = (values: Values, key: string): Values => {
  const found = values[key];
  return isValues(found) ? found : {};
};

/** A deferred change has the change itself in it. */
function inner(entry: unknown): Values {
  if (!isValues(entry)) return {};
  const { resource_change, action_invocation } = entry;
  return [resource_change, action_invocation].find(isValues) ?? entry;
}

const textIn = (entry: unknown, key: string) => {
  const text = inner(entry)[key];
  return typeof text === "string" ? text : undefined;
};
const addressIn = (entry: unknown) => textIn(entry, "address");
const typeIn = (entry: unknown) => textIn(entry, "type");
