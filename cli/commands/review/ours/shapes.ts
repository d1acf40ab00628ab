/** What the resources and data sources of this package look like in a configuration: ours.json, which `npm run shapes` makes of synthesized stacks. */
import { partitionOf } from "../../../../rules/partitions";
import ours from "./ours.json";

/** What an attribute may hold. Values and statements are canonical, with marks. */
export interface AttributeShape {
  /** Whether every such resource has it. */
  readonly always?: true;
  /** What it may hold. */
  readonly values?: readonly unknown[];
  /** Of a policy: the statements that it may have, their roles and accounts left out; and the Sids that it always has. */
  readonly statements?: readonly unknown[];
  readonly required?: readonly string[];
  /** It may hold anything else, too, which somebody chose: to what that may refer, `aws_kms_key`, and whether it always does. */
  readonly refersTo?: readonly string[];
  readonly mustRefer?: true;
}

/** A kind of resource. */
export interface Shape {
  readonly attributes: Readonly<Record<string, AttributeShape>>;
  /** What it always depends on by `depends_on`, by type. */
  readonly dependsOn: readonly string[];
  /** Whether it always has preconditions or postconditions, so that the plan has to have their result. */
  readonly checked: boolean;
}

/** By type (`data.aws_kms_key` for a data source), then by what tells its kinds apart: a canonical name, or `*` for all others. */
export type Shapes = Readonly<Record<string, Readonly<Record<string, Shape>>>>;

/** Where a stack is, and for which workspace. Undefined: not known, or not one. */
export interface Place {
  readonly workspace?: string;
  readonly account?: string;
  readonly region?: string;
  /** The SHA-256 of the generator's code, in Base64. */
  readonly code?: string;
}

/** What stands in ours.json for what differs from stack to stack. */
export const MARKS = {
  workspace: "<WORKSPACE>",
  account: "<ACCOUNT>",
  region: "<REGION>",
  partition: "<PARTITION>",
  code: "<CODE>",
} as const;

/** What stands there for names that are chosen, and what they may be. */
export const WILDCARDS = {
  name: { mark: "<NAME>", pattern: String.raw`[\w+=,.@-]+` },
  user: { mark: "<USER>", pattern: "[a-z0-9_-]+" },
  generation: { mark: "<GENERATION>", pattern: "[1-9][0-9]{0,3}" },
  /** Days of recovery, of which AWS takes no others but 0. */
  window: { mark: "<WINDOW>", pattern: String.raw`(?:[7-9]|[12]\d|30)` },
  days: { mark: "<DAYS>", pattern: String.raw`\d{1,10}` },
  path: { mark: "<PATH>", pattern: String.raw`/(?:[\w+=,.@-]+/)*` },
} as const;

/** The types of our resources and, with `data.` before them, data sources. */
export const OUR_TYPES: ReadonlySet<string> = new Set(
  Object.keys(ours).filter((type) => !type.startsWith("output.")),
);

/** The last ones that were asked for. Plans that are reviewed together are mostly of one place. */
let last: { readonly place: string; readonly shapes: Shapes } | undefined;

/** The shapes of a place's resources. */
export function shapesIn(place: Place): Shapes {
  const key = JSON.stringify(place);
  if (last?.place !== key) last = { place: key, shapes: placed(place) };
  return last.shapes;
}

function placed({ workspace, account, region, code }: Place): Shapes {
  const partition = region === undefined ? undefined : partitionOf(region);
  let text = JSON.stringify(ours);
  // Where it is not known, nothing is equal to the mark.
  for (const [key, value] of Object.entries({ workspace, account, region, partition, code }))
    if (value !== undefined) text = text.replaceAll(MARKS[key as keyof typeof MARKS], () => value);
  return JSON.parse(text) as Shapes;
}

/** What tells the kinds of a type apart. */
export const IDENTITIES = [
  ...(["name", "function_name", "key_id", "log_group_name_prefix", "description"] as const),
  // Of an entry of the registration.
  "custody",
] as const;

/** A user in the output `registration`, as if it were a resource. */
export const ENTRY = "output.registration";
