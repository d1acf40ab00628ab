/**
 * A stub of the Ledger Enterprise workspace API, version 1, for tests: login, requests, their challenges, approval and rejection,
 * users. Built from help.enterprise.ledger.com and the Vault API's specification; it checks the signatures for real.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { ALLOW_LOOPBACK } from "../../../rules/loopback";
import { type Answer, respond } from "./answers";
import { checkJws } from "./jws";
import { approvalRequest, type WorkspaceRequest, type WorkspaceRequestOptions } from "./requests";
import { page, usersPage, type WorkspaceUser, type WorkspaceUserOptions, workspaceUser } from "./users";

/** An API call, as it came. */
export interface ApiCall {
  readonly method: string;
  /** `/requests/29/approve`, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/**
 * Sees each call first. It answers in the workspace's place, or returns undefined to let the call through; `lost` closes the connection
 * without an answer. With `forward` it can let the workspace act first.
 */
export type Interceptor = (
  call: ApiCall,
  forward: () => Answer,
) => Answer | "lost" | undefined | Promise<Answer | "lost" | undefined>;

/** A decision that came in, taken or not. */
interface Post {
  readonly requestId: string;
  readonly action: "approve" | "reject";
  readonly username: string;
  readonly jws: string;
  /** Why it was not taken; undefined if it was. */
  readonly refusal?: string;
}

export interface Workspace {
  readonly url: string;
  readonly name: string;
  readonly calls: readonly ApiCall[];
  readonly posts: readonly Post[];
  /** The environment in which a user's programs find the workspace. */
  env(username: string): Record<string, string>;
  addUser(options: WorkspaceUserOptions): WorkspaceUser;
  addRequest(options?: WorkspaceRequestOptions): WorkspaceRequest;
  /** Returns the way to remove it. */
  intercept(interceptor: Interceptor): () => void;
  /** Tokens no longer say whose they are, as Ledger nowhere promises that they do. */
  useOpaqueTokens(): void;
  /** Makes every token that was given out worthless. */
  revokeTokens(): void;
  stop(): Promise<void>;
}

/** Starts a workspace on a free port of the loopback interface. */
export async function startWorkspace(name = "acme-prod"): Promise<Workspace> {
  const users: WorkspaceUser[] = [];
  const requests = new Map<string, WorkspaceRequest>();
  const tokens = new Map<string, WorkspaceUser>();
  const calls: ApiCall[] = [];
  const posts: Post[] = [];
  const interceptors = new Set<Interceptor>();
  let areOpaque = false;

  function answer({ method, path, query, headers, body }: ApiCall): Answer {
    if (headers["x-ledger-workspace"] !== name)
      return { status: 404, body: { message: "no such workspace" } };
    if (`${method} ${path}` === "POST /auth/token") return login(body);
    const user = tokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? "");
    if (!user) return { status: 401, body: { message: "unauthorized" } };
    if (`${method} ${path}` === "GET /users") return usersPage(users, query);
    if (`${method} ${path}` === "GET /requests") return requestsPage(query);
    const [, id = "", part] = /^\/requests\/([^/]+)(?:\/([\w-]+(?:\/reject)?))?$/.exec(path) ?? [];
    const request = requests.get(id);
    if (!request) return { status: 404, body: { message: "not found" } };
    if (method === "GET" && part === undefined) return { status: 200, body: request.state() };
    if (method === "GET" && part === "challenge") return challenge(request, request.challenge);
    if (method === "GET" && part === "challenge/reject") return challenge(request, request.rejection);
    if (method === "GET" && part === "governance-status") return { status: 200, body: request.governance() };
    if (method === "POST" && (part === "approve" || part === "reject"))
      return decide(request, part, user, body);
    return { status: 405, body: { message: "method not allowed" } };
  }

  function login(body: string): Answer {
    const { api_key_id, api_key_secret } = JSON.parse(body);
    const user = users.find((one) => one.apiKeyId === api_key_id && one.apiKeySecret === api_key_secret);
    if (!user) return { status: 401, body: { message: "unauthorized" } };
    const opaque = `token-${tokens.size}-of-${user.apiKeyId}`;
    const access_token = user.claims && !areOpaque ? jwt(user.claims, opaque) : opaque;
    tokens.set(access_token, user);
    return { status: 200, body: { access_token, expires_in: 300, token_type: "Bearer" } };
  }

  function requestsPage(query: URLSearchParams): Answer {
    const waiting = Number(query.get("pending_by"));
    const found = [...requests.values()].filter((request) => request.waitsFor(waiting));
    return page(
      found.map((request) => request.state()),
      query,
    );
  }

  function challenge(request: WorkspaceRequest, text: string): Answer {
    if (request.refusal) return { status: 400, body: { message: request.refusal } };
    return { status: 200, body: { challenge: text, id: request.id } };
  }

  function decide(
    request: WorkspaceRequest,
    action: Post["action"],
    user: WorkspaceUser,
    body: string,
  ): Answer {
    const { jws } = JSON.parse(body) as { jws: string };
    const refusal =
      request.refusal ??
      checkJws(jws, action === "approve" ? request.challenge : request.rejection, user.publicKey);
    posts.push({ requestId: String(request.id), action, username: user.username, jws, refusal });
    if (refusal) return { status: 400, body: { message: refusal } };
    request.decide(action);
    return { status: 200, body: request.state() };
  }

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname: path, searchParams: query } = new URL(incoming.url ?? "/", "http://workspace");
    const { method = "GET", headers } = incoming;
    const call = { method, path, query, headers, body: (await buffer(incoming)).toString() };
    calls.push(call);
    for (const interceptor of interceptors) {
      const own = await interceptor(call, () => answer(call));
      if (own === "lost") incoming.socket.destroy();
      else if (own) respond(response, own);
      if (own) return;
    }
    respond(response, answer(call));
  }

  const server = createServer((incoming, response) => void serve(incoming, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    name,
    calls,
    posts,
    env(username) {
      const user = users.find((one) => one.username === username);
      if (!user) throw new Error(`the workspace has no user ${username}`);
      return {
        LEDGER_ENTERPRISE_API_URL: url,
        [ALLOW_LOOPBACK]: "1",
        LEDGER_ENTERPRISE_WORKSPACE: name,
        LEDGER_ENTERPRISE_API_KEY_ID: user.apiKeyId,
        LEDGER_ENTERPRISE_API_KEY_SECRET: user.apiKeySecret,
      };
    },
    addUser(options) {
      const user = workspaceUser(users.length + 1, name, options);
      users.push(user);
      return user;
    },
    addRequest(options) {
      const request = approvalRequest(requests.size + 29, options);
      requests.set(String(request.id), request);
      return request;
    },
    intercept(interceptor) {
      interceptors.add(interceptor);
      return () => interceptors.delete(interceptor);
    },
    useOpaqueTokens() {
      areOpaque = true;
    },
    revokeTokens: () => tokens.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** As the one in Ledger's "First Steps as an API User": nobody here checks its signature. */
function jwt(claims: object, signature: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "RS256", typ: "JWT", kid: "token" })}.${part(claims)}.${signature}`;
}
