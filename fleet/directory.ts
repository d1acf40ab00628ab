import { type Dirent, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import { compareText } from "../messages/paths";
import { shown } from "../messages/safe-text";
import { WORKSPACE_NAME, WORKSPACE_NAME_RULE } from "../rules/aws-names";
import { type Problem, problemOf } from "./yaml/problems";

/** What a fleet's directory holds: a folder for each workspace, in it workspace.yaml and the user files. */
export interface WorkspaceFolder {
  readonly name: string;
  /** The folder as a person would type it. */
  readonly folder: string;
  readonly workspaceFile?: FoundFile;
  /** By name. */
  readonly userFiles: readonly FoundFile[];
}

/** A file of a fleet and what is in it. */
export interface FoundFile {
  /** The file's name without its ending. */
  readonly name: string;
  /** As a person would type it. */
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Other files may be anywhere; so may files and folders whose names begin with a dot. */
const YAML_ENDING = /\.ya?ml$/i;

/** The folders of a fleet and the YAML files in them, sorted by name, whatever order the disk has them in. */
export function readDirectory(directory: string): { folders: WorkspaceFolder[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const root = asTyped(directory, directory);
  const entries = list(directory, root, problems);
  if (!entries) return { folders: [], problems };

  const folders: WorkspaceFolder[] = [];
  for (const entry of entries) {
    const place = join(directory, entry.name);
    const typed = asTyped(directory, place);
    if (entry.isSymbolicLink()) {
      if (YAML_ENDING.test(entry.name) || isFolder(place)) problems.push(link(typed));
    } else if (entry.isDirectory()) {
      if (WORKSPACE_NAME.test(entry.name)) folders.push(readFolder(directory, entry.name, problems));
      else problems.push(problemOf(typed, "is not a name for a workspace", `use ${WORKSPACE_NAME_RULE}`));
    } else if (YAML_ENDING.test(entry.name)) {
      problems.push(problemOf(typed, "is outside the folders of the workspaces", "move it into one of them"));
    }
  }
  if (folders.length === 0 && problems.length === 0) {
    problems.push(
      problemOf(root, "has no workspace in it", "make a folder for one, with workspace.yaml in it"),
    );
  }
  return { folders, problems };
}

function readFolder(directory: string, name: string, problems: Problem[]): WorkspaceFolder {
  const folder = join(directory, name);
  const typed = asTyped(directory, folder);
  const entries = list(folder, typed, problems);
  let workspaceFile: FoundFile | undefined;
  let workspaceFound = entries === undefined;
  const userFiles = new Map<string, FoundFile>();
  for (const entry of entries ?? []) {
    const place = join(folder, entry.name);
    const file = asTyped(directory, place);
    if (!YAML_ENDING.test(entry.name)) {
      if (entry.isDirectory() && holdsYaml(place)) {
        problems.push(
          problemOf(file, "holds YAML files that are not read", "move them up, beside workspace.yaml"),
        );
      } else if (entry.isSymbolicLink() && isFolder(place)) {
        problems.push(link(file));
      }
      continue;
    }
    const stem = basename(entry.name).replace(YAML_ENDING, "");
    if (stem === "workspace") workspaceFound = true;
    const problem = fileProblem(entry, stem, file, userFiles.get(stem));
    if (problem) {
      problems.push(problem);
      continue;
    }
    const bytes = contents(place, file, problems);
    if (!bytes) continue;
    if (stem === "workspace") workspaceFile = { name: stem, file, bytes };
    else userFiles.set(stem, { name: stem, file, bytes });
  }
  if (!workspaceFound) {
    const fix = 'add one, with account: "ACCOUNT" and region: REGION in it';
    problems.push(problemOf(typed, "has no workspace.yaml", fix));
  }
  return { name, folder: typed, workspaceFile, userFiles: [...userFiles.values()] };
}

/** What is wrong with a YAML file before it is opened. */
function fileProblem(entry: Dirent, stem: string, file: string, same?: FoundFile): Problem | undefined {
  if (entry.isSymbolicLink()) return link(file);
  if (!entry.isFile()) return problemOf(file, "is not a file", "rename it if it is not meant as one");
  if (/^workspace\./i.test(entry.name) && entry.name !== "workspace.yaml") {
    return problemOf(file, "is not read", "rename it workspace.yaml");
  }
  if (!WORKSPACE_NAME.test(stem) || !/\.ya?ml$/.test(entry.name)) {
    return problemOf(file, "is not a name for a user file", `use ${WORKSPACE_NAME_RULE}, then .yaml`);
  }
  if (same) return problemOf(file, `would be the same stack as ${same.file}`, "rename one of them");
  return undefined;
}

/** A folder's owners (CODEOWNERS) would not be asked to review what a link in it leads to. */
function link(file: string): Problem {
  return problemOf(
    file,
    "is a symbolic link, whose target can change without review",
    "put the file or folder itself here",
  );
}

function list(place: string, typed: string, problems: Problem[]): Dirent[] | undefined {
  try {
    if (!statSync(place).isDirectory()) {
      problems.push(
        problemOf(typed, "is not a directory", "name the directory that holds the workspaces' folders"),
      );
      return undefined;
    }
    return readdirSync(place, { withFileTypes: true })
      .filter((entry) => !entry.name.startsWith("."))
      .sort((a, b) => compareText(a.name, b.name));
  } catch (error) {
    const code = codeOf(error);
    problems.push(
      code === "ENOENT"
        ? problemOf(typed, "does not exist", "create it or name another")
        : problemOf(typed, `cannot be read (${code})`, "check its permissions"),
    );
    return undefined;
  }
}

function contents(place: string, file: string, problems: Problem[]): Uint8Array | undefined {
  try {
    return readFileSync(place);
  } catch (error) {
    problems.push(problemOf(file, `cannot be read (${codeOf(error)})`, "check its permissions"));
    return undefined;
  }
}

function holdsYaml(folder: string): boolean {
  try {
    return readdirSync(folder, { recursive: true }).some((name) => YAML_ENDING.test(String(name)));
  } catch {
    return false;
  }
}

function isFolder(place: string): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    return lstatSync(place).isDirectory();
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException)?.code ?? shown(String(error));
}

/** Relative to the current folder, if it is below that; otherwise beginning with what the person typed. */
export function asTyped(directory: string, place: string): string {
  const below = relative(process.cwd(), resolve(place));
  const outside = below === ".." || below.startsWith("../") || isAbsolute(below);
  if (outside) return place;
  return below === "" ? directory || "." : below;
}
