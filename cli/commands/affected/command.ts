import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Command } from "commander";
import { asTyped } from "../../../fleet/directory";
import type { Inventory } from "../../../fleet/inventory";
import { readFleet } from "../../../fleet/load";
import { lossesBetween, movedStates } from "../../../fleet/losses";
import { formatProblem } from "../../../fleet/yaml/problems";
import { ExitCode, Failure } from "../../../messages/failure";
import { engineFor, synthesized } from "../../shared/engine";
import { endWith } from "../../shared/exit-code";
import { Repository } from "../../shared/git";
import { complain, note, print, printJson, warn } from "../../shared/output";
import { RequiredOption } from "../../shared/required-option";
import { decisiveFiles } from "./project";
import { affectedStacks, digestsOf, type Waves } from "./stacks";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user affected --base origin/main
  $ npx cdktf-ledger-api-user affected --base HEAD^1 --json > affected.json
  $ jq -c '.waves[0]' affected.json  # for a matrix of GitHub's

Prints the stacks that a change touches, one a line, in an order to apply them
in: the workspaces' stacks first. It compares the files on the disk with those
of a commit: it synthesizes the YAML of both, and a stack is touched if its bytes
differ. If the change is in what turns YAML into stacks, such as the lock file
with this package's version, every stack is touched.

It also finds what Terraform cannot see, which is an error, with the line to
write:

  - a stack that goes with users in it, as when a file is renamed or deleted
  - a user that turns up in another stack, or goes under removal protection
  - a user whose account, region or workspace changes, which its key does not
  - a stack's name or state that was another file's

--base is compared as it is. On a branch, name the commit that it left main at:
$(git merge-base origin/main HEAD). It needs Git, and the commit in the clone. It
asks for no host.

--json has waves, a list of names for the workspaces and one for the users, and
stacks, because, gone and problems. docs/gitops.md has pipelines around it.

Environment: LEDGER_API_USERS is the default of --users.

Exit code: 0; 1 if something would be lost; 2 for bad input.`;

interface Options {
  readonly base?: string;
  readonly users: string;
  readonly json?: boolean;
}

export function addAffected(program: Command): void {
  program
    .command("affected")
    .summary("list the stacks that a change touches")
    .description("List the stacks that a change touches, and what the change would lose.")
    .addOption(new RequiredOption("--base <REF>", "the commit to compare with: a branch, a tag or an id"))
    .option("--users <DIR>", "the YAML", process.env["LEDGER_API_USERS"] || "api-users")
    .option("--json", "print the answer as JSON, for a matrix of jobs")
    .addHelpText("after", examples)
    .action(affected);
}

function affected({ base = "", users, json }: Options): void {
  const head = declaredIn(users);
  const repository = new Repository();
  const commit = repository.commitOf(base);
  if (!repository.isAfter(commit))
    warn(
      `what is checked out does not come after ${base}, so what was done there since counts as undone; name the commit that the branch began at`,
    );
  const folder = mkdtempSync(join(tmpdir(), "ledger-api-user-"));
  try {
    const before = join(folder, "users");
    mkdirSync(before);
    repository.writeYaml(commit, repository.pathOf(users), before);
    const changed = decisiveFiles(repository.changedSince(commit), repository.here, repository.pathOf(users));
    answer(compare({ users, head, before, folder, changed, base }), commit, json);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @throws Failure if something is wrong with it */
function declaredIn(users: string): Inventory {
  const { fleet, inventory } = readFleet(users);
  if (fleet.problems.length === 0) return inventory;
  note(fleet.problems.map(formatProblem));
  throw new Failure(`${users} has mistakes`, "fix what is listed above");
}

interface Answer {
  readonly waves: Waves;
  /** Why every stack may be touched. */
  readonly because: readonly string[];
  /** Stacks that are no longer declared. */
  readonly gone: readonly string[];
  readonly problems: ReturnType<typeof lossesBetween>;
}

function compare(sides: {
  readonly users: string;
  readonly head: Inventory;
  /** The folder with the YAML of the base, and one that holds it. */
  readonly before: string;
  readonly folder: string;
  readonly changed: readonly string[];
  readonly base: string;
}): Answer {
  const { users, head, before, changed, base } = sides;
  const read = readFleet(before);
  const placed = (file: string) => asTyped(users, join(users, relative(before, file)));
  const inventory: Inventory = read.inventory.map((stack) => ({
    ...stack,
    file: placed(stack.file),
    what: stack.namedBy === "workspace" ? stack.what : placed(stack.file),
  }));
  const isNew = inventory.length === 0; // there was no fleet, or one without users
  const mistakes = isNew
    ? []
    : read.fleet.problems.map((problem) => ({ ...problem, file: placed(problem.file) }));
  const because = [
    ...someOf(changed).map((file) => `${file} changed`),
    ...mistakes
      .slice(0, 1)
      .map((problem) => `this version does not take the YAML of ${base}: ${formatProblem(problem)}`),
  ];
  for (const { name } of movedStates(inventory, head))
    warn(
      `the state of ${name} is to be elsewhere: move it there before the next plan (terraform init -migrate-state)`,
    );
  const declared = new Set(head.map(({ name }) => name));
  return {
    waves: because.length > 0 ? affectedStacks(head) : byBytes(sides, isNew),
    because,
    gone: inventory.map(({ name }) => name).filter((name) => !declared.has(name)),
    problems: lossesBetween(inventory, head),
  };
}

/** An app of one's own may have thousands. */
const someOf = (files: readonly string[]) =>
  files.length > 5 ? [...files.slice(0, 4), `${files.length - 4} more files`] : files;

function byBytes({ users, head, before, folder }: Parameters<typeof compare>[0], isNew: boolean): Waves {
  const engine = engineFor();
  const digests = (yaml: string, name: string) => {
    const out = join(folder, name);
    synthesized(yaml, out, engine, "name a folder that you may write to, in TMPDIR");
    return digestsOf(out);
  };
  return affectedStacks(head, isNew ? new Map() : digests(before, "before"), digests(users, "after"));
}

function answer({ waves, because, gone, problems }: Answer, base: string, json?: boolean): void {
  const stacks = waves.flat();
  note(problems.map(formatProblem));
  if (json) {
    const names = waves.map((wave) => wave.map(({ name }) => name));
    printJson({ ok: problems.length === 0, base, waves: names, stacks, because, gone, problems });
  } else {
    if (because.length > 0) note(`Every stack may be touched: ${because.join("; ")}.`);
    for (const name of gone) note(`No longer declared: ${name}.`);
    print(stacks.map(({ name }) => name));
  }
  if (problems.length === 0) return;
  complain(`the change would leave keys behind, or take what is another's; write what is said above`);
  endWith(ExitCode.NO);
}
