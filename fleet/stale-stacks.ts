import { type Dirent, existsSync, lstatSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { visible } from "../messages/safe-text";

/** A folder of no declared stack that was kept, since more than synthesis and `terraform init` may have written it. */
export interface KeptFolder {
  readonly folder: string;
  /** What in it is of another origin; nothing if synthesis did not make the folder at all. */
  readonly holds?: string;
}

/** What was kept and why, on one line. */
export function formatKept({ folder, holds }: KeptFolder): string {
  const why = holds === undefined ? "was not made by synthesis" : `holds ${holds}`;
  return visible(`${folder} is kept: no stack of that name is declared, but it ${why}; remove it yourself`);
}

const CONFIGURATION = "cdk.tf.json";

/** Removes the folders of stacks that earlier syntheses made and that are no longer declared. */
export function removeStaleStacks(
  outdir: string,
  declared: ReadonlySet<string>,
): { removed: string[]; kept: KeptFolder[] } {
  const removed: string[] = [];
  const kept: KeptFolder[] = [];
  for (const { folder, name } of foldersIn(join(outdir, "stacks"))) {
    if (declared.has(name)) continue;
    const entries = readdirSync(folder, { withFileTypes: true });
    const foreign = entries.find((entry) => !isRemovable(folder, entry));
    if (!isSynthesized(folder, name)) kept.push({ folder });
    else if (foreign) kept.push({ folder, holds: foreign.name });
    else {
      remove(folder, entries);
      removed.push(folder);
    }
  }
  return { removed, kept };
}

function foldersIn(stacks: string): { folder: string; name: string }[] {
  if (!existsSync(stacks)) return [];
  return readdirSync(stacks, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ folder: join(stacks, name), name }));
}

/** cdktf writes the stack's name into its configuration. */
function isSynthesized(folder: string, name: string): boolean {
  try {
    const configuration = JSON.parse(readFileSync(join(folder, CONFIGURATION), "utf8"));
    return configuration["//"].metadata.stackName === name;
  } catch {
    return false;
  }
}

/** Whether synthesis or `terraform init` writes this. The state in .terraform/ says only which backend was initialized. */
function isRemovable(folder: string, entry: Dirent): boolean {
  switch (entry.name) {
    case CONFIGURATION:
    case ".terraform.lock.hcl":
      return entry.isFile();
    case ".terraform":
      return entry.isDirectory();
    case "assets":
      return entry.isDirectory() && filesBelow(join(folder, "assets")).every((file) => ASSET.test(file));
    default:
      return false;
  }
}

/** As cdktf names its copies: the construct, a hash of the contents, the file. */
const ASSET = /^\w+[\\/][0-9A-F]{32}[\\/]key-generator\.zip$/;

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => !lstatSync(join(folder, name)).isDirectory());

/** The configuration last, so that a removal that was interrupted is finished the next time. */
function remove(folder: string, entries: readonly Dirent[]): void {
  for (const { name } of entries) {
    if (name !== CONFIGURATION) rmSync(join(folder, name), { recursive: true });
  }
  rmSync(join(folder, CONFIGURATION));
  rmdirSync(folder);
}
