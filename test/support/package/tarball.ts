import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { PROJECT } from "../project";

const { version } = require("../../../package.json");

/** What GitHub says of a run, to the release workflow's scripts. */
const RUN = {
  GITHUB_SERVER_URL: "https://github.example",
  GITHUB_REPOSITORY: "acme/ledger",
  GITHUB_REF_NAME: `v${version}`,
};

/**
 * Makes a release as the workflow's first job does, by its very scripts, in a copy of what Git has: all but the installation.
 * @returns the folder with tarball, bill of materials and sums
 */
export function makeRelease(folder: string): string {
  const listed = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], { cwd: PROJECT });
  for (const path of listed.toString().split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(PROJECT, path), join(folder, path));
  }
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  const workflow = parse(readFileSync(join(folder, ".github/workflows/release.yml"), "utf8"));
  const scripts: string[] = workflow.jobs.build.steps.flatMap(({ run }: { run?: string }) => run ?? []);
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, ...RUN, GITHUB_OUTPUT: join(folder, "output") };
  for (const script of scripts.filter((each) => !each.startsWith("npm ci ")))
    execFileSync("bash", ["-eo", "pipefail", "-c", script], { cwd: folder, env, stdio: "pipe" });
  return join(folder, "release");
}

/** Puts the package into a project as npm does: the tarball's files and nothing else of ours. */
export function unpack(release: string, project: string): string {
  const tarball = readdirSync(release).find((name) => name.endsWith(".tgz")) ?? "none.tgz";
  const folder = join(project, "node_modules", "cdktf-ledger-api-user");
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", join(release, tarball), "--strip-components=1", "-C", folder]);
  return folder;
}
