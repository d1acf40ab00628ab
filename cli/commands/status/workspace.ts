/** The API users of a live workspace. */
import { Session } from "../../../ledger-api/session";
import type { Settings } from "../../../ledger-api/settings";
import { Failure } from "../../../messages/failure";
import { notSeen, type Problem } from "./problem";

/** A user as `GET /users` returns it (Vault API specification 1.35). */
export interface LiveUser {
  readonly username: string;
  /** Lower-case. Empty if the workspace has none. */
  readonly publicKey: string;
  readonly role: string;
  readonly status: string;
  /** When the pending request expires. */
  readonly expires?: Date;
}

export interface Live {
  /** Undefined if the workspace was not asked, or did not list all of them. */
  readonly users?: readonly LiveUser[];
  readonly problems: readonly Problem[];
}

const PAGE_SIZE = 100;
/** 100,000 users. Whatever has more is not a workspace. */
const MOST_PAGES = 1000;

/** All API users of the workspace, page by page. If a page is missing, nothing is seen: half a list cannot show who is missing. */
export async function liveUsers(
  settings: Settings,
  patience: { readonly timeoutSeconds: number; readonly maxWaitSeconds: number },
): Promise<Live> {
  const session = new Session(settings, patience);
  const subject = `workspace ${settings.workspace}`;
  const unseen = (what: string, fix: string): Live => ({ problems: [notSeen(subject, what, fix)] });
  const users = new Map<string, Node["user"]>();
  try {
    for (let page = 1; page <= MOST_PAGES; page++) {
      const answer = await session.get(`users?page=${page}&page_size=${PAGE_SIZE}`);
      if (answer.status !== 200) {
        const said = session.saidBy(answer);
        const what = `does not list its users (HTTP ${answer.status}${said && `: ${said}`})`;
        return unseen(what, "use the credentials of a user that may read users");
      }
      const { edges, page_info } = (answer.json ?? {}) as {
        edges?: unknown;
        page_info?: { has_next_page?: unknown };
      };
      const more = page_info?.has_next_page;
      if (!Array.isArray(edges) || typeof more !== "boolean") {
        const fix = "check that LEDGER_ENTERPRISE_API_URL is the URL of the API, version 1";
        return unseen("does not answer with a list of users", fix);
      }
      const before = users.size;
      let strange = 0;
      for (const edge of edges) {
        const read = readNode(edge);
        if (read === "strange") strange++;
        else users.set(read.id, read.user);
      }
      if (strange > 0) {
        const fix = "this version does not understand the API: compare by hand";
        return unseen(`lists ${strange} users without name or status`, fix);
      }
      if (!more) return { users: [...users.values()].filter(({ isApi }) => isApi), problems: [] };
      if (users.size === before)
        return unseen("returns the same page of users again", "check proxies between you and the workspace");
    }
    return unseen(`lists more than ${MOST_PAGES} pages of users`, "check what answers at its URL");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return unseen(`did not list its users: ${error.what}`, error.fix);
  }
}

interface Node {
  readonly id: string;
  readonly user: LiveUser & { readonly isApi: boolean };
}

function readNode(edge: unknown): Node | "strange" {
  const node = (edge as { node?: unknown } | null)?.node;
  if (typeof node !== "object" || node === null) return "strange";
  const { id, username, pub_key, role, status, is_api, last_request } = node as Record<string, unknown>;
  if (typeof username !== "string" || typeof status !== "string") return "strange";
  const { expires_at } = (last_request ?? {}) as { expires_at?: unknown };
  const expires = typeof expires_at === "string" ? new Date(expires_at) : undefined;
  return {
    id: String(id ?? username),
    user: {
      username,
      publicKey: typeof pub_key === "string" ? pub_key.toLowerCase() : "",
      role: typeof role === "string" ? role : "",
      status,
      expires: expires && !Number.isNaN(expires.getTime()) ? expires : undefined,
      // Anybody whom the workspace does not call a person counts as a machine.
      isApi: is_api !== false,
    },
  };
}
