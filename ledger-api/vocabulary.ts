/**
 * The roles and statuses of version 1.35 of the Vault API (https://help.enterprise.ledger.com/api-documentation/reference: the enumerations
 * of `User`, `Request` and `VaultRequest`), by what they mean here. What is not in them is undefined: it is shown as it is, and nothing
 * is concluded from it.
 */

/** `stopped` users exist, and may not act. */
type UserState = "pending" | "approved" | "active" | "stopped" | "gone";

/** Those of people and API users, and those of reporting API keys, which are listed as users too. */
const USER_STATES: Readonly<Record<string, UserState>> = {
  PENDING_REGISTRATION: "pending",
  PENDING_APPROVAL: "pending",
  APPROVED: "approved",
  PENDING_SECRET: "approved",
  ACTIVE: "active",
  ACCESS_SUSPENDED: "stopped",
  SUSPENDED: "stopped",
  PENDING_REVOCATION: "stopped",
  REVOKED: "gone",
  REJECTED: "gone",
  ABORTED: "gone",
};

/** `taken` requests have every approval that they need. */
type RequestState = "pending" | "taken" | "ended";

const REQUEST_STATES: Readonly<Record<string, RequestState>> = {
  PENDING_FIRST_APPROVAL: "pending",
  PENDING_APPROVAL: "pending",
  PENDING_REGISTRATION: "pending",
  APPROVED: "taken",
  SIGNED: "taken",
  SUBMITTED: "taken",
  ACTIVE: "taken",
  REJECTED: "ended",
  ABORTED: "ended",
  BLOCKED: "ended",
  EXPIRED: "ended",
};

/** The workspace has the same roles for API users as for people. */
const ROLES = { operator: ["OPERATOR"], administrator: ["ADMIN", "ADMINISTRATOR"] } as const;

/** Whether a role of the workspace is the one that a user is declared with. */
export const isRole = (declared: keyof typeof ROLES, role: string): boolean =>
  ROLES[declared].some((each) => each === role.toUpperCase());

/** The role of a key of a third party that only reads. It has no key pair, and so no place in a fleet. */
export const REPORTING_KEY = "READ_ONLY_API_KEY";

const of = <T>(states: Readonly<Record<string, T>>, status: string): T | undefined =>
  Object.hasOwn(states, status) ? states[status] : undefined;

export const userState = (status: string): UserState | undefined => of(USER_STATES, status);

export const requestState = (status: string): RequestState | undefined => of(REQUEST_STATES, status);
