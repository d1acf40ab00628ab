import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A commit of the branch main, or of a side branch that begins where main is. */
export interface Commit {
  /** What is in its files, where that is another than before; undefined: gone. */
  readonly files: Readonly<Record<string, string | undefined>>;
  readonly isAside?: boolean;
  /** Whether it merges the last commit aside. */
  readonly isMerge?: boolean;
}

export function git(folder: string, args: readonly string[], input = ""): string {
  const safely = ["-c", "core.fsmonitor=false", "-c", "user.name=a", "-c", "user.email=a@acme.example"];
  const { status, stdout, stderr } = spawnSync("git", [...safely, "-C", folder, ...args], {
    input,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** A repository whose branch main has these commits, made by one process, and nothing on the disk. */
export function repositoryOf(commits: readonly Commit[]): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "history-")));
  git(folder, ["init", "--quiet", "--initial-branch=main"]);
  let [main, aside] = [0, 0];
  const stream = commits.map(({ files, isAside = false, isMerge = false }, index) => {
    const mark = index + 1;
    const lines = [
      `commit refs/heads/${isAside ? "side" : "main"}`,
      `mark :${mark}`,
      `committer a <a@acme.example> ${1_700_000_000 + index} +0000`,
      "data 1\nc",
      ...(main > 0 ? [`from :${main}`] : []),
      ...(isMerge ? [`merge :${aside}`] : []),
      ...Object.entries(files).map(([path, text]) =>
        text === undefined
          ? `D ${path}`
          : `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}`,
      ),
    ];
    if (isAside) aside = mark;
    else main = mark;
    return `${lines.join("\n")}\n`;
  });
  git(folder, ["fast-import", "--quiet", "--force"], stream.join(""));
  return folder;
}
