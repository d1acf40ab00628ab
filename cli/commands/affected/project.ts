import { existsSync } from "node:fs";
import { posix } from "node:path";

const { basename, dirname, join } = posix;

/** Where a package manager writes the exact version of each package, this one and the engine's included. */
const LOCKS = [
  ...["package-lock.json", "npm-shrinkwrap.json"],
  ...["yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"],
];

/** With `cdktf.json`, an app of one's own turns the YAML into stacks, whatever it reads. */
const APP = "cdktf.json";

/** What synthesis copies into every stack. */
const PROVIDER_LOCK = ".terraform.lock.hcl";

/** For people and for Git: no app reads it. */
const HARMLESS = /(^|\/)([^/]+\.md|LICENSE|CODEOWNERS|\.git(ignore|attributes)|\.editorconfig)$/;

/**
 * The changed files that decide how every stack is made from its YAML: then what two syntheses by the installed package give says nothing.
 *
 * With a lock file and no app of one's own, these are the lock file, package.json and the provider's lock file. Otherwise it can be any file:
 * a workflow may name the version of this package, and an app may read anything.
 *
 * @param changed files, from the repository's folder
 * @param here the current folder, and `yaml` those of the YAML, all from there
 */
export function decisiveFiles(changed: readonly string[], here: string, yaml: readonly string[]): string[] {
  const folders = withParents(here);
  const isApp = existsSync(APP) || changed.includes(join(here, APP));
  const isLocked = folders.some((folder, up) =>
    LOCKS.some((lock) => existsSync(join("../".repeat(up), lock)) || changed.includes(join(folder, lock))),
  );
  return changed.filter((path) => {
    if (isApp || !isLocked) return !yaml.some((each) => isBelow(path, each)) && !HARMLESS.test(path);
    const name = basename(path);
    if (name === PROVIDER_LOCK) return path === join(here, name);
    return (name === "package.json" || LOCKS.includes(name)) && folders.includes(folderOf(path));
  });
}

/** A folder and all above it in the repository, whose packages it uses. */
function withParents(folder: string): string[] {
  return folder === "" ? [""] : [folder, ...withParents(folderOf(folder))];
}

const folderOf = (path: string) => dirname(path).replace(/^\.$/, "");

const isBelow = (path: string, folder: string) => folder === "" || path.startsWith(`${folder}/`);
