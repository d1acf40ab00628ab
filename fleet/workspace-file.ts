import { joinPath } from "../messages/paths";
import { shown } from "../messages/safe-text";
import { partitionOf, rolePartitionProblem } from "../rules/partitions";
import { roleArnProblem } from "../rules/principal-arns";
import { caseProblems } from "../rules/tags";
import { backendProblems, REFUSED_SETTINGS } from "./backend/problems";
import type { WorkspaceDeclaration } from "./declarations";
import { Entries } from "./yaml/entries";
import type { Problem } from "./yaml/problems";
import { shapeProblems } from "./yaml/shape";
import { problemAt, type YamlFile } from "./yaml/yaml-file";

/** What `workspace.yaml` says: the declaration less its files. */
export type WorkspaceSettings = Omit<WorkspaceDeclaration, "name" | "file" | "files">;

/** As far as it is right: what a user file's own checks need to know of its workspace. */
export type KnownSettings = Pick<
  Partial<WorkspaceSettings>,
  "account" | "region" | "signerAccounts" | "custodians" | "allowUsers"
>;

const USERS_ELSEWHERE =
  "belongs in a user file; move it to a file of its own beside this one, such as treasury.yaml";

/** What came of reading `workspace.yaml`. */
export interface WorkspaceReading {
  /** Only if nothing is wrong. */
  readonly settings?: WorkspaceSettings;
  readonly known: KnownSettings;
  readonly problems: Problem[];
}

/** Reads `workspace.yaml`. */
export function readWorkspace(yaml: YamlFile): WorkspaceReading {
  const problems = shapeProblems(yaml, "workspace.schema.json", {
    patterns: { account: accountProblem, roleArn: roleArnProblem },
    elsewhere: { users: USERS_ELSEWHERE },
    refused: REFUSED_SETTINGS,
  });
  const entries = new Entries(yaml, problems);
  const known: KnownSettings = {
    account: entries.text("account"),
    region: entries.text("region"),
    signerAccounts: entries.texts("signerAccounts").map(({ text }) => text),
    custodians: entries.texts("custodians").map(({ text }) => text),
    allowUsers: (yaml.value as { allowUsers?: unknown } | null)?.allowUsers === true,
  };
  problems.push(
    ...ownRoleProblems(yaml, entries, known),
    ...signerAccountProblems(yaml, entries, known),
    ...foreignProblems(yaml, entries, known),
    ...regionalProblems(yaml, entries, known),
    ...tagCaseProblems(yaml),
    ...backendProblems(yaml, entries.object("backend")),
  );
  return problems.length > 0 ? { known, problems } : { settings: settingsOf(yaml.value), known, problems };
}

function accountProblem(text: string): string | undefined {
  if (!/^\d{1,11}$/.test(text)) return undefined;
  return `${shown(text)} has ${text.length} digits of an AWS account's 12; write them all in quotes, leading zeros too`;
}

/** Deployers and custodians are of the workspace's own account: another's administrators could take their place. */
function ownRoleProblems(yaml: YamlFile, entries: Entries, known: KnownSettings): Problem[] {
  const problems: Problem[] = [];
  for (const key of ["deployers", "custodians"]) {
    for (const { text, path } of entries.texts(key)) {
      const account = text.split(":")[4];
      if (known.account !== undefined && account !== known.account) {
        const message = `${shown(text)} is a role of account ${account}; name one of the workspace's own, ${known.account}`;
        problems.push(problemAt(yaml, path, message));
      } else {
        const message = rolePartitionProblem(text, known.region);
        if (message) problems.push(problemAt(yaml, path, message));
      }
    }
  }
  return problems;
}

function signerAccountProblems(yaml: YamlFile, entries: Entries, known: KnownSettings): Problem[] {
  return entries
    .texts("signerAccounts")
    .filter(({ text }) => text === known.account)
    .map(({ path }) =>
      problemAt(yaml, path, "is the workspace's own account, whose roles may sign anyway; take it out"),
    );
}

/** A policy, key or topic of another account or region than the roles and functions that need it. */
function foreignProblems(yaml: YamlFile, entries: Entries, known: KnownSettings): Problem[] {
  const problems: Problem[] = [];
  for (const key of ["permissionsBoundary", "codeSigningConfig"]) {
    const arn = entries.text(key);
    const account = arn?.split(":")[4];
    if (arn === undefined || known.account === undefined || account === known.account || account === "aws")
      continue;
    problems.push(
      problemAt(yaml, key, `is of account ${account}; name one of the workspace's own, ${known.account}`),
    );
  }
  for (const key of ["permissionsBoundary", "codeSigningConfig", "logKmsKey", "alertTopic"]) {
    const partition = entries.text(key)?.split(":")[1];
    if (partition === undefined || known.region === undefined || partition === partitionOf(known.region))
      continue;
    const message = `is of the partition ${partition}, and ${known.region} is in ${partitionOf(known.region)}; correct one`;
    problems.push(problemAt(yaml, key, message));
  }
  return problems;
}

/** EventBridge, Lambda and CloudWatch Logs use what is in their own region only. */
function regionalProblems(yaml: YamlFile, entries: Entries, known: KnownSettings): Problem[] {
  const problems: Problem[] = [];
  for (const key of ["alertTopic", "logKmsKey", "codeSigningConfig"]) {
    const region = entries.text(key)?.split(":")[3];
    if (region === undefined || known.region === undefined || region === known.region) continue;
    if (partitionOf(region) !== partitionOf(known.region)) continue; // told already
    const message = `is of the region ${region}, and the workspace is in ${known.region}; name one of ${known.region}`;
    problems.push(problemAt(yaml, key, message));
  }
  return problems;
}

function tagCaseProblems(yaml: YamlFile): Problem[] {
  const tags = (yaml.value as { tags?: unknown } | null)?.tags;
  if (tags === null || typeof tags !== "object") return [];
  return caseProblems(Object.keys(tags)).map(({ key, message }) =>
    problemAt(yaml, joinPath("tags", key), message),
  );
}

function settingsOf(value: unknown): WorkspaceSettings {
  const {
    deployers = [],
    custodians = [],
    signerAccounts = [],
    alertEmails = [],
    tags = {},
    removalProtection = true,
    alerts = true,
    ...rest
  } = value as Partial<WorkspaceSettings> & Pick<WorkspaceSettings, "account" | "region">;
  return {
    ...rest,
    deployers,
    custodians,
    signerAccounts,
    alertEmails,
    tags: { ...tags },
    removalProtection,
    alerts,
  };
}
