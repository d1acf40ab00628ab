import type { Command } from "commander";
import { AwsClients } from "../../../aws/clients";
import { ExitCode, Failure } from "../../../messages/failure";
import { inParallel } from "../../shared/in-parallel";
import { print, warn } from "../../shared/output";
import { readText } from "../../shared/text-input";
import { importBlocks } from "./blocks";
import { lookUp } from "./look-up";
import { readAdoptable } from "./plan";

const examples = `
Examples:
  $ terraform plan -out=plan
  $ terraform show -json plan | npx cdktf-ledger-api-user adopt > adopt.tf
  $ terraform plan -out=plan
  $ terraform apply plan && rm adopt.tf

Run it in the folder of the stack: adopt.tf must be there.

For a stack whose state was lost, or whose first apply was interrupted before
Terraform wrote its state. It asks AWS which of the resources that the plan
creates exist already, by their names. For each it prints an import block
(Terraform 1.5), with the public key where it holds one. Comments name what is
created again, and why that does no harm. Review the blocks and the plan with
them: no key is made, replaced or read. Compare each public key with the
registered one: anybody who created a secret beforehand may know what is in it.

With --check it writes no blocks. Run it between plan and apply: if the state is
lost, it says so before the apply begins.

It calls only what describes and lists. A deployer's policy allows that, but for
a trail (cloudtrail:GetTrail).

Exit code: 0; 1 if something must be fixed first, such as a secret that is
scheduled for deletion, and with --check if anything exists already; 2 for bad
input, or if AWS cannot be asked.`;

export function addAdopt(program: Command): void {
  program
    .command("adopt")
    .summary("write import blocks for resources that a lost Terraform state lacks")
    .description(
      "Write Terraform import blocks for resources that a plan creates and that exist in AWS already.",
    )
    .argument("[PLAN]", "output of terraform show -json; without it, or with -, standard input")
    .option("--check", "only say what exists already: exit code 1 if anything does")
    .addHelpText("after", examples)
    .action(adopt);
}

async function adopt(file = "-", { check = false }: { check?: boolean } = {}): Promise<void> {
  const { name, text } = await readText(file, "a plan");
  const adoptable = readAdoptable(text, name);
  const region = adoptable.region ?? process.env["AWS_REGION"];
  if (region === undefined)
    throw new Failure(`${name} does not name its region`, "set AWS_REGION to the region of the stack");
  const clients = new AwsClients();
  const where = { region, accounts: adoptable.accounts, clients };
  try {
    const answers = await inParallel(adoptable.planned, 8, (each) => lookUp(each, where));
    const found = answers.flat();
    if (check) {
      print(found.map(({ address, id }) => `${address} exists already: ${id}`));
      if (found.length > 0)
        throw new Failure(
          `AWS has ${found.length} of the resources that ${name} creates already`,
          "do not apply it: adopt them (cdktf-ledger-api-user adopt), since the state is lost or an apply was interrupted",
          ExitCode.NO,
        );
      return;
    }
    print(importBlocks(found, adoptable));
    const filled = found.filter(({ holds }) => holds).length;
    if (filled > 0)
      warn(
        `${filled} of these hold a key or credentials already; before you apply, compare each public key with the one registered in the workspace, and adopt none of a user who never had a key`,
      );
  } finally {
    await clients.destroy();
  }
}
