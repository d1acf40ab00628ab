/** Whether what a plan does to a resource is what its configuration says. Somebody may have edited one of the two. */
import { isValues, type Plan, type ResourceChange, type Values } from "../../../shared/terraform-plan";
import { listOf, valuesOf } from "../parts";
import { canonicalText, jsonIn } from "./canonical";
import type { ConfiguredResource } from "./configuration";

/** Attributes whose change `lifecycle.ignore_changes` may hide, and that do nothing. */
const IDLE = new Set(["tags", "description"]);

/** A value that is known after apply only. */
const LATER = Symbol("later");

/** The attributes whose planned value does not follow from the configuration. What cannot be computed here is not compared. */
export function contradictions(
  { values }: Pick<ConfiguredResource, "values">,
  { after = {}, unknown }: Pick<ResourceChange, "after" | "unknown">,
  plan: Plan,
): string[] {
  return Object.keys(values).filter((key) => {
    const planned = after[key];
    if (IDLE.has(key) || planned === undefined || planned === null || unknown.has(key)) return false;
    try {
      const expected = evaluated(values[key], (address, attribute) => attributeOf(plan, address, attribute));
      return expected === LATER || (expected !== undefined && !isIn(expected, planned));
    } catch (error) {
      if (error instanceof RangeError) return true; // too deep to be what is configured
      throw error;
    }
  });
}

type Resolve = (address: string, attribute: string) => unknown;

const SIMPLE = /(?<!\$)\$\{((?:data\.)?[a-z]\w*\.[\w-]+)\.(\w+)\}/g;

/** @returns LATER if it depends on what is known after apply only; undefined if that is not known */
function evaluated(value: unknown, resolve: Resolve): unknown {
  if (typeof value === "string") return evaluatedText(value, resolve);
  if (Array.isArray(value))
    return all(
      value.map((each) => evaluated(each, resolve)),
      (items) => items,
    );
  if (!isValues(value)) return typeof value === "symbol" ? undefined : value;
  const keys = Object.keys(value);
  return all(
    keys.map((key) => evaluated(value[key], resolve)),
    (items) => Object.fromEntries(keys.map((key, index) => [key, items[index]])),
  );
}

function all(items: readonly unknown[], of: (items: readonly unknown[]) => unknown): unknown {
  if (items.includes(LATER)) return LATER;
  return items.includes(undefined) ? undefined : of(items);
}

function evaluatedText(text: string, resolve: Resolve): unknown {
  const [, code] = /^\$\{jsonencode\((\{.*\})\)\}$/s.exec(text) ?? [];
  if (code !== undefined) return evaluatedObject(code, resolve);
  let found: unknown = "";
  const whole = text.replace(SIMPLE, (_, address: string, attribute: string) => {
    const value = resolve(address, attribute);
    if (value === LATER) found = LATER;
    else if (typeof value !== "string" && typeof value !== "number")
      found = found === LATER ? LATER : undefined;
    return String(value);
  });
  if (found !== "") return found;
  return /(?<![$%])[$%]\{/.test(whole) ? undefined : whole.replace(/([$%])[$%]\{/g, "$1{");
}

/** An object of texts, numbers, lists and references, as cdktf writes it. */
function evaluatedObject(code: string, resolve: Resolve): unknown {
  let found: unknown = "";
  const json = code.replace(
    /"(?:[^"\\]|\\.)*"|((?:data\.)?[a-z]\w*\.[\w-]+)\.(\w+)|\s=\s/g,
    (token, address?: string, attribute?: string) => {
      if (token.startsWith('"')) return token;
      if (address === undefined || attribute === undefined) return ":";
      const value = resolve(address, attribute);
      if (value === LATER) found = LATER;
      else if (value === undefined) found = found === LATER ? LATER : undefined;
      return JSON.stringify(value) ?? "null";
    },
  );
  if (found !== "") return found;
  const object = jsonIn(json);
  return object && JSON.stringify(object);
}

/** An attribute of a resource as the plan has it, or of a data source that was read. */
function attributeOf(plan: Plan, address: string, attribute: string): unknown {
  const change = plan.changes.find((each) => each.address === address);
  if (change?.unknown.has(attribute)) return LATER;
  if (change) return change.after?.[attribute] ?? undefined;
  const root = valuesOf(valuesOf(valuesOf(plan.document, "prior_state"), "values"), "root_module");
  const read = listOf(root, "resources").find((each) => isValues(each) && each["address"] === address);
  return isValues(read) ? (valuesOf(read, "values")[attribute] ?? undefined) : undefined;
}

/** Whether a planned value is a configured one. A block's may have more: AWS's defaults. */
function isIn(expected: unknown, planned: unknown): boolean {
  const [a, b] = [expected, planned].map(plain);
  if (isValues(a) && isValues(b))
    return Object.entries(a).every(([key, value]) => value === null || isIn(value, (b as Values)[key]));
  if (Array.isArray(a) && Array.isArray(b)) {
    const [was, is] = [a, b].map((list) => list.map((each) => canonicalText(each)).sort());
    return a.some(isValues)
      ? a.length === b.length && a.every((each, index) => isIn(each, b[index]))
      : JSON.stringify(was) === JSON.stringify(is);
  }
  return String(a ?? "") === String(b ?? "");
}

/** JSON in a text as what it is, and a list of one as that one: AWS and its provider write either. */
function plain(value: unknown): unknown {
  const found = typeof value === "string" ? (jsonIn(value) ?? value) : value;
  return Array.isArray(found) && found.length === 1 ? plain(found[0]) : found;
}
