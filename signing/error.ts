import { ExplainedError } from "../keys/error";

/** The stable names of what keeps a signer from signing. The wording of messages may change between versions. */
export type SigningErrorCode =
  /** AWS does not let this role use the key. */
  | "access-denied"
  /** There is no such secret, generation or KMS key, or no key in it. */
  | "no-key"
  /** What custody holds, or what it is asked by, is not a P-256 signing key that Ledger Enterprise takes. */
  | "bad-key"
  /** Custody did not answer, or not in time. */
  | "unavailable"
  /** The AWS client is led to a host that is not AWS's own, or by http. Nothing was sent. */
  | "foreign-endpoint"
  /** What was to be signed is no challenge. */
  | "bad-challenge"
  /** The signature is malformed, or not the key's. */
  | "bad-signature";

/**
 * The one error that this folder throws, besides KeyError for a local key. Its message is one line and holds no private material.
 * It has no `cause` on purpose: an AWS SDK's error can carry the whole answer, with the secret in it, and loggers print causes.
 */
export class SigningError extends ExplainedError {
  /** `SigningError`. */
  override readonly name = "SigningError";

  constructor(
    /** What a program may match on. */
    readonly code: SigningErrorCode,
    what: string,
    fix: string,
  ) {
    super(what, fix);
  }
}
