/** What ours.json holds: the shapes of all that the samples make. */
import { canonical, statementsOf } from "../../../cli/commands/review/ours/canonical";
import { entryForm } from "../../../cli/commands/review/ours/entry";
import { referredTypes } from "../../../cli/commands/review/ours/expression";
import {
  type AttributeShape,
  ENTRY,
  IDENTITIES,
  MARKS,
  type Shape,
  type Shapes,
  WILDCARDS,
} from "../../../cli/commands/review/ours/shapes";
import { partitionOf } from "../../../rules/partitions";
import { ANY, type Synthesized, samplesOf, VARIANTS, type Variant } from "./samples";

/** Of Terraform's own, and not of the resource. */
const META = new Set(["//", "depends_on", "lifecycle", "provider", "count"]);

/** One resource of one sample. */
interface Instance {
  readonly sample: number;
  readonly variant: number;
  readonly type: string;
  readonly identity: string;
  readonly values: ReadonlyMap<string, unknown>;
  readonly dependsOn: readonly string[];
  readonly checked: boolean;
}

export function shapesOfSamples(): Shapes {
  const instances = VARIANTS.flatMap((variant, index) =>
    [...samplesOf(variant)].flatMap((stacks, sample) =>
      stacks.flatMap((json) => instancesOf(placeless(json, variant), sample, index)),
    ),
  );
  const named = new Set(
    instances.filter(({ variant }) => variant === 0).map(({ type, identity }) => `${type} ${identity}`),
  );
  const inBoth = new Set(
    instances
      .filter(({ type, identity, variant }) => variant === 1 && named.has(`${type} ${identity}`))
      .map(({ type, identity }) => `${type} ${identity}`),
  );
  const groups = new Map<string, Map<string, Instance[]>>();
  for (const each of instances) {
    const kinds = groups.get(each.type) ?? new Map<string, Instance[]>();
    groups.set(each.type, kinds);
    const identity = inBoth.has(`${each.type} ${each.identity}`) ? each.identity : "*";
    kinds.set(identity, [...(kinds.get(identity) ?? []), each]);
  }
  return sorted(groups, (kinds) => sorted(kinds, shapeOf));
}

function* instancesIn(json: Synthesized): Generator<[type: string, body: Record<string, unknown>]> {
  for (const [prefix, kinds] of [
    ["", json.resource],
    ["data.", json.data],
  ] as const)
    for (const [type, bodies] of Object.entries<Record<string, Record<string, unknown>>>(kinds ?? {}))
      for (const body of Object.values(bodies)) yield [prefix + type, body];
  const users: Record<string, Record<string, unknown>> = json.output?.registration?.value ?? {};
  for (const entry of Object.values(users)) yield [ENTRY, entryForm(entry)];
}

function instancesOf(json: Synthesized, sample: number, variant: number): Instance[] {
  return [...instancesIn(json)].map(([type, body]) => {
    const identity = IDENTITIES.map((key) => body[key]).find(
      (value) => typeof value === "string" && !value.includes("${"),
    );
    const lifecycle = (body["lifecycle"] ?? {}) as Record<string, unknown>;
    return {
      ...{ sample, variant, type },
      identity: identity === undefined ? "" : String(canonical(identity)),
      values: new Map(Object.entries(body).filter(([key]) => !META.has(key))),
      dependsOn: ((body["depends_on"] ?? []) as string[]).map((address) => address.replace(/\.[^.]+$/, "")),
      checked: [lifecycle["precondition"], lifecycle["postcondition"]].some(
        (all) => Array.isArray(all) && all.length > 0,
      ),
    };
  });
}

/** The numbers of the samples' generations in names. In patterns of alerts, the first has a meaning of its own. */
const GENERATION_NAME = new RegExp(
  `(?<=${WILDCARDS.user.mark}/)generation-1(?=[/"\\\\])|generation-864\\d`,
  "g",
);

