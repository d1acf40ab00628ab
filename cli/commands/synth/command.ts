import type { Command } from "commander";
import { formatKept } from "../../../fleet/stale-stacks";
import { formatProblem } from "../../../fleet/yaml/problems";
import { Failure } from "../../../messages/failure";
import { engineFor, synthesized } from "../../shared/engine";
import { note, print, printJson, warn } from "../../shared/output";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user synth
  $ npx cdktf-ledger-api-user synth --users api-users --out cdktf.out
  $ npx cdktf-ledger-api-user synth > stacks && while IFS= read -r stack <&3; do
  >   terraform -chdir="cdktf.out/stacks/$stack" init
  >   terraform -chdir="cdktf.out/stacks/$stack" plan
  > done 3< stacks

Writes a folder for each stack, cdktf.out/stacks/NAME, with a cdk.tf.json that
Terraform reads. The same YAML gives the same bytes on every machine. It needs
no credentials and no network. If there are mistakes in the YAML, it prints all
of them and writes nothing.

It prints the names of the stacks, one a line, in an order to apply them in: the
workspaces' stacks first. It removes folders of stacks that are no longer
declared, if they hold nothing but what this command and terraform init write.
Their states, and what they made in AWS, stay. It copies a .terraform.lock.hcl
in the current folder into each stack.

It needs an engine, which you install beside this package: cdktf, constructs and
@cdktf/provider-aws, or CDK Terrain: cdktn, constructs and @cdktn/provider-aws.
Where both are installed, it takes cdktf: --engine cdktn takes the other.

Environment: LEDGER_API_USERS is the default of --users, CDKTF_OUTDIR of --out.

Exit code: 0; 2 for mistakes in the YAML, or if the folder cannot be written.`;

interface Options {
  readonly users: string;
  readonly out: string;
  readonly engine?: string;
  readonly json?: boolean;
}

export function addSynth(program: Command): void {
  program
    .command("synth")
    .summary("compile the YAML to Terraform")
    .description("Compile the YAML of workspaces and users to Terraform's JSON.")
    .option("--users <DIR>", "the YAML", process.env["LEDGER_API_USERS"] || "api-users")
    .option("--out <DIR>", "folder for what is compiled", process.env["CDKTF_OUTDIR"] || "cdktf.out")
    .option("--engine <NAME>", "cdktf or cdktn (default: the one that is installed)")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(synth);
}

function synth({ users, out, engine, json }: Options): void {
  const { problems, warnings, stacks, removed, kept } = synthesized(users, out, engineFor(engine));
  note(problems.map(formatProblem));
  for (const warning of warnings) warn(formatProblem(warning));
  if (problems.length > 0) {
    const mistakes = problems.length === 1 ? "a mistake" : `${problems.length} mistakes`;
    throw new Failure(`${users} has ${mistakes}, so nothing was written`, "fix what is listed above");
  }
  for (const folder of removed)
    warn(`removed ${folder}, a stack that is no longer declared; its state and what it made in AWS stay`);
  for (const folder of kept) warn(formatKept(folder));
  if (json) printJson({ stacks, removed, kept });
  else print(stacks.map(({ name }) => name));
}
