import type { Mistake } from "../../messages/mistake";
import { joinPath } from "../../messages/paths";
import { shown } from "../../messages/safe-text";
import { isObject } from "../../rules/is-object";
import type { Entry } from "../yaml/entry";
import { type Problem, problemOf } from "../yaml/problems";
import { at, type Settings, stateAddressOf, stateNameOf } from "./backend";
import { type BackendKind, KINDS, STACK } from "./kinds";

const pathOf = (kind: string, setting: readonly string[]) =>
  setting.reduce(joinPath, joinPath("backend", kind));

const IN_GIT = "which would be in Git and in every plan";

/** Settings that the schema leaves out on purpose, by their path in workspace.yaml, and what to say of them. */
export const REFUSED_SETTINGS: ReadonlyMap<string, Mistake> = new Map([
  ...Object.entries(KINDS).flatMap(([kind, { credentials }]) =>
    credentials.map(([setting, instead]): [string, Mistake] => [
      pathOf(kind, setting.split(".")),
      { what: `is a credential, ${IN_GIT}`, fix: `take it out and use ${instead}` },
    ]),
  ),
  ...["remote", "cloud"].flatMap((kind) =>
    ["prefix", "tags"].map((setting): [string, Mistake] => [
      pathOf(kind, ["workspaces", setting]),
      {
        what: "leaves the workspace to whoever runs Terraform",
        fix: `write name, with ${STACK} in it, so that each stack has its own state`,
      },
    ]),
  ),
]);

/** Reports what is wrong with a backend whose settings have the right shape. */
export function checkBackend(file: Entry): void {
  const [kind, settings] = Object.entries(file.object("backend") ?? {})[0] ?? [];
  if (kind === undefined || !isObject(settings)) return;
  checkTexts(file, settings, joinPath("backend", kind));
  const known = KINDS[kind];
  if (!known) return;
  const path = pathOf(kind, known.name);
  const declared = at(settings, known.name);
  if (declared === undefined && known.unlessDeclared === undefined) {
    const fix = `add ${known.name.join(".")} with ${STACK} in it, so that each stack has its own state`;
    file.reportAt(path, { what: "is missing", fix }, joinPath("backend", kind));
  } else if (declared === undefined || typeof declared === "string") {
    file.reportAt(path, stateMistake(kind, known, settings, declared ?? known.unlessDeclared ?? ""));
  }
}

/** Two stacks that write one state destroy each other's resources, so each state's name must hold the stack's. */
function stateMistake(
  kind: string,
  known: BackendKind,
  settings: Settings,
  text: string,
): Mistake | undefined {
  const orDefault = known.unlessDeclared === undefined ? "" : ", or take the key out";
  const mistake = (what: string, fix: string): Mistake => ({ what: `${shown(text)} ${what}`, fix });
  if (kind === "local" && /^([\\/~]|[A-Za-z]:)/.test(text))
    return mistake("is a path of one machine", `write a relative one with ${STACK} in it${orDefault}`);
  if (known.reads === "url" && !/^https?:$/.test(protocolOf(text)))
    return mistake("is not an address", "write one such as https://state.example.com/STACK");
  if (kind === "s3" && /^\/|\/$/.test(text))
    return mistake("begins or ends with a slash, which Terraform refuses", "take the slash out");
  if (kind === "kubernetes" && /-\d+$/.test(text.replaceAll(STACK, "eu-west-1")))
    return mistake(
      "ends in a hyphen and a number for a stack such as acme-eu-west-1, which Terraform refuses",
      `write text behind ${STACK}${orDefault}`,
    );
  if (stateNameOf(kind, settings, "a") !== stateNameOf(kind, settings, "b")) return undefined;
  return text.includes(STACK)
    ? mistake(
        "is the same state for every stack, as servers read it",
        `keep ${STACK} where nothing removes it, without .., # or ?`,
      )
    : mistake(
        "would be the state of every stack",
        `write ${STACK} where the stack's name belongs${orDefault}`,
      );
}

const protocolOf = (text: string) => (URL.canParse(text) ? new URL(text).protocol : "");

/** Terraform takes any text for a setting or a key in one; line breaks and tabs may be meant. */
function checkTexts(file: Entry, value: unknown, path: string): void {
  if (typeof value === "string") {
    file.reportAt(path, textMistake(value));
  } else if (Array.isArray(value) || isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const step = joinPath(path, Array.isArray(value) ? Number(key) : key);
      checkTexts(file, key, step);
      checkTexts(file, item, step);
    }
  }
}

function textMistake(text: string): Mistake | undefined {
  if (/(?![\n\t])[\p{Cc}\p{Cs}]/u.test(text))
    return { what: `${shown(text)} has control characters`, fix: "take them out" };
  if (!SECRETS.some((pattern) => pattern.test(text)) && !hasSecretParameter(text)) return undefined;
  return {
    what: `holds a credential, ${IN_GIT}`,
    fix: "take it out and give it to Terraform in its environment",
  };
}

/** An address with a user or a password in it, a connection string with a password, the contents of a key file. */
const SECRETS = [
  /^https?:\/\/[^/?#]*@/i,
  /^[a-z][a-z0-9+.-]*:\/\/[^/?#:]*:[^/?#]*@/i,
  /(?:^|\s)(?:ssl)?password\s*=/i,
  /"private_key"\s*:/,
];

const SECRET_PARAMETER = /token|secret|password|sig|key/i;

/** Whether an address has a parameter with a secret: `?sig=…`, `&access_token=…`. */
const hasSecretParameter = (text: string) =>
  text.split("&").some((part, index) => {
    const named = part.split("=").slice(0, -1);
    return named.some((name, place) => {
      // What stands before `&` and `=` is a name; elsewhere, only what is behind a question mark.
      const from = index > 0 && place === 0 ? 0 : name.indexOf("?") + 1;
      return (from > 0 || (index > 0 && place === 0)) && SECRET_PARAMETER.test(name.slice(from));
    });
  });

/** A stack, where it is declared, and the backend of its workspace. */
interface StoredStack {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly takenBy?: string;
  readonly backend?: Settings;
}

/** Stacks of different workspaces whose states would be one. */
export function stateCollisions(stacks: readonly StoredStack[]): Problem[] {
  const first = new Map<string, StoredStack>();
  return stacks.flatMap((stack) => {
    const address = stateAddressOf(stack.backend, stack.name);
    const other = first.get(address);
    if (other === undefined) first.set(address, stack);
    // Stacks of one name are reported as such.
    if (other === undefined || other.name === stack.name) return [];
    const its = stack.takenBy === undefined ? "its state" : `the state of ${stack.name}`;
    const what = `${its} would be that of the stack ${other.name} (${other.file})`;
    return [problemOf(stack.file, what, "give each stack a state of its own", stack.line)];
  });
}
