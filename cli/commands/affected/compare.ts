import { join, relative } from "node:path";
import { asTyped } from "../../../fleet/directory";
import type { Inventory } from "../../../fleet/inventory";
import { readFleet } from "../../../fleet/load";
import { lossesBetween, movedStates } from "../../../fleet/losses";
import { type NewKeys, newKeys, reusedKeys } from "../../../fleet/reuse";
import { formatProblem, inOrder, type Problem } from "../../../fleet/yaml/problems";
import { engineFor, synthesized } from "../../shared/engine";
import { readStacks } from "../../shared/manifest";
import type { FormerKeys } from "./history";
import { type AffectedStack, changedStacks, digestsOf, type PlacedStack, placed } from "./stacks";

export interface Sides {
  /** The folder of the YAML as it is, as a person typed it, and what it declares. */
  readonly users: string;
  readonly head: Inventory;
  /** A folder with the YAML as it was, and what a person calls that. */
  readonly before: string;
  readonly base: string;
  /** An empty folder to synthesize into. */
  readonly scratch: string;
  /** The files that changed, of those that decide how every stack is made. */
  readonly decisive: readonly string[];
  /** The keys that users had in the past. */
  readonly formerly: (keys: readonly NewKeys[]) => FormerKeys;
  /** The folder that an app of one's own synthesized. */
  readonly out?: string;
}

export interface Answer {
  /** In an order to apply them in. */
  readonly stacks: readonly AffectedStack[];
  /** Why every stack may be touched. */
  readonly because: readonly string[];
  /** Stacks that are no longer declared. */
  readonly gone: readonly string[];
  /** Stacks whose state is to be elsewhere. */
  readonly moved: readonly string[];
  readonly problems: readonly Problem[];
}

export function compare(sides: Sides): Answer {
  const { head } = sides;
  const { inventory, mistake } = baseOf(sides);
  const ofYaml = head.map(({ name, namedBy }) => ({ name, wave: namedBy === "workspace" ? 0 : 1 }));
  const all = sides.out === undefined ? ofYaml : placed(readStacks(sides.out));
  const because = [
    ...someOf(sides.decisive).map((file) => `${file} changed`),
    ...(mistake === undefined ? [] : [mistake]),
    ...strangerIn(all, ofYaml, sides.out),
  ];
  const declared = new Set(head.map(({ name }) => name));
  const stacks = because.length > 0 ? all.map(unknown) : byBytes(sides, all, ofYaml, inventory.length === 0);
  return {
    stacks: [...stacks].sort((a, b) => a.wave - b.wave),
    because,
    gone: inventory.map(({ name }) => name).filter((name) => !declared.has(name)),
    moved: movedStates(inventory, head).map(({ name }) => name),
    problems: inOrder([...lossesBetween(inventory, head), ...reused(sides, inventory)]),
  };
}

function reused({ head, formerly }: Sides, base: Inventory): Problem[] {
  const keys = newKeys(base, head);
  const former = formerly(keys);
  return keys.flatMap((key) => reusedKeys(key, former.get(key) ?? []));
}

/** What the YAML declared before, and the first mistake in it. */
function baseOf({ before, users, base }: Sides): { inventory: Inventory; mistake?: string } {
  const { fleet, inventory } = readFleet(before);
  const shown = (file: string) => asTyped(users, join(users, relative(before, file)));
  const [problem] = fleet.problems;
  const typed = inventory.map((stack) => ({
    ...stack,
    file: shown(stack.file),
    what: stack.namedBy === "workspace" ? stack.what : shown(stack.file),
  }));
  if (problem === undefined || inventory.length === 0) return { inventory: typed }; // there was no fleet, or one without users
  const at = formatProblem({ ...problem, file: shown(problem.file) });
  return { inventory: typed, mistake: `this version does not take the YAML of ${base}: ${at}` };
}

/** An app that does not make a stack of the YAML by its name does something else with it, and nobody can tell what. */
function strangerIn(all: readonly PlacedStack[], ofYaml: readonly PlacedStack[], out?: string): string[] {
  const stranger = ofYaml.find(({ name }) => !all.some((each) => each.name === name));
  return stranger ? [`${out} has no stack ${stranger.name}, which the YAML declares`] : [];
}

const unknown = (stack: PlacedStack): AffectedStack => ({ ...stack, change: "unknown" });

/** The other stacks of an app may have been made from the YAML too. */
function byBytes(
  { users, before, scratch }: Sides,
  all: readonly PlacedStack[],
  ofYaml: readonly PlacedStack[],
  isNew: boolean,
): AffectedStack[] {
  const engine = engineFor();
  const digests = (yaml: string, name: string) => {
    const out = join(scratch, name);
    synthesized(yaml, out, engine, "name a folder that you may write to, in TMPDIR");
    return digestsOf(out);
  };
  const names = new Set(ofYaml.map(({ name }) => name));
  const [was, is] = [isNew ? new Map<string, string>() : digests(before, "before"), digests(users, "after")];
  const changed = changedStacks(
    all.filter(({ name }) => names.has(name)),
    was,
    is,
  );
  if (changed.length === 0) return [];
  return [...changed, ...all.filter(({ name }) => !names.has(name)).map(unknown)];
}

/** An app of one's own may have thousands. */
const someOf = (files: readonly string[]) =>
  files.length > 5 ? [...files.slice(0, 4), `${files.length - 4} more files`] : files;
