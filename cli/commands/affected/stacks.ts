import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A stack, and the wave that it is applied in, from 0: after all that it needs. */
export interface PlacedStack {
  readonly name: string;
  readonly wave: number;
}

/** A stack to plan, and why: it is new, its bytes are others, or nobody can tell whether they are. */
export interface AffectedStack extends PlacedStack {
  readonly change: "added" | "changed" | "unknown";
}

/** Those whose digest is another, or that had none. */
export function changedStacks(
  declared: readonly PlacedStack[],
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): AffectedStack[] {
  return declared.flatMap(({ name, wave }): AffectedStack[] => {
    if (before.get(name) === after.get(name)) return [];
    return [{ name, wave, change: before.has(name) ? "changed" : "added" }];
  });
}

/** Each stack of an app with its wave. They are in an order to apply them in. */
export function placed(
  stacks: readonly { readonly name: string; readonly dependencies: readonly string[] }[],
): PlacedStack[] {
  const waves = new Map<string, number>();
  for (const { name, dependencies } of stacks)
    waves.set(name, Math.max(-1, ...dependencies.map((each) => waves.get(each) ?? 0)) + 1);
  return [...waves].map(([name, wave]) => ({ name, wave }));
}

/** The names in each wave, at least those of the workspaces and those of the user files. */
export function wavesOf(stacks: readonly PlacedStack[]): string[][] {
  const count = Math.max(2, ...stacks.map(({ wave }) => wave + 1));
  return Array.from({ length: count }, (_, index) =>
    stacks.filter(({ wave }) => wave === index).map(({ name }) => name),
  );
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
