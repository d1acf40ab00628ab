import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { loadFleet } from "./load";
import { addStacks } from "./stacks";
import { type KeptFolder, removeStaleStacks } from "./stale-stacks";
import type { Problem } from "./yaml/problems";

export interface Synthesis {
  /** All mistakes in the YAML. If there are any, nothing was written. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
  /** In an order to apply them in: those of the workspaces, then those of the user files. */
  readonly stacks: readonly SynthesizedStack[];
  /** Folders of earlier syntheses whose stacks are no longer declared. */
  readonly removed: readonly string[];
  readonly kept: readonly KeptFolder[];
}

interface SynthesizedStack {
  readonly name: string;
  /** Where Terraform runs. */
  readonly folder: string;
  /** The stacks that are applied before this one. */
  readonly dependencies: readonly string[];
}

const LOCK_FILE = ".terraform.lock.hcl";

/** Compiles a fleet into stacks below `outdir`. Touches no network. */
export function synthesize(users: string, outdir: string): Synthesis {
  const { workspaces, problems, warnings } = loadFleet(users);
  if (problems.length > 0) return { problems, warnings, stacks: [], removed: [], kept: [] };
  mkdirSync(outdir, { recursive: true });
  const app = new App({ outdir });
  for (const workspace of workspaces) addStacks(app, workspace);
  app.synth();
  const stacks = Object.values(app.manifest.stacks).map(({ name, workingDirectory, dependencies }) => ({
    name,
    folder: join(outdir, workingDirectory),
    dependencies,
  }));
  // One lock file beside cdktf.json, reviewed like the rest, holds every stack to the same provider.
  if (existsSync(LOCK_FILE))
    for (const { folder } of stacks) copyFileSync(LOCK_FILE, join(folder, LOCK_FILE));
  return {
    problems,
    warnings,
    stacks: stacks.sort((a, b) => Math.sign(a.dependencies.length) - Math.sign(b.dependencies.length)),
    ...removeStaleStacks(outdir, new Set(stacks.map(({ name }) => name))),
  };
}
