import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import type { Inventory } from "../../../fleet/inventory";
import { readFleet } from "../../../fleet/load";
import { formatProblem } from "../../../fleet/yaml/problems";
import { ExitCode, Failure } from "../../../messages/failure";
import { endWith } from "../../shared/exit-code";
import { Repository } from "../../shared/git";
import { complain, note, print, printJson, warn } from "../../shared/output";
import { RequiredOption } from "../../shared/required-option";
import { type Answer, compare } from "./compare";
import { decisiveFiles } from "./project";
import { wavesOf } from "./stacks";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user affected --base origin/main
  $ npx cdktf-ledger-api-user affected --base HEAD^1 --json > affected.json
  $ jq -c '.waves[0]' affected.json  # for a matrix of GitHub's

Prints the stacks that a change touches, one a line, in an order to apply them
in: the workspaces' stacks first. It compares the files on the disk with those
of a commit: it synthesizes the YAML of both, and a stack is touched if its
bytes differ. If the change is in what turns YAML into stacks, such as the lock
file with this package's version, every stack is touched.

It also finds what Terraform cannot see, which is an error, with the line to
write:

  - a stack that goes with users in it, as when a file is renamed or deleted
  - a user that turns up in another stack, or goes under removal protection
  - a user whose account, region or workspace changes, which its key does not
  - a stack's name or state that was another file's

--base is compared as it is. On a branch, name the commit that it left main at:
$(git merge-base origin/main HEAD). It needs Git, and that commit in the clone.
It asks for no host.

An app of your own is synthesized first, and --out names the folder: its stacks
that are not made from the YAML are touched with any other.

--json has waves, a list of names for the workspaces and one for the users, and
stacks, because, gone and problems. docs/gitops.md has pipelines around it.

Environment: LEDGER_API_USERS is the default of --users.

Exit code: 0; 1 if something would be lost; 2 for bad input.`;

interface Options {
  readonly base?: string;
  readonly users: string;
  readonly out?: string;
  readonly json?: boolean;
}

export function addAffected(program: Command): void {
  program
    .command("affected")
    .summary("list the stacks that a change touches")
    .description("List the stacks that a change touches, and what the change would lose.")
    .addOption(new RequiredOption("--base <REF>", "the commit to compare with: a branch, a tag or an id"))
    .option("--users <DIR>", "the YAML", process.env["LEDGER_API_USERS"] || "api-users")
    .option("--out <DIR>", "an app of your own: what it synthesized, with its other stacks")
    .option("--json", "print the answer as JSON, for a matrix of jobs")
    .addHelpText("after", examples)
    .action(affected);
}

function affected({ base = "", users, out, json }: Options): void {
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
