/** `rotate --check --base REF`: the gates of all that a change promotes, retires or takes out, whoever edited the YAML. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { AwsClients } from "../../../aws/clients";
import type { Inventory } from "../../../fleet/inventory";
import { readFleet as readInventory } from "../../../fleet/load";
import { ExitCode, Failure } from "../../../messages/failure";
import { quoted, shown } from "../../../messages/safe-text";
import { type Generations, stagesOf } from "../../../rules/generations";
import { writeBase } from "../../shared/base-folders";
import { endWith } from "../../shared/exit-code";
import { Repository } from "../../shared/git";
import { complain, line, note, print, printJson, warn } from "../../shared/output";
import { readUsers } from "../../shared/registration-option";
import { type DeclaredUser, declaredUsers } from "./find";
import { type ClosedGate, closedGates, type GateName } from "./gates";
import { type LiveOptions, liveOnce } from "./live";
import { appliedOf, forcedGates, gateLine, readFleet } from "./run";
import type { Turn } from "./steps";

export interface CheckOptions extends LiveOptions {
  readonly users: string;
  readonly base?: string;
  /** Whose users are looked at. @default those of all workspaces */
  readonly workspace?: string;
  readonly registration?: string;
  readonly quietFor: number;
  readonly force?: string;
  readonly json?: boolean;
}

/** A step that a change takes with a user, and the gates of it that are closed. */
interface Judged {
  readonly declared: DeclaredUser;
  readonly turn: Turn;
  readonly closed: readonly ClosedGate[];
}

export async function check(options: CheckOptions): Promise<void> {
  const { users, base, workspace, registration, quietFor, force, json } = options;
  if (base === undefined)
    throw new Failure("the option --base <REF> is missing", "add it: the commit to compare with");
  const forced = forcedGates(force);
  const head = readFleet(users);
  const before = declaredIn(base, users, readInventory(users).inventory);
  const after = declaredUsers(head);
  const names = [...new Set([...head.map(({ name }) => name), ...before.map((each) => each.workspace.name)])];
  if (workspace !== undefined && !names.includes(workspace))
    throw new Failure(`the YAML has no workspace ${shown(workspace)}`, `name one of ${names.join(", ")}`);
  const isAsked = (each: DeclaredUser) => (workspace ?? each.workspace.name) === each.workspace.name;
  const turns = turnsBetween(before.filter(isAsked), after.filter(isAsked), base);
  if (turns.length > 0 && registration === undefined)
    throw new Failure(
      `the change takes ${turns.length === 1 ? "a step of a rotation" : `${turns.length} steps of rotations`}: their gates compare it with what was applied`,
      "give --registration FILE, the output of terraform output -json before the change",
    );
  const applied = turns.length > 0 && registration !== undefined ? await readUsers(registration) : [];
  const clients = new AwsClients();
  try {
    const live = new Map(names.map((name) => [name, liveOnce(options, name)] as const));
    const judged: Judged[] = [];
    for (const { declared, turn } of turns) {
      const evidence = {
        ...{ declared, applied: appliedOf(declared, applied), clients },
        ...{ live: live.get(declared.workspace.name) ?? liveOnce(options, declared.workspace.name) },
        // Each of them is looked at by itself.
        ...{ quietForSeconds: quietFor, now: new Date(), others: [] },
      };
      judged.push({ declared, turn, closed: await closedGates(evidence, turn) });
    }
    report(judged, forced, json);
  } finally {
    await clients.destroy();
  }
}

