import { compareText, joinPath } from "../messages/paths";
import { accessWarnings, alertWarnings } from "../rules/missing-settings";
import { lookAlikes, nameCollisions, registeredNameCollisions } from "./collisions";
import type { UserFile, WorkspaceDeclaration } from "./declarations";
import type { FoundFile, WorkspaceFolder } from "./directory";
import { type DeclaredStack, type LoadedFile, stackNameOf, stacksOf } from "./inventory";
import { movedUsersOf, moveProblems, withoutMoving } from "./moves";
import type { PlacedKey } from "./public-keys";
import { type OpenedFolder, type TakenFile, takenFiles } from "./taken-files";
import { ASSIGNMENTS, readUserFile } from "./user-file";
import {
  type KnownSettings,
  readWorkspace,
  type WorkspaceReading,
  type WorkspaceSettings,
} from "./workspace-file";
import { type ParsedYaml, parseYaml } from "./yaml/parse";
import { type Problem, problemOf } from "./yaml/problems";

/** Reads a folder, each file as its own workspace has it. */
export function openFolder(folder: WorkspaceFolder): OpenedFolder {
  const reading = loadSettings(folder.workspaceFile);
  const files = folder.userFiles.map(({ name, file, bytes }) => {
    const parsed = parseYaml(bytes, file);
    return { parsed, loaded: loadUserFile({ name, file, parsed }, reading.known) };
  });
  return { folder, reading, files };
}

/** What came of one workspace. */
export interface Loaded {
  readonly declaration?: WorkspaceDeclaration;
  readonly stacks: DeclaredStack[];
  readonly keys: readonly PlacedKey[];
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

export function loadWorkspace(opened: OpenedFolder, all: readonly OpenedFolder[]): Loaded {
  const { folder, reading } = opened;
  const { settings, known, warnings: ofRegion, problems: ofSettings } = reading;
  const taken = takenFiles(opened, all);
  const files = [
    ...opened.files.map(({ loaded }) => loaded),
    ...taken.files.map((each) => takenUserFile(each, known, folder)),
  ].sort((a, b) => compareText(a.name, b.name));
  const isFaulty = ofSettings.length + taken.problems.length > 0;
  const names = files.flatMap((each) => each.names ?? []);
  const registered = files.flatMap((each) => each.registered ?? []);
  const problems = [
    ...ofSettings,
    ...taken.problems,
    // What is wrong in the files that are taken follows from what is wrong here.
    ...files.flatMap((each) => (each.takenBy && isFaulty ? [] : each.problems)),
    ...nameCollisions(withoutMoving(files)),
    ...registeredNameCollisions(names, registered),
    ...moveProblems(files, known),
  ];
  const warnings = [
    ...ofRegion,
    ...files.flatMap((each) => each.warnings ?? []),
    ...lookAlikes([...names, ...registered]),
    ...ASSIGNMENTS.flatMap((kind) => lookAlikes(files.flatMap((each) => each.assigned?.[kind] ?? []))),
  ];
  if (folder.workspaceFile && files.length === 0 && taken.problems.length === 0) {
    const fix = "add one, such as treasury.yaml, with users: in it";
    warnings.push(problemOf(folder.workspaceFile.file, "has no user file beside it", fix));
  }
  if (folder.workspaceFile && settings) {
    const { file } = folder.workspaceFile;
    const missing = [...accessWarnings(settings), ...alertWarnings(settings)];
    warnings.push(...missing.map(({ what, fix }) => problemOf(file, what, fix)));
  }
  const stacks = stacksOf(folder, { settings, known, files });
  const isRight = problems.length === 0 && files.every(({ usersOf }) => usersOf !== undefined);
  if (!settings || !folder.workspaceFile || !isRight) return { stacks, keys: [], problems, warnings };
  const declaration: WorkspaceDeclaration = {
    ...settings,
    name: folder.name,
    file: folder.workspaceFile.file,
    files: files.flatMap((file) => userFileOf(folder, settings, file, files)),
  };
  const keys = files.flatMap((file) => keysIn(file, reading, declaration));
  return { declaration, stacks, keys, problems, warnings };
}

/** The public keys of a file's users, at their places: of a file that is taken, they are in workspace.yaml. */
function keysIn(
  { names = [], usersOf, takenBy }: LoadedFile,
  { settings, yaml }: WorkspaceReading,
  { name: workspace, file }: WorkspaceDeclaration,
): PlacedKey[] {
  const users = settings ? (usersOf?.(settings) ?? []) : [];
  return users.flatMap((user) => {
    const path = joinPath("publicKeys", user.username);
    const place = takenBy
      ? { file, line: yaml?.lineOf(path) ?? 1, path }
      : names.find(({ text }) => text === user.username);
    return place ? [{ ...place, workspace, user, isTaken: takenBy !== undefined }] : [];
  });
}

function loadSettings(found: FoundFile | undefined): WorkspaceReading {
  const parsed: ParsedYaml = found ? parseYaml(found.bytes, found.file) : { problems: [], warnings: [] };
  if (!parsed.yaml) return { ...parsed, known: {} };
  const read = readWorkspace(parsed.yaml);
  const problems = [...parsed.problems, ...read.problems];
  const warnings = [...parsed.warnings, ...read.warnings];
  return { ...read, problems, warnings, settings: problems.length > 0 ? undefined : read.settings };
}

function loadUserFile({ name, file, parsed }: Omit<TakenFile, "isFaulty">, known: KnownSettings): LoadedFile {
  const { yaml, problems, warnings } = parsed;
  if (!yaml) return { name, file, problems };
  const read = readUserFile(yaml, known);
  const all = { problems: [...problems, ...read.problems], warnings: [...warnings, ...read.warnings] };
  // What an alias or a tag stands for was not looked at.
  const usersOf = problems.length > 0 ? undefined : read.usersOf;
  return { ...read, usersOf, name, file, ...all };
}

/** What is wrong with it in its own workspace, too, is reported there. */
function takenUserFile(file: TakenFile, known: KnownSettings, { name }: WorkspaceFolder): LoadedFile {
  const loaded = loadUserFile(file, known);
  return { ...loaded, takenBy: name, problems: file.isFaulty ? [] : loaded.problems };
}

function userFileOf(
  folder: WorkspaceFolder,
  settings: WorkspaceSettings,
  read: LoadedFile,
  all: readonly LoadedFile[],
): UserFile[] {
  const { name, stack, file, region = settings.region, usersOf } = read;
  if (!usersOf) return [];
  const moved = movedUsersOf(read, all, settings);
  return [
    {
      ...{ name, ...(stack && { stack: stack.text }), stackName: stackNameOf(folder, read), file, region },
      ...{ users: usersOf(settings), ...(moved.length > 0 && { moved }) },
    },
  ];
}
