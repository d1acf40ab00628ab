/** What two versions of an IAM policy differ in, for a reviewer: what is denied no longer, and what is allowed anew. */
import { type Phrase, say } from "./phrase";
import type { Policy, Statement } from "./statement";

/** What a reviewer is told in better words than these. */
export interface ToldElsewhere {
  /** The action whose gains and losses are told, role by role. */
  readonly access?: string;
  /** Actions that come with it. */
  readonly withAccess: readonly string[];
  /** Actions that were denied to everyone and are not any more. */
  readonly unprotected: readonly string[];
}

const NOTHING_TOLD: ToldElsewhere = { withAccess: [], unprotected: [] };

/** What makes a policy weaker than it was. Each is a clause: `statement NobodyDeletes no longer denies …`. */
export function weakenings(before: Policy, after: Policy, told: ToldElsewhere = NOTHING_TOLD): Phrase[] {
  const found: Phrase[] = [];
  const kept = new Set(before.map(({ source }) => source));
  for (const statement of after)
    if (statement.strange && !kept.has(statement.source))
      found.push(say`has ${named(statement)}, which this review cannot compare: read it by hand`);
  const understood = after.filter(({ strange }) => !strange);
  const stays = new Set(after.map(({ source }) => source));
  for (const statement of before) {
    if (stays.has(statement.source)) continue;
    if (statement.strange)
      found.push(say`has no longer ${named(statement)}, which this review cannot compare: read it by hand`);
    else if (statement.effect === "Deny") found.push(...lostDenials(statement, understood, after, told));
    else found.push(...lostService(statement, understood));
  }
  for (const statement of understood) {
    if (statement.effect === "Deny" || kept.has(statement.source)) continue;
    found.push(...newPermissions(statement, before, told));
  }
  return found;
}

function lostDenials(
  deny: Statement,
  understood: Policy,
  after: Policy,
  { access, withAccess, unprotected }: ToldElsewhere,
): Phrase[] {
  const everyone: string[] = [];
  const fewer: string[] = [];
  const byRole = new Map<string, string[]>();
  const denials = understood.filter(({ effect }) => effect === "Deny");
  for (const action of deny.actions) {
    if (deny.except.length === 0 && unprotected.includes(action)) continue;
    const extras = denials
      .filter((each) => covers({ ...each, except: [] }, { ...deny, except: [] }, action))
      .map((each) => each.except.filter((role) => !deny.except.includes(role)));
    const [fewest] = extras.sort((a, b) => a.length - b.length);
    if (fewest === undefined) {
      (denials.some((each) => coversAction(each, action)) ? fewer : everyone).push(action);
      continue;
    }
    // Who is excepted and also allowed is told as somebody who gained it.
    const told = access !== undefined && withAccess.includes(action) ? mayDo(after, access) : [];
    for (const role of fewest)
      if (!told.includes(role)) byRole.set(role, [...(byRole.get(role) ?? []), action]);
  }
  const who = named(deny);
  return [
    ...(everyone.length > 0 ? [say`${who} no longer denies ${everyone}`] : []),
    ...(fewer.length > 0 ? [say`${who} denies in fewer cases than before: ${fewer}`] : []),
    ...[...byRole].map(([role, actions]) => say`${who} no longer denies ${role}: ${actions}`),
  ];
}

/** A service that may do less: it is one that carries alerts or records. */
function lostService(allow: Statement, understood: Policy): Phrase[] {
  const services = (allow.principals ?? []).filter((each) => each.startsWith("Service "));
  if (services.length === 0) return [];
  const lost = allow.actions.filter(
    (action) => !understood.some((each) => each.effect === "Allow" && covers(each, allow, action)),
  );
  return lost.length > 0 ? [say`${named(allow)} no longer allows ${services}: ${lost}`] : [];
}

