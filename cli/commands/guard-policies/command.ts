import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import type { WorkspaceDeclaration } from "../../../fleet";
import { Failure, reason } from "../../../messages/failure";
import type { Mistake } from "../../../messages/mistake";
import { shown } from "../../../messages/safe-text";
import { partitionOf } from "../../../rules/partitions";
import { roleArnProblem } from "../../../rules/principal-arns";
import { note, print, printJson, warn } from "../../shared/output";
import { RequiredOption } from "../../shared/required-option";
import {
  accountsOf,
  type GuardSettings,
  guardPolicies,
  lockedAccounts,
  type PolicyDocument,
} from "./documents";
import { unique } from "./guarded";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user guard-policies --organization o-exampleorgid
  $ npx cdktf-ledger-api-user guard-policies --organization o-exampleorgid \\
  >   --role-admin arn:aws:iam::210987654321:role/platform --out policies

Writes policies for AWS Organizations, which bind an account's administrators
too: a service control policy (SCP) and a resource control policy (RCP) for the
accounts of the workspaces, and an SCP for the accounts in signerAccounts. It
prints which account to attach each to. It calls no one, and attaches nothing.

The SCPs let only the deployers change what the workspaces make, the roles that
the YAML names, and the trails of the account. The RCP keeps everyone outside
the organization from the secrets and KMS keys. Each has 5,120 characters at
most; what needs more becomes several files, with numbers.

--role-admin names the roles that change signers, readers, custodians and
deployers, or pass them to services: such as the pipelines of the signers'
services. Deployers may do so in their own account. In an account of
signerAccounts nobody may, unless a role of it is named.

Attach the policies after the first apply, and again after a change of them:
docs/organization.md says how, and what no policy can bind.

Environment: LEDGER_API_USERS is the default of --users.

Exit code: 0; 2 for mistakes in the YAML or the options, or if a file cannot be
written.`;

interface Options {
  readonly users: string;
  readonly out: string;
  readonly organization: string;
  readonly roleAdmin?: readonly string[];
  readonly partition?: string;
  readonly json?: boolean;
}

export function addGuardPolicies(program: Command): void {
  program
    .command("guard-policies")
    .summary("write an SCP and an RCP for the fleet")
    .description("Write policies for AWS Organizations that guard a fleet above its accounts.")
    .option("--users <DIR>", "the YAML", process.env["LEDGER_API_USERS"] || "api-users")
    .addOption(new RequiredOption("--organization <ID>", "the organization's id, o-…"))
    .option("--role-admin <ARN...>", "roles that may change and pass the roles in the YAML")
    .option("--partition <NAME>", "of a fleet in several AWS partitions, the one to write for")
    .option("--out <DIR>", "folder for the policies", "guard-policies")
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(writeGuardPolicies);
}

function writeGuardPolicies({ users, out, organization, roleAdmin = [], partition, json }: Options): void {
  refuse("--organization", organizationProblem(organization));
  for (const arn of roleAdmin) refuse("--role-admin", roleArnProblem(arn));
  const workspaces = ofOnePartition(readFleet(users), users, partition);
  const settings = { organization, roleAdmins: unique(roleAdmin), partition: partitionOfAll(workspaces) };
  const policies = guardPolicies(workspaces, settings);
  refuseStrangers(settings, accountsOf(policies));
  const removed = write(out, policies);
  for (const account of lockedAccounts(workspaces, settings))
    warn(
      `nobody can change the signers' and readers' roles of account ${account} while its policy is attached; name a role of it with --role-admin`,
    );
  for (const file of removed) warn(`removed ${file}, which is no longer needed; detach that policy`);
  if (json) printJson({ policies: policies.map((policy) => described(out, policy)), removed });
  else print(policies.map((policy) => line(out, policy)));
}

/** As AWS writes one (Organizations API, `Organization`). */
function organizationProblem(id: string): Mistake | undefined {
  if (/^o-[a-z0-9]{10,32}$/.test(id)) return undefined;
  return {
    what: `${shown(id)} is not an organization's id`,
    fix: "write it as AWS shows it, o-exampleorgid",
  };
}

