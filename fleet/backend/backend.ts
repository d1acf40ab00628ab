import { isObject } from "../../rules/is-object";
import { escapeTemplate } from "../../rules/terraform-text";
import { type BackendKind, KINDS, STACK } from "./kinds";

/** One kind of backend with its settings, as `terraform.backend` in JSON takes it, or `terraform.cloud` for `cloud`. */
export interface Backend {
  /** `s3`, `azurerm`, `local` and so on: docs/state.md has all. */
  readonly kind: string;
  /** Terraform's own names and values. */
  readonly settings: Settings;
}

/** The settings of a backend, by Terraform's names. */
export type Settings = Readonly<Record<string, unknown>>;

/**
 * The backend of one stack: the declared one, with the stack's name for every `STACK` in it, else a local file beside cdktf.json.
 * `${` is text, not a template.
 */
export function backendOf(declared: Settings | undefined, stackName: string): Backend {
  const [kind, settings] = declaredIn(declared);
  return { kind, settings: escaped(namedFor(stackName, kind, settings)) as Settings };
}

/**
 * Where a stack's state is, in a form that is the same for two states that a server takes for one. Paths lose what a server
 * may resolve or ignore (`.`, `..`, doubled slashes, escapes; a URL's query and fragment).
 */
export function stateAddressOf(declared: Settings | undefined, stackName: string): string {
  const [kind, settings] = declaredIn(declared);
  const known = KINDS[kind];
  const filled = namedFor(stackName, kind, settings) as Settings;
  const otherwise = (path: readonly string[]) => known?.placeUnlessDeclared?.[path.join(".")] ?? null;
  const place = known?.place.map((path) => at(filled, path) ?? otherwise(path)) ?? [];
  // To HCP Terraform both are one: a workspace by its name.
  const server = kind === "cloud" ? "remote" : kind;
  return JSON.stringify([server, ...place, stateNameIn(kind, filled)]);
}

/** The part of the address that must differ from stack to stack. */
export function stateNameOf(kind: string, settings: Settings, stackName: string): string {
  return stateNameIn(kind, namedFor(stackName, kind, settings) as Settings);
}

/** The value at a path into settings. */
export function at(settings: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined),
    settings,
  );
}

function declaredIn(declared: Settings | undefined): readonly [kind: string, settings: Settings] {
  const [kind, settings] = Object.entries(declared ?? {})[0] ?? ["local", {}];
  return [kind, isObject(settings) ? settings : {}];
}

function namedFor(stackName: string, kind: string, settings: Settings): unknown {
  return withStack(withDefault(settings, KINDS[kind]), stackName);
}

function withDefault(settings: Settings, kind: BackendKind | undefined): Settings {
  if (kind?.unlessDeclared === undefined || at(settings, kind.name) !== undefined) return settings;
  const [first = "", second] = kind.name;
  if (second === undefined) return { [first]: kind.unlessDeclared, ...settings };
  const inner = settings[first];
  return { ...settings, [first]: { [second]: kind.unlessDeclared, ...(isObject(inner) ? inner : {}) } };
}

function stateNameIn(kind: string, filled: Settings): string {
  const { name = [], prefix, reads } = KINDS[kind] ?? {};
  const text = [prefix === undefined ? undefined : filled[prefix], at(filled, name)]
    .filter((part) => typeof part === "string")
    .join("/");
  switch (reads) {
    case "url":
      return asUrl(text);
    // PostgreSQL cuts an identifier after 63 bytes, and says so in a notice only.
    case "identifier":
      return Buffer.from(text, "utf8").subarray(0, 63).toString("hex");
    case "label":
      return text;
    default:
      return kind === "local" ? asPath(text).toLowerCase() : asPath(text); // some file systems ignore case
  }
}

function asUrl(text: string): string {
  if (!URL.canParse(text)) return "";
  const { host, pathname } = new URL(text);
  return `${host}/${asPath(pathname)}`;
}

/** As a server may resolve it: escapes decoded, however often, then `.`, `..`, backslashes and doubled slashes. */
function asPath(text: string): string {
  let decoded = text;
  for (let before = ""; before !== decoded; ) {
    before = decoded;
    decoded = decoded.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
  }
  const steps: string[] = [];
  for (const step of decoded.split(/[\\/]+/)) {
    if (step === "..") {
      if (steps.length > 0 && steps.at(-1) !== "..") steps.pop();
      else steps.push(step);
    } else if (step !== "" && step !== ".") steps.push(step);
  }
  return steps.join("/");
}

const withStack = (value: unknown, stackName: string) =>
  mapped(value, (text) => text.replaceAll(STACK, stackName));
const escaped = (value: unknown) => mapped(value, escapeTemplate);

/** The same structure with each text in it changed, keys too. */
function mapped(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapped(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [change(key), mapped(item, change)]));
}