/** The users that the base declares, in folders that had other names too. @throws Failure if that is not known */
function declaredIn(base: string, users: string, head: Inventory): DeclaredUser[] {
  const repository = new Repository();
  const commit = repository.commitOf(base);
  const scratch = mkdtempSync(join(tmpdir(), "ledger-api-user-"));
  try {
    const before = join(scratch, "users");
    mkdirSync(before);
    const { isEmpty } = writeBase(repository, { commit, users: repository.pathOf(users), head }, before);
    if (isEmpty) {
      mustBeNew(repository, commit, { base, users, head });
      return [];
    }
    const { fleet } = readInventory(before);
    if (fleet.problems.length > 0)
      throw new Failure(
        `this version does not take the YAML of ${base}, so what the change promotes is unknown`,
        "see what synth says of that commit",
        ExitCode.NO,
      );
    return declaredUsers(fleet.workspaces);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws Failure if the base has one of the workspaces in another folder, which is still there: the YAML may be a copy of that */
function mustBeNew(
  repository: Repository,
  commit: string,
  { base, users, head }: { readonly base: string; readonly users: string; readonly head: Inventory },
): void {
  const names = new Set(head.map(({ workspace }) => workspace));
  const folders = repository
    .yamlIn(commit, "")
    .filter(({ path }) => posix.basename(path) === "workspace.yaml")
    .map(({ path }) => posix.dirname(path));
  const other = folders.find((folder) => names.has(posix.basename(folder)));
  if (other === undefined) return;
  throw new Failure(
    `${base} has no YAML in ${users}, and the workspace ${posix.basename(other)} in ${quoted(other)}, so what the change promotes is unknown`,
    "give the folder that the YAML was in with --users, or take that one out in this change",
  );
}

interface TurnOf {
  readonly declared: DeclaredUser;
  readonly turn: Turn;
}

const identityOf = ({ workspace, user }: DeclaredUser) => `${workspace.name}/${user.awsName}`;

/**
 * The steps of all users: of one that is declared no more, the retirement and the end of each key.
 *
 * @throws Failure for a user whose keys are old, and of whom the base says nothing
 */
function turnsBetween(
  before: readonly DeclaredUser[],
  after: readonly DeclaredUser[],
  base: string,
): TurnOf[] {
  const known = new Map(before.map((each) => [identityOf(each), each.user.generations] as const));
  const kept = new Set(after.map(identityOf));
  const gone = before.filter((each) => !kept.has(identityOf(each)));
  const ofGone = gone.flatMap((declared) =>
    turnsOf(declared.user.generations, {}).map((turn) => ({ declared, turn })),
  );
  const ofKept = after.flatMap((declared) => {
    const { generations } = declared.user;
    const was = known.get(identityOf(declared));
    if (was !== undefined) return turnsOf(was, generations).map((turn) => ({ declared, turn }));
    const old = stagesOf(generations).find(([, stage]) => stage === "previous" || stage === "retired");
    if (old === undefined) return [];
    throw new Failure(
      `${shown(declared.address)} has generation ${old[0]} as ${old[1]}, and ${base} does not declare that user`,
      "name the commit that the change began at, with --users the folder that it has there",
      ExitCode.NO,
    );
  });
  return [...ofGone, ...ofKept];
}

/** What becomes of a user's generations, as steps. A pending one that is given up takes none: nothing ever used it. */
export function turnsOf(before: Generations, after: Generations): Turn[] {
  const was = new Map(stagesOf(before));
  const is = new Map(stagesOf(after));
  const replaced = stagesOf(before).find(([, stage]) => stage === "current")?.[0] ?? 1;
  const numbers = [...new Set([...was.keys(), ...is.keys()])].sort((a, b) => a - b);
  return numbers.flatMap((generation): Turn[] => {
    const [from, to] = [was.get(generation), is.get(generation)];
    if (to === from) return [];
    if (to === "current") return [{ step: "promote", generation, replaced }];
    if (from === undefined || from === "pending") return [];
    const retires: Turn[] = from === "retired" ? [] : [{ step: "retire", generation }];
    if (to === "retired") return retires;
    return to === undefined ? [...retires, { step: "finish", generation }] : [];
  });
}

function report(judged: readonly Judged[], forced: readonly GateName[], json?: boolean): void {
  const isForced = ({ gate }: ClosedGate) => forced.includes(gate);
  const steps = judged.map(({ declared, turn, closed }) => ({
    user: declared.address,
    ...{ step: turn.step, generation: turn.generation },
    gates: closed.filter((each) => !isForced(each)),
    skipped: closed.filter(isForced),
  }));
  const ok = steps.every(({ gates }) => gates.length === 0);
  if (json) printJson({ ok, steps });
  else if (steps.length === 0) print("Nothing is promoted, retired or taken out.");
  for (const { user, step, generation, gates, skipped } of steps) {
    const what = `${shown(user)}: ${step} of generation ${generation}`;
    for (const { gate, what: said } of skipped) warn(`${what}: skipped the gate ${gate}: ${said}`);
    if (json) continue;
    if (gates.length === 0) print(`${what}: open`);
    note(gates.map((gate) => line`${what}: ${gateLine(gate)}`));
  }
  if (ok) return;
  complain("the change takes steps whose gates are closed; see above");
  endWith(ExitCode.NO);
}