/** The sample with marks for where and for whom it is, and for names that are chosen. */
function placeless(json: Synthesized, { workspace, account, region }: Variant): Synthesized {
  const [generator] = Object.values<Synthesized>(json.resource?.aws_lambda_function ?? {});
  // By no name, since all users' names become one.
  const users = Object.values(json.output?.registration?.value ?? {});
  let text = JSON.stringify({ ...json, output: { registration: { value: users } } });
  for (const [key, value] of Object.entries({
    workspace,
    account,
    region,
    code: generator?.source_code_hash,
  }))
    if (value !== undefined) text = text.replaceAll(value, MARKS[key as keyof typeof MARKS]);
  text = text
    .replaceAll(`arn:${partitionOf(region)}:`, `arn:${MARKS.partition}:`)
    .replaceAll(new RegExp(`${ANY.user}[a-z]\\d`, "g"), WILDCARDS.user.mark)
    .replaceAll(`${ANY.name}${"0".repeat(13)}`, WILDCARDS.name.mark)
    .replaceAll(new RegExp(`${ANY.name}(?:-watch)?(?:-(?:un)?placed)?`, "g"), WILDCARDS.name.mark)
    .replaceAll(GENERATION_NAME, `generation-${WILDCARDS.generation.mark}`)
    .replaceAll(ANY.path, WILDCARDS.path.mark)
    .replaceAll(
      /(?<="(?:recovery|deletion)_window_in_days":)(?:7|29|30)(?=[,}])/g,
      `"${WILDCARDS.window.mark}"`,
    )
    .replaceAll(/(?<=WindowInDays\\*":\\*")(?:7|29|30)(?=\\*")/g, WILDCARDS.window.mark)
    // What a stack may have several of.
    .replaceAll(
      /(?<=\.(?:kms-(?:denied|tamper|use)|pending|pending-kms)-)[0-9a-f]{6}-\d+/g,
      WILDCARDS.name.mark,
    )
    .replaceAll(/(?<=\.roles-)\d+/g, WILDCARDS.name.mark)
    .replaceAll(/assets\/\w+\/\w+\/(?=key-generator\.zip)/g, `assets${WILDCARDS.path.mark}`);
  return JSON.parse(text);
}

function shapeOf(instances: readonly Instance[]): Shape {
  const keys = new Set(instances.flatMap(({ values }) => [...values.keys()]));
  const shared = instances.map(({ dependsOn }) => dependsOn);
  return {
    attributes: sorted(new Map([...keys].map((key) => [key, key])), (key) => attributeOf(instances, key)),
    dependsOn: [...new Set(shared[0])].filter((type) => shared.every((all) => all.includes(type))).sort(),
    checked: instances.every(({ checked }) => checked),
  };
}

function attributeOf(instances: readonly Instance[], key: string): AttributeShape {
  const having = instances.filter(({ values }) => values.has(key));
  const always = having.length === instances.length && { always: true as const };
  const texts = (some: readonly Instance[]) =>
    [...new Set(some.map(({ values }) => textOf(values.get(key))))].sort();
  // What two stacks with the same options have both is the package's own. Where they differ, somebody chose it.
  // Tags reach nothing, and stand on all that can have them. Of a user's name, only the part in AWS's names has a form.
  if (key === "tags" || key === "username") return { ...always, refersTo: [] };
  const own = new Set<string>();
  const chosen = new Set<string>();
  for (const sample of new Set(having.map((each) => each.sample))) {
    const [a = [], b = []] = [0, 1].map((variant) =>
      texts(having.filter((each) => each.sample === sample && each.variant === variant)),
    );
    for (const text of [...a, ...b]) (a.includes(text) && b.includes(text) ? own : chosen).add(text);
  }
  const values = { values: [...own].sort().map((text) => JSON.parse(text)) };
  if (chosen.size === 0) return { ...always, ...values };
  const policies = having.map((each) => statementsOf(each.values.get(key)));
  if (policies.every((each) => each !== undefined)) {
    const all = [
      ...new Set(policies.flatMap((policy) => policy.map(({ statement }) => JSON.stringify(statement)))),
    ].sort();
    const ids = [...new Set(policies.flatMap((policy) => policy.map(({ id }) => id)))].sort();
    const required = ids.filter((one) => policies.every((policy) => policy.some(({ id }) => id === one)));
    return { ...always, statements: all.map((text) => JSON.parse(text)), required };
  }
  const others = having.filter((each) => chosen.has(textOf(each.values.get(key))));
  const referred = others.map((each) => referredTypes(each.values.get(key)));
  return {
    ...{ ...always, ...values, refersTo: [...new Set(referred.flat())].sort() },
    ...(referred.every((types) => types.length > 0) && { mustRefer: true as const }),
  };
}

const textOf = (value: unknown) =>
  JSON.stringify(canonical(value))
    .replaceAll(String(ANY.days), JSON.stringify(WILDCARDS.days.mark))
    .replaceAll(/"?\b864\d\b"?/g, JSON.stringify(WILDCARDS.generation.mark));

const sorted = <Of, To>(map: ReadonlyMap<string, Of>, to: (value: Of) => To): Record<string, To> =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, to(value)]));
