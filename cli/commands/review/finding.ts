import type { ResourceChange } from "../../shared/terraform-plan";
import { type Phrase, say } from "./phrase";

/** What a finding is about; the first two are loud, and what `--fail-on` names. */
export const KINDS = ["destroy", "weakened", "user", "access", "key", "notice", "other"] as const;
export type Kind = (typeof KINDS)[number];

/** One thing that a reviewer is told. */
export interface Finding {
  readonly kind: Kind;
  /** Whose it is, or what: a user's name, else a resource's address. */
  readonly subject: Phrase;
  readonly text: Phrase;
  /** The resource; undefined for what several say together. */
  readonly address?: string;
  /** It is of a resource that is none of this package's: nothing can be said of what it does to keys. */
  readonly foreign?: boolean;
}

/** Whose a resource is. */
export interface Owner {
  readonly workspace?: string;
  readonly username: string;
}

/** A change together with what is known of whose it is. */
export interface OwnedChange extends ResourceChange {
  readonly owner?: Owner;
}

export const subjectOf = ({ owner, address }: OwnedChange): Phrase =>
  owner ? nameOf(owner) : say`${address}`;

export const nameOf = ({ workspace, username }: Owner): Phrase =>
  say`${workspace === undefined ? username : `${workspace}/${username}`}`;

export function finding(kind: Kind, change: OwnedChange, text: Phrase): Finding {
  return { kind, subject: subjectOf(change), text, address: change.address };
}

export const makes = ({ actions }: ResourceChange) => actions.includes("create");
export const destroys = ({ actions }: ResourceChange) => actions.includes("delete");
/** Terraform no longer manages it, and leaves it where it is. */
export const forgets = ({ actions }: ResourceChange) => actions.includes("forget");
/** Nothing happens in AWS, nor is anything taken in from there. */
export const idles = ({ actions, type, imported }: ResourceChange) =>
  (!imported && actions.every((action) => action === "no-op" || action === "read")) ||
  type.startsWith("data.");
/** Every word is one that this version knows. */
export const isUnderstood = ({ actions }: ResourceChange) =>
  actions.length > 0 && actions.every((action) => ACTIONS.has(action));

const ACTIONS = new Set(["no-op", "read", "create", "update", "delete", "forget"]);

/** Names of the attributes that a change changes, or may: what is known after apply only included. */
export function changedAttributes({ before = {}, after = {}, unknown }: ResourceChange): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after), ...unknown]);
  return [...keys]
    .filter(
      (key) => unknown.has(key) || JSON.stringify(before[key] ?? null) !== JSON.stringify(after[key] ?? null),
    )
    .sort();
}
