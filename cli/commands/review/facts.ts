/** What `review` finds, as data. Nothing decides by words: text/ makes them of these facts when everything is decided. */
import type { Setting } from "./text/settings";

export interface Owner {
  readonly workspace?: string;
  readonly username: string;
}

/** What a finding is about: a user, a resource, all resources of a type, an output, a stack, or the plan or the change as a whole. */
export type Subject =
  | Owner
  | { readonly address: string }
  | { readonly type: string }
  | { readonly output: string }
  | { readonly stack: string }
  | { readonly whole: "plan" | "change" };

/** A role or another principal; null if it is known only after apply. */
export type Who = string | null;

/** `read the private key` is how a signer of a key in Secrets Manager signs; `read` names any other secret. */
export type Right = "sign" | "read the private key" | "read the credentials" | { readonly read: string };

/** A public key by its fingerprint, or why there is none. */
export type PublicKey = { readonly fingerprint: string } | "known after apply" | "not a public key";

/** A statement whose change makes its policy weaker. */
export interface OfStatement {
  /** Its Sid; empty if it has none. */
  readonly statement: string;
  readonly effect: "Allow" | "Deny";
}

/** What each fact says, by its name. */
export interface Facts {
  "user added": {
    role?: string;
    custody?: string;
    uiLabel?: string;
    signers: readonly Who[];
    readers: readonly Who[];
  };
  "user removed": object;
  /** Of a user who is in another plan's stack as well: the one that it leaves, or the one that it comes to. */
  "undeclared move": { direction: "leaves" | "comes" };
  /** The one stack lets go of all that the user has, and the other one takes it over: which this is. */
  moved: { direction: "leaves" | "comes" };
  /** Of a user in whose place another name is. */
  "other name": { username: string; workspace?: string; keepsKey: boolean };
  /** A user who is added is called like another, in characters that are drawn alike. */
  "looks like": { other: string; characters: readonly string[] };
  "field changed": { field: string; from?: string; to?: string };
  "generation promoted": { generation?: string; was?: string };
  /** Of one of the user's generations: a stage that is undefined is that of none. */
  "stage changed": { generation: string; stage?: string; was?: string };
  "another key": { key: PublicKey; was: PublicKey; generation?: string };
  "registration unknown": object;

  gains: { role: Who; right: Right };
  loses: { role: Who; right: Right };
  "not a single role": { role: string; right: Right };
  "signer not registered": { role: string; right: Right };
  /** With a right: of a new key or secret, whose lock nobody has seen yet. */
  "policy known later": { right?: Right };
  "policy not comparable": object;
  "removal protection off": { actions: readonly string[] };
  "made without lock": { right: Right };
  "made without removal protection": object;
  "made without recovery": object;
  "statement not comparable": OfStatement & { change: "added" | "removed" };
  /** In fewer cases: it still denies them in others. The role alone is not denied any more; without one, everyone. */
  "denies less": OfStatement & { actions: readonly string[]; inFewerCases?: true; role?: string };
  "allows services less": OfStatement & { services: readonly string[]; actions: readonly string[] };
  "allows more": OfStatement & { whom: readonly string[]; actions: readonly string[] };

  "key generated": { by: "kms" | "key generator" | "key generator or earlier" };
  "key generator asked again": object;
  /** What says which generation is current, for services that follow it. */
  pointer: { is: "made" | "moved" | "destroyed" | "no longer managed" };
  /** Without a name: it is known after apply only. */
  "another function": { name?: string };
  /** Without a name: the alias of the subject. */
  "alias points elsewhere": { alias?: string };
  destroyed: {
    what: "private key" | "credentials" | "KMS key that signs" | "KMS key that encrypts";
    /** Days in which it can be restored. */
    days: string;
    replaced: boolean;
    /** Whether AWS refuses it, because removal protection is on. */
    refused: boolean;
  };
  "records destroyed": { what: "log" | "bucket"; name: string };
  "no longer managed": { what: "private key" | "credentials" | "KMS key" };
  /** Without `what`: neither holds nor reaches a key. */
  imported: { what?: Imported; name?: string };
  "no longer found": { address: string };
  "pinned key": { is: "another key" | "not compared" };
  "pinned before the key exists": { key: PublicKey };

  setting: { setting: Setting; attributes: readonly string[]; from?: string; to?: string };
  "kept short": { days: string };
  "guard gone": { type: string; name?: string; how: "removed" | "no longer managed" };
  /** A rule that goes, or watches less, since the rules of another stack take its keys over. */
  "watched elsewhere": { name: string };
  "setting known later": { attributes: readonly string[] };

  /** Actions in Terraform's words: `update`, or `delete` and `create`. */
  changed: { actions: readonly string[]; attributes: readonly string[] };
  "unknown actions": { actions: readonly string[] };
  "moved in the state": { from: string };
  "changed outside Terraform": { address: string; attributes: readonly string[] };
  "deleted outside Terraform": { address: string };
  "foreign type": { type: string };
  "further policy of a role": { role: Who };
  "role with further permissions": object;
  "foreign read": { type: string };
  "foreign provider": { source: string };
  "provider setting": { setting: string };
  "not pinned": { to: "account" | "region" };
  elsewhere: { arn: string };
  module: { source: string };
  provisioner: { provisioner: string };
  "not ours": { attributes: readonly string[] };
  "conditions gone": object;
  "not configured": object;
  contradicts: { attributes: readonly string[] };
  "no configuration": object;
  unexplained: { attributes: readonly string[] };

  /** Of stacks, as affected has them. */
  "stack gone": object;
  "plan missing": object;
  "plan too many": { isTwice: boolean };
  "state elsewhere": object;
  /** By affected: a user, a stack or a name. */
  refused: { problems: number };

  "unknown part": { part: string };
  "done besides": { what: "action" | "deferred change" | "deferred action"; type?: string };
  "check does not pass": { status: string };
  "partial plan": object;
}

export type Imported =
  | ("private key" | "KMS key" | "alias")
  | ("other secret" | "other KMS key" | "other alias" | "role" | "function");

export type Fact<Name extends keyof Facts = keyof Facts> = {
  [N in Name]: { readonly fact: N } & Readonly<Facts[N]>;
}[Name];
