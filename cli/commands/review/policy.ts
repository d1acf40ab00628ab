/** Compares two versions of an IAM policy: what it no longer denies, and what it newly allows. */
import type { Fact } from "./facts";
import type { Policy, Statement } from "./statement";

/** What other findings say already, in better words. */
interface ToldElsewhere {
  /** The action whose gains and losses are reported role by role. */
  readonly access?: string;
  /** Actions that come with it. */
  readonly withAccess: readonly string[];
  /** Actions that were denied to everyone and no longer are. */
  readonly unprotected: readonly string[];
}

type StatementFact = Fact<
  "statement not comparable" | "denies less" | "allows services less" | "allows more"
>;

/** What makes a policy weaker than it was. */
export function weakenings(before: Policy, after: Policy, told: ToldElsewhere): StatementFact[] {
  const found: StatementFact[] = [];
  const kept = new Set(before.map(({ source }) => source));
  for (const statement of after)
    if (statement.strange && !kept.has(statement.source))
      found.push({ ...named(statement), fact: "statement not comparable", change: "added" });
  const understood = after.filter(({ strange }) => !strange);
  const stays = new Set(after.map(({ source }) => source));
  for (const statement of before) {
    if (stays.has(statement.source)) continue;
    if (statement.strange)
      found.push({ ...named(statement), fact: "statement not comparable", change: "removed" });
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
): StatementFact[] {
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
    // A role that is excepted and also allowed is reported as one that gained the right.
    const told = access !== undefined && withAccess.includes(action) ? mayDo(after, access) : [];
    for (const role of fewest)
      if (!told.includes(role)) byRole.set(role, [...(byRole.get(role) ?? []), action]);
  }
  const less = (actions: string[], more: { inFewerCases?: true; role?: string } = {}): StatementFact[] =>
    actions.length > 0 ? [{ ...named(deny), fact: "denies less", actions, ...more }] : [];
  return [
    ...less(everyone),
    ...less(fewer, { inFewerCases: true }),
    ...[...byRole].flatMap(([role, actions]) => less(actions, { role })),
  ];
}

/** Services that may do less. They carry alerts or records. */
function lostService(allow: Statement, understood: Policy): StatementFact[] {
  const services = (allow.principals ?? []).filter((each) => each.startsWith("Service "));
  if (services.length === 0) return [];
  const lost = allow.actions.filter(
    (action) => !understood.some((each) => each.effect === "Allow" && covers(each, allow, action)),
  );
  return lost.length > 0 ? [{ ...named(allow), fact: "allows services less", services, actions: lost }] : [];
}

function newPermissions(allow: Statement, before: Policy, { withAccess }: ToldElsewhere): StatementFact[] {
  const allowed = before.filter(({ effect, strange }) => effect === "Allow" && !strange);
  const fresh = allow.actions.filter((action) => {
    const same = allowed.filter((each) => coversAction(each, action));
    // Its roles are reported already. That it asks for none any more, and its other conditions, are not.
    if (withAccess.includes(action))
      return (
        same.length > 0 &&
        !same.some(
          (each) =>
            (each.only === undefined || allow.only !== undefined) &&
            covers({ ...each, only: undefined }, allow, action),
        )
      );
    return !same.some((each) => covers(each, allow, action));
  });
  if (fresh.length === 0) return [];
  const whom = allow.only ?? allow.principals ?? [];
  return [{ ...named(allow), fact: "allows more", whom, actions: fresh }];
}

/** Whether `wide` applies whenever `narrow` does, for one action of `narrow`. */
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
  // The values of an operator that is unknown here must be identical.
  if (!/^(Arn|String|Bool)/.test(operator)) return JSON.stringify(wide) === JSON.stringify(narrow);
  return narrow.every((value) => wide.includes(value));
}

const coversAction = ({ actions }: Statement, action: string) =>
  actions.some((each) => matches(each.toLowerCase(), action.toLowerCase()));

const coversAll = (wide: readonly string[], narrow: readonly string[]) =>
  narrow.every((value) => wide.some((each) => matches(each, value)));

/** Whether a pattern with `*` and `?` matches a text. In the text these two are ordinary characters. */
function matches(pattern: string, text: string): boolean {
  // Not a regular expression: a plan must not be able to make this take for ever.
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

/** Who may do something by this policy: the roles of its conditions, else its principals, without those it denies. */
export function mayDo(policy: Policy, action: string): string[] {
  const exempt = policy
    .filter((each) => deniesAlways(each) && coversAction(each, action))
    .map(({ except }) => except);
  const isExempt = (one: string) => exempt.every((roles) => roles.includes(one));
  const allowed = policy
    .filter((each) => each.effect === "Allow" && coversAction(each, action))
    // If whole accounts are allowed, the denials say who is left.
    .flatMap(({ only, principals = [] }) => only ?? (exempt.length > 0 ? exempt.flat() : principals));
  return [...new Set(allowed)].filter(isExempt);
}

/** Whether a statement denies in every case, but for the roles that it excepts. */
export const deniesAlways = ({ effect, strange, conditions, only, principals = ["*"] }: Statement): boolean =>
  effect === "Deny" && !strange && conditions.size === 0 && only === undefined && principals.includes("*");

/** Whether the policy denies everyone something, in every case. */
export const deniesEveryone = (policy: Policy, action: string): boolean =>
  policy.some((each) => deniesAlways(each) && each.except.length === 0 && coversAction(each, action));

const named = ({ sid, effect }: Statement) => ({ statement: sid, effect });
