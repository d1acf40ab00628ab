/** Private keys in every container, nested to three, with every blemish: what each of those who share the recogniser makes of them. */
import { diagnose } from "../../keys";
import { runs } from "../support/for-all";
import { type Case, caseOf } from "../support/keys/grammar";
import { audited, auditedInLog, converted, leftOf, refusal, stopped } from "../support/keys/users";

const seed = Number(process.env["SEED"] ?? 1);
const cases = Array.from({ length: runs(300) }, (_, index) => caseOf(seed, index));

/** The names of the cases for which something does not hold. */
const failing = (holds: (each: Case) => boolean, of: readonly Case[] = cases) =>
  of.filter((each) => !holds(each)).map(({ name }) => name);

const besideItsPoint = ({ text, key }: Case) => Buffer.from(`${text}\npublic: ${key.publicKey}\n`);
const proved = cases.filter(({ isNumber }) => !isNumber);

test("inspect calls each of them a private key", () => {
  expect(failing(({ file }) => ["private", "pair"].includes(diagnose(file).kind))).toEqual([]);
});

test("inspect converts each of them", () => {
  expect(failing(({ file, key }) => converted(file) === key.publicKey)).toEqual([]);
});

test("audit finds each that is proved by what it stands in, in a file", () => {
  expect(failing(({ file, key }) => audited(file).includes(key.publicKey), proved)).toEqual([]);
});

test("audit finds each that is proved by what it stands in, in the middle of a log", () => {
  expect(failing(({ text, key }) => auditedInLog(text).includes(key.publicKey), proved)).toEqual([]);
});

test("audit finds a bare number beside its point", () => {
  const numbers = cases.filter(({ isNumber }) => isNumber);
  expect(failing((each) => audited(besideItsPoint(each)).includes(each.key.publicKey), numbers)).toEqual([]);
});

test("credentials put refuses each as a secret of its own user", () => {
  expect(failing(({ text, key }) => refusal(text, key.publicKey) !== undefined)).toEqual([]);
});

test("the guard over YAML stops each that is proved by what it stands in", () => {
  expect(failing(({ text }) => stopped(text), proved)).toEqual([]);
});

test("redaction leaves no 12 characters of any in a row", () => {
  const holds = ({ text, reference, key }: Case) => {
    const { x, y } = key.jwk as { x: string; y: string };
    return leftOf(text, reference, [x, y, key.publicKey, key.publicKey.toUpperCase()]) === undefined;
  };
  expect(failing(holds)).toEqual([]);
});
