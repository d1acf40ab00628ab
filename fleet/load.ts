import { stateCollisions } from "./backend/checks";
import { stackCollisions } from "./collisions";
import type { WorkspaceDeclaration } from "./declarations";
import { readDirectory } from "./directory";
import type { Inventory } from "./inventory";
import { type Loaded, loadWorkspace, openFolder } from "./load-workspace";
import { sharedKeys } from "./public-keys";
import type { OpenedFolder } from "./taken-files";
import { inOrder, type Problem } from "./yaml/problems";

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
  const loaded = loadWorkspaces(folders.map(openFolder));
  const problems = [
    ...found,
    ...loaded.flatMap((each) => each.problems),
    ...stackCollisions(loaded.flatMap((each) => each.stacks)),
    ...stateCollisions(
      loaded.flatMap(({ declaration, stacks }) =>
        declaration ? stacks.map((stack) => ({ ...stack, backend: declaration.backend })) : [],
      ),
    ),
    ...sharedKeys(loaded.flatMap((each) => each.keys)),
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

/** In their order. One that takes the files of another is loaded after that one, whose problems are not reported twice. */
function loadWorkspaces(opened: readonly OpenedFolder[]): Loaded[] {
  const isTaking = ({ reading }: OpenedFolder) => reading.known.users !== undefined;
  const loaded = new Map<OpenedFolder, Loaded>();
  for (const each of opened.filter((folder) => !isTaking(folder))) loaded.set(each, loadWorkspace(each, []));
  const known = [...loaded.values()];
  for (const each of opened.filter(isTaking))
    loaded.set(each, withoutRepeats(loadWorkspace(each, opened), each, known));
  return opened.flatMap((each) => loaded.get(each) ?? []);
}

/** What is said of files that are taken, if it is not said of them in their own workspace. */
function withoutRepeats(loaded: Loaded, { folder }: OpenedFolder, others: readonly Loaded[]): Loaded {
  const keyOf = (problem: Problem) => JSON.stringify(problem);
  const said = new Set(others.flatMap(({ problems, warnings }) => [...problems, ...warnings].map(keyOf)));
  const own = new Set([folder.workspaceFile, ...folder.userFiles].map((each) => each?.file ?? folder.folder));
  const rest = (problems: readonly Problem[]) =>
    problems.flatMap((problem) => {
      if (own.has(problem.file)) return [problem];
      if (said.has(keyOf(problem))) return [];
      return [{ ...problem, what: `${problem.what} (as ${folder.name} takes this file)` }];
    });
  return { ...loaded, problems: rest(loaded.problems), warnings: rest(loaded.warnings) };
}
