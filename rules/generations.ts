import type { Mistake } from "../messages/mistake";
import { isObject } from "./is-object";

/** What a generation is for. This version has one key for each user, which is current. */
export type KeyStage = "current";

/** The keys of a user: the stage of each, by the number of its generation. */
export type Generations = Readonly<Record<number, KeyStage>>;

/** What a user has that declares nothing else. */
export const FIRST_GENERATION: Generations = { 1: "current" };

/** The generation that is current, of generations that nothing is wrong with. */
export function currentGeneration(generations: Generations): number {
  const [current] = Object.entries(generations).find(([, stage]) => stage === "current") ?? ["1"];
  return Number(current);
}

/** As labels and registrations have it: 1 to 9999. */
const NUMBER = /^[1-9][0-9]{0,3}$/;

export function generationsProblem(generations: Generations): Mistake | undefined {
  const entries = isObject(generations) ? Object.entries(generations) : [];
  const [number = "", stage] = entries[0] ?? [];
  if (entries.length === 1 && NUMBER.test(number) && stage === "current") return undefined;
  return {
    what: "is not one generation that is current",
    fix: 'write its number, 1 to 9999, as in { 2: "current" }',
  };
}
