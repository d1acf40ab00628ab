/** What a step of a rotation makes of a user's declaration. Looks nothing up. */
import type { UserDeclaration } from "../../../fleet";
import type { UserMaps } from "../../../fleet/edit-user";
import type { Mistake } from "../../../messages/mistake";
import { type Generations, type KeyStage, registeredNameOf, stagesOf } from "../../../rules/generations";

export const STEPS = ["start", "promote", "retire", "finish"] as const;

export type Step = (typeof STEPS)[number];

/** A step that is taken with a generation. */
export interface Turn {
  readonly step: Step;
  readonly generation: number;
  /** What a promotion takes the place of. */
  readonly replaced?: number;
}

/** A step that a user's generations allow. */
export interface Change extends Turn {
  /** The name that the generation is registered under. */
  readonly registeredAs: string;
  readonly generations: Generations;
  /** What the user's declaration has to say. */
  readonly maps: UserMaps;
}

export interface StartOptions {
  readonly registeredAs?: string;
  /** Of an imported key. */
  readonly publicKey?: string;
}

/** The next step, or why it cannot be taken now. */
export function changeOf(step: Step, user: UserDeclaration, options: StartOptions = {}): Change | Mistake {
  const { generations, username } = user;
  const oldest = (stage: KeyStage) => stagesOf(generations).find(([, each]) => each === stage)?.[0];
  const change = (generation: number, next: Generations, names = user.registeredAs ?? {}): Change => ({
    step,
    generation,
    registeredAs: registeredNameOf(username, generation, names),
    generations: next,
    maps: { generations: textsOf(next) },
  });
  switch (step) {
    case "start":
      return startOf(user, options, change);
    case "promote": {
      const pending = oldest("pending");
      if (pending === undefined)
        return { what: "has no pending generation", fix: "begin with rotate USER start" };
      const replaced = user.generation;
      return {
        ...change(pending, { ...generations, [replaced]: "previous", [pending]: "current" }),
        replaced,
      };
    }
    case "retire": {
      const previous = oldest("previous");
      if (previous === undefined)
        return {
          what: "has no previous generation",
          fix: "promote the pending one first: rotate USER promote",
        };
      return change(previous, { ...generations, [previous]: "retired" });
    }
    case "finish": {
      const retired = oldest("retired");
      if (retired === undefined)
        return {
          what: "has no retired generation",
          fix: "retire the previous one first: rotate USER retire",
        };
      const { [retired]: _, ...rest } = generations;
      const kept = (texts: Readonly<Record<number, string>>) => {
        const { [retired]: __, ...others } = texts;
        return textsOf(others);
      };
      return {
        ...change(retired, rest),
        maps: {
          generations: textsOf(rest),
          ...(user.registeredAs?.[retired] !== undefined && { registeredAs: kept(user.registeredAs) }),
          ...(user.publicKeys?.[retired] !== undefined && { publicKeys: kept(user.publicKeys) }),
        },
      };
    }
  }
}

function startOf(
  user: UserDeclaration,
  { registeredAs, publicKey }: StartOptions,
  change: (generation: number, next: Generations, names?: Readonly<Record<number, string>>) => Change,
): Change | Mistake {
  const stages = stagesOf(user.generations);
  const pending = stages.find(([, stage]) => stage === "pending")?.[0];
  if (pending !== undefined)
    return {
      what: `has the pending generation ${pending} already`,
      fix: "promote it, or give it up: write removalProtection: false for the user, apply, and take it out after that",
    };
  if (user.custody === "imported" && publicKey === undefined)
    return {
      what: "has custody imported: its next key is made elsewhere",
      fix: "give its public key with --public-key (keygen or your HSM prints it)",
    };
  if (user.custody !== "imported" && publicKey !== undefined)
    return { what: `has custody ${user.custody}, which makes the key itself`, fix: "leave out --public-key" };
  const number = Math.max(...stages.map(([each]) => each)) + 1;
  if (number > 9999)
    return { what: "has used up the numbers of generations", fix: "declare a user with another name" };
  const names = { ...user.registeredAs, ...(registeredAs !== undefined && { [number]: registeredAs }) };
  const next = change(number, { ...user.generations, [number]: "pending" }, names);
  const { publicKeys = user.publicKey === undefined ? {} : { [user.generation]: user.publicKey } } = user;
  const keys = { ...publicKeys, ...(publicKey !== undefined && { [number]: publicKey }) };
  return {
    ...next,
    maps: {
      ...next.maps,
      ...(registeredAs !== undefined && { registeredAs: textsOf(names) }),
      // One key without a number says nothing once there are two.
      ...(user.publicKey !== undefined && { publicKey: {} }),
      ...(Object.keys(keys).length > 0 && { publicKeys: textsOf(keys) }),
    },
  };
}

const textsOf = (texts: Readonly<Record<number, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([number, text]) => [number, text]));
