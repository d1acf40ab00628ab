/** What a card and the page hold of each user. Public data; it travels in the page as JSON. */
import { hashOfText, type PossessionProof } from "../keys/portable";
import type { Custody, Role } from "../rules/api-user-role";
import { isObject } from "../rules/is-object";

export interface CardFacts {
  /** `WORKSPACE-FILE`; undefined where the registration is a stack's own output, which does not say. A card has it only if it has no workspace. */
  readonly stack?: string;
  /** Undefined where the entry does not say, as one written by hand may not. */
  readonly workspace?: string;
  readonly username: string;
  readonly role: Role;
  readonly custody: Custody;
  /** Which key of the user this is: 1 and up. */
  readonly generation: number;
  /** 130 lower-case hexadecimal digits: the X9.62 uncompressed point. */
  readonly publicKey: string;
  /** SHA-256 of the point's 65 bytes: 64 lower-case hexadecimal digits. */
  readonly fingerprint: string;
  /** As of the last apply: Terraform does not see a custodian load a key. */
  readonly keyStatus?: "in custody" | "awaiting key";
  readonly groups: readonly string[];
  readonly accountRules: readonly string[];
  readonly adminRules: readonly string[];
  /** Set by `npm start`: the key is on an AWS in a developer's machine, and ends with it. */
  readonly practice?: true;
}

const isText = (value: unknown) => typeof value === "string";
const isMissingOrText = (value: unknown) => value === undefined || isText(value);
const isListOfTexts = (value: unknown) => Array.isArray(value) && value.every(isText);

/** The facts in the order in which a seal takes them, and what each is. */
const FACTS: Readonly<Record<keyof CardFacts, (value: unknown) => boolean>> = {
  stack: isMissingOrText,
  workspace: isMissingOrText,
  username: isText,
  role: (value) => value === "operator" || value === "administrator",
  custody: isText,
  generation: Number.isInteger,
  publicKey: isText,
  fingerprint: isText,
  keyStatus: isMissingOrText,
  groups: isListOfTexts,
  accountRules: isListOfTexts,
  adminRules: isListOfTexts,
  practice: (value) => value === undefined || value === true,
};
const NAMES = Object.keys(FACTS) as (keyof CardFacts)[];

/** `npm start` marks its own registration only: with the mark in the seal, `terraform output` of the same stacks would give another page code. */
const SEALED = NAMES.filter((name) => name !== "practice");

export interface Card extends CardFacts {
  /** A signature by the key in custody, where one was made. */
  readonly proof?: PossessionProof;
  /** What `verify` found wrong, where it did not say `ok`. */
  readonly objection?: string;
  /** Of the facts: where it differs, one of them was changed after the card was made. */
  readonly seal: string;
}

/** The sealed card of a user, from what the registration has of it. */
export function cardOf(user: CardFacts, proven: Pick<Card, "proof" | "objection"> = {}): Card {
  const placed = { ...user, ...placeOf(user) };
  const facts = Object.fromEntries(NAMES.map((name) => [name, placed[name]])) as unknown as CardFacts;
  return { ...facts, ...proven, seal: sealOf(facts) };
}

/**
 * Where a card says that a user is. `.local/registration.json` names stacks and `terraform output` does not: with a stack on its card, a
 * user would have two names and two seals. The workspace is in both, and has each user once.
 */
const placeOf = ({ stack, workspace }: Pick<CardFacts, "stack" | "workspace">) =>
  workspace === undefined ? { stack } : { stack: undefined, workspace };

/** What a user is called on its card and among proofs, whatever the registration was read from. */
export const cardAddressOf = (user: Pick<CardFacts, "stack" | "workspace" | "username">): string =>
  addressOf({ username: user.username, ...placeOf(user) });

/** All that the page shows, apart from its fixed texts. */
export interface PageData {
  readonly cards: readonly Card[];
  /** Of all cards: see `pageCodeOf`. */
  readonly code: string;
}

/** @throws Error if it is not what a page is made with */
export function readPageData(json: string): PageData {
  const value: unknown = JSON.parse(json);
  const { cards, code } = isObject(value) ? value : {};
  if (!Array.isArray(cards) || cards.length === 0 || !cards.every(isCard) || typeof code !== "string")
    throw new Error();
  return { cards, code };
}

function isCard(value: unknown): value is Card {
  if (!isObject(value) || !NAMES.every((name) => FACTS[name](value[name]))) return false;
  const { proof, objection, seal } = value;
  const isProof = (each: unknown) => isObject(each) && isText(each["message"]) && isText(each["signature"]);
  return isText(seal) && isMissingOrText(objection) && (proof === undefined || isProof(proof));
}

/**
 * A digest of all that an admin acts upon. The signature proves the key alone; the seal ties name, role and rules to it.
 * Somebody who changes a card on purpose makes a new seal too, but that changes the page code, which people compare.
 */
export function sealOf(facts: CardFacts): string {
  return hashOfText(JSON.stringify(SEALED.map((name) => facts[name] ?? null)));
}

/** One digest of several cards, in any order; people compare its first 32 digits, as they do with a fingerprint. */
export function pageCodeOf(cards: readonly CardFacts[]): string {
  return hashOfText(cards.map(sealOf).sort().join("\n"));
}

/** What distinguishes a user from all others of a registration: `STACK/USERNAME`, as far as the stack is known. */
export function addressOf(user: Pick<CardFacts, "stack" | "workspace" | "username">): string {
  const first = user.stack ?? user.workspace;
  return first === undefined ? user.username : `${first}/${user.username}`;
}
