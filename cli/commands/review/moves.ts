/** Users who leave one stack and turn up in another, or under another name, though nothing says that they move: their keys do not. */
import { isDeepStrictEqual } from "node:util";
import { awsNameOf } from "../../../rules/aws-names";
import type { Plan } from "../../shared/terraform-plan";
import type { Owner } from "./facts";
import { type Finding, forgets, isSameUser, ownerOf } from "./finding";
import { isRegistration, ownedIn, type PlannedUser, usersOf } from "./owners";

/**
 * The findings of a plan, with what a move is in place of what would be said of a user who goes for good, and of one who is new.
 *
 * @param beside the other plans that are reviewed with it
 */
export function withMoves(findings: readonly Finding[], plan: Plan, beside: readonly Plan[]): Finding[] {
  const moves = movesIn(plan, beside);
  const isTold = ({ subject, fact }: Finding) =>
    ["user removed", "user added", "key generated"].includes(fact.fact) &&
    "username" in subject &&
    moves.some((move) => "username" in move.subject && isSameUser(move.subject, subject));
  return [...findings.filter((each) => !isTold(each)), ...moves];
}

function movesIn(plan: Plan, beside: readonly Plan[]): Finding[] {
  const { gone, added } = changedIn(plan);
  const others = beside.map((each) => ({ plan: each, ...changedIn(each) }));
  return [
    ...gone.flatMap((user): Finding[] => {
      const there = others.find((other) => other.added.some((each) => isSame(each, user)));
      if (there) return isDeclared(user, plan, there.plan) ? [] : [moved(user, "leaves")];
      return renamed(user, gone, added);
    }),
    ...added.flatMap((user): Finding[] => {
      const there = others.find((other) => other.gone.some((each) => isSame(each, user)));
      return there === undefined || isDeclared(user, there.plan, plan) ? [] : [moved(user, "comes")];
    }),
  ];
}

const moved = (user: PlannedUser, direction: "leaves" | "comes"): Finding => ({
  kind: "weakened",
  subject: ownerOf(user),
  fact: { fact: "undeclared move", direction },
});

/** One name in AWS is one user. */
const isSame = (a: Owner, b: Owner) =>
  a.workspace === b.workspace && awsNameOf(a.username) === awsNameOf(b.username);

/** The users that a plan takes out of its stack, and those that it puts in. */
function changedIn({ outputs }: Plan): { readonly gone: PlannedUser[]; readonly added: PlannedUser[] } {
  const registrations = outputs.filter(isRegistration);
  const before = registrations.flatMap((output) => [...usersOf(output.before).values()]);
  const after = registrations.flatMap((output) => [...usersOf(output.after).values()]);
  // A registration that is known after apply only says nothing of who goes.
  const isKnown = registrations.every(
    (output) => output.after !== undefined || output.actions.includes("delete"),
  );
  const without = (users: readonly PlannedUser[], others: readonly PlannedUser[]) =>
    users.filter((user) => !others.some((each) => isSameUser(each, user)));
  return { gone: isKnown ? without(before, after) : [], added: without(after, before) };
}

/** Whether the one stack lets go of what the user has, and the other one takes it over. */
function isDeclared(user: Owner, from: Plan, to: Plan): boolean {
  const of = (plan: Plan) => ownedIn(plan).changes.filter(({ owner }) => owner && isSame(owner, user));
  return of(from).some(forgets) && of(to).some(({ imported }) => imported);
}

/** In the stack itself: the same user under another name, which is the same in AWS, is one of another workspace, or is another altogether. */
function renamed(user: PlannedUser, gone: readonly PlannedUser[], added: readonly PlannedUser[]): Finding[] {
  const found = (
    kind: Finding["kind"],
    { username, workspace }: PlannedUser,
    keepsKey: boolean,
  ): Finding[] => [
    { kind, subject: ownerOf(user), fact: { fact: "other name", username, workspace, keepsKey } },
  ];
  const same = added.find((each) => isSame(each, user));
  if (same) return found("user", same, true);
  const alike = gone.length === 1 && added.length === 1 ? added.filter((each) => isAlike(each, user)) : [];
  const [other] = [...added.filter(({ username }) => username === user.username), ...alike];
  return other ? found("weakened", other, false) : [];
}

const isAlike = ({ entry: a }: PlannedUser, { entry: b }: PlannedUser) =>
  ["role", "custody", "signers", "readers"].every((field) => isDeepStrictEqual(a[field], b[field]));
