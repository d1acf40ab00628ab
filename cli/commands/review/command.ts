import { type Command, InvalidArgumentError, Option } from "commander";
import { ExitCode } from "../../../messages/failure";
import { complain, printJson } from "../../shared/output";
import { readPlans } from "../../shared/terraform-plan";
import { readText } from "../../shared/text-input";
import { reviewPlan } from "./findings";
import { jsonOf, markdownOf, type Reviewed } from "./report";

const examples = `
Examples:
  $ terraform show -json plan.tfplan | ledger-api-user review
  $ ledger-api-user review plans/*.json --fail-on destroy,weakened > review.md
  $ ledger-api-user review plan.json --format json

Says what a plan of Terraform changes in the terms of onboarding: users added and removed, who gains or loses signing or reading, keys
generated, promoted or destroyed, and policies, alerts, logs or the key generator weakened. What is none of these stands under other
changes; nothing is left out. Where nothing changes, it is one line. docs/gitops.md has it in a pull request.

  destroy    a key, credentials, or the records of their use are lost, or a key is no longer found
  weakened   somebody is denied less or allowed more than before, removal protection is off, an alert or log is less; a key to register
             is another than before, pinned before it exists, or taken in by an import; a resource is of a type that this package
             never makes and may reach a key

What a reviewer cannot be told, such as a policy that will be known after apply only, counts as weakened.

Exit code: 0; 1 if --fail-on names what was found; 2 for bad input.`;

/** The kinds that a gate may be closed on. */
const GATES = ["destroy", "weakened"] as const;
type Gate = (typeof GATES)[number];

interface Options {
  failOn: Gate[];
  format: "markdown" | "json";
}

/** Adds `review [PLAN…]`. */
export function addReview(program: Command): void {
  program
    .command("review")
    .summary("say what a Terraform plan changes, for a pull request")
    .description("Say what a Terraform plan changes in the terms of onboarding, for a pull request.")
    .argument("[PLAN...]", "output of terraform show -json; standard input without one, or with -")
    .option("--fail-on <KINDS>", `exit 1 if there is any of these: ${GATES.join(",")}`, gates, [])
    .addOption(
      new Option("--format <FORMAT>", "how to print it").choices(["markdown", "json"]).default("markdown"),
    )
    .addHelpText("after", examples)
    .action(review);
}

async function review(files: string[], { failOn, format }: Options): Promise<void> {
  const reviewed: Reviewed[] = [];
  for (const file of files.length > 0 ? files : ["-"]) {
    const { name, text } = await readText(file, "a plan");
    for (const plan of readPlans(text, name)) reviewed.push({ plan: name, findings: reviewPlan(plan) });
  }
  const kinds = new Set(reviewed.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
  const failed = GATES.filter((gate) => failOn.includes(gate) && kinds.has(gate));
  if (format === "json") printJson(jsonOf(reviewed, failed));
  else process.stdout.write(markdownOf(reviewed));
  if (failed.length > 0) {
    complain(
      `--fail-on: the plan has ${failed.join(" and ")}; see the review above, and have it approved by security`,
    );
    process.exitCode = ExitCode.NO;
  }
}

function gates(value: string): Gate[] {
  const named = value.split(",").map((each) => each.trim());
  const known = GATES.filter((gate) => named.includes(gate));
  if (known.length === new Set(named).size) return known;
  throw new InvalidArgumentError(`Give ${GATES.join(" or ")}, or both with a comma.`);
}
