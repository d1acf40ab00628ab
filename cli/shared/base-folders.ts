import { readdirSync } from "node:fs";
import { posix } from "node:path";
import type { Inventory } from "../../fleet/inventory";
import { Failure } from "../../messages/failure";
import { quoted } from "../../messages/safe-text";
import type { Repository } from "./git";

const { basename, dirname } = posix;

/** Where the YAML was in a commit: the folder's own path, and others that workspaces were in, if they are there no more. */
interface BaseFolders {
  readonly folders: readonly string[];
  /** Whether there was any. */
  readonly isEmpty: boolean;
}

/**
 * Writes the YAML that a commit had into a folder. A workspace that was in another folder, and is not there any more, came from there: the
 * YAML's folder has another name, or the workspace moved into it. By its name it would be new, and nothing of it could be lost.
 *
 * @param users the folder of the YAML, from the repository's
 * @throws Failure if it is not clear where a workspace was
 */
export function writeBase(
  repository: Repository,
  { commit, users, head }: { readonly commit: string; readonly users: string; readonly head: Inventory },
  to: string,
): BaseFolders {
  repository.writeYaml(commit, users, to);
  const written = new Set(readdirSync(to));
  const missing = new Set(head.map(({ workspace }) => workspace).filter((name) => !written.has(name)));
  if (missing.size === 0) return { folders: [users], isEmpty: false };
  const left = repository
    .yamlIn(commit, "")
    .map(({ path }) => path)
    .filter((path) => basename(path) === "workspace.yaml" && !repository.hasFile(path))
    .map((path) => dirname(path))
    .filter((folder) => folder !== "." && rootOf(folder) !== users);
  const sameName = left.filter((folder) => missing.has(basename(folder)));
  // Where the folder was not there at all, it may have had another name while its workspaces had other names, too.
  const roots = [...new Set((sameName.length > 0 || written.size > 0 ? sameName : left).map(rootOf))];
  const came = left.filter((folder) => roots.includes(rootOf(folder)) && !written.has(basename(folder)));
  for (const folder of came) {
    const [other] = came.filter((each) => each !== folder && basename(each) === basename(folder));
    if (other !== undefined)
      throw new Failure(
        `the workspace ${basename(folder)} was in ${quoted(rootOf(folder))} and in ${quoted(rootOf(other))}, and is in neither now`,
        "move one of them after the other, each in a change of its own",
      );
    repository.writeYaml(commit, folder, `${to}/${basename(folder)}`);
  }
  return { folders: [users, ...came], isEmpty: written.size === 0 && came.length === 0 };
}

/** The folder that a workspace's folder is in; empty for the repository's own. */
const rootOf = (folder: string) => dirname(folder).replace(/^\.$/, "");
