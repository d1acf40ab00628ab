import type { KeyErrorCode, Mistake } from "./error";

/**
 * The mistakes that people make with API user keys, each with its fix. In one place, so that the library and the command line say
 * the same. A mistake is `fatal` if no conversion cures it: another key must be made.
 */
export interface Flaw extends Mistake {
  readonly fatal: boolean;
}

const fatal = (code: KeyErrorCode, what: string, fix: string): Flaw => ({ code, what, fix, fatal: true });
const curable = (code: KeyErrorCode, what: string, fix: string): Flaw => ({ code, what, fix, fatal: false });

const GENERATE = "generate a P-256 key with `npx cdktf-ledger-api-user keygen NAME --out DIR`";
const COPY_AGAIN = "copy it again, whole, from where it came from";
const CONVERT = {
  private: "write the right form with `npx cdktf-ledger-api-user inspect FILE --convert --out NEWFILE`",
  public: "print the right form with `npx cdktf-ledger-api-user inspect FILE --convert`",
};

/** A good key in a form that Ledger Enterprise does not take. */
const wrongForm = (kind: "private" | "public", code: KeyErrorCode, is: string, takes: string) =>
  curable(code, `this ${kind} key is ${is}, and Ledger Enterprise takes ${takes}`, CONVERT[kind]);

// What no conversion cures

export const empty = () =>
  fatal("empty", "the input is empty", "give a private or public key, in hexadecimal or PEM");

export const unrecognised = () =>
  fatal(
    "unrecognised",
    "this is not a key in any form known here",
    "a public key is 130 hexadecimal digits that begin with 04, a private key the hex of a PEM that begins with 2d2d2d2d2d",
  );

export const truncated = (what: string) => fatal("truncated", `${what} is cut off`, COPY_AGAIN);

export const damaged = (what: string) => fatal("damaged", `${what} is damaged`, COPY_AGAIN);

export const tooLong = (what: string, digits: number) =>
  fatal("damaged", `${what} is ${digits} hexadecimal digits too long`, COPY_AGAIN);

export const encrypted = () =>
  fatal(
    "encrypted",
    "this private key is encrypted with a passphrase, which Ledger Enterprise cannot ask for",
    "decrypt it where it may lie in the clear with `umask 077; openssl ec -in FILE -out NEWFILE`",
  );

export const wrongCurve = (curve: string) =>
  fatal(
    "wrong-curve",
    `this key is on ${curve}, and Ledger Enterprise takes P-256 (SECP256R1, prime256v1) only`,
    `a key cannot be moved to another curve: ${GENERATE}`,
  );

export const wrongAlgorithm = (algorithm: string) =>
  fatal(
    "wrong-algorithm",
    `this is ${/^[AEIORu]/.test(algorithm) ? "an" : "a"} ${algorithm} key, and Ledger Enterprise takes P-256 (SECP256R1) only`,
    GENERATE,
  );

export const lookalikeParameters = () =>
  fatal(
    "explicit-parameters",
    "this key spells out a curve's parameters, and they are not those of P-256",
    `do not trust where it came from, and ${GENERATE}`,
  );

/** The curve stands nowhere, and no public key shows it. */
export const curveUnknown = () =>
  fatal(
    "curve-missing",
    "this SEC1 private key does not name its curve, and is not one of P-256",
    "find out its curve where it was made; of another curve than P-256, Ledger Enterprise takes no key",
  );

export const outOfRange = () =>
  fatal("out-of-range", "the private number is outside the range of P-256 (1 to n-1)", GENERATE);

export const offCurve = () =>
  fatal(
    "point-not-on-curve",
    "this looks like a public key but is not a point of P-256: a digit is wrong, or the key is on another curve",
    "compare it with where it came from; if it is the same there, take the public key from its private key again (`npx cdktf-ledger-api-user inspect` prints it)",
  );

export const infinity = () =>
  fatal(
    "point-at-infinity",
    "this is the point at infinity, which cannot be a public key",
    "take the public key from its private key (`npx cdktf-ledger-api-user inspect` prints it)",
  );

export const mismatch = () =>
  fatal(
    "halves-do-not-match",
    "the public key does not belong to the private key",
    "find the two that were made together; `npx cdktf-ledger-api-user inspect` prints the public key of a private key",
  );

