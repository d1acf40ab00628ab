import { fingerprint } from "../keys";
import { isObject } from "../rules/is-object";
import { type RegisteredUser, RegistrationError, readEntry } from "./entry";

/** One key of a user as it was applied, with the name that it is registered under. */
export interface AppliedGeneration extends RegisteredUser {
  readonly registeredAs: string;
}

/**
 * A generation of a user's key, as the registration has it: an entry like that of the current one. Undefined if it was not applied.
 *
 * @throws RegistrationError
 */
export function generationOf(user: RegisteredUser, generation: number): AppliedGeneration | undefined {
  const { generations } = user.entry;
  if (generations === undefined)
    return user.generation === generation ? { ...user, registeredAs: user.username } : undefined;
  const own = isObject(generations) ? generations[generation] : undefined;
  if (own === undefined) return undefined;
  const path = `generations.${generation} of ${JSON.stringify(user.username)}`;
  const { registeredAs } = isObject(own) ? own : {};
  if (!isObject(own) || typeof registeredAs !== "string")
    throw new RegistrationError(
      `${path} is not the entry of a generation`,
      "take the registration afresh from terraform output -json",
    );
  const { publicKey, keyArn, keyStatus, credentialsArn } = own;
  const mine = { publicKey, keyArn, keyStatus, credentialsArn };
  const given = Object.fromEntries(Object.entries(mine).filter(([, value]) => value !== undefined));
  const { fingerprint: _, keyStatus: __, credentialsArn: ___, ...shared } = user.entry;
  const entry = { ...shared, ...given, generation };
  const read = readEntry(entry, { key: user.username, path, stack: user.stack }, false);
  return { ...read, fingerprint: fingerprint(read.publicKey), registeredAs };
}
