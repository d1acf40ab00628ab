/** Private keys in every container, nested to three, with every blemish: what each of those who share the recogniser makes of them. */
import { diagnose } from "../../keys";
import { runs } from "../support/for-all";
import { type Case, caseOf } from "../support/keys/grammar";
import { audited, auditedInLog, converted, leftOf, refusal, stopped } from "../support/keys/users";

const seed = Number(process.env["SEED"] ?? 1);

/** Of 25,000 cases of other seeds one of each kind that somebody answered wrong when they were first tried. */
const ONCE_WRONG: readonly (readonly [seed: number, index: number, name: string])[] = [
  [
    2,
    108,
    "UTF-16BE with mark, soft hyphens of other text of line of .env of wrapped hex of PKCS#8 DER of a number of another length",
  ],
  [2, 854, "UTF-16BE, no-break spaces of escapes of hex of other text of JWK"],
  [
    2,
    1424,
    "UTF-16BE with mark, no-break spaces of wrapped hex of YAML block of hex in groups of number in an OCTET STRING",
  ],
  [2, 5319, "UTF-16BE with mark, CR of diff of PKCS#8 PEM"],
  [2, 267, "UTF-16BE, no-break spaces of wrapped base64 of D, 04, X, Y"],
  [2, 4530, "UTF-16LE, zero-width spaces of quotes of diff of wrapped base64 of number"],
  [2, 7632, "UTF-16BE, CR of diff of wrapped base64 of number"],
  [2, 7280, "UTF-16LE, soft hyphens of wrapped base64 of D, 04, X, Y"],
  [
    2,
    2299,
    "UTF-16BE, smart dashes of other text of diff of wrapped base64 of PKCS#8 DER of a number of another length",
  ],
  [
    2,
    8816,
    "UTF-16BE with mark, double-escaped line ends of answer of get-secret-value of wrapped hex of number",
  ],
  [2, 505, "UTF-16BE with mark, double-escaped line ends of wrapped hex of number"],
  [2, 629, "UTF-16BE, CRLF of quotes of wrapped hex of number"],
  [2, 6638, "UTF-16BE with mark, none of diff of base64 of number in an OCTET STRING"],
  [2, 7319, "UTF-8, a byte-order mark of mail that quotes of wrapped hex of Buffer in JSON of number"],
  [2, 9560, "UTF-8, CR of diff of wrapped hex of hex with colons of number in an OCTET STRING"],
  [2, 5533, "UTF-16BE, CR of base64 of gzip of base64 of gzip of hex of number"],
  [2, 3339, "UTF-16LE, no-break spaces of member of JSON of diff of wrapped base64 of Windows blob"],
  [2, 9616, "UTF-16LE with mark, smart quotes of line of .env of diff of wrapped base64 of D, 04, X, Y"],
  [2, 2371, "UTF-16LE with mark, CR of diff of wrapped base64 of wrapped hex of PKCS#8 DER"],
  [2, 8589, "UTF-16BE with mark, double-escaped line ends of line of .env of diff of wrapped hex of X9.63"],
  [
    2,
    2892,
    "UTF-16BE with mark, CR of quotes of mail that quotes of diff of SEC1 PEM with parameters before it",
  ],
  [2, 8996, "UTF-16BE with mark, double-escaped line ends of JSON in JSON of escapes of hex of D, X, Y"],
  [2, 1318, "UTF-8, a byte-order mark of diff of base64url of hex in groups of Windows blob"],
  [2, 4819, "UTF-16BE, no-break spaces of mail that quotes of diff of base64url of X9.63"],
  [2, 515, "UTF-16BE, four dashes of line of .env of diff of SEC1 PEM of a number of another length"],
  [2, 4739, "UTF-16BE with mark, double-escaped line ends of mail that quotes of openssl text"],
  [2, 729, "UTF-8, CR of mail that quotes of openssl text"],
  [2, 2802, "UTF-8, zero-width spaces of diff of wrapped base64 of base64url of D, X, Y"],
  [2, 6646, "UTF-8, no-break spaces of diff of wrapped hex of hex with blanks of number"],
  [
    3,
    2093,
    "UTF-16LE with mark, no-break spaces of base64 of gzip of base64 of gzip of array of hex of D, 04, X, Y",
  ],
  [3, 3904, "UTF-16BE with mark, no-break spaces of line of .env of line of .env of escapes of hex of X9.63"],
  [3, 4972, "UTF-16LE with mark, double-escaped line ends of wrapped hex of data URI of number"],
  [
    3,
    7594,
    "UTF-8, soft hyphens of quotes of quotes of list of signed bytes of SEC1 PEM of a number of another length",
  ],
  [5, 3568, "UTF-16BE, smart quotes of diff of base64url of number"],
];
const onceWrong = ONCE_WRONG.map(([from, index]) => caseOf(from, index));
const cases = [...onceWrong, ...Array.from({ length: runs(300) }, (_, index) => caseOf(seed, index))];

test("the cases that were wrong once are still those", () => {
  expect(onceWrong.map(({ name }) => name)).toEqual(ONCE_WRONG.map(([, , name]) => name));
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
