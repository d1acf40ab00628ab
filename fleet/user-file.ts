import { parsePublicKey } from "../keys";
import { joinPath } from "../messages/paths";
import { awsNameOf } from "../rules/aws-names";
import { currentGeneration } from "../rules/generations";
import { principalArnProblem } from "../rules/principal-arns";
import type { UserDeclaration } from "./declarations";
import { publicKeyWording } from "./public-keys";
import { regionWarnings } from "./region-warnings";
import { checkRegion, checkUser, emptyWarnings, registeredNamesOf, userWarnings } from "./user-checks";
import type { KnownSettings, WorkspaceSettings } from "./workspace-file";
import { type WrittenKeys, writtenKeys } from "./written-user";
import { Entry } from "./yaml/entry";
import type { Problem } from "./yaml/problems";
import { DOCUMENTS, defaultsOf } from "./yaml/schema";
import { shapeProblems } from "./yaml/shape";
import type { YamlFile } from "./yaml/yaml-file";

/** A name in a user file, whether or not the rest of the user is right. */
export interface FoundName {
  readonly text: string;
  readonly file: string;
  readonly line: number;
  readonly path: string;
}

/** A name that a key is registered under in the workspace, of a user that is called otherwise. */
export interface FoundRegisteredName extends FoundName {
  /** The user's own name. */
  readonly username: string;
}

/** A user by its name, and what is written of its keys. */
export type NamedUser = FoundName & WrittenKeys;

/** A line that says that a user moves; its text is the user's name. */
export interface FoundMove extends FoundName {
  readonly direction: "to" | "from";
  /** The name of the other file. */
  readonly other: string;
}

/** Where a user's groups and rules are. */
export const ASSIGNMENTS = ["groups", "accountRules", "adminRules"] as const;
type Assignment = (typeof ASSIGNMENTS)[number];

/** What came of reading a user file. */
export interface UserFileReading {
  /** The users, once the workspace's settings are known. Only if nothing is wrong. */
  readonly usersOf?: (settings: WorkspaceSettings) => UserDeclaration[];
  readonly region?: string;
  /** The name of the file that its stack is called after, where that is declared, and the line. */
  readonly stack?: { readonly text: string; readonly line: number };
  /** Of users. Also if something is wrong, to be compared with the names in other files. */
  readonly names: NamedUser[];
  /** Of keys that are registered under another name than their user's. */
  readonly registered: FoundRegisteredName[];
  /** Of users that come from another file, and of those that go to one. */
  readonly moves: FoundMove[];
  /** Of the groups and rules that users are assigned to, by kind. */
  readonly assigned: Readonly<Record<Assignment, FoundName[]>>;
  readonly warnings: Problem[];
  readonly problems: Problem[];
}

/** Reads a user file. */
export function readUserFile(yaml: YamlFile, known: KnownSettings): UserFileReading {
  const problems = shapeProblems(yaml, "users.schema.json", {
    patterns: { principalArn: principalArnProblem, publicKey: publicKeyWording },
    elsewhere: ELSEWHERE,
  });
  const file = Entry.root(yaml, problems);
  const region = file.text("region");
  const stack = file.text("stack");
  checkRegion(file, known);
  const entries = file.entries("users");
  const users = entries.filter((entry) => !isMovedAway(entry));
  for (const user of users) checkUser(user, { ...known, region: region ?? known.region });
  const found = (text: string, path: string) => ({ text, file: yaml.file, line: yaml.lineOf(path), path });
  const names = users.flatMap((user) => {
    const username = user.text("username");
    if (username === undefined) return [];
    return [{ ...found(username, user.pathOf("username")), ...writtenKeys((key) => user.get(key)) }];
  });
  const registered = users.flatMap((user) =>
    registeredNamesOf(user).map(({ text, path, username }) => ({ ...found(text, path), username })),
  );
  const moves = entries.flatMap((entry): FoundMove[] => {
    const key = isMovedAway(entry) ? "movedTo" : "movedFrom";
    const [username, other] = [entry.text("username"), entry.text(key)];
    if (username === undefined || other === undefined) return [];
    const direction = key === "movedTo" ? "to" : "from";
    return [{ ...found(username, entry.pathOf(key)), direction, other }];
  });
  const assignedTo = (kind: Assignment) =>
    users.flatMap((user) => user.texts(kind).map(({ text, path }) => found(text, path)));
  const usersOf = problems.length > 0 ? undefined : usersIn(yaml);
  return {
    usersOf,
    region,
    stack: stack === undefined ? undefined : { text: stack, line: yaml.lineOf("stack") },
    names,
    registered,
    moves,
    assigned: {
      groups: assignedTo("groups"),
      accountRules: assignedTo("accountRules"),
      adminRules: assignedTo("adminRules"),
    },
    warnings: [...regionWarnings(file), ...emptyWarnings(file), ...users.flatMap(userWarnings)],
    problems,
  };
}

/** Whether an entry is one of a user that another file has. */
const isMovedAway = (entry: Entry) => entry.get("movedTo") !== undefined;

const { properties: OF_FILE, definitions } = DOCUMENTS["users.schema.json"];
const USER = definitions["user"] ?? {};

/** The keys of a user whose values the schema defines, in whatever structure, as `principalArn` or `publicKey`. */
export const userKeysOf = (definition: string): string[] =>
  Object.entries(USER.properties ?? {})
    .filter(([, schema]) => JSON.stringify(schema).includes(`#/definitions/${definition}"`))
    .map(([key]) => key);

/** Keys of workspace.yaml that somebody may look for here. */
const ELSEWHERE = Object.fromEntries(
  Object.keys(DOCUMENTS["workspace.schema.json"].properties ?? {})
    .filter((key) => !(key in { ...OF_FILE, ...USER.properties }))
    .map((key) => [
      key,
      { what: "belongs in workspace.yaml", fix: "move it there, where it holds for every user" },
    ]),
);

type WrittenUser = Partial<UserDeclaration> &
  Pick<UserDeclaration, "username"> & { readonly movedTo?: string };

function usersIn(yaml: YamlFile): UserFileReading["usersOf"] {
  const { users } = yaml.value as { users: WrittenUser[] };
  const defaults = defaultsOf(USER) as unknown as UserDeclaration;
  return ({ removalProtection }) =>
    users.flatMap((written, index) => {
      if (written.movedTo !== undefined) return [];
      const { publicKey, publicKeys, ...user } = written;
      return {
        ...defaults,
        removalProtection,
        ...user,
        generation: currentGeneration(user.generations ?? defaults.generations),
        ...(publicKey === undefined ? {} : { publicKey: parsePublicKey(publicKey) }),
        ...(publicKeys && {
          publicKeys: Object.fromEntries(
            Object.entries(publicKeys).map(([generation, key]) => [generation, parsePublicKey(key)]),
          ),
        }),
        awsName: awsNameOf(user.username),
        line: yaml.lineOf(joinPath("users", index)),
      };
    });
}
