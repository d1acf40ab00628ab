import { literal } from "../constructs/terraform/literal";
import { joinPath } from "../messages/paths";
import { shown } from "../messages/safe-text";
import { isObject } from "../rules/is-object";
import type { WorkspaceDeclaration } from "./declarations";
import type { Entry } from "./yaml/entry";

/** A Terraform backend, as `terraform.backend` in JSON takes it: its type, and under it its settings. */
export type Backend = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Replaced by the stack's name in a backend's settings. */
const STACK = "STACK";

/**
 * The setting that names a stack's state, and its value unless declared
 * (https://developer.hashicorp.com/terraform/language/backend, a page for each type).
 */
const STATE_NAMES: Readonly<Record<string, { readonly setting: string; readonly unlessDeclared?: string }>> =
  {
    s3: { setting: "key", unlessDeclared: `${STACK}.tfstate` },
    azurerm: { setting: "key", unlessDeclared: `${STACK}.tfstate` },
    gcs: { setting: "prefix", unlessDeclared: STACK },
    consul: { setting: "path", unlessDeclared: STACK },
    pg: { setting: "schema_name", unlessDeclared: STACK },
    kubernetes: { setting: "secret_suffix", unlessDeclared: STACK },
    http: { setting: "address" },
    local: { setting: "path" },
  };

/**
 * The backend of one stack: every `STACK` in the declared settings is its name, and `${` is text, not a
 * template. `undefined` if none is declared.
 */
export function backendOf(workspace: WorkspaceDeclaration, stackName: string): Backend | undefined {
  for (const [type, declared] of Object.entries(workspace.backend ?? {})) {
    const name = STATE_NAMES[type];
    const whole = name?.unlessDeclared ? { [name.setting]: name.unlessDeclared, ...declared } : declared;
    return { [type]: filledIn(whole, stackName) as Record<string, unknown> };
  }
  return undefined;
}

/** Two stacks that write one state destroy each other's resources, so each state's name holds the stack's. */
export function checkBackend(file: Entry): void {
  for (const [type, settings] of Object.entries(file.object("backend") ?? {})) {
    const place = joinPath("backend", type);
    checkCharacters(file, settings, place);
    const name = STATE_NAMES[type];
    if (!name || !isObject(settings)) continue;
    const path = joinPath(place, name.setting);
    const declared = settings[name.setting];
    if (declared === undefined && name.unlessDeclared === undefined) {
      const fix = `add ${name.setting} with ${STACK} in it, so that each stack has its own state`;
      file.reportAt(path, { what: "is missing", fix }, place);
    } else if (declared !== undefined && !(typeof declared === "string" && declared.includes(STACK))) {
      const what = `${typeof declared === "string" ? shown(declared) : "this"} would be the state of every stack`;
      const orOut = name.unlessDeclared ? ", or take the key out" : "";
      file.reportAt(path, { what, fix: `write ${STACK} where the stack's name belongs${orOut}` });
    }
  }
}

/** Terraform takes any text for a setting or a key in one; line breaks and tabs may be meant. */
function checkCharacters(file: Entry, value: unknown, path: string): void {
  if (typeof value === "string") {
    if (!/(?![\n\t])[\p{Cc}\p{Cs}]/u.test(value)) return;
    file.reportAt(path, { what: `${shown(value)} has control characters`, fix: "take them out" });
  } else if (Array.isArray(value) || isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const step = joinPath(path, Array.isArray(value) ? Number(key) : key);
      checkCharacters(file, key, step);
      checkCharacters(file, item, step);
    }
  }
}

function filledIn(value: unknown, stackName: string): unknown {
  if (typeof value === "string") return literal(value.replaceAll(STACK, stackName));
  if (Array.isArray(value)) return value.map((item) => filledIn(item, stackName));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [literal(key), filledIn(item, stackName)]),
  );
}
