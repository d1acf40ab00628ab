import { spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Failure } from "../../messages/failure";
import { oneLine, shown } from "../../messages/safe-text";

/** More than a fleet's YAML. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * The Git repository that the current folder is in. It is only read, by commands that run no hook and no filter, but for the comparison
 * with the files on the disk.
 */
export class Repository {
  /** The folder of the repository, and in it, the current one: both without links, the latter with `/` and empty for the first. */
  readonly #top: string;
  readonly here: string;

  /** @throws Failure if there is none, or no git */
  constructor() {
    const top = git(["rev-parse", "--show-toplevel"]);
    if (top.status !== 0)
      throw new Failure(
        `the current folder is in no Git repository that can be read: ${said(top)}`,
        "run it in a clone, with its files checked out",
      );
    this.#top = realpathSync(text(top).replace(/\r?\n$/, ""));
    this.here = this.pathOf(".");
  }

  /** A file or folder as Git names it; it has to be there. @throws Failure if it is outside, or behind a link: Git has another history of that */
  pathOf(file: string): string {
    for (let at = resolve(file); at !== dirname(at) && realpathSync(at) !== this.#top; at = dirname(at))
      if (lstatSync(at).isSymbolicLink())
        throw new Failure(`${file} leads over a link`, "name the folder itself, and have it where it was");
    const path = relative(this.#top, realpathSync(file)).replaceAll("\\", "/");
    if (/^\.\.(\/|$)|^[A-Za-z]:|^\//.test(path))
      throw new Failure(
        `${file} is outside the repository of the current folder`,
        "run it in the repository that holds the YAML",
      );
    return path;
  }

  /** The whole id of a commit. @throws Failure if it is not in this clone */
  commitOf(ref: string): string {
    const found = ref.startsWith("-")
      ? undefined
      : git(["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]);
    const id = found?.status === 0 ? text(found).trim() : "";
    if (/^[0-9a-f]{40,64}$/.test(id)) return id;
    throw new Failure(
      `${shown(ref)} is no commit of this clone`,
      "name a branch, a tag or a commit, and fetch it first: a pipeline's clone is often shallow (on GitHub, fetch-depth of actions/checkout)",
    );
  }

  /** Whether what is checked out came after a commit. A shallow clone does not know, and is believed. */
  isAfter(commit: string): boolean {
    if (git(["merge-base", "--is-ancestor", commit, "HEAD"]).status === 0) return true;
    const shallow = git(["rev-parse", "--is-shallow-repository"]);
    return shallow.status === 0 && text(shallow).trim() === "true";
  }

  /** The files, from the repository's folder, that are not on the disk as they are in a commit. */
  changedSince(commit: string): string[] {
    const options = ["-z", "--name-only", "--no-relative", "--no-renames", "--no-ext-diff", "--no-textconv"];
    const changed = this.#atTop(["diff", ...options, "--ignore-submodules=dirty", commit, "--"]);
    const added = this.#atTop(["ls-files", "-z", "--others", "--exclude-standard"]);
    return [...changed, ...added].flatMap((each) => text(each).split("\0")).filter((path) => path !== "");
  }

  /** The YAML files below a folder in a commit. None if it was not there. */
  yamlIn(commit: string, folder: string): { readonly id: string; readonly path: string }[] {
    const [listed] = this.#atTop(["ls-tree", "-r", "-z", "--full-tree", commit, "--", folder || "."]);
    const prefix = folder === "" ? "" : `${folder}/`;
    return text(listed)
      .split("\0")
      .flatMap((entry) => {
        const [, mode, id = "", path = ""] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
        return isYamlFile(mode, path) && path.startsWith(prefix) ? [{ id, path }] : [];
      });
  }

  /** Writes the YAML files that a folder has in a commit into another folder. */
  writeYaml(commit: string, folder: string, to: string): void {
    const files = this.yamlIn(commit, folder);
    const contents = this.contentsOf(files.map(({ id }) => id));
    for (const [index, { path }] of files.entries()) {
      const file = join(to, folder === "" ? path : path.slice(folder.length + 1));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, contents[index] ?? "");
    }
  }

  /** Whether a file that a commit has is there still. */
  hasFile(path: string): boolean {
    return lstatSync(join(this.#top, path), { throwIfNoEntry: false }) !== undefined;
  }

  /** What is in some objects, in their order. */
  contentsOf(ids: readonly string[]): Buffer[] {
    const contents = blobs(this.#atTop(["cat-file", "--batch"], ids.map((id) => `${id}\n`).join(""))[0]);
    if (contents.length !== ids.length) throw unreadable("an object is missing");
    return contents;
  }

  /** How many bytes are in some objects, in their order. */
  sizesOf(ids: readonly string[]): number[] {
    const [answer] = this.#atTop(["cat-file", "--batch-check"], ids.map((id) => `${id}\n`).join(""));
    return text(answer)
      .split("\n")
      .slice(0, -1)
      .map((line) => {
        const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(line) ?? [];
        if (size === undefined) throw unreadable("an object is missing");
        return Number(size);
      });
  }

  /**
   * What each commit changed in YAML files, from the newest to the oldest: of the commits that a branch was at, not of those that were merged
   * into it.
   *
   * @param paths pathspecs
   */
  historyOf(commit: string, paths: readonly string[]): FormerCommit[] {
    const options = ["--first-parent", "-m", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff"];
    const settings = ["log.showSignature=false", "log.showRoot=true", "log.follow=false"];
    // By itself, -m shows a merge against each parent.
    settings.push("log.diffMerges=first-parent");
    const [log] = this.#atTop([
      ...settings.flatMap((setting) => ["-c", setting]),
      ...["log", ...options, "--ignore-submodules=all", "--format=commit %H", commit, "--", ...paths],
    ]);
    const commits: { id: string; files: FormerFile[] }[] = [];
    const parts = text(log).split("\0");
    for (let index = 0; index < parts.length; index++) {
      const [, id] = /^commit ([0-9a-f]+)$/.exec(parts[index] ?? "") ?? [];
      if (id !== undefined) commits.push({ id, files: [] });
      const [, modeBefore, mode, before, after] =
        /^\n?:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) [A-Z]\d*$/.exec(parts[index] ?? "") ?? [];
      if (mode === undefined) continue;
      index++;
      const path = parts[index] ?? "";
      const file = {
        path,
        before: isYamlFile(modeBefore, path) ? before : undefined,
        after: isYamlFile(mode, path) ? after : undefined,
      };
      commits.at(-1)?.files.push(file);
    }
    return commits;
  }

  /** Whether the clone has all commits that a branch was at before this one. The first of a shallow clone has parents that are not there. */
  hasAllBefore(commit: string): boolean {
    const [first] = this.#atTop(["rev-list", "--first-parent", "--max-parents=0", commit]);
    const [content] = this.#atTop(["cat-file", "commit", text(first).trim()]);
    const [header = ""] = text(content).split("\n\n");
    return !/^parent /m.test(header);
  }

  #atTop(args: readonly string[], input = ""): [Outcome] {
    const outcome = git(["-C", this.#top, "-c", "core.fsmonitor=false", ...args], input);
    if (outcome.status !== 0) throw unreadable(said(outcome));
    return [outcome];
  }
}

/** A file as a commit changed it: its contents before and after, by their ids. */
interface FormerFile {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}
interface FormerCommit {
  readonly id: string;
  readonly files: readonly FormerFile[];
}

/** A link is no file of a fleet. A tree that somebody made by hand can have any name in it. */
const isYamlFile = (mode: string | undefined, path: string) =>
  (mode === "100644" || mode === "100755") && /\.ya?ml$/i.test(path) && !/(^|\/)\.{1,2}(\/|$)|\\/.test(path);

interface Outcome {
  readonly status: number | null;
  readonly answer: Buffer;
  readonly complaint: Buffer;
}

function git(args: readonly string[], input = ""): Outcome {
  // A bare repository among a clone's files, with settings of its own, is not the one that the folder is in.
  const safely = ["--no-pager", "-c", "safe.bareRepository=explicit"];
  const { status, output, error } = spawnSync("git", [...safely, ...args], {
    input,
    maxBuffer: MOST_BYTES,
    env: { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0", GIT_LITERAL_PATHSPECS: "0" },
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === "ENOENT")
    throw new Failure("git was not found", "install Git, or add it to PATH");
  if (error) throw unreadable("it gives too much");
  const [, answer, complaint] = output as Buffer[];
  return { status, answer: answer as Buffer, complaint: complaint as Buffer };
}

/** What `cat-file --batch` answers: `ID blob SIZE`, the bytes, a line feed, and so on. */
function blobs({ answer }: Outcome): Buffer[] {
  const found: Buffer[] = [];
  for (let place = 0; place < answer.length; ) {
    const end = answer.indexOf("\n", place);
    const size = Number(
      /^[0-9a-f]+ blob (\d+)$/.exec(answer.toString("latin1", place, end))?.[1] ?? Number.NaN,
    );
    if (Number.isNaN(size)) throw unreadable("an object is missing");
    found.push(answer.subarray(end + 1, end + 1 + size));
    place = end + 1 + size + 1;
  }
  return found;
}

const text = ({ answer }: Outcome) => answer.toString("utf8");

const said = ({ complaint }: Outcome) => shown(oneLine(complaint.toString("utf8").replace(/^fatal: /, "")));

const unreadable = (why: string) =>
  new Failure(`git cannot read the repository: ${why}`, "see what git status and git fsck say");
