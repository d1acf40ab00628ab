/** What of a policy can have a say about an action. */
import type { Policy, Statement } from "./emitted";

export interface Part {
  /** The same for parts of the same text. */
  readonly id: number;
  readonly policy: Policy;
}

const parts = new Map<string, Part>();
const known = new WeakMap<Policy, Map<string, Part>>();

/**
 * A policy without the statements that name other actions in full. A statement with a wildcard, or with `NotAction`, stays: it
 * is for the simulator to say what that matches. Policies are frozen here, so that none is changed after it was asked about.
 */
export function partFor(policy: Policy, action: string): Part {
  const ofPolicy = known.get(policy) ?? new Map<string, Part>();
  known.set(freeze(policy), ofPolicy);
  const part =
    ofPolicy.get(action) ??
    partOf({ ...policy, Statement: policy.Statement.filter((statement) => mayName(statement, action)) });
  ofPolicy.set(action, part);
  return part;
}

/** All of a policy. */
export function wholeOf(policy: Policy): Part {
  return partFor(policy, "");
}

function mayName({ Action }: Statement, action: string): boolean {
  if (action === "" || Action === undefined) return true;
  return [Action].flat().some((name) => /[*?]/.test(name) || name.toLowerCase() === action.toLowerCase());
}

function partOf(policy: Policy): Part {
  const text = withKnownKeys(JSON.stringify(policy));
  const part = parts.get(text) ?? { id: parts.size, policy: JSON.parse(text) };
  parts.set(text, part);
  return part;
}

/**
 * The simulator drops context keys that its data does not list for an action, and with them the encryption contexts of
 * KMS, whose names callers choose. So they go by the name of another text that any request may have, in request and
 * policies alike.
 */
export function withKnownKeys(text: string): string {
  return text.replaceAll("kms:EncryptionContext:", "aws:PrincipalTag/EncryptionContext-");
}

function freeze<T extends object>(value: T): T {
  if (Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) if (typeof part === "object" && part !== null) freeze(part);
  return Object.freeze(value);
}
