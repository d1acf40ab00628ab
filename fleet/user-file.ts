import { KeyError, parsePublicKey } from "../keys";
import { joinPath } from "../messages/paths";
import { awsNameOf } from "../rules/aws-names";
import { partitionOf, rolePartitionProblem } from "../rules/partitions";
import { principalArnProblem } from "../rules/principal-arns";
import { adminRuleProblem, ruleKindProblem } from "../rules/rule-assignments";
import { usernameKeyProblem } from "../rules/user-names";
import type { UserDeclaration } from "./declarations";
import type { KnownSettings, WorkspaceSettings } from "./workspace-file";
import { Entries } from "./yaml/entries";
import type { Problem } from "./yaml/problems";
import { shapeProblems } from "./yaml/shape";
import { problemAt, type YamlFile } from "./yaml/yaml-file";

/** What a user file says, once its workspace's settings are known. */
export interface UserFileContents {
  readonly region?: string;
  users(settings: WorkspaceSettings): UserDeclaration[];
}

/** A name that stands in a user file, right or wrong otherwise. */
export interface FoundName {
  readonly username: string;
  readonly file: string;
  readonly line: number;
  readonly path: string;
}

/** What came of reading a user file. */
export interface UserFileReading {
  /** Only if nothing is wrong. */
  readonly contents?: UserFileContents;
  readonly region?: string;
  /** In any case, to be held against other files'. */
  readonly names: FoundName[];
  readonly warnings: Problem[];
  readonly problems: Problem[];
}

/** Reads a user file of a workspace of which this is known. */
export function readUserFile(yaml: YamlFile, known: KnownSettings): UserFileReading {
  const problems = shapeProblems(yaml, "users.schema.json", {
    patterns: {
      principalArn: principalArnProblem,
      publicKey: (text) => publicKeyProblem(text) ?? SPACED_KEY,
    },
    elsewhere: ELSEWHERE,
  });
  const entries = new Entries(yaml, problems);
  const region = entries.text("region");
  const warnings: Problem[] = [];
  const names: FoundName[] = [];
  problems.push(...regionProblems(yaml, region, known));
  for (const { object, path } of entries.objects("users")) {
    problems.push(
      ...principalProblems(yaml, entries, object, path, { ...known, region: region ?? known.region }),
      ...ruleProblems(yaml, entries, object, path),
      ...keyProblems(yaml, entries, object, path, known),
      ...rotationProblems(yaml, path, object),
    );
    const username = entries.text("username", object, path);
    if (username === undefined) continue;
    const place = joinPath(path, "username");
    names.push({ username, file: yaml.file, line: yaml.lineOf(place), path: place });
    const problem = usernameKeyProblem(username);
    if (problem !== undefined) problems.push(problemAt(yaml, place, problem));
    warnings.push(...nameWarnings(yaml, username, place));
    if (isMissingOrEmpty(object["signers"])) {
      const message = "has no signers, so nobody can sign as this user; add signers: with the ARN of a role";
      warnings.push(problemAt(yaml, path, message));
    }
  }
  if (problems.length > 0) return { region, names, warnings, problems };
  return { contents: contentsOf(yaml, region), region, names, warnings, problems };
}

const SPACED_KEY = "is a public key with blanks in it; write its 130 digits without";

const WORKSPACE_KEYS = [
  "account",
  "deployers",
  "custodians",
  "signerAccounts",
  "alerts",
  "alertEmails",
  "alertTopic",
  "apiUrl",
  "logKmsKey",
  "vpc",
  "codeSigningConfig",
  "tags",
  "backend",
  "permissionsBoundary",
  "rolePath",
];

/** Keys of workspace.yaml, which somebody may look for here. */
const ELSEWHERE: Readonly<Record<string, string>> = Object.fromEntries(
  WORKSPACE_KEYS.map((key) => [
    key,
    "belongs in workspace.yaml; move it there, where it holds for every user",
  ]),
);

function isMissingOrEmpty(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.length === 0);
}

/** A workspace is in one account, and an account in one partition. */
function regionProblems(yaml: YamlFile, region: string | undefined, known: KnownSettings): Problem[] {
  if (region === undefined || known.region === undefined) return [];
  if (partitionOf(region) === partitionOf(known.region)) return [];
  const message = `${region} is in another AWS partition than the workspace's ${known.region}; name one of ${partitionOf(known.region)}`;
  return [problemAt(yaml, "region", message)];
}

function principalProblems(
  yaml: YamlFile,
  entries: Entries,
  user: Readonly<Record<string, unknown>>,
  path: string,
  known: KnownSettings,
): Problem[] {
  const accounts = known.account === undefined ? undefined : [known.account, ...(known.signerAccounts ?? [])];
  return ["signers", "readers"]
    .flatMap((key) => entries.texts(key, user, path))
    .flatMap(({ text, path: place }) => {
      const message =
        principalArnProblem(text, { accounts, allowUsers: known.allowUsers }) ??
        rolePartitionProblem(text, known.region);
      return message === undefined ? [] : [problemAt(yaml, place, message)];
    });
}

