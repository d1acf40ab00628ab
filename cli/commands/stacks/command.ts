import type { Command } from "commander";
import { readStacks } from "../../shared/manifest";
import { print, printJson } from "../../shared/output";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user stacks
  $ npx cdktf-ledger-api-user stacks > stacks
  $ while IFS= read -r stack <&3; do
  >   terraform -chdir="cdktf.out/stacks/$stack" plan
  > done 3< stacks

Prints the names of the stacks that were synthesized, one a line, in an order to
apply them in: the workspaces' stacks first. Each is in OUT/stacks/NAME. It
reads OUT/manifest.json, which synthesis writes. A folder that is not in it is
left over from an earlier synthesis, and a loop over OUT/stacks/* would plan it.

synth prints the same names. This command is for an app of your own, and for a
later step of a pipeline. A name is letters, digits, ., _ and -, so that a
script can use it as it is.

Environment: CDKTF_OUTDIR is the default of --out.

Exit code: 0; 2 if there is no manifest, or it is not one that synthesis writes.`;

interface Options {
  readonly out: string;
  readonly json?: boolean;
}

export function addStacks(program: Command): void {
  program
    .command("stacks")
    .summary("list what was synthesized, in the order to apply it")
    .description("List the stacks that were synthesized, in an order to apply them in.")
    .option("--out <DIR>", "folder of what was synthesized", process.env["CDKTF_OUTDIR"] || "cdktf.out")
    .option("--json", "print them as JSON, with their folders")
    .addHelpText("after", examples)
    .action(stacks);
}

function stacks({ out, json }: Options): void {
  const found = readStacks(out);
  if (json) printJson({ stacks: found });
  else print(found.map(({ name }) => name));
}
