import { Failure } from "../messages/failure";
import { shown } from "../messages/safe-text";
import { isObject } from "../rules/is-object";
import type { Session } from "./session";

/** The workspace did not answer with what it was asked for. `what` goes on from "the workspace". */
export class NotListed extends Failure {}

type Node = Readonly<Record<string, unknown>>;

const PAGE_SIZE = 100;
/** 100,000 of them. Whatever has more is not a workspace. */
const MOST_PAGES = 1000;

/** What stays as it is while a list is read: where pages overlap, one and the same may be on two of them. */
const CONSTANT = ["id", "username", "pub_key", "type"];

const nameOf = ({ id, username }: Node): string | undefined => {
  const name = id ?? username;
  return typeof name === "string" || typeof name === "number" ? String(name) : undefined;
};

/**
 * All users, requests, groups or accounts that a query finds, page by page, by their ids. It is all or nothing: half a list cannot show what is missing.
 *
 * @throws NotListed; Failure where the workspace cannot be asked
 */
export async function listed(
  session: Session,
  kind: "users" | "requests" | "groups" | "accounts",
  query: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, Node>> {
  const nodes = new Map<string, Node>();
  for (let page = 1; page <= MOST_PAGES; page++) {
    const search = new URLSearchParams({ page: String(page), page_size: String(PAGE_SIZE), ...query });
    const answer = await session.get(`${kind}?${search}`);
    if (answer.status !== 200) {
      const said = session.saidBy(answer);
      const what = `does not list its ${kind} (HTTP ${answer.status}${said && `: ${said}`})`;
      throw new NotListed(what, `use the credentials of a user that may read ${kind}`);
    }
    const { edges, page_info } = isObject(answer.json) ? answer.json : {};
    const more = isObject(page_info) ? page_info["has_next_page"] : undefined;
    if (!Array.isArray(edges) || typeof more !== "boolean") {
      const fix = "check that LEDGER_ENTERPRISE_API_URL is the URL of the API, version 1";
      throw new NotListed(`does not answer with a list of ${kind}`, fix);
    }
    const before = nodes.size;
    for (const edge of edges) {
      const found: unknown = isObject(edge) ? edge["node"] : undefined;
      // What is no object is listed all the same, so that whoever reads it finds it strange.
      const node = isObject(found) ? found : {};
      const name = nameOf(node) ?? `no id ${nodes.size}`;
      const other = nodes.get(name);
      if (other !== undefined && CONSTANT.some((field) => other[field] !== node[field]))
        throw new NotListed(
          `lists two different ${kind} with the id ${shown(name)}`,
          "look in the workspace",
        );
      nodes.set(name, node);
    }
    if (!more) return nodes;
    if (nodes.size === before)
      throw new NotListed(
        `returns the same page of ${kind} again`,
        "check proxies between you and the workspace",
      );
  }
  throw new NotListed(`lists more than ${MOST_PAGES} pages of ${kind}`, "check what answers at its URL");
}
