/** What a card and the page hold of each user. Public data; it travels in the page as JSON. */
import { hashOfText, type PossessionProof } from "../keys/portable";

export interface CardFacts {
  /** `WORKSPACE-FILE`, where the registration says. */
  readonly stack?: string;
  readonly workspace?: string;
  readonly username: string;
  readonly role: "operator" | "administrator";
  readonly custody: "secrets-manager" | "kms" | "imported";
  readonly generation: number;
  /** 130 lower-case hexadecimal digits. */
  readonly publicKey: string;
  /** 64 lower-case hexadecimal digits. */
  readonly fingerprint: string;
  /** As of the last apply. */
  readonly keyStatus?: "in custody" | "awaiting key";
  readonly groups: readonly string[];
  readonly accountRules: readonly string[];
  readonly adminRules: readonly string[];
}

export interface Card extends CardFacts {
  /** A signature by the key in custody, where one was made. */
  readonly proof?: PossessionProof;
  /** What `verify` found wrong, where it did not say `ok`. */
  readonly objection?: string;
  /** Of the facts: where it differs, one of them was changed after the card was made. */
  readonly seal: string;
}

/** All that the page shows, besides words of its own. */
export interface PageData {
  readonly cards: readonly Card[];
  /** Of all cards: see `pageCodeOf`. */
  readonly code: string;
}

/**
 * A digest of all that an admin acts upon. The signature proves the key alone; the seal ties name, role and rules to it.
 * Whoever changes a card on purpose makes a new seal too, and then the page code is another: that is what people compare.
 */
export function sealOf(facts: CardFacts): string {
  const { stack, workspace, username, role, custody, generation, publicKey, fingerprint, keyStatus } = facts;
  const { groups, accountRules, adminRules } = facts;
  const all = [stack ?? null, workspace ?? null, username, role, custody, generation, publicKey, fingerprint];
  return hashOfText(JSON.stringify([...all, keyStatus ?? null, groups, accountRules, adminRules]));
}

/** One digest of several cards, in any order; people compare its first 32 digits, as they do with a fingerprint. */
export function pageCodeOf(cards: readonly CardFacts[]): string {
  return hashOfText(cards.map(sealOf).sort().join("\n"));
}

/** What tells a user from all others: `STACK/USERNAME`, as far as the stack is known. */
export function addressOf({ stack, workspace, username }: CardFacts): string {
  const first = stack ?? workspace;
  return first === undefined ? username : `${first}/${username}`;
}
