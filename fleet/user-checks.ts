import { joinPath } from "../messages/paths";
import { shown } from "../messages/safe-text";
import {
  FIRST_GENERATION,
  type Generations,
  orderProblem,
  type RegisteredNames,
  registeredAsProblems,
  registeredNameOf,
  stagesOf,
} from "../rules/generations";
import { partitionOf, rolePartitionProblem } from "../rules/partitions";
import { principalArnProblem } from "../rules/principal-arns";
import { publicKeysProblems } from "../rules/public-keys";
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
  const generations = checkGenerations(user);
  checkKeys(user, generations, known);
  const username = user.text("username");
  if (username === undefined) return;
  user.report("username", usernameKeyProblem(username));
  if (generations !== undefined) checkRegisteredNames(user, username, generations);
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

function checkKeys(user: Entry, generations: Generations | undefined, { custodians }: KnownSettings): void {
  const custody = user.get("custody") ?? "secrets-manager";
  for (const key of ["publicKey", "publicKeys"] as const) {
    if (custody !== "secrets-manager" || user.get(key) === undefined) continue;
    const what = "cannot be declared for custody secrets-manager, which makes the key itself";
    user.report(key, { what, fix: "take it out" });
  }
  if (custody === "kms" || custody === "imported") checkPublicKeys(user, generations, custody === "imported");
  if (custody === "imported" && custodians?.length === 0) {
    const what = "imported needs a custodian, who loads the key";
    user.report("custody", { what, fix: "name a role under custodians in workspace.yaml" });
  }
}

function checkPublicKeys(user: Entry, generations: Generations | undefined, isNeeded: boolean): void {
  const publicKey = user.text("publicKey");
  const publicKeys = user.map("publicKeys");
  if (publicKey !== undefined) user.report("publicKey", publicKeyMistake(publicKey));
  for (const [generation, key] of Object.entries(publicKeys ?? {}))
    user.reportAt(joinPath(user.pathOf("publicKeys"), generation), publicKeyMistake(key));
  const isFaulty = (["publicKey", "publicKeys"] as const).some(
    (key) => user.get(key) !== undefined && user.isFaultyWithin(key),
  );
  if (isFaulty || generations === undefined) return;
  for (const { setting, generation, ...mistake } of publicKeysProblems(
    generations,
    { publicKey, publicKeys },
    isNeeded,
  )) {
    const path = user.pathOf(setting);
    const place = user.get(setting) === undefined ? user.path : path;
    if (generation === undefined) user.reportAt(path, mistake, place);
    else user.reportAt(joinPath(path, generation), mistake);
  }
}

/** The generations of a user, and the problems of their order; undefined where something is wrong with them. */
function checkGenerations(user: Entry): Generations | undefined {
  const written = user.get("generations");
  if (written === undefined) return FIRST_GENERATION;
  const generations = user.map("generations") as Generations | undefined;
  const mistake = generations && orderProblem(generations);
  user.report("generations", mistake);
  return mistake ? undefined : generations;
}

function checkRegisteredNames(user: Entry, username: string, generations: Generations): void {
  if (user.get("registeredAs") !== undefined && user.map("registeredAs") === undefined) return;
  const registeredAs: RegisteredNames = user.map("registeredAs") ?? {};
  for (const { generation, ...mistake } of registeredAsProblems(username, generations, registeredAs)) {
    const isDeclared = generation in registeredAs;
    const path = isDeclared ? joinPath(user.pathOf("registeredAs"), generation) : user.pathOf("generations");
    user.reportAt(path, mistake);
  }
}

/** The names that a user's keys are registered under, but for its own. */
export function registeredNamesOf(user: Entry) {
  const username = user.text("username");
  const generations = (user.map("generations") ?? FIRST_GENERATION) as Generations;
  if (username === undefined || orderProblem(generations)) return [];
  const registeredAs = user.map("registeredAs") ?? {};
  return stagesOf(generations).flatMap(([generation]) => {
    const text = registeredNameOf(username, generation, registeredAs);
    if (text === username) return [];
    const isDeclared = generation in registeredAs;
    const path = isDeclared
      ? joinPath(user.pathOf("registeredAs"), String(generation))
      : user.pathOf("generations");
    return [{ text, path, username }];
  });
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
  for (const { text, path } of registeredNamesOf(user)) {
    const { length } = [...text];
    if (length <= 20) continue;
    const what = `${shown(text)} has ${length} characters, and Ledger Enterprise may take only 20`;
    warn(path, what, "try it in the workspace first, or declare a shorter one in registeredAs");
  }
  const signers = user.get("signers");
  if (signers === undefined || (Array.isArray(signers) && signers.length === 0)) {
    const what = "has no signers, so nobody can sign as this user";
    warn(user.path, what, "add signers: with the ARN of a role");
  }
  return warnings;
}
