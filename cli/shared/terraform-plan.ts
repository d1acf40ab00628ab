import { Failure } from "../../messages/failure";
import { jsonIn } from "./json-input";

export type Values = Readonly<Record<string, unknown>>;

/** What a plan does to one resource. */
export interface ResourceChange {
  readonly address: string;
  /** `aws_secretsmanager_secret`, … */
  readonly type: string;
  /** In Terraform's words: `["update"]`, `["delete", "create"]`, or words that this version does not know. */
  readonly actions: readonly string[];
  /** Undefined if the resource is created. */
  readonly before?: Values;
  /** Undefined if it is destroyed. Lacks what is known only after apply. */
  readonly after?: Values;
  /** Names of the attributes that are known only after apply, wholly or in part. */
  readonly unknown: ReadonlySet<string>;
  /** Its former address, if the plan moves it. */
  readonly movedFrom?: string;
  /** Whether the plan imports it from AWS into the state. */
  readonly imported: boolean;
}

/** What a reviewer needs of a plan. */
export interface Plan {
  readonly changes: readonly ResourceChange[];
  /** Changes that were made outside Terraform since the last apply. */
  readonly drift: readonly ResourceChange[];
  readonly outputs: readonly OutputChange[];
  readonly checks: readonly Check[];
  /** All of it, as it was read. */
  readonly document: Values;
}

export interface OutputChange {
  readonly name: string;
  readonly actions: readonly string[];
  readonly before: unknown;
  readonly after: unknown;
  /** The tree of what is known after apply only. */
  readonly unknown: unknown;
}

/** The result of a `check` block, or of the conditions of a resource or output. */
export interface Check {
  /** `check.NAME`, or the address of the resource. */
  readonly address: string;
  /** `pass`, `fail`, `error`, `unknown`. */
  readonly status: string;
}

const isFlag = (value: unknown) => typeof value === "boolean";

/** Other parts than those that are read here, and what each is. */
const KNOWN: readonly (readonly [string, (value: unknown) => boolean])[] = [
  ...(["complete", "errored", "applyable"] as const).map((name) => [name, isFlag] as const),
  ...(["configuration", "prior_state", "planned_values", "variables"] as const).map(
    (name) => [name, isValues] as const,
  ),
  ...(
    ["action_invocations", "deferred_changes", "deferred_action_invocations", "relevant_attributes"] as const
  ).map((name) => [name, Array.isArray] as const),
];

const FIX = "give the output of terraform show -json PLAN";

/**
 * Reads plans, as `terraform show -json` writes them, one after another. Anybody may have made them by hand. Unknown shapes are
 * rejected: skipping them would hide them from review.
 *
 * @throws Failure
 */
export function readPlans(text: string, from: string): Plan[] {
  const documents = jsonIn(text, from, FIX);
  if (documents.length === 0) throw new Failure(`${from} is empty`, FIX);
  return documents.map((value) => readPlan(value, from));
}

function readPlan(value: unknown, from: string): Plan {
  const wrong = (what: string) => new Failure(`${from} is not a plan: ${what}`, FIX);
  if (!isValues(value)) throw wrong("it is not a JSON object");
  const version = value["format_version"];
  if (typeof version !== "string") throw wrong("it has no format_version");
  // Minor versions only add; a major one may change the meaning of everything.
  if (!/^1(\.|$)/.test(version))
    throw wrong(
      `its format is ${JSON.stringify(version.slice(0, 20))}, and this version reads format 1 only`,
    );
  if (!("planned_values" in value) && !("resource_changes" in value))
    throw wrong("it has neither planned_values nor resource_changes, as if it were a state");
  for (const [name, is] of KNOWN)
    if (value[name] !== undefined && value[name] !== null && !is(value[name]))
      throw wrong(`${name} is of another type than Terraform's`);
  if (value["errored"] === true)
    throw new Failure(
      `${from} is of a terraform plan that ended in an error, and is incomplete`,
      "fix the error that terraform plan shows, and plan again",
    );
  const list = <T>(name: string, read: (item: unknown) => T | undefined, what: string) => {
    const found = value[name] ?? [];
    if (!Array.isArray(found)) throw wrong(`${name} is not a list`);
    return found.map((item) => read(item) ?? fail(wrong(`${name} has an entry that is not a ${what}`)));
  };
  const outputs = value["output_changes"] ?? {};
  if (!isValues(outputs)) throw wrong("output_changes is not an object");
  return {
    changes: list("resource_changes", changeOf, "change"),
    drift: list("resource_drift", changeOf, "change"),
    checks: list("checks", checkOf, "check"),
    outputs: Object.entries(outputs).map(
      ([name, change]) =>
        outputOf(name, change) ?? fail(wrong("output_changes has an entry that is not a change")),
    ),
    document: value,
  };
}

function changeOf(item: unknown): ResourceChange | undefined {
  if (!isValues(item) || !isValues(item["change"])) return undefined;
  const { address, type, previous_address, deposed, mode } = item;
  const { before, after, after_unknown, actions, importing } = item["change"];
  if (typeof address !== "string" || typeof type !== "string" || !isTexts(actions)) return undefined;
  if (![before, after].every((each) => each === undefined || each === null || isValues(each)))
    return undefined;
  return {
    address: typeof deposed === "string" ? `${address} (deposed ${deposed})` : address,
    type: mode === "data" ? `data.${type}` : type,
    actions,
    before: isValues(before) ? before : undefined,
    after: isValues(after) ? after : undefined,
    unknown: new Set(
      isValues(after_unknown)
        ? Object.keys(after_unknown).filter((key) => holdsTrue(after_unknown[key]))
        : [],
    ),
    movedFrom: typeof previous_address === "string" ? previous_address : undefined,
    imported: importing !== undefined && importing !== null,
  };
}

function checkOf(item: unknown): Check | undefined {
  if (!isValues(item) || !isValues(item["address"])) return undefined;
  const { status } = item;
  const { to_display: address } = item["address"];
  return typeof address === "string" && typeof status === "string" ? { address, status } : undefined;
}

function outputOf(name: string, change: unknown): OutputChange | undefined {
  if (!isValues(change) || !isTexts(change["actions"])) return undefined;
  const { actions, before, after, after_unknown: unknown } = change;
  return { name, actions, before, after, unknown };
}

/** Whether a tree of `after_unknown` has anything unknown in it. Without recursion: JSON may nest deeper than the call stack. */
function holdsTrue(tree: unknown): boolean {
  const open = [tree];
  while (open.length > 0) {
    const next = open.pop();
    if (next === true) return true;
    if (typeof next === "object" && next !== null) for (const value of Object.values(next)) open.push(value);
  }
  return false;
}

export function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === "string");

function fail(error: Error): never {
  throw error;
}
