import { listed, NotListed } from "./lists";
import type { Session } from "./session";
import { REPORTING_KEY } from "./vocabulary";

/** A user as `GET /users` returns it (Vault API specification 1.35). */
export interface ListedUser {
  readonly username: string;
  /** Lower-case. Empty if the workspace has none. */
  readonly publicKey: string;
  readonly role: string;
  readonly status: string;
  /** Whether it is a machine, or may be one. */
  readonly isApi: boolean;
  readonly lastRequest?: number;
}

/**
 * All users of a workspace, by their ids.
 *
 * @throws NotListed, also where one of them is not understood; Failure where the workspace cannot be asked
 */
export async function listUsers(session: Session): Promise<ReadonlyMap<string, ListedUser>> {
  const nodes = await listed(session, "users");
  const users = [...nodes].map(([id, node]) => [id, readUser(node)] as const);
  const strange = users.filter(([, user]) => user === undefined).length;
  if (strange > 0)
    throw new NotListed(
      `lists ${strange} users without name or status, or with a key that is no text`,
      "this version does not understand the API: compare by hand",
    );
  return new Map(users.flatMap(([id, user]) => (user ? [[id, user] as const] : [])));
}

function readUser(node: Readonly<Record<string, unknown>>): ListedUser | undefined {
  const { username, pub_key, role, status, is_api, last_request } = node;
  if (typeof username !== "string" || typeof status !== "string") return undefined;
  if (typeof (pub_key ?? "") !== "string") return undefined;
  return {
    username,
    publicKey: typeof pub_key === "string" ? pub_key.toLowerCase() : "",
    role: typeof role === "string" ? role : "",
    status,
    // Anybody whom the workspace does not call a person counts as a machine, and so does each key.
    isApi: is_api !== false || role === REPORTING_KEY,
    ...(typeof last_request === "number" &&
      Number.isSafeInteger(last_request) && { lastRequest: last_request }),
  };
}
