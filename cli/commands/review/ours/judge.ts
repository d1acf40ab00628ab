/** Whether a resource is configured as this package does it. */
import { isValues } from "../../../shared/terraform-plan";
import { canonical, statementsOf } from "./canonical";
import { type ConfiguredResource, UNSEEN } from "./configuration";
import { piecesOf, referredTypes } from "./expression";
import { type AttributeShape, IDENTITIES, type Shape, type Shapes, WILDCARDS } from "./shapes";

export interface Judged {
  /** The attributes that are not as this package has them, `depends_on` among them. */
  readonly differences: string[];
  /** Whether it always has preconditions or postconditions. */
  readonly isChecked: boolean;
}

type Judgeable = Pick<ConfiguredResource, "type" | "name" | "values" | "dependsOn">;

export function judged(resource: Judgeable, shapes: Shapes): Judged {
  const kinds = Object.entries(shapes[resource.type] ?? {});
  const named = kinds.filter(([identity]) => hasIdentity(resource, identity));
  const candidates = named.length > 0 ? named : kinds.filter(([identity]) => identity === "*");
  const [best] = candidates
    .map(([, shape]) => ({ differences: differencesFrom(resource, shape), isChecked: shape.checked }))
    .sort((a, b) => a.differences.length - b.differences.length);
  // No resource of ours has such a name.
  return (
    best ?? { differences: [IDENTITIES.find((key) => key in resource.values) ?? "name"], isChecked: false }
  );
}

function hasIdentity({ values }: Judgeable, identity: string): boolean {
  const found = IDENTITIES.map((key) => values[key]).find(
    (value) => typeof value === "string" && !value.includes("${"),
  );
  return identity === "" ? found === undefined : found !== undefined && fits(identity, canonical(found));
}

function differencesFrom(resource: Judgeable, { attributes, dependsOn }: Shape): string[] {
  const { values } = resource;
  const configured = Object.keys(values).filter((key) => values[key] !== null);
  const missing = Object.entries(attributes)
    .filter(([key, { always }]) => always && !configured.includes(key))
    .map(([key]) => key);
  const types = resource.dependsOn.map((address) => address.replace(/\.[^.]+$/, ""));
  return [
    ...configured.filter((key) => {
      const shape = Object.hasOwn(attributes, key) ? attributes[key] : undefined;
      return shape === undefined || !isOurs(values[key], shape) || !isRelated(resource, key);
    }),
    ...missing,
    ...(dependsOn.every((type) => types.includes(type)) ? [] : ["depends_on"]),
  ].sort();
}

function isOurs(value: unknown, shape: AttributeShape): boolean {
  const { values = [], statements, required = [], refersTo, mustRefer = false } = shape;
  if (holdsUnseen(value)) return false;
  if (isOneOf(values, canonical(value))) return true;
  if (refersTo !== undefined) {
    const types = referredTypes(value);
    return types.every((type) => refersTo.includes(type)) && (types.length > 0 || !mustRefer);
  }
  if (statements === undefined) return false;
  const policy = statementsOf(value);
  return (
    policy?.every(({ statement }) => isOneOf(statements, statement)) === true &&
    required.every((one) => policy.some(({ id }) => id === one))
  );
}

function holdsUnseen(value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (next === UNSEEN) return true;
    if (typeof next === "object" && next !== null) open.push(...Object.values(next));
  }
  return false;
}

const isOneOf = (templates: readonly unknown[], value: unknown) =>
  templates.some((template) => fits(template, value));

const PATTERNS = Object.values(WILDCARDS);

/** Of a text with a mark in it. A policy has 20,480 characters at most. */
const MOST_LENGTH = 30_000;

/** Whether a canonical value is a template's, in which marks stand for any name. A list holds what the other holds, in any order and number. */
function fits(template: unknown, value: unknown): boolean {
  if (Array.isArray(template) && Array.isArray(value))
    return (
      value.every((each) => template.some((one) => fits(one, each))) &&
      template.every((one) => value.some((each) => fits(one, each)))
    );
  if (isValues(template) && isValues(value)) {
    const keys = Object.keys(template);
    return (
      keys.length === Object.keys(value).length &&
      keys.every((key) => Object.hasOwn(value, key) && fits(template[key], value[key]))
    );
  }
  if (typeof template !== "string") return template === value;
  if (typeof value !== "string" && typeof value !== "number") return false;
  return typeof value === "string" && !template.includes("<")
    ? template === value
    : fitsText(template, String(value));
}

function fitsText(template: string, text: string): boolean {
  if (!PATTERNS.some(({ mark }) => template.includes(mark))) return template === text;
  let pattern = template.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  for (const each of PATTERNS) pattern = pattern.replaceAll(each.mark, () => each.pattern);
  return text.length <= MOST_LENGTH && new RegExp(`^${pattern}$`).test(text);
}

/** References that must be to a part of the same construct, or to the construct that it is a part of. */
const RELATED: Readonly<Record<string, string>> = {
  "aws_lambda_invocation input": "aws_secretsmanager_secret",
  "aws_kms_alias target_key_id": "aws_kms_key",
  "aws_cloudwatch_event_target rule": "aws_cloudwatch_event_rule",
};

function isRelated({ type, name, values }: Judgeable, key: string): boolean {
  const other = RELATED[`${type} ${key}`];
  const value = values[key];
  if (other === undefined || typeof value !== "string") return true;
  const names = piecesOf(value).flatMap((piece) =>
    typeof piece !== "string" && piece.type === other ? [withoutHash(piece.name)] : [],
  );
  const parent = parentOf(withoutHash(name));
  // What says which generation is current refers to all generations of its user.
  const [, user] = /^(.+_)Current$/.exec(parent) ?? [];
  const isOfUser = (each: string) => user !== undefined && each.startsWith(user);
  return names.every((each) => each === parent || parentOf(each) === parent || isOfUser(each));
}

/** cdktf's names: the ids on the way to a construct, and a hash of them. The last ids of ours have no underscore. */
const withoutHash = (name: string) => name.replace(/_[0-9A-F]{8}$/, "");
const parentOf = (name: string) => name.replace(/_[^_]*$/, "");
