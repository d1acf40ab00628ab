/** Whether the user of a new key may do in the workspace what the user of the old one may: its groups, and its places in the rules of accounts. */

import type { UserDeclaration } from "../../../fleet";
import { listed, NotListed } from "../../../ledger-api/lists";
import type { ListedUser } from "../../../ledger-api/users";
import type { Mistake } from "../../../messages/mistake";
import { shown } from "../../../messages/safe-text";
import { isObject } from "../../../rules/is-object";
import { type LiveWorkspace, seesAllOf } from "./evidence";

type Node = Readonly<Record<string, unknown>>;
type Found = readonly [id: string, user: ListedUser];

/** Accounts are large: as many as a page may have do not fit into an answer. */
const ACCOUNTS_A_PAGE = "20";

export async function rightsProblem(
  live: LiveWorkspace,
  { role, adminRules }: UserDeclaration,
  [oldId, old]: Found,
  [newId, next]: Found,
): Promise<Mistake | undefined> {
  const names = `${shown(next.username)} and ${shown(old.username)}`;
  if (role === "administrator")
    return {
      what: `the API does not list API Admin rules, so whether ${names} are in the same ones is unknown${adminRules.length > 0 ? ` (declared: ${adminRules.map(shown).join(", ")})` : ""}`,
      fix: "compare them under Settings > Admin rules, then add --force rights",
    };
  // Others see only the accounts that they are in themselves.
  if (!seesAllOf(old, live))
    return {
      what: `whether ${names} have the same rights is unknown: not everybody sees all accounts`,
      fix: `ask with the credentials of ${shown(old.username)} or of an administrator`,
    };
  const { session } = live;
  const groups = await listed(session, "groups");
  const accounts = new Map<string, Node>();
  for (const user of [oldId, newId])
    for (const [id, node] of await listed(session, "accounts", { user, page_size: ACCOUNTS_A_PAGE }))
      accounts.set(id, node);
  const places = [
    ...[...groups.values()].flatMap(groupPlace),
    ...[...accounts.values()].flatMap(accountPlaces),
  ];
  const lacks = places.filter(({ members }) => members.has(oldId) && !members.has(newId));
  const gains = places.filter(({ members }) => members.has(newId) && !members.has(oldId));
  if (lacks.length + gains.length === 0) return undefined;
  const listedPlaces = (of: typeof places) => {
    const shownPlaces = of.slice(0, 5).map(({ place }) => place);
    return [...shownPlaces, ...(of.length > 5 ? [`${of.length - 5} more`] : [])].join(", ");
  };
  return {
    what: [
      ...(lacks.length > 0 ? [`${shown(next.username)} is not in ${listedPlaces(lacks)}`] : []),
      ...(gains.length > 0 ? [`${shown(old.username)} is not in ${listedPlaces(gains)}`] : []),
    ].join("; "),
    fix: "have the admins give the new user what the old one has, and nothing else",
  };
}

interface Place {
  /** In words. */
  readonly place: string;
  readonly members: ReadonlySet<string>;
}

const NOT_UNDERSTOOD = "this version does not understand the API: compare by hand, then add --force rights";

function groupPlace({ name, members, status }: Node): Place[] {
  if (status === "REVOKED" || status === "REJECTED") return [];
  if (typeof name !== "string" || !Array.isArray(members))
    throw new NotListed("lists a group without name or members", NOT_UNDERSTOOD);
  return [{ place: `the group ${shown(name)}`, members: idsOf(members) }];
}

/** `governance_rules` has sets of rules, those of type MULTI_AUTHORIZATIONS steps, and each step a group or users (Vault API 1.35). */
function accountPlaces({ name, governance_rules: sets }: Node): Place[] {
  const strange = new NotListed("lists an account without name or rules", NOT_UNDERSTOOD);
  if (typeof name !== "string" || !Array.isArray(sets)) throw strange;
  return sets.flatMap((set: unknown) => {
    const { rules, name: ofSet } = isObject(set) ? set : {};
    if (!Array.isArray(rules)) throw strange;
    return rules.flatMap((rule: unknown) => {
      const { type, data } = isObject(rule) ? rule : {};
      if (typeof type !== "string" || !Array.isArray(data)) throw strange;
      if (type !== "MULTI_AUTHORIZATIONS") return [];
      return data.flatMap((step: unknown, index): Place[] => {
        const { users, group } = isObject(step) ? step : {};
        if (users === undefined && group !== undefined) return []; // its members were compared
        if (!Array.isArray(users)) throw strange;
        const place = `step ${index + 1} of the rule ${shown(String(ofSet ?? ""))} of the account ${shown(name)}`;
        return [{ place, members: idsOf(users) }];
      });
    });
  });
}

/** Users whom the credentials may not see are null; the two that are compared were seen. */
const idsOf = (ids: readonly unknown[]) =>
  new Set(ids.filter((id) => typeof id === "number" || typeof id === "string").map(String));
