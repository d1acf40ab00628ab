import { accessWarnings, alertWarnings } from "../rules/missing-settings";
import { stateCollisions } from "./backend/checks";
import { lookAlikes, type NamedStack, nameCollisions, stackCollisions } from "./collisions";
import type { UserFile, WorkspaceDeclaration } from "./declarations";
import { type FoundFile, readDirectory, type WorkspaceFolder } from "./directory";
import { ASSIGNMENTS, readUserFile, type UserFileReading } from "./user-file";
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
export function loadFleet(directory: string): Fleet {
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
    workspaces: loaded.flatMap(({ declaration }) => declaration ?? []).filter(isRight),
    problems: inOrder(problems),
    warnings: inOrder(loaded.flatMap((each) => each.warnings)),
  };
}

interface Loaded {
  readonly declaration?: WorkspaceDeclaration;
  readonly stacks: NamedStack[];
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/** A user file as it was read; without contents if something is wrong with it. */
interface LoadedFile extends Partial<UserFileReading> {
  readonly name: string;
  readonly file: string;
  readonly problems: Problem[];
}

function loadWorkspace(folder: WorkspaceFolder): Loaded {
  const { settings, known, warnings: ofRegion, problems: ofSettings } = loadSettings(folder.workspaceFile);
  const files = folder.userFiles.map((found) => loadUserFile(found, known));
  const names = files.flatMap((each) => each.names ?? []);
  const problems = [...ofSettings, ...files.flatMap((each) => each.problems), ...nameCollisions(names)];
  const warnings = [
    ...ofRegion,
    ...files.flatMap((each) => each.warnings ?? []),
    ...lookAlikes(names),
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
  const stacks = stacksOf(folder, known, files);
  if (!settings || !folder.workspaceFile || problems.length > 0) return { stacks, problems, warnings };
  const declaration: WorkspaceDeclaration = {
    ...settings,
    name: folder.name,
    file: folder.workspaceFile.file,
    files: files.flatMap((file) => userFileOf(folder, settings, file)),
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
  return { ...read, name, file, ...all };
}

/** `WORKSPACE-FILE` for every user file, whose `stack` may name it, and `WORKSPACE-REGION` for every region in use. */
function stacksOf(folder: WorkspaceFolder, known: KnownSettings, files: readonly LoadedFile[]): NamedStack[] {
  const regions = new Set(files.flatMap(({ region }) => region ?? known.region ?? []));
  return [
    ...[...regions].map((region) => ({
      name: `${folder.name}-${region}`,
      file: folder.workspaceFile?.file ?? folder.folder,
      line: 1,
      what: `the workspace ${folder.name} in ${region}`,
      namedBy: "workspace" as const,
    })),
    ...files.map((read) => ({
      name: stackNameOf(folder, read),
      file: read.file,
      line: read.stack?.line ?? 1,
      what: read.file,
      namedBy: read.stack ? ("stack" as const) : ("file" as const),
    })),
  ];
}

const stackNameOf = (folder: WorkspaceFolder, { name, stack }: LoadedFile) =>
  `${folder.name}-${stack?.text ?? name}`;

function userFileOf(folder: WorkspaceFolder, settings: WorkspaceSettings, read: LoadedFile): UserFile[] {
  const { name, stack, file, region = settings.region, usersOf } = read;
  if (!usersOf) return [];
  const stackName = stackNameOf(folder, read);
  return [{ name, ...(stack && { stack: stack.text }), stackName, file, region, users: usersOf(settings) }];
}