/** Which rules a role can be in (seed, step 4). */
function ruleProblems(
  yaml: YamlFile,
  entries: Entries,
  user: Readonly<Record<string, unknown>>,
  path: string,
): Problem[] {
  const problems: Problem[] = [];
  const role = entries.text("role", user, path);
  if (role === "operator" || role === "administrator") {
    for (const kind of ["accountRules", "adminRules"] as const) {
      const message = user[kind] === undefined ? undefined : ruleKindProblem(role, kind);
      if (message) problems.push(problemAt(yaml, joinPath(path, kind), message));
    }
  }
  for (const { text, path: place } of entries.texts("adminRules", user, path)) {
    const message = adminRuleProblem(text);
    if (message) problems.push(problemAt(yaml, place, message));
  }
  return problems;
}

function keyProblems(
  yaml: YamlFile,
  entries: Entries,
  user: Readonly<Record<string, unknown>>,
  path: string,
  known: KnownSettings,
): Problem[] {
  const problems: Problem[] = [];
  const custody = user["custody"] ?? "secrets-manager";
  const publicKey = entries.text("publicKey", user, path);
  const place = joinPath(path, "publicKey");
  if (custody === "secrets-manager" && user["publicKey"] !== undefined) {
    problems.push(problemAt(yaml, place, "is made with the key for custody secrets-manager; take it out"));
  } else if (custody === "imported" && user["publicKey"] === undefined) {
    const message = 'is missing; add the public key that will be imported, publicKey: "04…"';
    problems.push({ ...problemAt(yaml, path, message), path: place });
  } else if (publicKey !== undefined) {
    const message = publicKeyProblem(publicKey);
    if (message !== undefined) problems.push(problemAt(yaml, place, message));
  }
  if (custody === "imported" && known.custodians?.length === 0) {
    const message = "imported needs somebody who loads the key; name a role in custodians of workspace.yaml";
    problems.push(problemAt(yaml, joinPath(path, "custody"), message));
  }
  return problems;
}

/** Rotation is not available yet: one generation of each user, and none pending. */
function rotationProblems(
  yaml: YamlFile,
  path: string,
  { generation = 1, pending }: Readonly<Record<string, unknown>>,
): Problem[] {
  const problems: Problem[] = [];
  if (typeof pending === "number" && typeof generation === "number" && pending !== generation + 1) {
    const message = `is ${pending}; the generation after the current one is ${generation + 1}`;
    problems.push(problemAt(yaml, joinPath(path, "pending"), message));
  }
  if (Number.isInteger(generation) && generation !== 1) {
    const message = "rotation is not available in this version; take the key out, or write 1";
    problems.push(problemAt(yaml, joinPath(path, "generation"), message));
  }
  if (Number.isInteger(pending)) {
    const message = "rotation is not available in this version; take the key out";
    problems.push(problemAt(yaml, joinPath(path, "pending"), message));
  }
  return problems;
}

/** What is wrong with a public key, never showing it: somebody may have pasted a private one. */
function publicKeyProblem(text: string): string | undefined {
  try {
    parsePublicKey(text);
    return undefined;
  } catch (error) {
    if (error instanceof KeyError) return error.message;
    throw error;
  }
}

/** Ledger publishes no limit; its old API took 20 characters (FACTS, "User-name limits"). */
function nameWarnings(yaml: YamlFile, username: string, path: string): Problem[] {
  const length = [...username].length;
  if (length <= 20) return [];
  const message = `has ${length} characters, and Ledger Enterprise may take only 20; try it in the workspace first, or shorten it`;
  return [problemAt(yaml, path, message)];
}

function contentsOf(yaml: YamlFile, region: string | undefined): UserFileContents {
  const { users } = yaml.value as {
    users: (Partial<UserDeclaration> & Pick<UserDeclaration, "username" | "role">)[];
  };
  return {
    region,
    users: (settings) =>
      users.map((user, index) => ({
        username: user.username,
        awsName: awsNameOf(user.username),
        role: user.role,
        custody: user.custody ?? "secrets-manager",
        ...(user.publicKey === undefined ? {} : { publicKey: parsePublicKey(user.publicKey) }),
        generation: user.generation ?? 1,
        ...(user.pending === undefined ? {} : { pending: user.pending }),
        signers: user.signers ?? [],
        readers: user.readers ?? [],
        groups: user.groups ?? [],
        accountRules: user.accountRules ?? [],
        adminRules: user.adminRules ?? [],
        removalProtection: user.removalProtection ?? settings.removalProtection,
        line: yaml.lineOf(joinPath("users", index)),
      })),
  };
}
