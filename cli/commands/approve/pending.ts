/** `approve --pending`: the requests that wait for a user. */
import { dateIn } from "../../../ledger-api/date";
import type { Identity } from "../../../ledger-api/identity";
import { listed, NotListed } from "../../../ledger-api/lists";
import type { Session } from "../../../ledger-api/session";
import { requestState, userState } from "../../../ledger-api/vocabulary";
import { Failure } from "../../../messages/failure";
import { shown } from "../../../messages/safe-text";
import { print, printJson } from "../../shared/output";

type Node = Readonly<Record<string, unknown>>;

interface PendingRequest {
  readonly id: number;
  readonly type: string;
  readonly status: string;
  readonly target: string;
  readonly createdBy?: string;
  readonly expires?: string;
}

/** @throws Failure with exit code 2 if it is not known who the user is, or the workspace does not list its requests */
export async function printPending(
  session: Session,
  { publicKey }: Pick<Identity, "publicKey">,
  json: boolean | undefined,
): Promise<void> {
  const { username, requests } = await pendingOf(session, publicKey).catch((error) => {
    throw error instanceof NotListed ? new Failure(`the workspace ${error.what}`, error.fix) : error;
  });
  if (json) return printJson({ user: username, pending: requests });
  if (requests.length === 0) return print([`No request waits for ${JSON.stringify(username)}.`]);
  print(
    requests.map(({ id, type, status, target, createdBy, expires }) =>
      [
        `request ${id}: ${type} of ${target}, ${status}`,
        ...(createdBy === undefined ? [] : [`created by ${JSON.stringify(createdBy)}`]),
        ...(expires === undefined ? [] : [`expires on ${expires}`]),
      ].join(", "),
    ),
  );
}

async function pendingOf(session: Session, publicKey: string | undefined) {
  if (publicKey === undefined)
    throw new Failure(
      "the login does not say whose credentials these are",
      "give --user and --registration, which have the user's public key",
    );
  const users = await listed(session, "users");
  const { id, username } = userWith(publicKey, users);
  const nodes = await listed(session, "requests", { pending_by: String(id) });
  const nameOf = (of: unknown) => {
    const name = isName(of) ? users.get(String(of))?.["username"] : undefined;
    return typeof name === "string" ? name : undefined;
  };
  const requests = [...nodes.values()].map((node) => readRequest(node, nameOf));
  return { username, requests: requests.sort((a, b) => a.id - b.id) };
}

/** @throws Failure unless one user has the key, and may approve */
function userWith(publicKey: string, users: ReadonlyMap<string, Node>) {
  // Who was rejected or revoked stays in the list, perhaps beside a later user with the same key.
  const found = [...users.values()].filter(
    ({ pub_key, status }) =>
      typeof pub_key === "string" && pub_key.toLowerCase() === publicKey && stateOf(status) !== "gone",
  );
  const [{ id, username, status } = {}] = found;
  if (found.length !== 1)
    throw new Failure(
      `the workspace lists ${found.length === 0 ? "no user" : `${found.length} users`} with this public key`,
      "see with status who is registered",
    );
  if (!isName(id) || typeof username !== "string" || typeof status !== "string")
    throw new Failure("the workspace lists the user without id, name or status", NOT_UNDERSTOOD);
  if (stateOf(status) !== "active")
    throw new Failure(
      `the user ${shown(username)} is ${shown(status)} in the workspace; only an ACTIVE user approves`,
      "look at the user in the workspace, or with status",
    );
  return { id, username };
}

const NOT_UNDERSTOOD = "this version does not understand the API: look in the workspace";
const stateOf = (status: unknown) => (typeof status === "string" ? userState(status) : undefined);
const isName = (value: unknown): value is string | number =>
  typeof value === "string" || typeof value === "number";

/** @throws Failure for what is no request that waits: what is not understood may be what waits */
function readRequest(node: Node, nameOf: (id: unknown) => string | undefined): PendingRequest {
  const { id, type, status, target_type, target_id, created_by, expires_at } = node;
  if (!Number.isSafeInteger(id) || typeof status !== "string" || typeof type !== "string")
    throw new Failure("the workspace lists a request without id, type or status", NOT_UNDERSTOOD);
  // What has ended was not asked for: then the list is not the one that was asked for, and may lack others.
  if (["taken", "ended"].includes(requestState(status) ?? ""))
    throw new Failure(
      `the workspace lists request ${id}, which is ${status} and does not wait`,
      NOT_UNDERSTOOD,
    );
  const createdBy = nameOf(created_by);
  const expires = dateIn(expires_at)?.toISOString();
  return {
    id: Number(id),
    type,
    status,
    target: [target_type, target_id].filter(isName).join(" ") || "what is not said",
    ...(createdBy !== undefined && { createdBy }),
    ...(expires !== undefined && { expires }),
  };
}