function newPermissions(allow: Statement, before: Policy, { withAccess }: ToldElsewhere): Phrase[] {
  const allowed = before.filter(({ effect, strange }) => effect === "Allow" && !strange);
  const fresh = allow.actions.filter((action) => {
    const same = allowed.filter((each) => coversAction(each, action));
    // Which roles it is for is told; what else it asks for is not.
    if (withAccess.includes(action))
      return same.length > 0 && !same.some((each) => covers({ ...each, only: undefined }, allow, action));
    return !same.some((each) => covers(each, allow, action));
  });
  if (fresh.length === 0) return [];
  const beneficiaries = allow.only ?? allow.principals ?? [];
  const whom = beneficiaries.length > 0 ? say` to ${beneficiaries}` : say``;
  return [say`${named(allow)} allows more than before${whom}: ${fresh}`];
}

/** Whether `wide` applies in every case in which `narrow` does, for one action of the latter. */
function covers(wide: Statement, narrow: Statement, action: string): boolean {
  return (
    coversAction(wide, action) &&
    coversAll(wide.resources, narrow.resources) &&
    coversAll(wide.principals ?? ["*"], narrow.principals ?? ["*"]) &&
    wide.except.every((role) => narrow.except.includes(role)) &&
    (wide.only === undefined || (narrow.only?.every((role) => wide.only?.includes(role)) ?? false)) &&
    [...wide.conditions].every(([key, values]) => {
      const other = narrow.conditions.get(key);
      return other !== undefined && conditionCovers(key, values, other);
    })
  );
}

function conditionCovers(key: string, wide: readonly string[], narrow: readonly string[]): boolean {
  const [operator = ""] = key.split(" ");
  if (/^NumericLessThan/.test(operator))
    return Math.max(...wide.map(Number)) >= Math.max(...narrow.map(Number));
  if (/Not/.test(operator)) return wide.every((value) => narrow.includes(value));
  // Of operators that are not known here, only the very same values are the same.
  if (!/^(Arn|String|Bool)/.test(operator)) return JSON.stringify(wide) === JSON.stringify(narrow);
  return narrow.every((value) => wide.includes(value));
}

const coversAction = ({ actions }: Statement, action: string) =>
  actions.some((each) => matches(each.toLowerCase(), action.toLowerCase()));

const coversAll = (wide: readonly string[], narrow: readonly string[]) =>
  narrow.every((value) => wide.some((each) => matches(each, value)));

/** Whether a text with `*` and `?` stands for another, which may have them as well: `*` then is a character like others. */
function matches(pattern: string, text: string): boolean {
  // Two indexes and one way back, not a regular expression: what a plan says must not take forever.
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") [star, mark] = [p++, t];
    else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) [p, t] = [p + 1, t + 1];
    else if (star >= 0) [p, t] = [star + 1, ++mark];
    else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}

/** Who may do something by this policy: roles that a condition names, else the principals. Denials taken off. */
export function mayDo(policy: Policy, action: string): string[] {
  const denials = policy.filter(
    (each) => each.effect === "Deny" && !each.strange && coversAction(each, action),
  );
  const unconditional = denials.filter(
    ({ conditions, only, principals = ["*"] }) =>
      conditions.size === 0 && only === undefined && principals.includes("*"),
  );
  const exempt = unconditional.map(({ except }) => except);
  const isExempt = (one: string) => exempt.every((roles) => roles.includes(one));
  const allowed = policy
    .filter((each) => each.effect === "Allow" && coversAction(each, action))
    // Where whole accounts are allowed, it is the denials that say who is left.
    .flatMap(({ only, principals = [] }) => only ?? (exempt.length > 0 ? exempt.flat() : principals));
  return [...new Set(allowed)].filter(isExempt);
}

/** Whether the policy denies everyone something, in every case. */
export const deniesEveryone = (policy: Policy, action: string): boolean =>
  policy.some(
    (each) =>
      each.effect === "Deny" &&
      !each.strange &&
      coversAction(each, action) &&
      each.conditions.size === 0 &&
      each.except.length === 0 &&
      each.only === undefined &&
      (each.principals ?? ["*"]).includes("*"),
  );

const named = ({ sid, effect }: Statement) =>
  sid === "" ? say`a statement (${effect})` : say`statement ${sid}`;
