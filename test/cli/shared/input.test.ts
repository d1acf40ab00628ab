import * as fc from "fast-check";
import { readInput } from "../../../cli/shared/input";
import { forAll } from "../../support/for-all";
import { seededKey } from "../../support/keys/grammar/key";

const { scalar, sec1 } = seededKey("in place of a file's name", 0x6b);
const grouped = (text: string, size: number, separator: string) =>
  (text.match(new RegExp(`.{1,${size}}`, "gs")) ?? []).join(separator);

const digits = fc.constantFrom(
  scalar.toString("hex"),
  scalar.toString("hex").toUpperCase(),
  `0x${scalar.toString("hex")}`,
  BigInt(`0x${scalar.toString("hex")}`).toString(),
  Buffer.from(sec1).toString("hex"),
);
const base64 = fc.constantFrom(scalar.toString("base64"), scalar.toString("base64url"));
const anyMark = fc.constantFrom(..." \t\n_-.,:;/|+~'");

test("a key in place of a file's name is not repeated, whatever its characters are grouped with", () => {
  const group = fc.integer({ min: 2, max: 16 });
  const names = fc.oneof(
    fc.tuple(digits, group, anyMark),
    fc.tuple(base64, group, fc.constantFrom(" ", "\n", "\t")),
  );
  forAll(names, 50, ([key, size, separator]) => {
    expect(() => readInput(grouped(key, size, separator), "a key")).toThrow(/^FILE is the key itself, not a/);
    return true;
  });
});

test.each([
  "no-such-file",
  "keys/settlement bot.private.hex",
  "/no/such/folder/0a1b2c3d.pem",
])("%s, which is not there, is named", (name) =>
  expect(() => readInput(name, "a key")).toThrow(`cannot read ${name}: there is no such file`));
