import { stateCollisions } from "./backend/problems";
import { type NamedStack, nameCollisions, stackCollisions } from "./collisions";
import type { UserFile, WorkspaceDeclaration } from "./declarations";
import { type FoundFile, readDirectory, type WorkspaceFolder } from "./directory";
import { readUserFile, type UserFileReading } from "./user-file";
import {
  type KnownSettings,
  readWorkspace,
  type WorkspaceReading,
  type WorkspaceSettings,
} from "./workspace-file";
import { inOrder, type Problem } from "./yaml/problems";
import { parseYaml } from "./yaml/yaml-file";

/** A fleet, or what is wrong with it. */
export interface Fleet {
  /** The workspaces that nothing is wrong with, by name. Whoever acts on them checks `problems` first. */
  readonly workspaces: WorkspaceDeclaration[];
  /** All mistakes of all files, by file and line. */
  readonly problems: Problem[];
  /** What may be meant, by file and line. */
  readonly warnings: Problem[];
}

/**
 * Reads a fleet: `DIRECTORY/WORKSPACE/workspace.yaml` and `DIRECTORY/WORKSPACE/FILE.yaml`. Never throws for
 * what is on the disk.
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
  const { settings, known, problems: ofSettings } = loadSettings(folder.workspaceFile);
  const files = folder.userFiles.map((found) => loadUserFile(found, known));
  const problems = [
    ...ofSettings,
    ...files.flatMap((each) => each.problems),
    ...nameCollisions(files.flatMap((each) => each.names ?? [])),
  ];
  const warnings = files.flatMap((each) => each.warnings ?? []);
  if (folder.workspaceFile && files.length === 0) {
    const message = "has no user file beside it; add one, such as treasury.yaml, with users: in it";
    warnings.push({ file: folder.workspaceFile.file, line: 1, path: "", message });
  }
  if (folder.workspaceFile && settings) {
    const { file } = folder.workspaceFile;
    warnings.push(...missed(settings).map(([path, message]) => ({ file, line: 1, path, message })));
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

/** What a workspace may do without, and had better not. */
function missed({ deployers, custodians, alerts, alertEmails, alertTopic }: WorkspaceSettings) {
  const missed: [path: string, message: string][] = [];
  if (deployers.length === 0)
    missed.push([
      "deployers",
      "are none, so any administrator of the account may change who reads a key, and silence the alerts; name the roles that run Terraform, in deployers:",
    ]);
  if (custodians.length === 0)
    missed.push([
      "custodians",
      "are none, so nobody can store the API credentials of its users; name the roles that may, in custodians:",
    ]);
  if (alerts && alertEmails.length === 0 && alertTopic === undefined)
    missed.push([
      "alertEmails",
      "are none, and no alertTopic is named, so nobody is told of an alert but who subscribes to the topic by hand; name who is paged, in alertEmails:",
    ]);
  return missed;
}

function loadSettings(found: FoundFile | undefined): WorkspaceReading {
  const { yaml, problems } = found ? parseYaml(found.bytes, found.file) : { problems: [] };
  if (!yaml) return { known: {}, problems };
  const read = readWorkspace(yaml);
  const all = [...problems, ...read.problems];
  return all.length > 0 ? { known: read.known, problems: all } : read;
}

function loadUserFile({ name, file, bytes }: FoundFile, known: KnownSettings): LoadedFile {
  const { yaml, problems } = parseYaml(bytes, file);
  if (!yaml) return { name, file, problems };
  const read = readUserFile(yaml, known);
  return { ...read, name, file, problems: [...problems, ...read.problems] };
}

/** `WORKSPACE-FILE` for every user file, and `WORKSPACE-REGION` for every region in use. */
function stacksOf(folder: WorkspaceFolder, known: KnownSettings, files: readonly LoadedFile[]): NamedStack[] {
  const regions = new Set(files.flatMap(({ region }) => region ?? known.region ?? []));
  return [
    ...[...regions].map((region) => ({
      name: `${folder.name}-${region}`,
      file: folder.workspaceFile?.file ?? folder.folder,
      line: 1,
      what: `the workspace ${folder.name} in ${region}`,
      renamable: false,
    })),
    ...files.map(({ name, file }) => ({
      name: `${folder.name}-${name}`,
      file,
      line: 1,
      what: file,
      renamable: true,
    })),
  ];
}

function userFileOf(folder: WorkspaceFolder, settings: WorkspaceSettings, read: LoadedFile): UserFile[] {
  if (!read.contents) return [];
  return [
    {
      name: read.name,
      stackName: `${folder.name}-${read.name}`,
      file: read.file,
      region: read.contents.region ?? settings.region,
      users: read.contents.users(settings),
    },
  ];
}
