import { type Command, InvalidArgumentError, Option } from "commander";
import { ExitCode, Failure } from "../../../messages/failure";
import { endWith } from "../../shared/exit-code";
import { complain, printDocument, printJson } from "../../shared/output";
import { type Plan, readPlans } from "../../shared/terraform-plan";
import { readText } from "../../shared/text-input";
import { affectedFindings, readAffected, stackOf } from "./affected";
import { sameChanges } from "./approved";
import { reviewPlan } from "./findings";
import { jsonOf, markdownOf, type Reviewed } from "./report";

const examples = `
Examples:
  $ terraform show -json plan.tfplan | npx cdktf-ledger-api-user review
  $ npx cdktf-ledger-api-user review plans/*.json \\
      --fail-on destroy,weakened > review.md
  $ npx cdktf-ledger-api-user review plans/*.json --affected affected.json
  $ npx cdktf-ledger-api-user review plan.json --format json
  $ npx cdktf-ledger-api-user review plan.json --approved reviewed/plan.json

Shows what a Terraform plan changes in terms of onboarding: users added and
removed, who gains or loses the right to sign or read, keys that are generated,
promoted or destroyed, and policies, alerts, logs or the key generator that are
weakened. What it cannot explain counts as weakened, and is named: provisioners,
reads of other things, other providers, resources and parts of a plan that this
version does not make or know. The rest is listed under other changes. If
nothing changes, the review is one line. docs/gitops.md shows it in a pull
request.

A new user whose name looks like another's of its workspace gets a line, too.
Only users in these plans are compared: give the plans of all its stacks.

  destroy    a key, credentials, or records of their use are lost, or a key is
             no longer found
  weakened   a policy denies less or allows more than before, removal protection
             is off, an alert or log is reduced; the key to register is another
             than before, pinned before it exists, or imported; a user turns up
             in another stack without a declared move, or under another name in
             AWS; something is not as this version of the package makes it

Give it the plans of all stacks that a change touches at once: a user that moves
is in two of them. The judge has to be the version that made the stack.

--affected is for a stack of which there is no plan: it compares the plans, each
in a file STACK.json, with what affected --json names. A plan that is missing or
one too many, and a stack that is no longer declared, count as weakened.

--approved is for the job that applies: it makes a plan of its own, and this
compares it with the one that people reviewed and approved.

Exit code: 0; 1 if a kind that --fail-on names was found, or the plan is not the
approved one; 2 for bad input.`;

/** The kinds that can close a gate. */
const GATES = ["destroy", "weakened"] as const;
type Gate = (typeof GATES)[number];

interface Options {
  failOn: Gate[];
  affected?: string;
  approved?: string;
  format: "markdown" | "json";
}

export function addReview(program: Command): void {
  program
    .command("review")
    .summary("show what a Terraform plan changes, for a pull request")
    .description("Show what a Terraform plan changes in terms of onboarding, for a pull request.")
    .argument("[PLAN...]", "output of terraform show -json; standard input without one, or with -")
    .addOption(
      new Option("--fail-on <KINDS>", `exit 1 if there is any of these: ${GATES.join(",")}`)
        .argParser(gates)
        .default([], "none"),
    )
    .option("--affected <FILE>", "what affected --json printed: the stacks that need a plan")
    .option("--approved <PLAN>", "exit 1 if the plan makes other changes than this one")
    .addOption(
      new Option("--format <FORMAT>", "how to print it").choices(["markdown", "json"]).default("markdown"),
    )
    .addHelpText("after", examples)
    .action(review);
}

async function review(given: string[], { failOn, affected, approved, format }: Options): Promise<void> {
  const files = given.length > 0 || affected !== undefined ? given : ["-"];
  if (approved !== undefined && files.length > 1)
    throw new Failure("--approved compares one plan, and there are several", "run review for each plan");
  if (affected !== undefined && files.includes("-"))
    throw new Failure(
      "with --affected, a plan on standard input has no name",
      "name it by a file, STACK.json",
    );
  const touched = affected === undefined ? undefined : await readTouched(affected);
  const read: { file: string; name: string; plan: Plan }[] = [];
  let other: string | undefined;
  for (const file of files) {
    const { name, text } = await readText(file, "a plan");
    read.push(...readPlans(text, name).map((plan) => ({ file, name, plan })));
    if (approved !== undefined && !(await isApproved(text, approved))) other = name;
  }
  const reviewed = read.map(({ name, plan }): Reviewed => {
    const beside = read.map((each) => each.plan).filter((each) => each !== plan);
    return { plan: name, findings: reviewPlan(plan, beside) };
  });
  if (touched !== undefined) {
    const { name, affected: all } = touched;
    const findings = affectedFindings(
      all,
      read.map(({ file }) => stackOf(file)),
    );
    if (findings.length > 0) reviewed.unshift({ plan: name, findings });
  }
  const failed = failedGates(reviewed, failOn);
  if (format === "json") printJson(jsonOf(reviewed, failed));
  else printDocument(markdownOf(reviewed));
  if (other !== undefined) {
    complain(`${other} makes other changes than the approved plan; have this one reviewed and approved`);
    endWith(ExitCode.NO);
  }
  if (failed.length > 0) {
    complain(
      `--fail-on: the plan has ${failed.join(" and ")}; see the review above, and have it approved by security`,
    );
    endWith(ExitCode.NO);
  }
}

async function readTouched(file: string) {
  const { name, text } = await readText(file, "the answer of affected");
  return { name, affected: readAffected(text, name) };
}

async function isApproved(plan: string, approved: string): Promise<boolean> {
  const { name, text } = await readText(approved, "the approved plan");
  readPlans(text, name); // refuses what is no plan
  return sameChanges(plan, text);
}

export function failedGates(reviewed: readonly Reviewed[], failOn: readonly Gate[]): Gate[] {
  const kinds = new Set(reviewed.flatMap(({ findings }) => findings.map(({ kind }) => kind)));
  return GATES.filter((gate) => failOn.includes(gate) && kinds.has(gate));
}

function gates(value: string): Gate[] {
  const named = value.split(",").map((each) => each.trim());
  const known = GATES.filter((gate) => named.includes(gate));
  if (known.length === new Set(named).size) return known;
  throw new InvalidArgumentError(`Give ${GATES.join(" or ")}, or both with a comma.`);
}
