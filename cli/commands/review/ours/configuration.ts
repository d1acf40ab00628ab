/** What a plan says of the configuration that it was made from. Terraform leaves out of it: locals, conditions, `lifecycle`, backends. */
import { isValues, type Values } from "../../../shared/terraform-plan";
import { listOf, valuesOf } from "../parts";
import { jsonIn } from "./canonical";

export interface ConfiguredResource {
  readonly address: string;
  /** With `data.` before a data source's, and `ephemeral.` before an ephemeral resource's. */
  readonly type: string;
  readonly name: string;
  readonly provider: string;
  /** As they were written: texts with `${…}`, blocks as lists of objects. What cannot be seen is `UNSEEN`. */
  readonly values: Values;
  readonly dependsOn: readonly string[];
  readonly provisioners: readonly string[];
  /** Other parts of the block, such as `count_expression`. */
  readonly more: readonly string[];
}

export interface Configuration {
  readonly providers: ReadonlyMap<string, { readonly source: string; readonly settings: Values }>;
  /** Those of modules too. */
  readonly resources: readonly ConfiguredResource[];
  /** Those of the stack itself: their expressions as they were written. */
  readonly outputs: ReadonlyMap<string, unknown>;
  /** By name, with their sources. */
  readonly modules: readonly { readonly name: string; readonly source: string }[];
  /** Parts of the configuration, of a provider or of a module that this version does not know. */
  readonly unknown: readonly string[];
}

/** A value whose expression is not in the plan, as one in HCL that refers to something. */
export const UNSEEN = Symbol("unseen");

/** Of modules in modules, and of values. */
const MOST_DEPTH = 20;

const RESOURCE = new Set([
  ...["address", "mode", "type", "name", "provider_config_key", "schema_version"],
  ...["expressions", "depends_on", "provisioners"],
]);
/** Of a data source, it is judged like an attribute. No resource of ours has it. */
const FOR_EACH = "for_each_expression";
const PROVIDER = new Set(["name", "full_name", "version_constraint", "expressions"]);
const MODULE = new Set(["outputs", "resources", "module_calls", "variables"]);

/** @returns undefined if the plan has none */
export function configurationOf(document: Values): Configuration | undefined {
  const { configuration } = document;
  if (!isValues(configuration)) return undefined;
  const resources: ConfiguredResource[] = [];
  const modules: { name: string; source: string }[] = [];
  const unknown = strange(configuration, new Set(["provider_config", "root_module"]), "");
  const visit = (module: Values, prefix: string, depth: number) => {
    unknown.push(...strange(module, MODULE, prefix));
    for (const each of listOf(module, "resources")) {
      const resource = resourceOf(each, prefix);
      if (resource === undefined) unknown.push(`${prefix}resources`);
      else resources.push(resource);
    }
    for (const [name, call] of Object.entries(valuesOf(module, "module_calls"))) {
      modules.push({
        name: `${prefix}module.${name}`,
        source: String(isValues(call) ? call["source"] : undefined),
      });
      if (isValues(call) && depth < MOST_DEPTH)
        visit(valuesOf(call, "module"), `${prefix}module.${name}.`, depth + 1);
    }
  };
  visit(valuesOf(configuration, "root_module"), "", 0);
  const providers = new Map(
    Object.entries(valuesOf(configuration, "provider_config")).map(([key, provider]) => {
      const { full_name, expressions } = isValues(provider) ? provider : {};
      unknown.push(...strange(provider, PROVIDER, `provider.${key}.`));
      return [key, { source: String(full_name), settings: writtenIn(expressions) }] as const;
    }),
  );
  const outputs = new Map(
    Object.entries(valuesOf(valuesOf(configuration, "root_module"), "outputs")).map(
      ([name, output]) => [name, written(isValues(output) ? output["expression"] : undefined)] as const,
    ),
  );
  return { providers, resources, outputs, modules, unknown };
}

const strange = (value: unknown, known: ReadonlySet<string>, prefix: string) =>
  Object.keys(isValues(value) ? value : {})
    .filter((key) => !known.has(key))
    .map((key) => prefix + key);

function resourceOf(entry: unknown, prefix: string): ConfiguredResource | undefined {
  if (!isValues(entry)) return undefined;
  const { address, mode, type, name, provider_config_key, expressions } = entry;
  if (typeof address !== "string" || typeof type !== "string" || typeof name !== "string") return undefined;
  const isRead = mode === "data";
  return {
    ...{ address: prefix + address, name, provider: String(provider_config_key) },
    type: mode === "managed" ? type : `${String(mode)}.${type}`,
    values: {
      ...writtenIn(expressions),
      ...(isRead && FOR_EACH in entry && { for_each: written(entry[FOR_EACH]) }),
    },
    dependsOn: listOf(entry, "depends_on").map(String),
    provisioners: listOf(entry, "provisioners").map((each) => String(isValues(each) ? each["type"] : each)),
    more: Object.keys(entry).filter((key) => !RESOURCE.has(key) && !(isRead && key === FOR_EACH)),
  };
}

const writtenIn = (expressions: unknown): Values =>
  Object.fromEntries(
    Object.entries(isValues(expressions) ? expressions : {}).map(([key, each]) => [key, written(each)]),
  );

/** The value of an expression; of a block, those in it. */
function written(expression: unknown, depth = 0): unknown {
  if (depth > MOST_DEPTH) return UNSEEN;
  if (Array.isArray(expression)) return expression.map((each) => written(each, depth + 1));
  if (!isValues(expression)) return UNSEEN;
  const keys = Object.keys(expression);
  if (keys.includes("constant_value"))
    return isDeep(expression["constant_value"]) ? UNSEEN : expression["constant_value"];
  if (keys.includes("references")) return UNSEEN;
  return Object.fromEntries(keys.map((key) => [key, written(expression[key], depth + 1)]));
}

/** Whether a value, or JSON in its texts, is deeper than anything of ours. Without recursion: it may be deeper than the call stack. */
function isDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth < MOST_DEPTH; depth++) {
    if (level.length === 0) return false;
    level = level.flatMap((each) => {
      const inner = typeof each === "string" ? jsonIn(each) : each;
      return typeof inner === "object" && inner !== null ? Object.values(inner) : [];
    });
  }
  return true;
}
