/** `approve --pending`: the requests that wait for a user. */
import type { Identity } from "../../../ledger-api/identity";
import { listed, NotListed } from "../../../ledger-api/lists";
import type { Session } from "../../../ledger-api/session";
import { Failure } from "../../../messages/failure";
import { print, printJson } from "../../shared/output";

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
  const isUser = ({ pub_key }: Readonly<Record<string, unknown>>) =>
    typeof pub_key === "string" && pub_key.toLowerCase() === publicKey;
  const [id, user] = [...users].find(([, node]) => isUser(node)) ?? [];
  if (id === undefined)
    throw new Failure(
      "the workspace lists no user with this public key",
      "see with status whether it is registered",
    );
  const nodes = await listed(session, "requests", { pending_by: id });
  const nameOf = (of: unknown) => {
    const name = users.get(String(of))?.["username"];
    return typeof name === "string" ? name : undefined;
  };
  const requests = [...nodes.values()].map((node) => readRequest(node, nameOf));
  return { username: String(user?.["username"]), requests: requests.sort((a, b) => a.id - b.id) };
}

/** @throws Failure for what is no request: what is not understood may be what waits */
function readRequest(
  node: Readonly<Record<string, unknown>>,
  nameOf: (id: unknown) => string | undefined,
): PendingRequest {
  const { id, type, status, target_type, target_id, created_by, expires_at } = node;
  if (typeof id !== "number" || typeof status !== "string" || typeof type !== "string")
    throw new Failure(
      "the workspace lists a request without id, type or status",
      "this version does not understand the API: look in the workspace",
    );
  const createdBy = nameOf(created_by);
  return {
    id,
    type,
    status,
    target: `${target_type ?? "what is not said"} ${target_id ?? ""}`.trim(),
    ...(createdBy !== undefined && { createdBy }),
    ...(typeof expires_at === "string" && { expires: expires_at }),
  };
}
