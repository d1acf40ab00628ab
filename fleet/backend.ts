import { literal } from "../constructs/terraform/literal";
import { joinPath } from "../messages/paths";
import { shown } from "../messages/safe-text";
import type { WorkspaceDeclaration } from "./declarations";
import type { Problem } from "./yaml/problems";
import { problemAt, type YamlFile } from "./yaml/yaml-file";

/** A Terraform backend, as `terraform.backend` in JSON takes it: its type, and under it its settings. */
export type Backend = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What stands for a stack's name in a backend's settings. */
const STACK = "STACK";

/**
 * The setting that names a stack's state, and what it is unless declared
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
export function backendProblems(
  yaml: YamlFile,
  backend: Readonly<Record<string, unknown>> | undefined,
): Problem[] {
  const problems: Problem[] = [];
  for (const [type, settings] of Object.entries(backend ?? {})) {
    problems.push(...unseenProblems(yaml, settings, joinPath("backend", type)));
    const name = STATE_NAMES[type];
    if (!name || settings === null || typeof settings !== "object") continue;
    const path = joinPath(joinPath("backend", type), name.setting);
    const declared = (settings as Record<string, unknown>)[name.setting];
    if (declared === undefined && name.unlessDeclared === undefined) {
      const message = `is missing; add ${name.setting} with ${STACK} in it, so that each stack has its own state`;
      problems.push({ ...problemAt(yaml, joinPath("backend", type), message), path });
    } else if (declared !== undefined && !(typeof declared === "string" && declared.includes(STACK))) {
      const what = typeof declared === "string" ? shown(declared) : "this";
      const fix = `write ${STACK} where the stack's name belongs${name.unlessDeclared ? ", or take the key out" : ""}`;
      problems.push(problemAt(yaml, path, `${what} would be the state of every stack; ${fix}`));
    }
  }
  return problems;
}

/** Terraform takes any text for a setting or a key in one; line breaks and tabs may be meant. */
function unseenProblems(yaml: YamlFile, value: unknown, path: string): Problem[] {
  if (typeof value === "string") {
    const message = `${shown(value)} has control characters; take them out`;
    return /(?![\n\t])[\p{Cc}\p{Cs}]/u.test(value) ? [problemAt(yaml, path, message)] : [];
  }
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const step = joinPath(path, Array.isArray(value) ? Number(key) : key);
    return [...unseenProblems(yaml, key, step), ...unseenProblems(yaml, item, step)];
  });
}

function filledIn(value: unknown, stackName: string): unknown {
  if (typeof value === "string") return literal(value.replaceAll(STACK, stackName));
  if (Array.isArray(value)) return value.map((item) => filledIn(item, stackName));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [literal(key), filledIn(item, stackName)]),
  );
}
