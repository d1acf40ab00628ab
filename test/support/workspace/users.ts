import { randomBytes } from "node:crypto";
import type { Answer } from "./answers";

export interface WorkspaceUserOptions {
  readonly username: string;
  /** 130 hexadecimal digits. */
  readonly publicKey: string;
  /** `ADMIN`, `OPERATOR`, …: there is no role of its own for API users. @default OPERATOR */
  readonly role?: string;
  /** `PENDING_REGISTRATION`, `PENDING_APPROVAL`, `APPROVED`, `ACTIVE`, `ACCESS_SUSPENDED`, `REVOKED`, … @default ACTIVE */
  readonly status?: string;
  /** The id of its last request. @default none */
  readonly lastRequest?: unknown;
  /** @default true */
  readonly isApi?: boolean;
  /** What its login's token says. @default its public key in upper case, and the workspace; undefined: the token is no JWT */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

export interface WorkspaceUser extends Required<Omit<WorkspaceUserOptions, "claims">> {
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
  readonly id: number;
  readonly apiKeyId: string;
  readonly apiKeySecret: string;
}

export const workspaceUser = (
  id: number,
  workspace: string,
  options: WorkspaceUserOptions,
): WorkspaceUser => ({
  role: "OPERATOR",
  status: "ACTIVE",
  lastRequest: null,
  isApi: true,
  claims: { workspace, pub_key: options.publicKey.toUpperCase() },
  ...options,
  id,
  apiKeyId: randomBytes(16).toString("base64url"),
  apiKeySecret: randomBytes(32).toString("base64url"),
});

/** `GET /users?username=…&page=1&page_size=30`: those whose name holds the text, whatever its case. */
export function usersPage(users: readonly WorkspaceUser[], query: URLSearchParams): Answer {
  const name = (query.get("username") ?? "").toLowerCase();
  const found = users.filter(({ username }) => username.toLowerCase().includes(name));
  return page(found.map(node), query);
}

/** A page of what was found. */
export function page(found: readonly unknown[], query: URLSearchParams): Answer {
  const size = Number(query.get("page_size") ?? 30);
  const start = (Number(query.get("page") ?? 1) - 1) * size;
  const edges = found.slice(start, start + size).map((each, cursor) => ({ cursor, node: each }));
  const page_info = { count: found.length, has_next_page: start + size < found.length };
  return { status: 200, body: { edges, page_info } };
}

/** The specification's examples have the public key in upper case. */
const node = ({ id, username, role, status, publicKey, lastRequest, isApi }: WorkspaceUser) => ({
  id,
  username,
  role,
  is_api: isApi,
  pub_key: publicKey === "" ? null : publicKey.toUpperCase(),
  status,
  last_request: lastRequest,
});
