import type { Command } from "commander";
import { RequiredOption } from "../../shared/required-option";
import type { Options } from "./run";

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
  - a user that turns up in another stack, unless both files declare the move
    and nothing else of the user changes
  - a user that is gone while its removal protection is on
  - a key that is gone without having been retired, of a user that stays
  - a user whose account, region, workspace, custody or role changes: its key
    does not, and the workspace approved it as it was
  - a user that comes back with a generation that it had before: the names in
    AWS hold it, and none is used twice
  - a stack's name or state that was another file's

Where the YAML's folder had another name at the base, it is compared with that.

--base is compared as it is. On a branch, name the commit that it left main at:
$(git merge-base origin/main HEAD). It needs Git, and that commit in the clone;
for new users, all commits before it. It sends nothing over the network.

An app of your own is synthesized first, and --out names the folder: its stacks
that are not made from the YAML are touched with any other.

--json has ok and base; waves, a list of names for the workspaces and one for
the users; stacks, because, gone, moved (stacks whose state is to be elsewhere)
and problems. review --affected takes it: a stack without a plan is found by it.
docs/gitops.md has pipelines around it.

Environment: LEDGER_API_USERS is the default of --users.

Exit code: 0; 1 if something would be lost; 2 for bad input.`;

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

/** What reads YAML is loaded here only: help and completion load every command. */
function affected(options: Options): void {
  const { run }: typeof import("./run") = require("./run");
  run(options);
}
