import { didYouMean } from "../messages/did-you-mean";
import type { Mistake } from "../messages/mistake";
import { shown } from "../messages/safe-text";
import { isObject } from "./is-object";
import { looksOf } from "./looks";
import { usernameProblem } from "./user-names";

/**
 * What a generation is for. retired: nobody can use it, and it may be deleted. previous: kept for roll-back. current: what services sign
 * with. pending: being registered, or kept ready as a standby.
 */
export type KeyStage = "retired" | "previous" | "current" | "pending";

/** In the order of their numbers. */
export const KEY_STAGES: readonly KeyStage[] = ["retired", "previous", "current", "pending"];

/** The keys of a user: the stage of each, by the number of its generation. */
export type Generations = Readonly<Record<number, KeyStage>>;

/** The names that the keys of a user are registered under, by the number of the generation, where they are not the usual ones. */
export type RegisteredNames = Readonly<Record<number, string>>;

/** What a user has that declares nothing else. */
export const FIRST_GENERATION: Generations = { 1: "current" };

/** The generations with their stages, from the oldest. */
export function stagesOf(generations: Generations): (readonly [generation: number, stage: KeyStage])[] {
  return Object.entries(generations)
    .map(([number, stage]) => [Number(number), stage] as const)
    .sort(([a], [b]) => a - b);
}

/** The generation that is current, of generations that nothing is wrong with. */
export function currentGeneration(generations: Generations): number {
  const [current] = stagesOf(generations).find(([, stage]) => stage === "current") ?? [1];
  return current;
}

/**
 * Whether a user has the secret `…/current`, which says which generation is current: one that has any generation but the first. So a
 * promotion keeps it, whichever generations go after that. To give up a standby of the first generation takes it away, and services that
 * follow it then find nothing.
 */
export const hasPointer = (generations: Generations): boolean =>
  Object.keys(generations).length > 1 || currentGeneration(generations) > 1;

/** The name that a generation of a user is registered under: the workspace takes no second key for a user. */
export function registeredNameOf(
  username: string,
  generation: number,
  registeredAs: RegisteredNames = {},
): string {
  return registeredAs[generation] ?? (generation === 1 ? username : `${username} ${generation}`);
}

/** As labels and registrations have it: 1 to 9999. */
const NUMBER = /^[1-9][0-9]{0,3}$/;

/** What is wrong with the generations of a user, with the line to write. */
export function generationsProblem(generations: Generations): Mistake | undefined {
  return formProblem(generations) ?? orderProblem(generations);
}

function formProblem(generations: Generations): Mistake | undefined {
  for (const [number, stage] of Object.entries(isObject(generations) ? generations : {})) {
    if (!NUMBER.test(number))
      return {
        what: `${shown(number)} is not the number of a generation`,
        fix: "write a whole number from 1 to 9999",
      };
    if (KEY_STAGES.includes(stage)) continue;
    const meant = typeof stage === "string" ? didYouMean(stage, KEY_STAGES) : undefined;
    const what = `the stage of generation ${number} is ${typeof stage === "string" ? `${shown(stage)}, which is unknown` : "not text"}`;
    return { what, fix: meant ? `did you mean ${meant}?` : `write one of ${KEY_STAGES.join(", ")}` };
  }
  return undefined;
}

/**
 * What is wrong with the order of generations: exactly one is current; retired ones are older than previous ones, those older than the current
 * one, and pending ones newer.
 */
export function orderProblem(generations: Generations): Mistake | undefined {
  if (!isObject(generations) || formProblem(generations)) return undefined;
  const stages = stagesOf(generations);
  const what = disorder(stages);
  return what === undefined ? undefined : { what, fix: `write ${lineOf(inOrder(stages))}` };
}

type Stages = readonly (readonly [number, KeyStage])[];

function disorder(stages: Stages): string | undefined {
  const current = stages.filter(([, stage]) => stage === "current").map(([number]) => number);
  if (current.length === 0) return stages.length === 0 ? "is empty" : "has no generation that is current";
  if (current.length > 1) return `has several generations that are current: ${listed(current)}`;
  for (const [index, [newer, newerStage]] of stages.entries()) {
    const [older, olderStage] = stages[index - 1] ?? [];
    if (olderStage === undefined || KEY_STAGES.indexOf(olderStage) <= KEY_STAGES.indexOf(newerStage))
      continue;
    return `generation ${older} is ${olderStage}, and generation ${newer}, which is newer, is ${newerStage}`;
  }
  return undefined;
}

/** More than that is no line that a person reads. */
const MOST_IN_A_LINE = 10;

const listed = (numbers: readonly number[]) =>
  numbers.length > MOST_IN_A_LINE
    ? `${numbers.slice(0, MOST_IN_A_LINE).join(", ")} and ${numbers.length - MOST_IN_A_LINE} more`
    : numbers.join(", ");

/** Generations as YAML and JavaScript both take them: `{ 1: "previous", 2: "current" }`. */
function lineOf(stages: Stages): string {
  if (stages.length > MOST_IN_A_LINE)
    return "one as current, those before it as retired or previous, and those after it as pending";
  return `{ ${stages.map(([number, stage]) => `${number}: ${JSON.stringify(stage)}`).join(", ")} }`;
}

/** The same generations in an order that is right, with as few changes as it takes, and none that takes a key from its signers. */
function inOrder(stages: Stages): Stages {
  if (stages.length === 0) return [[1, "current"]];
  const last = (wanted: KeyStage) => stages.findLast(([, stage]) => stage === wanted);
  const [current] = last("current") ??
    last("previous") ??
    stages.find(([, stage]) => stage === "pending") ??
    stages[stages.length - 1] ?? [1];
  let retired = true;
  return stages.map(([number, stage]) => {
    retired &&= stage === "retired";
    if (number === current) return [number, "current"];
    return [number, number > current ? "pending" : retired ? "retired" : "previous"];
  });
}

/** What is wrong with one of the names that generations are registered under; `generation` is where to write it. */
export interface RegisteredNameMistake extends Mistake {
  readonly generation: string;
}

/**
 * What is wrong with the names that a user's generations are registered under, of generations that nothing is wrong with. Whether other users of
 * the workspace have them is for the caller to compare.
 */
export function registeredAsProblems(
  username: string,
  generations: Generations,
  registeredAs: RegisteredNames,
): RegisteredNameMistake[] {
  const undeclared = Object.keys(registeredAs).filter((number) => !(number in generations));
  const seen = new Map<string, number>();
  const problems = stagesOf(generations).flatMap(([generation]): RegisteredNameMistake[] => {
    const name = registeredNameOf(username, generation, registeredAs);
    const at = (mistake: Mistake) => [{ generation: String(generation), ...mistake }];
    // The user's own name has its problems reported where it stands.
    const mistake = name === username ? undefined : usernameProblem(name);
    if (mistake && registeredAs[generation] === undefined)
      return at({
        what: `the usual name of generation ${generation}, the user's name and the number, ${mistake.what}`,
        fix: `declare another, as in registeredAs: { ${generation}: "NAME" }`,
      });
    if (mistake) return at(mistake);
    const other = seen.get(looksOf(name));
    seen.set(looksOf(name), generation);
    if (other === undefined) return [];
    return at({
      what: `${shown(name)} is the name of generation ${other} too, and the workspace takes one key for each name`,
      fix: "name another",
    });
  });
  return [
    ...undeclared.map((generation) => ({
      generation,
      what: `generation ${generation} is not declared`,
      fix: "take its name out, or add it to generations",
    })),
    ...problems,
  ];
}
