/** Whether what a stack says of its users, in its output `registration`, is configured as this package does it. */
import { isValues, type Plan, type Values } from "../../shared/terraform-plan";
import type { Fact } from "./facts";
import type { Finding } from "./finding";
import type { Configuration } from "./ours/configuration";
import { contradictions } from "./ours/evaluate";
import { piecesOf } from "./ours/expression";
import { judged } from "./ours/judge";
import { ENTRY, type Shapes } from "./ours/shapes";
import { isRegistration } from "./owners";

/** For a new user, nothing else shows that the public key to register is the one of its key. */
export function userConfigurationFindings(plan: Plan, { outputs }: Configuration, shapes: Shapes): Finding[] {
  const written = outputs.get("registration");
  const planned = plan.outputs.find(isRegistration);
  const after = isValues(planned?.after) ? planned.after : {};
  const configured = isValues(written) ? written : {};
  const names = new Set([...Object.keys(after), ...Object.keys(configured)]);
  return [...names].flatMap((username): Finding[] => {
    const [entry, is] = [configured[username], after[username]];
    const workspace = isValues(is) && typeof is["workspace"] === "string" ? is["workspace"] : undefined;
    const at = (fact: Fact): Finding => ({ kind: "weakened", subject: { workspace, username }, fact });
    if (!isValues(entry)) return [at({ fact: "not configured" })];
    const { differences } = judged({ type: ENTRY, name: "", values: entry, dependsOn: [] }, shapes);
    if (constructsIn(entry).size > 1) differences.push("keyArn, credentialsArn");
    const unknown = unknownIn(planned?.unknown, username);
    const contradicting =
      unknown === undefined
        ? []
        : contradictions({ values: entry }, { after: isValues(is) ? is : {}, unknown }, plan);
    return [
      ...(differences.length > 0 ? [at({ fact: "not ours", attributes: differences })] : []),
      ...(contradicting.length > 0 ? [at({ fact: "contradicts", attributes: contradicting })] : []),
    ];
  });
}

/** The constructs that an entry refers to: `user-settlement-bot_Generation1` of `user-settlement-bot_Generation1_Key_Secret_D91769C6`. */
function constructsIn(entry: Values): Set<string> {
  const found = new Set<string>();
  const open: unknown[] = [entry];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "object" && next !== null) open.push(...Object.values(next));
    if (typeof next !== "string") continue;
    for (const piece of piecesOf(next)) {
      const [, construct] =
        typeof piece === "string" ? [] : (/^(.+)_(?:Key|Credentials)_/.exec(piece.name) ?? []);
      if (construct !== undefined) found.add(construct);
    }
  }
  return found;
}

/** The fields that are known after apply only; undefined if all may be. */
function unknownIn(unknown: unknown, username: string): ReadonlySet<string> | undefined {
  if (unknown === true) return undefined;
  const entry = isValues(unknown) ? unknown[username] : undefined;
  if (entry === true) return undefined;
  const fields = isValues(entry) ? entry : {};
  return new Set(
    Object.keys(fields).filter(
      (key) => fields[key] !== false && JSON.stringify(fields[key])?.includes("true"),
    ),
  );
}
