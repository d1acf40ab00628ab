import { joinPath } from "../messages/paths";
import { shown } from "../messages/safe-text";
import { isObject } from "../rules/is-object";
import { partitionOf, rolePartitionProblem } from "../rules/partitions";
import { roleArnProblem } from "../rules/principal-arns";
import { recoveryWindowProblem } from "../rules/recovery-window";
import { caseProblems } from "../rules/tags";
import { checkBackend, REFUSED_SETTINGS } from "./backend/checks";
import type { WorkspaceDeclaration } from "./declarations";
import { publicKeyMistake, publicKeyWording } from "./public-keys";
import { regionWarnings } from "./region-warnings";
import { Entry } from "./yaml/entry";
import type { Mistake, Problem } from "./yaml/problems";
import { DOCUMENTS, defaultsOf } from "./yaml/schema";
import { shapeProblems } from "./yaml/shape";
import type { YamlFile } from "./yaml/yaml-file";

/** What `workspace.yaml` says: the declaration without its files. */
export type WorkspaceSettings = Omit<WorkspaceDeclaration, "name" | "file" | "files">;

/** What the checks of a user file need to know of its workspace, as far as it is right. */
export type KnownSettings = Pick<
  Partial<WorkspaceSettings>,
  | "account"
  | "region"
  | "signerAccounts"
  | "custodians"
  | "allowUsers"
  | "users"
  | "accountMap"
  | "publicKeys"
>;

const USERS_ELSEWHERE = {
  what: "belongs in a user file",
  fix: "move it to a file of its own beside this one, such as treasury.yaml",
};

/** What came of reading `workspace.yaml`. */
export interface WorkspaceReading {
  /** Only if nothing is wrong. */
  readonly settings?: WorkspaceSettings;
  readonly known: KnownSettings;
  /** The file, where it can be read at all. */
  readonly yaml?: YamlFile;
  readonly warnings: Problem[];
  readonly problems: Problem[];
}

/** Reads `workspace.yaml`. */
export function readWorkspace(yaml: YamlFile): WorkspaceReading {
  const schema = "workspace.schema.json";
  const problems = shapeProblems(yaml, schema, {
    patterns: { account: accountMistake, roleArn: roleArnProblem, publicKey: publicKeyWording },
    lists: { users: USERS_ELSEWHERE },
    refused: REFUSED_SETTINGS,
  });
  const file = Entry.root(yaml, problems);
  const textsOf = (key: string) => file.texts(key).map(({ text }) => text);
  const mapOf = (key: string) =>
    Object.fromEntries(file.textsByKey(key).map((each) => [each.key, each.text] as const));
  const known: KnownSettings = {
    account: file.text("account"),
    region: file.text("region"),
    signerAccounts: textsOf("signerAccounts"),
    custodians: textsOf("custodians"),
    allowUsers: file.get("allowUsers") === true,
    users: file.text("users"),
    accountMap: mapOf("accountMap"),
    publicKeys: mapOf("publicKeys"),
  };
  checkRoles(file, known);
  checkSignerAccounts(file, known);
  checkArns(file, known);
  checkTags(file);
  checkRecovery(file);
  checkBackend(file);
  checkTaking(file, known);
  const warnings = regionWarnings(file);
  if (problems.length > 0) return { yaml, known, warnings, problems };
  const settings = { ...defaultsOf(DOCUMENTS[schema]), ...(yaml.value as object) } as WorkspaceSettings;
  return { settings, yaml, known, warnings, problems };
}

function accountMistake(text: string): Mistake | undefined {
  if (!/^\d{1,11}$/.test(text)) return undefined;
  const what = `${shown(text)} has ${text.length} digits of an AWS account's 12`;
  return { what, fix: "write them all in quotes, leading zeros too" };
}

