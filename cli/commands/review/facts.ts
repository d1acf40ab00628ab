/** What `review` finds, as data. Nothing decides by words: text/ makes them of these facts when everything is decided. */
import type { Setting } from "./text/settings";

export interface Owner {
  readonly workspace?: string;
  readonly username: string;
}

/** What a finding is about: a user, a resource, all resources of a type, an output, or the plan as a whole. */
export type Subject =
  | Owner
  | { readonly address: string }
  | { readonly type: string }
  | { readonly output: string }
  | { readonly whole: "plan" };

/** A role or another principal; null if it is known only after apply. */
export type Who = string | null;

/** `read the private key` is how a signer of a key in Secrets Manager signs; `read` names any other secret. */
export type Right = "sign" | "read the private key" | "read the credentials" | { readonly read: string };

/** A public key by its fingerprint, or why there is none. */
export type PublicKey = { readonly fingerprint: string } | "known after apply" | "not a public key";

export type UserFact =
  | {
      readonly fact: "user added";
      readonly role?: string;
      readonly custody?: string;
      readonly uiLabel?: string;
      readonly signers: readonly Who[];
      readonly readers: readonly Who[];
    }
  | { readonly fact: "user removed" }
  | { readonly fact: "field changed"; readonly field: string; readonly from?: string; readonly to?: string }
  | { readonly fact: "generation promoted"; readonly generation?: string; readonly was?: string }
  | { readonly fact: "another key"; readonly key: PublicKey; readonly was: PublicKey }
  | { readonly fact: "registration unknown" };

interface OfStatement {
  /** Its Sid; empty if it has none. */
  readonly statement: string;
  readonly effect: "Allow" | "Deny";
}

/** What makes a policy weaker than it was. */
export type StatementFact = OfStatement &
  (
    | { readonly fact: "statement not comparable"; readonly change: "added" | "removed" }
    | {
        readonly fact: "denies less";
        readonly actions: readonly string[];
        /** Whether it still denies them, in fewer cases. */
        readonly inFewerCases?: true;
        /** Who alone is not denied any more; undefined for everyone. */
        readonly role?: string;
      }
    | {
        readonly fact: "allows services less";
        readonly services: readonly string[];
        readonly actions: readonly string[];
      }
    | { readonly fact: "allows more"; readonly whom: readonly string[]; readonly actions: readonly string[] }
  );

export type AccessFact =
  | StatementFact
  | { readonly fact: "gains" | "loses"; readonly role: Who; readonly right: Right }
  | {
      readonly fact: "not a single role" | "signer not registered";
      readonly role: string;
      readonly right: Right;
    }
  /** With a right: of a new key or secret, whose lock nobody has seen yet. */
  | { readonly fact: "policy known later"; readonly right?: Right }
  | { readonly fact: "policy not comparable" }
  | { readonly fact: "removal protection off"; readonly actions: readonly string[] }
  | { readonly fact: "made without lock"; readonly right: Right }
  | { readonly fact: "made without removal protection" };

export type KeyFact =
  | { readonly fact: "key generated"; readonly by: "kms" | "key generator" | "key generator or earlier" }
  | { readonly fact: "key generator asked again" }
  /** Without a name: the alias of the subject. */
  | { readonly fact: "alias points elsewhere"; readonly alias?: string }
  | {
      readonly fact: "destroyed";
      readonly what: "private key" | "credentials" | "KMS key that signs" | "KMS key that encrypts";
      /** Days in which it can be restored. */
      readonly days: string;
      readonly replaced: boolean;
      /** Whether AWS refuses it, because removal protection is on. */
      readonly refused: boolean;
    }
  | { readonly fact: "records destroyed"; readonly what: "log" | "bucket"; readonly name: string }
  | { readonly fact: "no longer managed"; readonly what: "private key" | "credentials" | "KMS key" }
  | {
      readonly fact: "imported";
      /** Undefined for what neither holds nor reaches a key. */
      readonly what?:
        | "private key"
        | "KMS key"
        | "alias"
        | "other secret"
        | "other KMS key"
        | "other alias"
        | "role"
        | "function";
      readonly name?: string;
    }
  | { readonly fact: "no longer found"; readonly address: string }
  | { readonly fact: "pinned key"; readonly is: "another key" | "not compared" }
  | { readonly fact: "pinned before the key exists"; readonly key: PublicKey };

export type GuardFact =
  | {
      readonly fact: "setting";
      readonly setting: Setting;
      readonly attributes: readonly string[];
      readonly from?: string;
      readonly to?: string;
    }
  | {
      readonly fact: "guard gone";
      readonly type: string;
      readonly name?: string;
      readonly how: "removed" | "no longer managed";
    }
  | { readonly fact: "setting known later"; readonly attributes: readonly string[] };

export type ChangeFact =
  /** Actions in Terraform's words: `update`, or `delete` and `create`. */
  | { readonly fact: "changed"; readonly actions: readonly string[]; readonly attributes: readonly string[] }
  | { readonly fact: "unknown actions"; readonly actions: readonly string[] }
  | { readonly fact: "moved in the state"; readonly from: string }
  | {
      readonly fact: "changed outside Terraform";
      readonly address: string;
      readonly attributes: readonly string[];
    }
  | { readonly fact: "deleted outside Terraform"; readonly address: string }
  | { readonly fact: "foreign type"; readonly type: string }
  | { readonly fact: "further policy of a role"; readonly role: Who }
  | { readonly fact: "role with further permissions" }
  | { readonly fact: "check does not pass" }
  | { readonly fact: "partial plan" };

export type Fact = UserFact | AccessFact | KeyFact | GuardFact | ChangeFact;
