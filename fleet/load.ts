import { accessWarnings, alertWarnings } from "../rules/missing-settings";
import { stateCollisions } from "./backend/checks";
import { lookAlikes, nameCollisions, registeredNameCollisions, stackCollisions } from "./collisions";
import type { UserFile, WorkspaceDeclaration } from "./declarations";
import { type FoundFile, readDirectory, type WorkspaceFolder } from "./directory";
import { type DeclaredStack, type Inventory, type LoadedFile, stackNameOf, stacksOf } from "./inventory";
import { movedUsersOf, moveProblems, withoutMoving } from "./moves";
import { ASSIGNMENTS, readUserFile } from "./user-file";
import {
  type KnownSettings,
  readWorkspace,
  type WorkspaceReading,
  type WorkspaceSettings,
} from "./workspace-file";
import { type ParsedYaml, parseYaml } from "./yaml/parse";
import { inOrder, type Problem, problemOf } from "./yaml/problems";

/** A fleet, or what is wrong with it. */
export interface Fleet {
  /** The workspaces that nothing is wrong with, by name. Check `problems` before acting on them. */
  readonly workspaces: WorkspaceDeclaration[];
  /** All mistakes of all files, by file and line. */
  readonly problems: Problem[];
  /** What is probably a mistake but may be meant, by file and line. */
  readonly warnings: Problem[];
}

/**
 * Reads a fleet: `DIRECTORY/WORKSPACE/workspace.yaml` and `DIRECTORY/WORKSPACE/FILE.yaml`. Never throws, whatever is on the
 * disk.
 */
export const loadFleet = (directory: string): Fleet => readFleet(directory).fleet;

/** The same with all that the fleet declares by name, also in files that something is wrong with. */
export function readFleet(directory: string): { readonly fleet: Fleet; readonly inventory: Inventory } {
  const { folders, problems: found } = readDirectory(directory);
  const loaded = folders.map(loadWorkspace);
  const problems = [
    ...found,
    ...loaded.flatMap((each) => each.problems),
    ...stackCollisions(loaded.flatMap((each) => each.stacks)),
    ...stateCollisions(
      loaded.flatMap(({ declaration, stacks }) =>
        declaration ? stacks.map((stack) => ({ ...stack, backend: declaration.backend })) : [],
      ),
    ),
  ];
  const faulty = new Set(problems.map(({ file }) => file));
  const isRight = ({ file, files }: WorkspaceDeclaration) =>
    ![file, ...files.map((each) => each.file)].some((each) => faulty.has(each));
  return {
    fleet: {
      workspaces: loaded.flatMap(({ declaration }) => declaration ?? []).filter(isRight),
      problems: inOrder(problems),
      warnings: inOrder(loaded.flatMap((each) => each.warnings)),
    },
    inventory: loaded.flatMap(({ stacks }) => stacks),
  };
}

interface Loaded {
  readonly declaration?: WorkspaceDeclaration;
  readonly stacks: DeclaredStack[];
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

function loadWorkspace(folder: WorkspaceFolder): Loaded {
  const { settings, known, warnings: ofRegion, problems: ofSettings } = loadSettings(folder.workspaceFile);
  const files = folder.userFiles.map((found) => loadUserFile(found, known));
  const names = files.flatMap((each) => each.names ?? []);
  const registered = files.flatMap((each) => each.registered ?? []);
  const problems = [
    ...ofSettings,
    ...files.flatMap((each) => each.problems),
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
  if (folder.workspaceFile && files.length === 0) {
    const fix = "add one, such as treasury.yaml, with users: in it";
    warnings.push(problemOf(folder.workspaceFile.file, "has no user file beside it", fix));
  }
  if (folder.workspaceFile && settings) {
    const { file } = folder.workspaceFile;
    const missing = [...accessWarnings(settings), ...alertWarnings(settings)];
    warnings.push(...missing.map(({ what, fix }) => problemOf(file, what, fix)));
  }
  const stacks = stacksOf(folder, { settings, known, files });
  if (!settings || !folder.workspaceFile || problems.length > 0) return { stacks, problems, warnings };
  const declaration: WorkspaceDeclaration = {
    ...settings,
    name: folder.name,
    file: folder.workspaceFile.file,
    files: files.flatMap((file) => userFileOf(folder, settings, file, files)),
  };
  return { declaration, stacks, problems, warnings };
}

function loadSettings(found: FoundFile | undefined): WorkspaceReading {
  const parsed: ParsedYaml = found ? parseYaml(found.bytes, found.file) : { problems: [], warnings: [] };
  if (!parsed.yaml) return { ...parsed, known: {} };
  const read = readWorkspace(parsed.yaml);
  const problems = [...parsed.problems, ...read.problems];
  const warnings = [...parsed.warnings, ...read.warnings];
  return { ...read, problems, warnings, settings: problems.length > 0 ? undefined : read.settings };
}

function loadUserFile({ name, file, bytes }: FoundFile, known: KnownSettings): LoadedFile {
  const { yaml, problems, warnings } = parseYaml(bytes, file);
  if (!yaml) return { name, file, problems };
  const read = readUserFile(yaml, known);
  const all = { problems: [...problems, ...read.problems], warnings: [...warnings, ...read.warnings] };
  // What an alias or a tag stands for was not looked at.
  const usersOf = problems.length > 0 ? undefined : read.usersOf;
  return { ...read, usersOf, name, file, ...all };
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
