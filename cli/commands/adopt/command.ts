import type { Command } from "commander";
import { AwsClients } from "../../../aws/clients";
import { Failure } from "../../../messages/failure";
import { inParallel } from "../../shared/in-parallel";
import { print, warn } from "../../shared/output";
import { readText } from "../../shared/text-input";
import { type Import, lookUp } from "./find";
import { type Planned, readAdoptable } from "./plan";

const examples = `
Examples:
  $ terraform plan -out=plan
  $ terraform show -json plan | npx cdktf-ledger-api-user adopt > adopt.tf
  $ terraform apply && rm adopt.tf

For a stack whose state was lost, or whose first apply was interrupted before
Terraform wrote its state. It asks AWS which of the resources that the plan
creates exist already: secrets and KMS keys by their names, and the role of the
key generator. For each it prints an import block (Terraform 1.5) with the
public key that it holds. Review the blocks and the plan with them: no key is
made, replaced or read. Compare each public key with the registered one: anybody
who created a secret beforehand may know what is in it.

It needs secretsmanager:DescribeSecret, kms:DescribeKey and GetPublicKey,
iam:GetRole, ListAttachedRolePolicies and ListRolePolicies. A deployer's policy
has them.

Exit code: 0; 1 if something must be fixed first, such as a secret that is
scheduled for deletion; 2 for bad input, or if AWS cannot be asked.`;

export function addAdopt(program: Command): void {
  program
    .command("adopt")
    .summary("write import blocks for resources that a lost Terraform state lacks")
    .description(
      "Write Terraform import blocks for resources that a plan creates and that exist in AWS already.",
    )
    .argument("[PLAN]", "output of terraform show -json; without it, or with -, standard input")
    .addHelpText("after", examples)
    .action(adopt);
}

async function adopt(file = "-"): Promise<void> {
  const { name, text } = await readText(file, "a plan");
  const { planned, accounts, ...plan } = readAdoptable(text, name);
  const region = plan.region ?? process.env["AWS_REGION"];
  if (region === undefined)
    throw new Failure(`${name} does not name its region`, "set AWS_REGION to the region of the stack");
  const clients = new AwsClients();
  const named = planned.filter(isLookedUp);
  try {
    const found = await inParallel(named, 8, (each) => lookUp(each, region, accounts, clients));
    print(blocks(found.flat(), planned));
    const filled = found.flat().filter(({ holds }) => holds).length;
    if (filled > 0)
      warn(
        `${filled} of these hold a key or credentials already; before you apply, compare each public key with the one registered in the workspace, and adopt none of a user who never had a key`,
      );
  } finally {
    await clients.destroy();
  }
}

/** Functions and log groups are not looked up: they exist if the role of the same stack does. */
const isLookedUp = ({ type }: Planned) =>
  type !== "aws_lambda_function" && type !== "aws_cloudwatch_log_group";

function blocks(found: readonly Import[], planned: readonly Planned[]): string[] {
  if (found.length === 0) return ["# AWS has nothing that the plan creates: there is nothing to adopt."];
  const unseen = planned.filter((each) => !isLookedUp(each));
  return [
    "# By cdktf-ledger-api-user adopt: resources that exist in AWS already, for Terraform to import into its state.",
    "# Review this file, compare its public keys with the registered ones, plan, apply, and delete it.",
    ...found.flatMap(block),
    ...unseen.flatMap(({ address, name }) => block({ address, id: name, remarks: [UNSEEN] })),
  ];
}

const UNSEEN = "not looked up: remove this block if Terraform says that it does not exist";

const block = ({ address, id, remarks }: Pick<Import, "address" | "id" | "remarks">) => [
  "",
  ...remarks.map((line) => `# ${line}`),
  "import {",
  `  to = ${address}`,
  `  id = ${JSON.stringify(id)}`,
  "}",
];
