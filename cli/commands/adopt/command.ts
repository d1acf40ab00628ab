import type { Command } from "commander";
import { AwsClients } from "../../../aws/clients";
import { Failure } from "../../../messages/failure";
import { inParallel } from "../../shared/in-parallel";
import { warn } from "../../shared/output";
import { readText } from "../../shared/text-input";
import type { Import } from "./find";
import { lookUp } from "./look-up";
import { type Planned, readAdoptable } from "./plan";

const examples = `
Examples:
  $ terraform plan -out=plan && terraform show -json plan | ledger-api-user adopt > adopt.tf
  $ terraform apply && rm adopt.tf

For a stack whose state was lost, or that Terraform was stopped in before it wrote down what AWS had made. Of what the plan would
make, AWS is asked what it has: secrets and KMS keys by their names, and the role of the key generator. For each there is an import
block (Terraform 1.5) on standard output, with the public key that it holds. Review it, and the plan with it: no key is made, replaced or
read. Compare each public key with the registered one: who made a secret beforehand may have what is in it.

It takes secretsmanager:DescribeSecret, kms:DescribeKey and GetPublicKey, iam:GetRole, ListAttachedRolePolicies and ListRolePolicies,
as the policy of a deployer has them.

Exit code: 0; 1 if something is there that must be fixed first, such as a secret that is scheduled for deletion; 2 for bad input,
or if AWS cannot be asked.`;

/** Adds `adopt [PLAN]`. */
export function addAdopt(program: Command): void {
  program
    .command("adopt")
    .summary("write import blocks for what AWS has and a lost Terraform state has not")
    .description("Write Terraform import blocks for what AWS has already of what a plan makes.")
    .argument("[PLAN]", "output of terraform show -json; without it, or with -, standard input")
    .addHelpText("after", examples)
    .action(adopt);
}

async function adopt(file = "-"): Promise<void> {
  const { name, text } = await readText(file, "a plan");
  const { planned, accounts, ...plan } = readAdoptable(text, name);
  const region = plan.region ?? process.env["AWS_REGION"];
  if (region === undefined)
    throw new Failure(`${name} does not say its region`, "set AWS_REGION to the region of the stack");
  const clients = new AwsClients();
  const named = planned.filter(isLookedUp);
  try {
    const found = await inParallel(named, 8, (each) => lookUp(each, region, accounts, clients));
    process.stdout.write(blocks(found.flat(), planned));
    const filled = found.flat().filter(({ holds }) => holds).length;
    if (filled > 0)
      warn(
        `${filled} of these hold a key or credentials already; compare each public key with the one that is registered in the workspace before you apply, and adopt none of a user who never had one`,
      );
  } finally {
    await clients.destroy();
  }
}

const isLookedUp = ({ type }: Planned) =>
  type !== "aws_lambda_function" && type !== "aws_cloudwatch_log_group";

function blocks(found: readonly Import[], planned: readonly Planned[]): string {
  if (found.length === 0) return "# AWS has none of what the plan makes: nothing is to be adopted.\n";
  const unseen = planned.filter((each) => !isLookedUp(each));
  return [
    "# By ledger-api-user adopt: what AWS has already, for Terraform to take into its state.",
    "# Review it, compare its public keys with the registered ones, plan, apply, and delete this file.",
    ...found.map(block),
    ...unseen.map(({ address, name }) => block({ address, id: name, remarks: [UNSEEN] })),
    "",
  ].join("\n");
}

const UNSEEN = "not looked up: take it out if Terraform says that it is not there";

const block = ({ address, id, remarks }: Pick<Import, "address" | "id" | "remarks">) =>
  [
    "",
    ...remarks.map((line) => `# ${line}`),
    "import {",
    `  to = ${address}`,
    `  id = ${JSON.stringify(id)}`,
    "}",
  ].join("\n");
