import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { shown } from "../messages/safe-text";
import type { UserDeclaration } from "./declarations";
import type { DeclaredStack, DeclaredUser, Inventory } from "./inventory";
import { lostKey } from "./lost-keys";
import { inOrder, type Mistake, type Problem, problemOf } from "./yaml/problems";

/**
 * What a change of YAML would leave behind or take from others: stacks that nobody declares any more and that have users in them,
 * users that go without having been let go, and names and states that were another file's. Terraform sees none of it, since it plans a
 * stack at a time.
 *
 * @param base the fleet before
 * @param head the fleet after
 */
export function lossesBetween(base: Inventory, head: Inventory): Problem[] {
  const between = new Comparison(base, head);
  return inOrder([
    ...base.filter(isOfUsers).flatMap((stack) => between.ofUsers(stack)),
    ...head.flatMap((stack) => between.takenFromOthers(stack)),
  ]);
}

const isOfUsers = ({ namedBy }: DeclaredStack) => namedBy !== "workspace";

/** A stack whose users were taken out before, or never were. A file that cannot be read may have some. */
const isEmpty = (stack: DeclaredStack) => isOfUsers(stack) && stack.users?.length === 0;

const isSameFile = (a: DeclaredStack, b: DeclaredStack) =>
  isOfUsers(a) === isOfUsers(b) && a.workspace === b.workspace && a.file === b.file;

/** The part of a stack's name that a user file gives it. */
const lineFor = ({ name, workspace }: DeclaredStack) => `stack: ${name.slice(workspace.length + 1)}`;

const at = ({ file, line }: DeclaredStack, { what, fix }: Mistake) => problemOf(file, what, fix, line);

class Comparison {
  readonly #base: Inventory;
  readonly #head: Inventory;
  readonly #homes = new Map<string, { stack: DeclaredStack; user: DeclaredUser }>();

  constructor(base: Inventory, head: Inventory) {
    this.#base = base;
    this.#head = head;
    for (const stack of head)
      for (const user of stack.users ?? []) this.#homes.set(keyOf(stack, user), { stack, user });
  }