/** Deployers and custodians belong to the workspace's own account: administrators of another could take their place. */
function checkRoles(file: Entry, { account: own, region }: KnownSettings): void {
  for (const { text, path } of ["deployers", "custodians"].flatMap((key) => file.texts(key))) {
    const account = text.split(":")[4];
    const what = `${shown(text)} is a role of account ${account}`;
    const isForeign = own !== undefined && account !== own;
    const fix = `name one of the workspace's own, ${own}`;
    file.reportAt(path, isForeign ? { what, fix } : rolePartitionProblem(text, region));
  }
}

function checkSignerAccounts(file: Entry, { account }: KnownSettings): void {
  const mistake = { what: "is the workspace's own account, whose roles may sign anyway", fix: "take it out" };
  for (const { text, path } of file.texts("signerAccounts"))
    if (text === account) file.reportAt(path, mistake);
}

/** What belongs to the files of another workspace. What can be said only with them at hand is in taken-files.ts. */
function checkTaking(file: Entry, { account, signerAccounts = [], users }: KnownSettings): void {
  for (const key of ["accountMap", "publicKeys"]) {
    const what = "is for the user files of another workspace, and none are taken";
    if (file.get(key) !== undefined && file.get("users") === undefined)
      file.report(key, { what, fix: "write users: ../ and its folder beside it, or take it out" });
  }
  if (users === undefined) return;
  for (const { text, path } of file.textsByKey("publicKeys")) file.reportAt(path, publicKeyMistake(text));
  if (account === undefined) return;
  const accounts = [account, ...signerAccounts];
  for (const { key, text, path } of file.textsByKey("accountMap")) {
    const isUnclear = accounts.includes(key);
    if (isUnclear) {
      const what = "is an account whose own roles may sign here, so that nobody could tell which is meant";
      file.reportAt(path, { what, fix: "take it out, here or under signerAccounts" });
    } else if (!accounts.includes(text)) {
      const what = `${text} is neither this workspace's account nor one of its signerAccounts`;
      file.reportAt(path, { what, fix: `write ${account}, or add it there` });
    }
  }
}

/** EventBridge, Lambda and CloudWatch Logs use what is in their own region only. */
const REGIONAL = ["alertTopic", "logKmsKey", "codeSigningConfig"];
const OF_OWN_ACCOUNT = ["permissionsBoundary", "codeSigningConfig"];

/** A policy, key or topic of another account or region than the roles and functions that need it. */
function checkArns(file: Entry, { account: ownAccount, region: ownRegion }: KnownSettings): void {
  for (const key of new Set([...OF_OWN_ACCOUNT, ...REGIONAL])) {
    const [, partition, , region, account] = file.text(key)?.split(":") ?? [];
    if (partition === undefined) continue;
    const isForeign = ownAccount !== undefined && account !== ownAccount && account !== "aws";
    if (OF_OWN_ACCOUNT.includes(key) && isForeign) {
      const fix = `name one of the workspace's own, ${ownAccount}`;
      file.report(key, { what: `is of account ${account}`, fix });
    }
    if (ownRegion === undefined) continue;
    const ownPartition = partitionOf(ownRegion);
    if (partition !== ownPartition) {
      const what = `is of the partition ${partition}, and ${ownRegion} is in ${ownPartition}`;
      file.report(key, { what, fix: "correct one" });
    } else if (REGIONAL.includes(key) && region !== ownRegion) {
      const what = `is of the region ${region}, and the workspace is in ${ownRegion}`;
      file.report(key, { what, fix: `name one of ${ownRegion}` });
    }
  }
}

/** What the schema cannot say: a gap in a range, and one key that needs another. */
function checkRecovery(file: Entry): void {
  const recoveryWindowInDays = file.get("recoveryWindowInDays");
  if (typeof recoveryWindowInDays !== "number" || file.isFaulty("recoveryWindowInDays")) return;
  const removalProtection = file.get("removalProtection") !== false;
  file.report("recoveryWindowInDays", recoveryWindowProblem({ recoveryWindowInDays, removalProtection }));
}

function checkTags(file: Entry): void {
  const tags = file.get("tags");
  if (!isObject(tags)) return;
  for (const { key, mistake } of caseProblems(Object.keys(tags)))
    file.reportAt(joinPath("tags", key), mistake);
}
