import { dateIn } from "../../../ledger-api/date";
import type { Answer, Unanswered } from "../../../ledger-api/http";
import { redirected, type Session, unreachable } from "../../../ledger-api/session";
import { requestState } from "../../../ledger-api/vocabulary";
import { ExitCode, Failure } from "../../../messages/failure";
import { isObject } from "../../../rules/is-object";

export type Action = "approve" | "reject";

/** How it ended, if not with a post, for programs; the wording of messages may change. */
type Outcome = "declined" | "refused" | "expired" | "not-found" | "rate-limited" | "unknown";

/** An end that the workspace, or the person who was asked, decided. */
export class Decided extends Failure {
  constructor(
    readonly outcome: Outcome,
    what: string,
    fix: string,
    exitCode: number = ExitCode.NO,
  ) {
    super(what, fix, exitCode);
  }
}

/** What is said of a request, by `GET /requests/{id}`: `status` (`PENDING_APPROVAL`, …) and `expires_at`. */
interface RequestAnswer {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly expires_at?: unknown;
}

/**
 * Why the workspace does not take an approval, or gives no challenge for one. As nothing is published on the status codes
 * of that, the request itself is asked: it says whether it has expired, or is no longer pending.
 */
export async function whyRefused(session: Session, requestId: string, refusal: Answer): Promise<Failure> {
  if (refusal.status === 404) return notFound(requestId);
  const state = await stateOf(session, requestId);
  if (state === "not found") return notFound(requestId);
  const { status, expires_at } = state;
  const expiry = dateIn(expires_at);
  // What was decided in time has a date that is past, too.
  const isOpen = typeof status !== "string" || requestState(status) === "pending";
  if (status === "EXPIRED" || (isOpen && expiry !== undefined && expiry.getTime() < Date.now())) {
    const when = expiry === undefined ? "" : ` on ${expiry.toISOString()}`;
    return new Decided("expired", `request ${requestId} expired${when}`, "have it created again");
  }
  const said = session.saidBy(refusal);
  const refused = `the workspace refuses this for request ${requestId} (HTTP ${refusal.status}${said && `: ${said}`})`;
  if (typeof status === "string" && requestState(status) !== "pending") {
    const what = `${refused}: it is ${status.slice(0, 40)}`;
    return requestState(status) === undefined
      ? new Decided(
          "refused",
          what,
          "this version does not know that status: look at the request in the workspace",
        )
      : new Decided("refused", what, "there is nothing left to decide");
  }
  const fix = "check that the key is the registered one, and that the rule asks this user";
  return new Decided("refused", refused, fix);
}

/** What became of the POST, from its answer. */
export async function judge(
  session: Session,
  requestId: string,
  action: Action,
  answer: Answer,
): Promise<{ status?: string }> {
  const { status, json } = answer;
  if (status >= 200 && status < 300) {
    const { status: now, id = requestId } = (json ?? {}) as RequestAnswer;
    if (String(id) !== requestId) throw unknown(requestId, action, "the answer is for another request");
    if (typeof now !== "string") return {};
    // It took the decision, and the request went another way all the same.
    const against = action === "approve" ? "ended" : "taken";
    if (requestState(now) === against || now === "EXPIRED" || now === "BLOCKED") {
      const fix = "look at the request in the workspace: the decision had no effect";
      throw new Decided("refused", `request ${requestId} is ${now}`, fix);
    }
    return { status: now };
  }
  if (status === 420 || status === 429) {
    const seconds = session.retryAfter(answer);
    throw new Decided(
      "rate-limited",
      `the workspace did not take it: it limits the rate of requests (HTTP ${status})`,
      `nothing is posted twice by itself: run it again${seconds === undefined ? "" : ` in ${seconds} s`}`,
    );
  }
  if (status >= 300 && status < 400) throw redirected(status);
  if (status >= 500 || status === 408) throw unknown(requestId, action, `HTTP ${status}`);
  throw await whyRefused(session, requestId, answer);
}

/** What became of a POST that had no answer. */
export function unanswered(failed: Unanswered, requestId: string, action: Action): Failure {
  return failed.sent ? unknown(requestId, action, failed.reason) : unreachable(failed);
}

function unknown(requestId: string, action: Action, reason: string): Decided {
  const done = action === "approve" ? "approval" : "rejection";
  return new Decided(
    "unknown",
    `unknown whether the workspace has the ${done} of request ${requestId} (${reason})`,
    `look at the request in the workspace (or GET /requests/${requestId}/governance-status) before you run this again`,
  );
}

function notFound(requestId: string): Decided {
  const fix = "check the id, and that the user may see the request";
  return new Decided("not-found", `the workspace knows no request ${requestId}`, fix, ExitCode.BAD_INPUT);
}

async function stateOf(session: Session, requestId: string): Promise<RequestAnswer | "not found"> {
  try {
    const { status, json } = await session.get(`requests/${requestId}`);
    if (status === 404) return "not found";
    if (status !== 200 || !isObject(json)) return {};
    // What is said of another request is nothing that is known of this one.
    return String(json["id"] ?? requestId) === requestId ? json : {};
  } catch (error) {
    if (error instanceof Failure) return {}; // what is known already is said
    throw error;
  }
}
