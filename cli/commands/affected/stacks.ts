import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "../../../fleet/inventory";

/** A stack to plan, and why: it is new, its bytes are others, or nobody can tell whether they are. */
interface AffectedStack {
  readonly name: string;
  readonly change: "added" | "changed" | "unknown";
}

/** The stacks of each wave, in an order to apply them in: those of the workspaces, then those of the user files. */
export type Waves = readonly [workspaces: readonly AffectedStack[], users: readonly AffectedStack[]];

/**
 * @param before a digest of what each stack was synthesized to; undefined where that cannot be compared
 * @param after the same for what is declared now
 */
export function affectedStacks(
  declared: Inventory,
  before?: ReadonlyMap<string, string>,
  after?: ReadonlyMap<string, string>,
): Waves {
  const changeOf = (name: string): AffectedStack[] => {
    if (before === undefined || after === undefined) return [{ name, change: "unknown" }];
    if (before.get(name) === after.get(name)) return [];
    return [{ name, change: before.has(name) ? "changed" : "added" }];
  };
  const wave = (isFirst: boolean) =>
    declared
      .filter(({ namedBy }) => (namedBy === "workspace") === isFirst)
      .flatMap(({ name }) => changeOf(name));
  return [wave(true), wave(false)];
}

/** A digest of all files of each stack in a folder of synthesis. */
export function digestsOf(out: string): Map<string, string> {
  const stacks = join(out, "stacks");
  return new Map(readdirSync(stacks).map((name) => [name, digestOf(join(stacks, name))]));
}

function digestOf(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(JSON.stringify([file.slice(folder.length), content.length])).update(content);
  }
  return hash.digest("hex");
}
