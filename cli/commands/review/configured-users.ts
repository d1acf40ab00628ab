/** Whether what a stack says of its users, in its output `registration`, is configured as this package does it. */
import { isValues, type Plan, type Values } from "../../shared/terraform-plan";
import type { Fact } from "./facts";
import type { Finding } from "./finding";
import type { Configuration } from "./ours/configuration";
import { entryForm } from "./ours/entry";
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
    const values = entryForm(entry);
    const { differences } = judged({ type: ENTRY, name: "", values, dependsOn: [] }, shapes);
    if (!isOfOneKey(entry)) differences.push("keyArn, credentialsArn");
    if (!hasOwnGenerations(entry)) differences.push("generations");
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

/** Whether the entry's own fields are of one generation, and everything in it is of one user. */
function isOfOneKey(entry: Values): boolean {
  const { generations: _, signerPolicy: _s, readerPolicy: _r, custodianPolicy: _c, ...own } = entry;
  const users = [...constructsIn(entry)].map((construct) =>
    construct.replace(/_(?:Generation\d+|Current)$/, ""),
  );
  const keys = [...constructsIn(own)].filter((construct) => !construct.endsWith("_Current"));
  return keys.length <= 1 && new Set(users).size <= 1;
}

/** Whether what stands under the number of a generation is of that generation. */
function hasOwnGenerations({ generations }: Values): boolean {
  return Object.entries(isValues(generations) ? generations : {}).every(
    ([number, each]) =>
      isValues(each) &&
      [...constructsIn(each)].every((construct) => construct.endsWith(`_Generation${number}`)),
  );
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
        typeof piece === "string" ? [] : (/^(.+?)_(?:Key|Credentials|Secret|Move)_/.exec(piece.name) ?? []);
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
