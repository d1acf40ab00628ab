/** Users who leave one stack and turn up in another, or under another name, though nothing says that they move: their keys do not. */
import { isDeepStrictEqual } from "node:util";
import { awsNameOf } from "../../../rules/aws-names";
import type { Plan } from "../../shared/terraform-plan";
import type { Fact, Owner } from "./facts";
import { type Finding, forgets, isSameUser, type OwnedChange, ownerOf } from "./finding";
import { isRegistration, ownedIn, type PlannedUser, usersOf } from "./owners";
import { changeOf } from "./users";

/**
 * The findings of a plan, with what a move is in place of what would be said of a user who goes for good, and of one who is new.
 *
 * @param beside the other plans that are reviewed with it
 */
export function withMoves(findings: readonly Finding[], plan: Plan, beside: readonly Plan[]): Finding[] {
  const moves = movesIn(plan, beside);
  const isTold = ({ subject, fact }: Finding) =>
    "username" in subject &&
    moves.some(
      (move) =>
        "username" in move.subject &&
        ((isSameUser(move.subject, subject) &&
          (BY_ANY_MOVE.has(fact.fact) || (move.fact.fact === "moved" && BY_DECLARED_MOVE.has(fact.fact)))) ||
          // The same user under its new name. Whatever becomes of its key is said all the same.
          (fact.fact === "user added" && isNewSpelling(move.fact, subject))),
    );
  return [...findings.filter((each) => !isTold(each)), ...moves];
}

const isNewSpelling = (fact: Fact, user: Owner) =>
  fact.fact === "other name" && fact.keepsKey && isSameUser(fact, user);

const BY_ANY_MOVE = new Set(["user removed", "user added", "key generated"]);
const BY_DECLARED_MOVE = new Set(["no longer managed", "imported"]);

function movesIn(plan: Plan, beside: readonly Plan[]): Finding[] {
  const { gone, added } = changedIn(plan);
  const others = beside.map((each) => ({ plan: each, ...changedIn(each) }));
  return [
    ...gone.flatMap((user): Finding[] => {
      const there = others.find((other) => other.added.some((each) => isSame(each, user)));
      if (there) return [moved(user, "leaves", isDeclared(user, plan, there.plan))];
      return renamed(user, gone, added);
    }),
    ...added.flatMap((user): Finding[] => {
      const there = others.find((other) => other.gone.some((each) => isSame(each, user)));
      const was = there?.gone.find((each) => isSame(each, user));
      if (there === undefined || was === undefined) return [];
      const declared = isDeclared(user, there.plan, plan);
      return [moved(user, "comes", declared), ...(declared ? changeOf(was, asKnown(user, was)) : [])];
    }),
  ];
}

const moved = (user: PlannedUser, direction: "leaves" | "comes", isDeclared: boolean): Finding => ({
  kind: isDeclared ? "user" : "weakened",
  subject: ownerOf(user),
  fact: { fact: isDeclared ? "moved" : "undeclared move", direction },
});

/** What is read or answered only at apply, of the secret that is taken over: postconditions check that it is what it was. */
const KNOWN_LATER = ["publicKey", "keyStatus"];

function asKnown(user: PlannedUser, was: PlannedUser): PlannedUser {
  const before = KNOWN_LATER.map((field) => [field, was.entry[field]] as const);
  return { ...user, entry: { ...Object.fromEntries(before), ...user.entry } };
}

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

/**
 * Whether the one stack lets go of all that the user has, and the other one takes over the same and nothing else: what it imports beside
 * is somebody else's, and may be known to who made it. Asking the generator again is the only thing that cannot be imported.
 */
function isDeclared(user: Owner, from: Plan, to: Plan): boolean {
  const of = (plan: Plan) =>
    ownedIn(plan).changes.filter(
      (change) => change.owner && isSame(change.owner, user) && change.type !== "aws_lambda_invocation",
    );
  const [left, taken] = [
    of(from),
    of(to).filter(({ actions, imported }) => imported || actions.includes("create")),
  ];
  return (
    left.length > 0 &&
    left.every(forgets) &&
    taken.every(({ imported }) => imported) &&
    isDeepStrictEqual(left.map(identityOf).sort(), taken.map(identityOf).sort())
  );
}

/** What a resource is in AWS. An alias is the key that it leads to, too. */
const identityOf = ({ type, before }: OwnedChange) =>
  JSON.stringify([type, before?.["arn"], before?.["target_key_id"]]);

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
  if (same) return [...found("user", same, true), ...changeOf(user, calledAlike(same, user))];
  const alike = gone.length === 1 && added.length === 1 ? added.filter((each) => isAlike(each, user)) : [];
  const [other] = [...added.filter(({ username }) => username === user.username), ...alike];
  return other ? found("weakened", other, false) : [];
}

/** Its name is said to be another already. */
const calledAlike = (is: PlannedUser, { entry: { username } }: PlannedUser): PlannedUser => ({
  ...is,
  entry: { ...is.entry, username },
});

const isAlike = ({ entry: a }: PlannedUser, { entry: b }: PlannedUser) =>
  ["role", "custody", "signers", "readers"].every((field) => isDeepStrictEqual(a[field], b[field]));
