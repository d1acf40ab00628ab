import { randomBytes } from "node:crypto";

export interface WorkspaceRequestOptions {
  /** What the challenge says besides `antireplay`. @default the transaction in Ledger's guide "Approve a request" */
  readonly content?: Readonly<Record<string, unknown>>;
  /** Negative: it has expired. @default 7 days */
  readonly expiresInSeconds?: number;
  /** @default PENDING_APPROVAL */
  readonly status?: string;
}

/** A request as the workspace keeps it. */
export interface WorkspaceRequest {
  readonly id: number;
  /** base64url of JSON. */
  readonly challenge: string;
  /** Why it takes no decision any more; undefined while it does. */
  readonly refusal: string | undefined;
  decide(action: "approve" | "reject"): void;
  /** What `GET /requests/{id}` answers. */
  state(): Readonly<Record<string, unknown>>;
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
  }: WorkspaceRequestOptions = {},
): WorkspaceRequest {
  const expires = new Date(Date.now() + expiresInSeconds * 1000);
  const antireplay = randomBytes(32).toString("hex").toUpperCase();
  let status = first;
  return {
    id,
    challenge: Buffer.from(JSON.stringify({ antireplay, ...content })).toString("base64url"),
    get refusal() {
      if (status !== "PENDING_APPROVAL") return "the request is not pending";
      return expires.getTime() < Date.now() ? "the request cannot be approved" : undefined;
    },
    decide(action) {
      status = action === "approve" ? "APPROVED" : "REJECTED";
    },
    state: () => ({ id, type: "CREATE_TRANSACTION", status, expires_at: expires.toISOString() }),
  };
}
