import { randomBytes } from "node:crypto";

export interface WorkspaceRequestOptions {
  /** What the challenge says besides `antireplay`. @default the transaction in Ledger's guide "Approve a request" */
  readonly content?: Readonly<Record<string, unknown>>;
  /** Negative: it has expired. @default 7 days */
  readonly expiresInSeconds?: number;
  /** @default PENDING_APPROVAL */
  readonly status?: string;
  /** @default CREATE_TRANSACTION */
  readonly type?: string;
  /** The ids of the users who may approve it; null for one that nobody may see. @default none */
  readonly approvers?: readonly (number | null)[];
  /** Those of them who have. @default none */
  readonly approvedBy?: readonly (number | null)[];
  /** @default 1 */
  readonly quorum?: number;
}

/** A request as the workspace keeps it. */
export interface WorkspaceRequest {
  readonly id: number;
  /** base64url of JSON. */
  readonly challenge: string;
  /** The one that a rejection signs. */
  readonly rejection: string;
  /** Why it takes no decision any more; undefined while it does. */
  readonly refusal: string | undefined;
  decide(action: "approve" | "reject"): void;
  /** What `GET /requests/{id}` answers. */
  state(): Readonly<Record<string, unknown>>;
  /** What `GET /requests/{id}/governance-status` answers. */
  governance(): Readonly<Record<string, unknown>>;
  waitsFor(userId: number): boolean;
}

export const TRANSACTION = {
  data: {
    transaction_data: {
      account_name: "ClientA COL TBTC 1",
      amount: "100",
      currency: "bitcoin testnet",
      max_fees: "211",
      recipient: "tb1q9wexw9pzjklj7yqld6g3lejxzr0wgvwhzx0nek",
    },
    transaction_type: "BITCOIN_LIKE_SEND",
  },
  type: "APPROVE_TRANSACTION",
};

export function approvalRequest(
  id: number,
  {
    content = TRANSACTION,
    expiresInSeconds = 7 * 86_400,
    status: first = "PENDING_APPROVAL",
    type = "CREATE_TRANSACTION",
    approvers = [],
    approvedBy = [],
    quorum = 1,
  }: WorkspaceRequestOptions = {},
): WorkspaceRequest {
  const expires = new Date(Date.now() + expiresInSeconds * 1000);
  const antireplay = randomBytes(32).toString("hex").toUpperCase();
  let status = first;
  const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    id,
    challenge: encoded({ antireplay, ...content }),
    rejection: encoded({ antireplay, ...content, type: "REJECT_TRANSACTION" }),
    get refusal() {
      if (status !== "PENDING_APPROVAL") return "the request is not pending";
      return expires.getTime() < Date.now() ? "the request cannot be approved" : undefined;
    },
    decide(action) {
      status = action === "approve" ? "APPROVED" : "REJECTED";
    },
    state: () => ({
      ...{ id, type, status, created_by: 1, created_on: new Date(0).toISOString() },
      ...{ target_type: "TRANSACTION", target_id: 305, expires_at: expires.toISOString() },
    }),
    governance: () => ({
      governance_steps: [
        { step_index: 0, quorum: 1, approvals: [], approvers: [{ id: 99 }] },
        {
          ...{ step_index: 1, quorum },
          approvals: approvedBy.map((user) => ({
            type: "APPROVE",
            created_on: new Date(0),
            user: { id: user },
          })),
          approvers: approvers.map((user) => ({ id: user })),
        },
      ],
      is_complete: false,
      request: { id, type, status, current_step_index: 1, expired_at: expires.toISOString() },
    }),
    waitsFor: (userId) => approvers.includes(userId) && !approvedBy.includes(userId),
  };
}
