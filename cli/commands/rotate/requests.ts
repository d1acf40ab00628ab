/** Whether a user has done anything in the workspace lately, or something of it still waits there. */
import { listed, NotListed } from "../../../ledger-api/lists";
import type { ListedUser } from "../../../ledger-api/users";
import type { Mistake } from "../../../messages/mistake";
import { shown } from "../../../messages/safe-text";
import { type Evidence, type LiveWorkspace, seesAllOf } from "./evidence";
import { quietSince } from "./quiet";

/** https://help.enterprise.ledger.com/api-documentation: the filters of `GET /requests`, Vault API 1.35. */
const DID = { created_by: "created", approved_by: "approved", rejected_by: "rejected" } as const;

export async function requestsProblem(
  live: LiveWorkspace,
  id: string,
  user: ListedUser,
  evidence: Pick<Evidence, "now" | "quietForSeconds">,
): Promise<Mistake | undefined> {
  const { session } = live;
  const { username } = user;
  if (!seesAllOf(user, live))
    return {
      what: `what ${shown(username)} does in the workspace is unknown: not everybody sees all requests`,
      fix: `ask with the credentials of an administrator, or of ${shown(username)}`,
    };
  const since = quietSince(evidence);
  const found: string[] = [];
  for (const [filter, did] of Object.entries(DID)) {
    const recent = await listed(session, "requests", { [filter]: id, created_after: since.toISOString() });
    if (filter === "created_by") refuseOthers(recent.values(), id);
    found.push(...[...recent.keys()].map((request) => `${did} request ${request}`));
  }
  if (found.length > 0)
    return {
      what: `${shown(username)} ${some(found)} since ${since.toISOString()}`,
      fix: "find the service that still uses the old key, and wait until it is quiet",
    };
  const waiting = await listed(session, "requests", { created_by: id, status: "PENDING_APPROVAL" });
  refuseOthers(waiting.values(), id);
  if (waiting.size === 0) return undefined;
  return {
    what: `${shown(username)} has requests that still wait: ${some([...waiting.keys()])}`,
    fix: "have them approved or rejected first",
  };
}

/** A list that was not filtered says nothing of the one user. */
function refuseOthers(nodes: Iterable<Readonly<Record<string, unknown>>>, id: string): void {
  for (const { created_by } of nodes)
    if (String(created_by) !== id)
      throw new NotListed(
        "lists requests of others too, so which are the old user's is unknown",
        "look in the workspace, then add --force requests",
      );
}

const some = (texts: readonly string[]) =>
  texts.length > 5 ? `${texts.slice(0, 5).join(", ")} and ${texts.length - 5} more` : texts.join(", ");
