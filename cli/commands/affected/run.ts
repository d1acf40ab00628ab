import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Inventory } from "../../../fleet/inventory";
import { readFleet } from "../../../fleet/load";
import type { NewKeys } from "../../../fleet/reuse";
import { formatProblem } from "../../../fleet/yaml/problems";
import { ExitCode, Failure } from "../../../messages/failure";
import { shown } from "../../../messages/safe-text";
import { writeBase } from "../../shared/base-folders";
import { endWith } from "../../shared/exit-code";
import { Repository } from "../../shared/git";
import { complain, note, print, printJson, warn } from "../../shared/output";
import { type Answer, compare } from "./compare";
import { type FormerKeys, formerKeys } from "./history";
import { decisiveFiles } from "./project";
import { wavesOf } from "./stacks";

export interface Options {
  readonly base?: string;
  readonly users: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function run({ base = "", users, out, json }: Options): void {
  const head = declaredIn(users);
  const repository = new Repository();
  const commit = repository.commitOf(base);
  if (!repository.isAfter(commit))
    warn(
      `what is checked out does not come after ${base}, so what was done there since counts as undone; name the commit that the branch began at`,
    );
  const scratch = mkdtempSync(join(tmpdir(), "ledger-api-user-"));
  try {
    const before = join(scratch, "users");
    mkdirSync(before);
    const folder = repository.pathOf(users);
    const { folders, isEmpty } = writeBase(repository, { commit, users: folder, head }, before);
    const [, ...others] = folders;
    for (const other of others) note(`At ${base}, ${basename(other)} was in ${dirname(other)}.`);
    if (isEmpty) note(`At ${base}, ${users} had no workspace: all is new.`);
    const decisive = decisiveFiles(repository.changedSince(commit), repository.here, folders);
    const formerly = (keys: readonly NewKeys[]) => knownKeys(repository, commit, keys);
    answer(compare({ users, head, before, base, scratch, decisive, out, formerly }), commit, json);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** @throws Failure if the clone does not have the history that would have to be asked */
function knownKeys(repository: Repository, commit: string, keys: readonly NewKeys[]): FormerKeys {
  const [first] = keys;
  if (first === undefined) return new Map();
  if (repository.hasAllBefore(commit)) return formerKeys(repository, commit, keys);
  throw new Failure(
    `the clone lacks older commits, and nobody can tell without them whether ${shown(first.user.text)} had its generation ${first.added[0]} before`,
    "fetch them all: git fetch --unshallow; on GitHub, fetch-depth: 0 of actions/checkout; on GitLab, GIT_DEPTH: 0",
  );
}

/** @throws Failure if something is wrong with it */
function declaredIn(users: string): Inventory {
  const { fleet, inventory } = readFleet(users);
  if (fleet.problems.length === 0) return inventory;
  note(fleet.problems.map(formatProblem));
  throw new Failure(`${users} has mistakes`, "fix what is listed above");
}

function answer({ stacks, because, gone, moved, problems }: Answer, base: string, json?: boolean): void {
  note(problems.map(formatProblem));
  for (const name of moved)
    warn(
      `the state of ${name} is to be elsewhere: move it there before the next plan (terraform init -migrate-state)`,
    );
  if (json) {
    const ok = problems.length === 0;
    printJson({ ok, base, waves: wavesOf(stacks), stacks, because, gone, moved, problems });
  } else {
    if (because.length > 0) note(`Every stack may be touched: ${because.join("; ")}.`);
    for (const name of gone) note(`No longer declared: ${name}.`);
    print(stacks.map(({ name }) => name));
  }
  if (problems.length === 0) return;
  complain("the change would leave keys behind, or take what is another's; write what is said above");
  endWith(ExitCode.NO);
}
