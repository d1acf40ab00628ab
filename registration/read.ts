/** What is to be registered in the workspace, as `npm start` and Terraform write it. */

import { withoutSecrets } from "../keys/redact";
import { didYouMean } from "../messages/did-you-mean";
import { joinPath } from "../messages/paths";
import { shown } from "../messages/safe-text";
import { isObject } from "../rules/is-object";
import { looksOf } from "../rules/looks";
import { addressOf } from "./card";
import { RegistrationError, readEntry } from "./entry";
import { JsonProblem, readJsonDocuments } from "./json-documents";
import type { RegisteredUser } from "./registered-user";

export { addressOf } from "./card";
export { RegistrationError } from "./entry";
export { atGeneration, everyKeyOf, keysOfStages } from "./generations";
export * from "./names-in-aws";
export type { RegisteredUser } from "./registered-user";

export interface ReadOptions {
  /**
   * Whether an entry may name a fingerprint that is not its public key's. Only `verify` lets it pass: it finds whose the
   * public key is, and says more than that the two differ.
   * @default false
   */
  readonly letWrongFingerprintsThrough?: boolean;
}

/**
 * Reads a registration. Its forms:
 *
 * - `.local/registration.json`: `{ STACK: { USERNAME: ENTRY } }`
 * - `terraform output -json`: `{ "registration": { "value": { USERNAME: ENTRY } } }`, other outputs aside
 * - `terraform output -json registration`: `{ USERNAME: ENTRY }`
 *
 * and several of these after one another, as a loop over the fleet's stacks prints them; those of stacks without users
 * (`{}`) are passed over. ENTRY is what `constructs/api-user/registration-output.ts` puts out; `fingerprint` is added where it is missing.
 *
 * @throws RegistrationError for the first mistake: JSON, a form, a field, or a user that is in it twice
 */
export function readRegistration(
  json: string,
  { letWrongFingerprintsThrough = false }: ReadOptions = {},
): RegisteredUser[] {
  const users = documentsOf(json).flatMap(({ value, line }, index, { length }) => {
    const where = length > 1 ? `document ${index + 1} (line ${line}): ` : "";
    return [...entriesOf(value, where)].map(({ value: entry, ...place }) =>
      readEntry(entry, place, letWrongFingerprintsThrough),
    );
  });
  if (users.length === 0) {
    throw new RegistrationError(
      "the registration has no users",
      "give .local/registration.json, or terraform output -json of a stack with users that has been applied",
    );
  }
  refuseDuplicates(users);
  return users;
}

/**
 * The user that a person means: by name, or by `STACK/USERNAME` (or `WORKSPACE/USERNAME`) where several stacks have
 * one of that name. Case and the kind of blank may differ if nobody has that very name.
 *
 * @throws RegistrationError that says how to choose, or what was probably meant
 */
export function userNamed(users: readonly RegisteredUser[], name: string): RegisteredUser {
  for (const spelling of [(text: string) => text, looksOf]) {
    const found = users.filter((user) => spellingsOf(user).some((one) => spelling(one) === spelling(name)));
    if (found.length === 1 && found[0]) return found[0];
    if (found.length > 1) {
      const addresses = [...new Set(found.map(addressOf))];
      const fix =
        addresses.length === found.length
          ? `write ${addresses.map(shown).join(" or ")}`
          : "give the registration of one stack only";
      throw new RegistrationError(`${found.length} users of the registration are called ${shown(name)}`, fix);
    }
  }
  const meant = didYouMean(name, users.flatMap(spellingsOf));
  const names =
    users.length > 10
      ? "see the names in the registration"
      : `it has ${users.map(addressOf).map(shown).join(", ")}`;
  throw new RegistrationError(
    // What was asked for may be a key or a secret that was put in a name's place: that must not be repeated.
    `the registration has no user ${shown(withoutSecrets(name))}`,
    meant ? `did you mean ${shown(meant)}?` : names,
  );
}

function spellingsOf(user: RegisteredUser): string[] {
  const { stack, workspace, username } = user;
  return [username, ...[stack, workspace].flatMap((first) => (first ? [`${first}/${username}`] : []))];
}

function documentsOf(json: string) {
  try {
    return readJsonDocuments(json);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw new RegistrationError(
      `the registration ${error.message}`,
      error.fix ?? "give .local/registration.json or the output of terraform output -json",
    );
  }
}

interface Place {
  readonly key: string;
  readonly path: string;
  readonly stack?: string;
  readonly value: unknown;
}

function* entriesOf(document: unknown, where: string): Generator<Place> {
  if (!isObject(document)) throw unknownForm(where);
  const output = document["registration"];
  if (isObject(output) && "value" in output)
    return yield* entriesBelow(output["value"], `${where}registration.value`);
  const values = Object.values(document);
  if (values.length > 0 && values.every(isOutput)) return; // a stack without users
  if (values.some(isEntry)) return yield* entriesBelow(document, where);
  for (const [stack, entries] of Object.entries(document)) {
    if (!isObject(entries) || !Object.values(entries).every(isObject)) throw unknownForm(where);
    yield* entriesBelow(entries, where + joinPath("", stack), stack);
  }
}

function* entriesBelow(entries: unknown, path: string, stack?: string): Generator<Place> {
  if (!isObject(entries)) throw unknownForm("");
  for (const [key, value] of Object.entries(entries)) yield { key, value, stack, path: joinPath(path, key) };
}

/** How `terraform output -json` writes an output. No entry has these, and all entries have what it has not. */
const isOutput = (value: unknown) =>
  isObject(value) && "value" in value && "type" in value && "sensitive" in value;

const isEntry = (value: unknown) =>
  isObject(value) && (typeof value["publicKey"] === "string" || typeof value["keyArn"] === "string");

const unknownForm = (where: string) =>
  new RegistrationError(
    `${where}this JSON is not a registration`,
    "give .local/registration.json, { STACK: { USERNAME: ENTRY } }, or the output of terraform output -json",
  );

/** One workspace has each user once, in whatever stacks; so has each stack. */
function refuseDuplicates(users: readonly RegisteredUser[]): void {
  const seen = new Map<string, RegisteredUser>();
  for (const user of users) {
    const identity = JSON.stringify([user.workspace ?? user.stack, user.username]);
    const duplicate = seen.get(identity);
    if (duplicate) {
      const places =
        user.stack === duplicate.stack ? "twice" : `in the stacks ${duplicate.stack} and ${user.stack}`;
      throw new RegistrationError(
        `the registration has ${shown(addressOf(user))} ${places}`,
        "give each stack's output once, and have a user in one stack only",
      );
    }
    seen.set(identity, user);
  }
}
