/**
 * The stable names of what can be wrong with a key. A program may match on them; the wording of messages
 * may change from one version to the next.
 */
export type KeyErrorCode =
  | "empty"
  | "unrecognised"
  | "truncated"
  | "damaged"
  | "encrypted"
  | "wrong-curve"
  | "wrong-algorithm"
  | "explicit-parameters"
  | "curve-missing"
  | "out-of-range"
  | "point-not-on-curve"
  | "point-at-infinity"
  | "halves-do-not-match"
  | "private-instead-of-public"
  | "public-instead-of-private"
  | "pair-instead-of-one"
  | "several-keys"
  | "not-a-key"
  | "unsupported-container"
  | "not-sec1"
  | "not-a-point"
  | "compressed-point"
  | "hybrid-point"
  | "point-without-prefix"
  | "bare-scalar"
  | "not-hex"
  | "not-pem"
  | "extra-text"
  | "generation-failed"
  | "wiped";

/** An error that says what is wrong and what to do about it, a line each. Its message is both: "WHAT; FIX". */
export class ExplainedError extends Error {
  constructor(
    /** What is wrong, and where. */
    readonly what: string,
    /** What to do about it. */
    readonly fix: string,
  ) {
    super(`${what}; ${fix}`);
  }
}

/** What is wrong with an input, and what to do about it. Neither ever holds a part of the input. */
export interface Mistake {
  /** What a program may match on. */
  readonly code: KeyErrorCode;
  /** One line: what the input is, and why Ledger Enterprise does not take it. */
  readonly what: string;
  /** One line: how to get the right form. */
  readonly fix: string;
}

/**
 * The one error that this folder throws for a bad key. Its message is one line and holds no part of the input, so that it may be
 * logged even where the input was a private key.
 */
export class KeyError extends ExplainedError implements Mistake {
  override readonly name = "KeyError";
  readonly code: KeyErrorCode;

  constructor({ code, what, fix }: Mistake) {
    super(what, fix);
    this.code = code;
  }
}