export const notAKey = (what: string) =>
  fatal("not-a-key", `this is ${what}, not a key`, "give the API user's private or public key");

export const recoveryPhrase = () =>
  fatal(
    "not-a-key",
    "this looks like a recovery phrase, which belongs in a Ledger device and in no program",
    "if it is one, treat it as stolen and move the funds",
  );

export const unsupportedContainer = (what: string, fix: string) =>
  fatal("unsupported-container", `this is ${what}, which Ledger Enterprise does not read`, fix);

export const severalKeys = () =>
  fatal("several-keys", "there are several keys here", "give one key, or one pair, at a time");

/** A key that is not the half that belongs there, or not that half alone. Undefined where it is, or is no key. */
export function misplaced(
  kind: "private" | "public" | "pair" | "other",
  expected: "private" | "public",
): Flaw | undefined {
  if (kind === "other" || kind === expected) return undefined;
  if (kind === "pair") {
    const what = `this holds both halves of a key pair where a ${expected} key alone belongs`;
    return fatal("pair-instead-of-one", what, `give the ${expected} key by itself`);
  }
  const what = `this is a ${kind} key where a ${expected} key belongs`;
  const fix =
    expected === "public"
      ? "give the public key; if the private key has been sent or pasted anywhere, replace the pair"
      : "give the private key: the hex of a SEC1 PEM, which begins with 2d2d2d2d2d";
  return fatal(`${kind}-instead-of-${expected}` as KeyErrorCode, what, fix);
}

// What a conversion cures

export const explicitParameters = () =>
  curable(
    "explicit-parameters",
    "this key spells out P-256's parameters in place of the curve's name",
    "write the named form with `npx cdktf-ledger-api-user inspect FILE --convert` (for a private key add `--out NEWFILE`)",
  );

export const notSec1 = (form: string) =>
  wrongForm("private", "not-sec1", form, 'SEC1 ("TraditionalOpenSSL") PEM');

/** SEC1 without a curve: the number may be one of P-256. */
export const curveMissing = () =>
  curable(
    "curve-missing",
    "this SEC1 private key does not name its curve, and Ledger Enterprise takes P-256 that is named",
    `if it was made for P-256, ${CONVERT.private}`,
  );

export const bareScalar = (bytes: number) =>
  curable(
    "bare-scalar",
    `this is ${bytes} bytes: if it is a private key, it is the bare number, and Ledger Enterprise takes SEC1 PEM`,
    `if it is a private key of P-256, ${CONVERT.private}`,
  );

export const notAPoint = (form: string) =>
  wrongForm("public", "not-a-point", form, "the X9.62 uncompressed point");

export const wrongPoint = (encoding: "compressed" | "hybrid") =>
  wrongForm("public", `${encoding}-point`, `a ${encoding} point`, "the uncompressed one");

export const pointWithoutPrefix = () =>
  curable("point-without-prefix", "this public key lacks the 04 in front", CONVERT.public);

export const notPem = () => wrongForm("private", "not-pem", "DER", "the hex of its PEM");

export const lineBreaksLost = () =>
  curable("not-pem", "this PEM has lost its line breaks, or they are written as \\n", CONVERT.private);

export const notHex = (kind: "private" | "public", spelling: string) =>
  wrongForm(kind, "not-hex", spelling, "hexadecimal");

export const extraText = (what: string) =>
  curable(
    "extra-text",
    `there is ${what} with the private key, and Ledger Enterprise takes the key alone`,
    CONVERT.private,
  );

export const laidOut = (form: string) =>
  curable(
    "extra-text",
    `this is a private key (${form}) among other characters or in a layout of its own, and Ledger Enterprise takes the key alone`,
    CONVERT.private,
  );

export const publicWithText = () =>
  curable("extra-text", "there is other text with the public key", CONVERT.public);

export const wiped = () => fatal("wiped", "this private key was wiped from memory", "parse it again");

/** Of a private key that stands where no key file is. */
export const ASTRAY =
  "THIS IS A PRIVATE KEY: whoever has read it can approve as its user. If it stood in a mail, chat, log, ticket or repository, replace the pair; else delete it where it stood, and keep it in its custody only";
