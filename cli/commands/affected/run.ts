import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inventory } from "../../../fleet/inventory";
import { readFleet } from "../../../fleet/load";
import { formatProblem } from "../../../fleet/yaml/problems";
import { ExitCode, Failure } from "../../../messages/failure";
import { endWith } from "../../shared/exit-code";
import { Repository } from "../../shared/git";
import { complain, note, print, printJson, warn } from "../../shared/output";
import { type Answer, compare } from "./compare";
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
    repository.writeYaml(commit, folder, before);
    const decisive = decisiveFiles(repository.changedSince(commit), repository.here, folder);
    answer(compare({ users, head, before, base, scratch, decisive, out }), commit, json);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
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
    printJson({ ok, base, waves: wavesOf(stacks), stacks, because, gone, problems });
  } else {
    if (because.length > 0) note(`Every stack may be touched: ${because.join("; ")}.`);
    for (const name of gone) note(`No longer declared: ${name}.`);
    print(stacks.map(({ name }) => name));
  }
  if (problems.length === 0) return;
  complain("the change would leave keys behind, or take what is another's; write what is said above");
  endWith(ExitCode.NO);
}
