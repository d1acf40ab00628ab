import type { KeyStage } from "../rules/generations";
import type { RegisteredUser } from "./entry";
import type { RegisteredKey } from "./keys-of-entry";

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