  /** What becomes of a stack and of the users that were in it. */
  ofUsers(was: DeclaredStack): Problem[] {
    const is = this.#head.find(({ name }) => name === was.name);
    if (is === undefined) return isEmpty(was) ? [] : this.#vanished(was);
    return (was.users ?? []).flatMap((user) => this.#ofUser(was, user) ?? []);
  }

  /** A name or a state that was another file's. */
  takenFromOthers(is: DeclaredStack): Problem[] {
    const isOthers = (was: DeclaredStack) =>
      !isSameFile(was, is) && !isEmpty(was) && !this.#isRenamed(was, is);
    const holder = this.#base.find((was) => was.name === is.name && isOthers(was));
    const fix =
      "name another, until that one is gone: with users: [] in it, applied, and then without the file";
    if (holder !== undefined) {
      const what = `makes the stack ${is.name}, which was that of ${holder.what}, with what is in its state`;
      return [at(is, { what, fix })];
    }
    const { stateAddress } = is;
    const kept =
      stateAddress === undefined ? undefined : this.#base.find((was) => was.stateAddress === stateAddress);
    if (kept === undefined || kept.name === is.name || isEmpty(kept)) return [];
    return [at(is, { what: `its state would be that of the stack ${kept.name} (${kept.what})`, fix })];
  }

  #vanished(was: DeclaredStack): Problem[] {
    const renamed = this.#head.find((is) => isSameFile(was, is));
    if (renamed !== undefined) {
      const what = `its stack was ${was.name} and is ${renamed.name}: the users' keys would be left behind in ${was.name}`;
      return [at(renamed, { what, fix: `write ${lineFor(was)}` })];
    }
    const users = was.users ?? [];
    const homes = users.flatMap((user) => this.#homes.get(keyOf(was, user)) ?? []);
    const [first] = homes;
    const isRename =
      first !== undefined && homes.every(({ stack }) => stack === first.stack) && this.#isNew(first.stack);
    if (isRename) {
      const what = `has users of ${was.file}, which is gone, and another stack: their keys would be left behind in ${was.name}`;
      const gone = users.filter((user) => !this.#homes.has(keyOf(was, user)) && user.isProtected);
      const problem = problemOf(first.stack.file, what, `write ${lineFor(was)}`);
      return [problem, ...gone.map((user) => problemOf(first.stack.file, ...this.#gone(was, user)))];
    }
    const moved = homes.map(({ stack, user }) => undeclaredMove(was, stack, user));
    const left = users.filter((user) => !this.#homes.has(keyOf(was, user)));
    if (moved.length > 0 && left.length === 0) return moved;
    if (was.takenBy !== undefined && this.#head.some(({ file }) => file === was.file))
      return [...moved, noLongerTaken(was, was.takenBy, left)];
    const elsewhere = this.#otherWorkspaceOf(was, left);
    const what = `is gone, with the stack ${was.name} and what it has in AWS: ${
      was.users === undefined ? "nobody can read which users" : listed(left)
    }`;
    const fix =
      elsewhere === undefined
        ? "put it back; to remove it, write removalProtection: false for its users, then users: [], apply each, and delete the file after that"
        : `put it back in the folder ${was.workspace}, whose name is part of every name in AWS: in ${elsewhere} its users would be others, with other keys`;
    return [...moved, problemOf(was.file, what, fix)];
  }

  #ofUser(was: DeclaredStack, user: DeclaredUser): Problem | undefined {
    const home = this.#homes.get(keyOf(was, user));
    if (home === undefined) {
      const is = this.#head.find(({ name }) => name === was.name);
      return user.isProtected ? problemOf(is?.file ?? was.file, ...this.#gone(was, user)) : undefined;
    }
    const moves = home.stack.name !== was.name;
    if (moves && !this.#isDeclared(was, home.user)) return undeclaredMove(was, home.stack, home.user);
    for (const place of ["account", "region"] as const) {
      const [from, to] = [was[place], home.stack[place]];
      if (from === undefined || to === undefined || from === to) continue;
      const what = `${shown(user.text)} was in the ${place} ${from} and is in ${to}: its key stays behind there`;
      const fix = `put ${place}: ${from} back; for a key elsewhere, declare a user of another name there, in a file or workspace of its own`;
      return { ...home.user, what, fix };
    }
    return (
      (moves ? changedByMove(user, home.user) : undefined) ??
      changedKey(user, home.user) ??
      lostKey(user, home.user)
    );
  }

  /** Whether a user says that it comes from a file of that stack. That this file says the same is checked where a fleet is read. */
  #isDeclared(was: DeclaredStack, { movedFrom }: DeclaredUser): boolean {
    const is = this.#head.find(({ name }) => name === was.name);
    return is !== undefined && movedFrom === fileName(is);
  }

  /** A user that its stack no longer has, and that nobody said may go. */
  #gone(was: DeclaredStack, user: DeclaredUser): [what: string, fix: string] {
    const now = this.#head.find(({ name }) => name === was.name);
    const before = new Set(was.users?.map((each) => keyOf(was, each)));
    const added = (now?.users ?? []).filter((each) => !before.has(keyOf(was, each)));
    const renamed =
      added.length === 1
        ? `; under another name, ${added.map(({ text }) => shown(text))} is another user with a new key: declare it beside this one`
        : "";
    return [
      `${shown(user.text)} is gone, and its removal protection is on, so that AWS would refuse to delete its key`,
      `put it back, or write removalProtection: false for it first, and apply that${renamed}`,
    ];
  }

  /** Whether a file has the stack of another that was renamed: one that is gone, or all of whose users are in it. */
  #isRenamed(was: DeclaredStack, is: DeclaredStack): boolean {
    if (!isOfUsers(was) || !isOfUsers(is) || was.workspace !== is.workspace) return false;
    const isGone = !this.#head.some((each) => isSameFile(was, each));
    if (isGone && this.#isNew(is)) return true; // its users are compared like any other's
    return was.users?.every((user) => this.#homes.get(keyOf(was, user))?.stack === is) ?? false;
  }

  #isNew = (is: DeclaredStack) => !this.#base.some((each) => isSameFile(each, is));

  /** The workspace in which all users of a stack turn up, by their names. */
  #otherWorkspaceOf(was: DeclaredStack, users: readonly DeclaredUser[]): string | undefined {
    const [first] = users;
    return this.#head.find(
      ({ workspace, users: there = [], file }) =>
        first !== undefined &&
        workspace !== was.workspace &&
        basename(file) === basename(was.file) &&
        users.every(({ awsName }) => there.some((each) => each.awsName === awsName)),
    )?.workspace;
  }
}

const keyOf = ({ workspace }: DeclaredStack, { awsName }: DeclaredUser) => `${workspace}/${awsName}`;

function undeclaredMove(was: DeclaredStack, is: DeclaredStack, user: DeclaredUser): Problem {
  const what = `${shown(user.text)} was in ${was.file}: its key is in the state of the stack ${was.name}, and ${is.name} would make another`;
  const [from, to] = [was, is].map(fileName);
  const fix = `put it back, or declare the move: movedFrom: ${from} here, and in place of it { username: ${shown(user.text)}, movedTo: ${to} } in ${was.file}`;
  return { ...user, what, fix };
}

/** The file is there, and its own workspace has it. */
function noLongerTaken(was: DeclaredStack, by: string, left: readonly DeclaredUser[]): Problem {
  const what = `${by} no longer takes ${was.file}: the stack ${was.name} is gone, and what it has in AWS: ${listed(left)}`;
  const fix = `take it again, or write a file ${fileName(was)}.yaml in the folder ${by}: with its users, or, once removalProtection: false is applied for them, with users: []`;
  return problemOf(was.file, what, fix);
}

const fileName = ({ file }: DeclaredStack) => basename(file).replace(/\.ya?ml$/, "");

/** What another value of would be another key, and why. */
const OF_A_KEY = {
  custody: ["its key stays behind, or is taken for one that was made here", "for a key elsewhere"],
  role: ["the workspace has no way to change the role of a registered user", "for another role"],
} as const;

/** A key stays in its custody, and what the workspace approved of it is what it was. */
function changedKey(was: DeclaredUser, is: DeclaredUser): Problem | undefined {
  for (const field of ["custody", "role"] as const) {
    const [before, after] = [was[field], is[field]];
    if (before === undefined || after === undefined || before === after) continue;
    const [why, instead] = OF_A_KEY[field];
    const what = `${shown(is.text)} had ${field}: ${before} and has ${after}: ${why}`;
    const fix = `put ${field}: ${before} back; ${instead}, declare a user of another name beside this one`;
    return { ...is, what, fix };
  }
  return undefined;
}

/** A move that is declared is nothing but a move: what else changes is another change, with a review of its own. */
function changedByMove(was: DeclaredUser, is: DeclaredUser): Problem | undefined {
  const [before, after] = [was.declaration, is.declaration];
  if (before === undefined || after === undefined) return undefined;
  const keys = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof UserDeclaration)[]);
  const changed = [...keys].filter(
    (key) => key !== "line" && key !== "movedFrom" && !isDeepStrictEqual(before[key], after[key]),
  );
  if (changed.length === 0) return undefined;
  const what = `${shown(is.text)} moves here, and its ${changed.join(", ")} would change with it`;
  return { ...is, what, fix: "change that before the move, or after it is applied" };
}

/** The first few, and how many more. */
function listed(users: readonly DeclaredUser[]): string {
  const names = users.slice(0, 5).map(({ text }) => shown(text));
  const more = users.length - names.length;
  return more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
}

/** Stacks whose state is looked for elsewhere than before. Terraform finds none there, and would make everything again. */
export const movedStates = (base: Inventory, head: Inventory): Inventory =>
  head.filter(({ name, stateAddress }) => {
    const before = base.find((each) => each.name === name)?.stateAddress;
    return before !== undefined && stateAddress !== undefined && before !== stateAddress;
  });
