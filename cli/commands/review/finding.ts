import type { ResourceChange } from "../../shared/terraform-plan";
import type { Fact, Owner, Subject } from "./facts";

/** What a finding is about; the first two are loud, and what `--fail-on` names. */
export type Kind = "destroy" | "weakened" | "user" | "access" | "key" | "notice" | "other";

/** One fact that a reviewer must know. */
export interface Finding {
  readonly kind: Kind;
  readonly subject: Subject;
  readonly fact: Fact;
  /** The resource, if it is about a single one. */
  readonly address?: string;
  /** The attributes of the resource whose change this finding tells. All others are listed under other changes. */
  readonly tells?: readonly string[];
}

/** A change, and whose resource it is, if that is known. */
export interface OwnedChange extends ResourceChange {
  readonly owner?: Owner;
}

export function finding(
  kind: Kind,
  { owner, address }: OwnedChange,
  fact: Fact,
  tells: readonly string[] = [],
): Finding {
  return { kind, subject: owner ?? { address }, fact, address, tells };
}

/** The user alone, without what else is known of it. */
export const ownerOf = ({ workspace, username }: Owner): Owner => ({ workspace, username });

export const isSameUser = (a: Owner, b: Owner) => a.workspace === b.workspace && a.username === b.username;

export const makes = ({ actions }: ResourceChange) => actions.includes("create");
export const destroys = ({ actions }: ResourceChange) => actions.includes("delete");
/** Terraform no longer manages it, and leaves it where it is. */
export const forgets = ({ actions }: ResourceChange) => actions.includes("forget");
/** Nothing changes in AWS, and nothing is imported from there. What says so of different values was edited, and is judged as a change. */
export const idles = (change: ResourceChange) =>
  change.type.startsWith("data.") ||
  (!change.imported &&
    change.actions.length > 0 &&
    change.actions.every((action) => action === "no-op" || action === "read") &&
    (change.actions.includes("read") || changedAttributes(change).length === 0));
/** Whether this version knows all of its actions. */
export const isUnderstood = ({ actions }: ResourceChange) =>
  actions.length > 0 && actions.every((action) => ACTIONS.has(action));

const ACTIONS = new Set(["no-op", "read", "create", "update", "delete", "forget"]);

/** Names of the attributes that change or may change: those known only after apply are included. */
export function changedAttributes({ before = {}, after = {}, unknown }: ResourceChange): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after), ...unknown]);
  return [...keys]
    .filter(
      (key) => unknown.has(key) || JSON.stringify(before[key] ?? null) !== JSON.stringify(after[key] ?? null),
    )
    .sort();
}
