import { fingerprint, formatFingerprint } from "../../keys";
import { addressOf, keyNamesOf, type RegisteredUser, secretNameOf } from "../../registration/read";
import type { Seen } from "./look-at-key";
import type { Proof } from "./proof";
import type { Unseen } from "./refused";

/** What was found out about one user. */
export interface Examined {
  readonly user: RegisteredUser;
  readonly seen: Seen | Unseen;
  /** What is wrong with the secret that says which key is current. */
  readonly pointer?: Unseen;
  readonly proof?: Proof | Unseen;
}

/** Whether a user's registered public key is the one in custody; if not, what is wrong, and the fix. */
export type Verdict = { readonly user: RegisteredUser; readonly notes: readonly string[] } & (
  | { readonly state: "ok"; readonly proof?: Proof }
  | Unseen
);

const EXPORT_AGAIN =
  "register none of these; export the registration again with terraform output -json, and find out who changed it";

/**
 * Judges the users that were examined, in their order.
 *
 * @param all all users of the registration: a key that is not one user's may be another's
 */
export function judge(examined: readonly Examined[], all: readonly RegisteredUser[]): Verdict[] {
  const owners = new Owners(examined, all);
  return examined.map(({ user, seen, pointer, proof }): Verdict => {
    if ("state" in seen) return { user, notes: [], ...seen };
    const { notes } = seen;
    const problem =
      owners.swapOf(user, seen) ??
      owners.foreignKeyOf(user, seen) ??
      (user.fingerprintDiffers
        ? "the public key is the one in custody, but the fingerprint beside it in the registration is not its own"
        : undefined);
    if (problem !== undefined) return { user, state: "mismatch", problem, fix: EXPORT_AGAIN, notes };
    if (pointer) return { user, notes, ...pointer };
    return proof && "state" in proof ? { user, notes, ...proof } : { user, state: "ok", notes, proof };
  });
}

/** Knows whose each key is: by custody, by registration, by its names in AWS. */
class Owners {
  readonly #inCustody = new Map<string, RegisteredUser>();
  readonly #registered = new Map<string, RegisteredUser[]>();
  readonly #byArn = new Map<string, RegisteredUser[]>();
  readonly #byName = new Map<string, RegisteredUser>();

  constructor(examined: readonly Examined[], all: readonly RegisteredUser[]) {
    for (const { user, seen } of examined) {
      if ("state" in seen) continue;
      this.#inCustody.set(seen.publicKey, user);
    }
    for (const user of all) {
      add(this.#registered, user.publicKey, user);
      add(this.#byArn, user.keyArn, user);
      for (const name of keyNamesOf(user)) this.#byName.set(placeOf(user, name), user);
    }
  }

  /** What is wrong if custody has another public key than the registration. */
  swapOf(user: RegisteredUser, { publicKey }: Seen): string | undefined {
    if (publicKey === user.publicKey) return undefined;
    const name = quoted(user);
    const holder = this.#inCustody.get(user.publicKey);
    const registrant = this.#registered.get(publicKey)?.find((other) => other !== user);
    const held = holder && `the public key registered for ${name} is the one in ${quoted(holder)}'s custody`;
    const taken = registrant && `the one in ${name}'s custody is registered for ${quoted(registrant)}`;
    if (held && taken && holder === registrant) return `${held}, and ${taken}: they were swapped`;
    if (held || taken) return [held, taken].filter(Boolean).join(", and ");
    const digits = formatFingerprint(fingerprint(publicKey));
    return `the public key registered for ${name} is not the one in its custody, whose fingerprint is ${digits}`;
  }

  /** What is wrong if the public key is right, but the entry names another user's key. */
  foreignKeyOf(user: RegisteredUser, { aliasTarget }: Seen): string | undefined {
    const name = quoted(user);
    const duplicate = this.#byArn.get(user.keyArn)?.find((other) => other !== user);
    if (duplicate) return `${name} and ${quoted(duplicate)} are registered with the same key`;
    if (aliasTarget !== undefined) {
      const [alias] = keyNamesOf(user);
      const other = this.#byArn.get(aliasTarget)?.[0];
      const whose = other ? `${quoted(other)}'s key` : aliasTarget;
      return `${alias} points to ${whose}, not to the key registered for ${name}`;
    }
    const names = keyNamesOf(user);
    if (user.custody === "kms" || names.length === 0) return undefined;
    const secretName = secretNameOf(user.keyArn);
    if (names.includes(secretName)) return undefined;
    const other = this.#byName.get(placeOf(user, secretName));
    const whose = other && other !== user ? `${quoted(other)}'s` : secretName;
    return `the secret registered for ${name} is ${whose}, not ${names[0]}`;
  }
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key) ?? [];
  map.set(key, values);
  values.push(value);
}

/** Names of secrets and aliases are unique in an account and region only. */
const placeOf = ({ region, account }: RegisteredUser, name: string) => `${region} ${account} ${name}`;

const quoted = (user: RegisteredUser) => JSON.stringify(addressOf(user));
