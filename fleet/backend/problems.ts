import { joinPath } from "../../messages/paths";
import { shown } from "../../messages/safe-text";
import type { Problem } from "../yaml/problems";
import { problemAt, type YamlFile } from "../yaml/yaml-file";
import { at, isSettings, type Settings, stateAddressOf, stateNameOf } from "./backend";
import { KINDS, STACK } from "./kinds";

const pathOf = (kind: string, setting: readonly string[]) =>
  setting.reduce(joinPath, joinPath("backend", kind));

/** Settings that the schema leaves out on purpose, by their path in workspace.yaml, and what to say of them. */
export const REFUSED_SETTINGS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(KINDS).flatMap(([kind, { credentials }]) =>
    credentials.map(([setting, instead]): [string, string] => [
      pathOf(kind, setting.split(".")),
      `is a credential, which would be in Git and in every plan; take it out and use ${instead}`,
    ]),
  ),
  ...["remote", "cloud"].flatMap((kind) =>
    ["prefix", "tags"].map((setting): [string, string] => [
      pathOf(kind, ["workspaces", setting]),
      `leaves the workspace to whoever runs Terraform; write name, with ${STACK} in it, so that each stack has its own state`,
    ]),
  ),
]);

/** What is wrong with a backend whose settings have the right shape. */
export function backendProblems(yaml: YamlFile, backend: Settings | undefined): Problem[] {
  const [kind, settings] = Object.entries(backend ?? {})[0] ?? [];
  if (kind === undefined || !isSettings(settings)) return [];
  return [...textProblems(yaml, settings, joinPath("backend", kind)), ...stateProblems(yaml, kind, settings)];
}

/** Two stacks that write one state destroy each other's resources, so each state's name must hold the stack's. */
function stateProblems(yaml: YamlFile, kind: string, settings: Settings): Problem[] {
  const known = KINDS[kind];
  if (!known) return [];
  const path = pathOf(kind, known.name);
  const declared = at(settings, known.name);
  if (declared === undefined && known.unlessDeclared === undefined) {
    const setting = known.name.join(".");
    const message = `is missing; add ${setting} with ${STACK} in it, so that each stack has its own state`;
    return [{ ...problemAt(yaml, joinPath("backend", kind), message), path }];
  }
  if (declared !== undefined && typeof declared !== "string") return []; // the schema's to say
  const text = declared ?? known.unlessDeclared ?? "";
  const problem = (message: string) => [problemAt(yaml, path, `${shown(text)} ${message}`)];
  const orDefault = known.unlessDeclared === undefined ? "" : ", or take the key out";
  if (kind === "local" && /^([\\/~]|[A-Za-z]:)/.test(text))
    return problem(`is a path of one machine; write a relative one with ${STACK} in it${orDefault}`);
  if (known.reads === "url" && !/^https?:$/.test(protocolOf(text)))
    return problem("is not an address; write one such as https://state.example.com/STACK");
  if (kind === "s3" && /^\/|\/$/.test(text))
    return problem("begins or ends with a slash, which Terraform refuses; take the slash out");
  if (kind === "kubernetes" && /-\d+$/.test(text.replaceAll(STACK, "eu-west-1")))
    return problem(
      `ends in a hyphen and a number for a stack such as acme-eu-west-1, which Terraform refuses; write text behind ${STACK}${orDefault}`,
    );
  if (stateNameOf(kind, settings, "a") === stateNameOf(kind, settings, "b"))
    return problem(
      text.includes(STACK)
        ? `is the same state for every stack, as servers read it; keep ${STACK} where nothing removes it, without .., # or ?`
        : `would be the state of every stack; write ${STACK} where the stack's name belongs${orDefault}`,
    );
  return [];
}

const protocolOf = (text: string) => (URL.canParse(text) ? new URL(text).protocol : "");

/** Terraform takes any text for a setting or a key in one; line breaks and tabs may be meant. */
function textProblems(yaml: YamlFile, value: unknown, path: string): Problem[] {
  if (typeof value === "string") {
    const message = textProblem(value);
    return message === undefined ? [] : [problemAt(yaml, path, message)];
  }
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const step = joinPath(path, Array.isArray(value) ? Number(key) : key);
    return [...textProblems(yaml, key, step), ...textProblems(yaml, item, step)];
  });
}

function textProblem(text: string): string | undefined {
  if (/(?![\n\t])[\p{Cc}\p{Cs}]/u.test(text)) return `${shown(text)} has control characters; take them out`;
  if (SECRETS.some((pattern) => pattern.test(text)))
    return "holds a credential, which would be in Git and in every plan; take it out and give it to Terraform in its environment";
  return undefined;
}

/** An address with a user or a secret in it, a connection string with a password, the contents of a key file. */
const SECRETS = [
  /^https?:\/\/[^/?#]*@/i,
  /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*:[^/?#]*@/i,
  /[?&][^=&]*(?:token|secret|password|sig|key)[^=&]*=/i,
  /(?:^|\s)(?:ssl)?password\s*=/i,
  /"private_key"\s*:/,
];

/** A stack, where it is declared, and the backend of its workspace. */
interface StoredStack {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly backend?: Settings;
}

/** Stacks of different workspaces whose states would be one. */
export function stateCollisions(stacks: readonly StoredStack[]): Problem[] {
  const first = new Map<string, StoredStack>();
  return stacks.flatMap((stack) => {
    const address = stateAddressOf(stack.backend, stack.name);
    const other = first.get(address);
    if (other === undefined) first.set(address, stack);
    // Stacks of one name are told as such.
    if (other === undefined || other.name === stack.name) return [];
    const message = `its state would be that of the stack ${other.name} (${other.file}); give each stack a state of its own`;
    return [{ file: stack.file, line: stack.line, path: "", message }];
  });
}
