import { addressOf, type RegisteredUser } from "../registration/read";

/** The public keys of a registration, and whose each is: `STACK/USERNAME`. */
export function publicKeysOf(users: readonly RegisteredUser[]): Map<string, string> {
  return new Map(users.map((user) => [user.publicKey, addressOf(user)]));
}
