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

  /** Writes the YAML files that a folder has in a commit into another folder. None if it was not there. */
  writeYaml(commit: string, folder: string, to: string): void {
    const [listed] = this.#atTop(["ls-tree", "-r", "-z", "--full-tree", commit, "--", folder || "."]);
    const prefix = folder === "" ? "" : `${folder}/`;
    const files = text(listed)
      .split("\0")
      .flatMap((entry) => {
        const [, mode, id = "", path = ""] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
        // A link is no file of a fleet. A tree that somebody made by hand can have any name in it.
        const isFile = mode === "100644" || mode === "100755";
        const isYaml = /\.ya?ml$/i.test(path) && !/(^|\/)\.{1,2}(\/|$)|\\/.test(path);
        return isFile && isYaml && path.startsWith(prefix) ? [{ id, path: path.slice(prefix.length) }] : [];
      });
    const contents = blobs(
      this.#atTop(["cat-file", "--batch"], files.map(({ id }) => `${id}\n`).join(""))[0],
    );
    for (const [index, { path }] of files.entries()) {
      const content = contents[index];
      if (content === undefined) throw unreadable("an object is missing");
      mkdirSync(dirname(join(to, path)), { recursive: true });
      writeFileSync(join(to, path), content);
    }
  }

  #atTop(args: readonly string[], input = ""): [Outcome] {
    const outcome = git(["-C", this.#top, "-c", "core.fsmonitor=false", ...args], input);
    if (outcome.status !== 0) throw unreadable(said(outcome));
    return [outcome];
  }
}

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
    env: { ...process.env, LC_ALL: "C", GIT_OPTIONAL_LOCKS: "0" },
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
