import { isObject } from "../rules/is-object";
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
  /** Undefined if every step is complete. */
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
  const step = steps.filter(isObject).find(({ step_index }) => step_index === current);
  const expires = new Date(String(expired_at));
  return {
    status,
    ...(!Number.isNaN(expires.getTime()) && { expires }),
    ...(step && { waiting: waitingIn(step) }),
  };
}

/** An id is null where the user may not be seen: such an approval is one of such an approver. */
function waitingIn(step: Readonly<Record<string, unknown>>): Waiting {
  const { approvals, approvers, quorum } = step;
  const approved = list(approvals)
    .filter(({ type }) => type === "APPROVE")
    .map(({ user }) => idOf(user));
  const able = list(approvers).map(idOf);
  const unseen = (ids: readonly unknown[]) => ids.filter((id) => id === undefined).length;
  return {
    approvals: Math.max(0, (typeof quorum === "number" ? quorum : 1) - approved.length),
    of: able.flatMap((id) => (id === undefined || approved.includes(id) ? [] : [id])),
    unseen: Math.max(0, unseen(able) - unseen(approved)),
  };
}

const list = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : []);

const idOf = (user: unknown): string | undefined => {
  const id = isObject(user) ? user["id"] : undefined;
  return typeof id === "number" || typeof id === "string" ? String(id) : undefined;
};
