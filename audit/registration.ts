import { KeyError, parsePublicKey } from "../keys";
import { AuditProblem } from "./problem";

/** Names on the way to an entry that `terraform output -json` adds. */
const NOT_A_STACK = new Set(["registration", "value"]);

/**
 * Every public key in a registration, and whose it is: of `.local/registration.json`, `{ STACK: { USERNAME: ENTRY } }`, of
 * `terraform output -json`, or of one output or entry alone.
 *
 * @throws AuditProblem if it is not JSON, has no public key, or one that is none: users would go unnoticed
 */
export function publicKeysOf(json: string): Map<string, string> {
  const users = new Map<string, string>();
  collect(parse(json), [], users);
  if (users.size === 0) throw new AuditProblem("the registration has no publicKey");
  return users;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, ""));
  } catch {
    throw new AuditProblem("the registration is not JSON"); // JSON.parse's own message quotes the input
  }
}

function collect(value: unknown, names: string[], users: Map<string, string>): void {
  if (typeof value !== "object" || value === null) return;
  // An output of `terraform output -json` has its type beside its value, with the same names in it.
  const isOutput = "value" in value && "type" in value;
  for (const [name, child] of Object.entries(value)) {
    if (isOutput && name === "type") continue;
    if (name === "publicKey" && typeof child === "string")
      users.set(valid(child, names), nameOf(value, names));
    else collect(child, [...names, name], users);
  }
}

function nameOf(entry: object, names: string[]): string {
  const username = "username" in entry && typeof entry.username === "string" ? entry.username : names.at(-1);
  const stack = names.slice(0, -1).find((name) => !NOT_A_STACK.has(name));
  return `${username ?? "the registered user"}${stack ? ` (${stack})` : ""}`;
}

function valid(publicKey: string, names: string[]): string {
  try {
    return parsePublicKey(publicKey);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new AuditProblem(`the registration's publicKey of ${names.join("/")} is none: ${error.what}`);
  }
}
