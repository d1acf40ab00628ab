import { isObject } from "../rules/is-object";
import { dateIn } from "./date";
import { NotListed } from "./lists";
import type { Session } from "./session";

/** Whom a request waits for, in the step of its governance that it has come to. */
interface Waiting {
  /** How many more approvals the step needs. */
  readonly approvals: number;
  /** The ids of those who may give them. */
  readonly of: readonly string[];
  /** How many more may give them whom these credentials may not see. */
  readonly unseen: number;
}

export interface RequestProgress {
  readonly status: string;
  readonly expires?: Date;
  /** Undefined if every step is complete, or the workspace does not say it in full. */
  readonly waiting?: Waiting;
}

/**
 * How far a request has come: `GET /requests/{id}/governance-status` (Vault API 1.35, `VaultRequestGovernance`).
 *
 * @throws NotListed; Failure where the workspace cannot be asked
 */
export async function progressOf(session: Session, requestId: number): Promise<RequestProgress> {
  const answer = await session.get(`requests/${requestId}/governance-status`);
  const { request, governance_steps: steps } = isObject(answer.json) ? answer.json : {};
  if (
    answer.status !== 200 ||
    !isObject(request) ||
    (request["id"] !== undefined && String(request["id"]) !== String(requestId)) ||
    typeof request["status"] !== "string" ||
    !Array.isArray(steps)
  ) {
    const said = session.saidBy(answer);
    const what = `does not say how far request ${requestId} is (HTTP ${answer.status}${said && `: ${said}`})`;
    throw new NotListed(
      what,
      "use the credentials of a user that may see the request, or look in the workspace",
    );
  }
  const { status, current_step_index: current, expired_at } = request;
  const step = steps.find((each) => isObject(each) && isCount(current) && each["step_index"] === current);
  const expires = dateIn(expired_at);
  const waiting = step && waitingIn(step);
  return { status, ...(expires && { expires }), ...(waiting && { waiting }) };
}

/** An id is null where the user may not be seen: such an approval is one of such an approver. Nobody approves twice. */
function waitingIn(step: Readonly<Record<string, unknown>>): Waiting | undefined {
  const { approvals, approvers, quorum } = step;
  if (!isCount(quorum) || quorum === 0 || !areObjects(approvals) || !areObjects(approvers)) return undefined;
  const given = idsOf(approvals.filter(({ type }) => type === "APPROVE").map(({ user }) => user));
  const able = idsOf(approvers);
  return {
    approvals: Math.max(0, quorum - given.seen.size - given.unseen),
    of: [...able.seen].filter((id) => !given.seen.has(id)),
    unseen: Math.max(0, able.unseen - given.unseen),
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const areObjects = (value: unknown): value is Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) && value.every(isObject);

function idsOf(users: readonly unknown[]): { readonly seen: ReadonlySet<string>; readonly unseen: number } {
  const ids = users.map((user) => (isObject(user) ? user["id"] : undefined));
  const seen = ids.filter((id) => typeof id === "number" || typeof id === "string");
  return { seen: new Set(seen.map(String)), unseen: ids.length - seen.length };
}
