import { partitionOf, rolePartitionProblem } from "../rules/partitions";
import { principalArnProblem } from "../rules/principal-arns";
import { adminRuleProblem, ruleKindProblem } from "../rules/rule-assignments";
import { usernameKeyProblem } from "../rules/user-names";
import { publicKeyMistake } from "./public-keys";
import type { KnownSettings } from "./workspace-file";
import type { Entry } from "./yaml/entry";
import type { Problem } from "./yaml/problems";
import { problemAt } from "./yaml/yaml-file";

/** Reports what is wrong with a user beyond its shape. */
export function checkUser(user: Entry, known: KnownSettings): void {
  checkPrincipals(user, known);
  checkRules(user);
  checkKey(user, known);
  const username = user.text("username");
  if (username !== undefined) user.report("username", usernameKeyProblem(username));
}

/** A workspace is in one account, and an account in one partition. */
export function checkRegion(file: Entry, known: KnownSettings): void {
  const region = file.text("region");
  if (region === undefined || known.region === undefined) return;
  const partition = partitionOf(known.region);
  if (partitionOf(region) === partition) return;
  file.report("region", {
    what: `${region} is in another AWS partition than the workspace's ${known.region}`,
    fix: `name one of ${partition}`,
  });
}

function checkPrincipals(user: Entry, { account, signerAccounts = [], allowUsers, region }: KnownSettings) {
  const accounts = account === undefined ? undefined : [account, ...signerAccounts];
  for (const { text, path } of ["signers", "readers"].flatMap((key) => user.texts(key))) {
    const problem = principalArnProblem(text, { accounts, allowUsers }) ?? rolePartitionProblem(text, region);
    user.reportAt(path, problem);
  }
}

/** Operators are in the rules of accounts, administrators in API Admin rules. */
function checkRules(user: Entry): void {
  const role = user.text("role");
  if (role === "operator" || role === "administrator") {
    for (const kind of ["accountRules", "adminRules"] as const)
      if (user.get(kind) !== undefined) user.report(kind, ruleKindProblem(role, kind));
  }
  for (const { text, path } of user.texts("adminRules")) user.reportAt(path, adminRuleProblem(text));
}

function checkKey(user: Entry, { custodians }: KnownSettings): void {
  const custody = user.get("custody") ?? "secrets-manager";
  const isDeclared = user.get("publicKey") !== undefined;
  const publicKey = user.text("publicKey");
  if (custody === "secrets-manager" && isDeclared) {
    const what = "cannot be declared for custody secrets-manager, which makes the key itself";
    user.report("publicKey", { what, fix: "take it out" });
  } else if (custody === "imported" && !isDeclared) {
    const fix = 'add the public key that will be imported, publicKey: "04…"';
    user.reportAt(user.pathOf("publicKey"), { what: "is missing", fix }, user.path);
  } else if (publicKey !== undefined) {
    user.report("publicKey", publicKeyMistake(publicKey));
  }
  if (custody === "imported" && custodians?.length === 0) {
    const what = "imported needs a custodian, who loads the key";
    user.report("custody", { what, fix: "name a role under custodians in workspace.yaml" });
  }
}

/** A file without users, which Terraform takes as an order to remove all that were in it. */
export function emptyWarnings(file: Entry): Problem[] {
  const users = file.get("users");
  if (!Array.isArray(users) || users.length > 0) return [];
  const what = "is empty: the stack's next apply removes every user that was in it";
  const fix = "delete this file once that is applied, or write the users back";
  return [problemAt(file.yaml, "users", { what, fix })];
}

/** What may be meant, and probably is not. Ledger publishes no limit for names; its old API took 20 characters. */
export function userWarnings(user: Entry): Problem[] {
  const username = user.text("username");
  if (username === undefined) return [];
  const warnings: Problem[] = [];
  const warn = (path: string, what: string, fix: string) =>
    warnings.push(problemAt(user.yaml, path, { what, fix }));
  const { length } = [...username];
  if (length > 20) {
    const what = `has ${length} characters, and Ledger Enterprise may take only 20`;
    warn(user.pathOf("username"), what, "try it in the workspace first, or shorten it");
  }
  const signers = user.get("signers");
  if (signers === undefined || (Array.isArray(signers) && signers.length === 0)) {
    const what = "has no signers, so nobody can sign as this user";
    warn(user.path, what, "add signers: with the ARN of a role");
  }
  return warnings;
}
