/** The matrix as docs/permissions.md has it, and as the emitted policies make it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Generations } from "../../rules/generations";
import { PROJECT } from "../support/project";
import { ACTORS } from "./actors";
import { type Custody, type Emitted, emit, type Place } from "./emitted";
import { CREDENTIALS, CURRENT, type Operation, SECRET, SIGNING_KEY, WORKSPACE_KEY } from "./operations";
import { mayDo } from "./simulate";

export interface Table {
  /** The heading that it stands under. */
  readonly heading: string;
  readonly custody: Custody;
  readonly operations: Readonly<Record<string, Operation>>;
  /** The user's generations, where it has several. */
  readonly generations?: Generations;
}

export const TABLES: readonly Table[] = [
  { heading: "The secret of a key in Secrets Manager", custody: "secrets-manager", operations: SECRET },
  { heading: "The secret of an imported key", custody: "imported", operations: SECRET },
  { heading: "The secret of a user's credentials", custody: "secrets-manager", operations: CREDENTIALS },
  {
    heading: "The secret that says which key is current",
    custody: "secrets-manager",
    operations: CURRENT,
    generations: { 1: "previous", 2: "current" },
  },
  {
    heading: "The secret of a retired key",
    custody: "secrets-manager",
    operations: SECRET,
    generations: { 1: "retired", 2: "current" },
  },
  { heading: "The KMS key of a user of custody kms", custody: "kms", operations: SIGNING_KEY },
  {
    heading: "The KMS key that encrypts a workspace's secrets",
    custody: "imported",
    operations: WORKSPACE_KEY,
  },
];

const made = new Map<string, Emitted[]>();

/** The four ways in which a table's policies are emitted. */
export function variants(custody: Custody, place: Place, generations?: Generations): Emitted[] {
  const key = `${custody} ${place.partition} ${JSON.stringify(generations)}`;
  const emitted =
    made.get(key) ??
    [true, false].flatMap((deployers) =>
      [true, false].map((removalProtection) =>
        emit({ custody, deployers, removalProtection, place, generations }),
      ),
    );
  made.set(key, emitted);
  return emitted;
}

/** What stands in a cell. */
export async function mark(
  emitted: readonly Emitted[],
  actorName: string,
  operation: Operation,
): Promise<string> {
  const allowed = new Set<string>();
  for (const variant of emitted) {
    const actor = ACTORS[actorName]?.(variant);
    if (!actor) throw new Error(`${actorName}: no such row; say in actors.ts who that is`);
    if (await mayDo(actor, operation(variant))) {
      const declared = variant.deployers ? "declared" : "open";
      allowed.add(`${declared} ${variant.removalProtection ? "protected" : "unprotected"}`);
    }
  }
  return MARKS[[...allowed].sort().join(", ")] ?? `(${[...allowed].join(", ")})`;
}

const MARKS: Readonly<Record<string, string>> = {
  "": "–",
  "declared protected, declared unprotected, open protected, open unprotected": "yes",
  "declared unprotected, open unprotected": "unprotected",
  "open protected, open unprotected": "open",
  "open unprotected": "open, unprotected",
};

/** The rows of the table under a heading: name, then column to cell. */
export function documented(heading: string, page = "docs/permissions.md"): Map<string, Map<string, string>> {
  const section =
    readFileSync(join(PROJECT, page), "utf8").split(`\n### ${heading}\n`)[1]?.split("\n#")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  const [head = [], , ...rows] = lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  return new Map(
    rows.map(([name = "", ...cells]) => [name, new Map(cells.map((cell, i) => [head[i + 1] ?? "", cell]))]),
  );
}