function refuse(option: string, mistake: Mistake | undefined): void {
  if (mistake) throw new Failure(`${option}: ${mistake.what}`, mistake.fix);
}

/** A role of an account to which no policy is attached could change nothing there. */
function refuseStrangers({ roleAdmins }: GuardSettings, accounts: readonly string[]): void {
  const stranger = roleAdmins.find((arn) => !accounts.includes(arn.split(":")[4] ?? ""));
  if (stranger !== undefined)
    throw new Failure(
      `--role-admin: ${shown(stranger)} is of no account that a policy is for`,
      `name a role of ${accounts.join(" or ")}`,
    );
}

/** @throws Failure for YAML with mistakes, and for workspaces that nobody deploys */
function readFleet(users: string): readonly WorkspaceDeclaration[] {
  const { formatProblem, loadFleet }: typeof import("../../../fleet") = require("../../../fleet");
  const { workspaces, problems, warnings } = loadFleet(users);
  note(problems.map(formatProblem));
  if (problems.length > 0)
    throw new Failure(`${users} has mistakes, so nothing was written`, "fix what is listed above");
  if (workspaces.length === 0)
    throw new Failure(`${users} declares no workspace`, "name another folder with --users");
  const open = workspaces.find(({ deployers }) => deployers.length === 0);
  if (open)
    throw new Failure(
      `${open.file} declares no deployers, and a policy would let nobody deploy`,
      "list the role that runs Terraform in deployers",
    );
  for (const warning of warnings) warn(formatProblem(warning));
  return workspaces;
}

/** An organization is of one partition. */
function ofOnePartition(
  workspaces: readonly WorkspaceDeclaration[],
  users: string,
  partition: string | undefined,
): readonly WorkspaceDeclaration[] {
  const found = unique(workspaces.map(({ region }) => partitionOf(region)));
  if (partition !== undefined && !found.includes(partition))
    throw new Failure(
      `--partition: ${users} has no workspace in ${shown(partition)}`,
      `use ${found.join(" or ")}`,
    );
  if (partition === undefined && found.length > 1)
    throw new Failure(
      `${users} has workspaces in the partitions ${found.join(" and ")}, and an organization is of one`,
      "name one with --partition",
    );
  return workspaces.filter(({ region }) => partition === undefined || partitionOf(region) === partition);
}

const partitionOfAll = ([first]: readonly WorkspaceDeclaration[]) => partitionOf(first?.region ?? "");

/** The files that this command writes. */
const OURS = /^(scp|rcp|scp-signer-accounts)(-\d+)?\.json$/;

/** Writes the policies, and removes those of an earlier run that are not among them: they would look current. */
function write(out: string, policies: readonly PolicyDocument[]): string[] {
  try {
    mkdirSync(out, { recursive: true });
    const left = readdirSync(out).filter(
      (name) => OURS.test(name) && !policies.some(({ file }) => file === name),
    );
    for (const { file, text } of policies) writeFileSync(join(out, file), text);
    for (const name of left) rmSync(join(out, name));
    return left.map((name) => join(out, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new Failure(
      `cannot write ${out}: ${reason(error)}`,
      "name a folder that you may write to, with --out",
    );
  }
}

const described = (out: string, { file, type, accounts, text }: PolicyDocument) => ({
  file: join(out, file),
  type,
  accounts,
  characters: text.length,
});

function line(out: string, policy: PolicyDocument): string {
  const { file, type, accounts, characters } = described(out, policy);
  const what = type === "SERVICE_CONTROL_POLICY" ? "SCP" : "RCP";
  return `${file}: attach this ${what} of ${characters} characters to ${accounts.join(", ")}`;
}
