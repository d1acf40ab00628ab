/** Private keys in every container, nested to three, with every blemish: what each of those who share the recogniser makes of them. */
import { diagnose } from "../../keys";
import { runs } from "../support/for-all";
import { type Case, caseOf } from "../support/keys/grammar";
import { audited, auditedInLog, converted, leftOf, refusal, stopped } from "../support/keys/users";

const seed = Number(process.env["SEED"] ?? 1);

/** Of 10,000 cases of this seed one of each kind that somebody answered wrong when they were first tried. */
const ONCE_WRONG_SEED = 2;
const ONCE_WRONG: readonly (readonly [index: number, name: string])[] = [
  [
    108,
    "UTF-16BE with mark, soft hyphens of other text of line of .env of wrapped hex of PKCS#8 DER of a number of another length",
  ],
  [854, "UTF-16BE, no-break spaces of escapes of hex of other text of JWK"],
  [
    1424,
    "UTF-16BE with mark, no-break spaces of wrapped hex of YAML block of hex in groups of number in an OCTET STRING",
  ],
  [5319, "UTF-16BE with mark, CR of diff of PKCS#8 PEM"],
  [267, "UTF-16BE, no-break spaces of wrapped base64 of D, 04, X, Y"],
  [4530, "UTF-16LE, zero-width spaces of quotes of diff of wrapped base64 of number"],
  [7632, "UTF-16BE, CR of diff of wrapped base64 of number"],
  [7280, "UTF-16LE, soft hyphens of wrapped base64 of D, 04, X, Y"],
  [
    2299,
    "UTF-16BE, smart dashes of other text of diff of wrapped base64 of PKCS#8 DER of a number of another length",
  ],
  [
    8816,
    "UTF-16BE with mark, double-escaped line ends of answer of get-secret-value of wrapped hex of number",
  ],
  [505, "UTF-16BE with mark, double-escaped line ends of wrapped hex of number"],
  [629, "UTF-16BE, CRLF of quotes of wrapped hex of number"],
  [6638, "UTF-16BE with mark, none of diff of base64 of number in an OCTET STRING"],
  [7319, "UTF-8, a byte-order mark of mail that quotes of wrapped hex of Buffer in JSON of number"],
  [9560, "UTF-8, CR of diff of wrapped hex of hex with colons of number in an OCTET STRING"],
  [5533, "UTF-16BE, CR of base64 of gzip of base64 of gzip of hex of number"],
  [3339, "UTF-16LE, no-break spaces of member of JSON of diff of wrapped base64 of Windows blob"],
  [9616, "UTF-16LE with mark, smart quotes of line of .env of diff of wrapped base64 of D, 04, X, Y"],
  [2371, "UTF-16LE with mark, CR of diff of wrapped base64 of wrapped hex of PKCS#8 DER"],
  [8589, "UTF-16BE with mark, double-escaped line ends of line of .env of diff of wrapped hex of X9.63"],
  [
    2892,
    "UTF-16BE with mark, CR of quotes of mail that quotes of diff of SEC1 PEM with parameters before it",
  ],
  [8996, "UTF-16BE with mark, double-escaped line ends of JSON in JSON of escapes of hex of D, X, Y"],
  [1318, "UTF-8, a byte-order mark of diff of base64url of hex in groups of Windows blob"],
  [4819, "UTF-16BE, no-break spaces of mail that quotes of diff of base64url of X9.63"],
  [515, "UTF-16BE, four dashes of line of .env of diff of SEC1 PEM of a number of another length"],
  [4739, "UTF-16BE with mark, double-escaped line ends of mail that quotes of openssl text"],
  [729, "UTF-8, CR of mail that quotes of openssl text"],
  [2802, "UTF-8, zero-width spaces of diff of wrapped base64 of base64url of D, X, Y"],
  [6646, "UTF-8, no-break spaces of diff of wrapped hex of hex with blanks of number"],
];
const onceWrong = ONCE_WRONG.map(([index]) => caseOf(ONCE_WRONG_SEED, index));
const cases = [...onceWrong, ...Array.from({ length: runs(300) }, (_, index) => caseOf(seed, index))];

test("the cases that were wrong once are still those", () => {
  expect(onceWrong.map(({ name }) => name)).toEqual(ONCE_WRONG.map(([, name]) => name));
});

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
