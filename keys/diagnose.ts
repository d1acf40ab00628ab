import type { KeyErrorCode } from "./error";
import { type Finding, wipe } from "./finding";
import * as mistakes from "./mistakes";
import { fingerprint } from "./public-key";
import { recognise } from "./recognise";

/** What a key is, and whether Ledger Enterprise takes it. No field ever holds private material. */
export interface Diagnosis {
  /** `other` is no key, or one that cannot be told. */
  readonly kind: "private" | "public" | "pair" | "other";
  /** In words, the outermost first: `hex of SEC1 PEM`, `SPKI PEM`, `hex of compressed point`. */
  readonly form: string;
  /** `P-256`, `secp256k1`, …; absent where the input does not tell. */
  readonly curve?: string;
  /** Whether Ledger Enterprise takes it as it is (a pair: each half in its place). */
  readonly accepted: boolean;
  /**
   * Of a private key that stands in something else than a file of its own (other text, JSON, a list of bytes): that it is one, and
   * what to do about where it stood.
   */
  readonly warning?: string;
  /** Why it is not accepted: a stable name, one line of text, and one line on what to do. */
  readonly code?: KeyErrorCode;
  /** What is wrong with it. */
  readonly what?: string;
  /** What to do about it. */
  readonly fix?: string;
  /** Whether `convert` can turn it into a form that is accepted. */
  readonly convertible: boolean;
  /** Remarks on a key that is accepted, one line each. */
  readonly notes: readonly string[];
  /** Of a P-256 key: 130 lower-case hexadecimal digits, canonical whatever the input's form. */
  readonly publicKey?: string;
  /** SHA-256 of the point's 65 bytes, 64 hexadecimal digits. */
  readonly fingerprint?: string;
}

/** Which half the caller needs: makes the other one, or both together, a mistake. */
export interface Expectation {
  /**
   * The half that is needed.
   * @default - either
   */
  readonly expect?: "private" | "public";
}

/** Whether a private key is not in a form that a key file has: people keep it there by mistake. */
const isAstray = ({ kind, publicKey, flaws }: Finding): boolean =>
  (kind === "private" || kind === "pair") &&
  publicKey !== undefined &&
  flaws.some(({ code }) => code === "extra-text" || code === "bare-scalar" || code === "not-hex");

/**
 * Explains a key, or what was taken for one: text or bytes of anything. Never throws for what it is given, and puts no
 * private material into the answer: that may be shown, logged and stored.
 */
export function diagnose(input: string | Uint8Array, { expect }: Expectation = {}): Diagnosis {
  const found = recognise(input);
  wipe(found);
  const flaw = (expect && mistakes.misplaced(found.kind, expect)) ?? found.flaws[0];
  return {
    kind: found.kind,
    form: found.form,
    curve: found.curve,
    accepted: flaw === undefined,
    warning: isAstray(found) ? mistakes.ASTRAY : undefined,
    code: flaw?.code,
    what: flaw?.what,
    fix: flaw?.fix,
    convertible: found.publicKey !== undefined && flaw?.fatal !== true,
    notes: flaw ? [] : found.notes,
    publicKey: found.publicKey,
    fingerprint: found.publicKey && fingerprint(found.publicKey),
  };
}
