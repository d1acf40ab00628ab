import { joinPath } from "../messages/paths";
import { type Generations, generationsProblem, type KeyStage, registeredNameOf } from "../rules/generations";
import { isObject } from "../rules/is-object";
import type { RegisteredKey, RegisteredUser } from "./registered-user";

/** The user as it is with one of its keys: all that is asked of a user can be asked of it. */
const withKey = (user: RegisteredUser, key: RegisteredKey): RegisteredUser =>
  key.generation === user.generation ? user : { ...user, ...key, fingerprintDiffers: false };

/** Users with each of their keys, from the oldest: the current ones are the users themselves. */
export const everyKeyOf = (users: readonly RegisteredUser[]): RegisteredUser[] =>
  users.flatMap((user) => user.keys.map((key) => withKey(user, key)));

/** The same without keys of some stages. */
export const keysOfStages = (
  users: readonly RegisteredUser[],
  ...stages: readonly KeyStage[]
): RegisteredUser[] => everyKeyOf(users).filter(({ stage }) => stages.includes(stage));

/** A user with the key of a generation; undefined if the user has no such generation. */
export function atGeneration(user: RegisteredUser, generation: number): RegisteredUser | undefined {
  const key = user.keys.find((each) => each.generation === generation);
  return key && withKey(user, key);
}

/** What an entry says of each generation, as `readKeys` needs it. */
export interface KeyReader {
  /** Reads the fields of one generation, checked like those of the entry. */
  readonly read: (
    value: unknown,
    path: string,
  ) => Omit<RegisteredKey, "generation" | "stage" | "registeredAs">;
  /** Reads the name that it is registered under. */
  readonly nameOf: (value: unknown, path: string) => string;
  readonly error: (name: string, what: string) => Error;
}

/**
 * The keys of an entry. Its own fields are of the current one, and are compared: one of two that differ was changed. Entries of versions
 * that knew one key only have no others.
 */
export function readKeys(
  value: unknown,
  current: Omit<RegisteredKey, "stage" | "registeredAs">,
  { path, username }: { readonly path: string; readonly username: string },
  { read, nameOf, error }: KeyReader,
): RegisteredKey[] {
  if (value === undefined)
    return [{ ...current, stage: "current", registeredAs: registeredNameOf(username, 1) }];
  const generations = isObject(value) ? Object.entries(value) : [];
  const stages = Object.fromEntries(
    generations.map(([number, each]) => [number, isObject(each) ? each["stage"] : undefined]),
  ) as unknown as Generations;
  if (generations.length === 0 || generationsProblem(stages))
    throw error("generations", "is not a map of generations of which one is current");
  const keys = generations.map(([number, each]): RegisteredKey => {
    const generation = Number(number);
    const place = joinPath(joinPath(path, "generations"), number);
    const stage = stages[generation] as KeyStage;
    return { generation, stage, registeredAs: nameOf(each, place), ...read(each, place) };
  });
  const own = keys.find(({ stage }) => stage === "current");
  const differs = (["generation", "publicKey", "keyArn", "credentialsArn"] as const).find(
    (field) => own?.[field] !== current[field],
  );
  if (differs !== undefined)
    throw error(differs, "differs from that of the current generation: one of them was changed");
  return keys;
}
