import * as fc from "fast-check";
import { parseDocument } from "yaml";
import { ambiguity } from "../../../fleet/yaml/yaml-11";
import { forAll } from "../../support/for-all";
import { userProblems, WORKSPACE, workspaceProblems } from "../../support/temporary-fleet";

/** By type, the forms and the examples of https://yaml.org/type/, and what other readers of YAML 1.1 take besides. */
const TABLE = {
  bool: [
    ..."y Y yes Yes YES n N no No NO true True TRUE false False FALSE on On ON off Off OFF".split(" "),
    ...["yEs", "oN"], // Psych
  ],
  null: ["~", "null", "Null", "NULL"],
  int: [
    ..."685230 +685_230 02472256 0x_0A_74_AE 0b1010_0111_0100_1010_1110 190:20:30".split(" "),
    ..."0 -1 0b11 +0b1 0o17 017 -0x1f 0X1F 1_000 1:20 -1:20 08".split(" "),
    ..."1,000 +1,0 0x1,F 08,1".split(" "), // Psych
  ],
  float: [
    ..."6.8523015e+5 685.230_15e+03 685_230.15 190:20:30.15 -.inf .NaN".split(" "),
    ..."1. .5 1.5 1e3 1_0e3 1.e-3 -1:20.5 +.INF .Inf .nan .NAN".split(" "),
    ..."1,000.5 1,000.5e+3 -1,0.".split(" "), // Psych
  ],
  timestamp: [
    ...["2001-12-15T02:59:43.1Z", "2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43.10 -5"],
    ...["2001-12-15 2:59:43.10", "2002-12-14", "2002-1-4", "2001-12-14 21:59:43 Z"],
    ...["-2001-12-14 21:59:43", "2001-12-14T21:59:43,10Z"], // Psych, Go
  ],
  merge: ["<<"],
  symbol: [":foo", ":a b"], // Psych
  value: ["="],
};

const ALL = Object.values(TABLE).flat();
const asked = /(quote it: "|is (a number|true or false|null) without quotes; write ")/;

const usersNamed = (names: readonly string[]) =>
  `users:\n${names.map((name) => `  - username: ${name}\n    role: operator\n`).join("")}`;

test("each of these wants quotes as a user's name", () => {
  const problems = userProblems(usersNamed(ALL));
  for (const [index, text] of ALL.entries()) {
    const found = problems.filter((each) => each.includes(`users[${index}].username: `));
    expect([text, found]).toEqual([text, [expect.stringMatching(asked)]]);
  }
  const quoted = userProblems(usersNamed(ALL.map((text) => JSON.stringify(text))));
  expect(quoted.filter((each) => asked.test(each))).toEqual([]);
});

test("and as a tag's key or value", () => {
  for (const text of ALL) {
    const quoted = JSON.stringify(text);
    expect([text, ambiguity(text, text)]).not.toEqual([text, undefined]);
    expect(ambiguity(text, undefined)).toBeUndefined();
    if (text !== "0b11" && text !== "on") continue;
    expect(workspaceProblems(`${WORKSPACE}tags: { ${text}: x }\n`).join()).toMatch(asked);
    expect(workspaceProblems(`${WORKSPACE}tags: { x: ${text} }\n`).join()).toMatch(asked);
    expect(workspaceProblems(`${WORKSPACE}tags: { ${quoted}: ${quoted} }\n`)).toEqual([]);
  }
});

test("a whole number is written as all readers read it", () => {
  const spellings = ["030", "0o36", "0x1e", "3e1", "30.0", "+30", "0030", "30."];
  const days = (written: string) =>
    workspaceProblems(`${WORKSPACE}recoveryWindowInDays: ${written}\n`).join();
  for (const written of spellings.slice(1))
    expect(days(written)).toMatch(
      /recoveryWindowInDays: "\S+" is another number, or text, to other YAML readers; write 30$/,
    );
  expect(days("30")).toBe("");
  const generations = (written: string) =>
    userProblems(
      `users:\n  - username: bot\n    role: operator\n    generations: { ${written}: current }\n`,
    ).join();
  for (const written of spellings)
    expect(generations(written)).toMatch(
      /to other YAML readers; write 30$|is not the number of a generation/,
    );
  for (const written of ["30", '"30"']) expect(generations(written)).toBe("");
});

test("these want none", () => {
  const plain = [
    ..."settlement 1.2.3 10.0.0.1 0b2 0xg yess nope 1:99 2024-01 v1 1-2 ,1 1,x _ _1 e3 0b ~x".split(" "),
    ...["2024-01-02 settlement", "on call", "1 2"],
  ];
  for (const text of plain) expect([text, ambiguity(text, text)]).toEqual([text, undefined]);
  expect(userProblems(usersNamed(plain)).filter((each) => asked.test(each))).toEqual([]);
});

/** Digits, signs and words in any order, near what the table has. */
const near = fc
  .array(
    fc.constantFrom(
      ...[
        "0",
        "1",
        "7",
        "9",
        "59",
        "60",
        "2024",
        "-",
        "+",
        "_",
        ".",
        ":",
        "0b",
        "0x",
        "0o",
        "e",
        "E",
        "f",
        "T",
        " ",
        "Z",
      ],
      ...["y", "n", "yes", "no", "on", "off", "true", "null", "~", ".inf", ".nan", "<<", "=", "-01", ":30"],
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join("").trim());

test("a comma in a number is no more than _ in it", () => {
  forAll(near, 1000, (text) => {
    const commas = text.replaceAll("_", ",");
    return ambiguity(text, text) === undefined || ambiguity(commas, commas) !== undefined;
  });
});

const TEXTS = 3000;

test(`of ${TEXTS} texts none is read as text here that YAML 1.1 takes for something else`, () => {
  forAll(near, TEXTS, (text) => {
    const read = (version: "1.1" | "1.2") => {
      const document = parseDocument(`key: ${text}\n`, { version, merge: true, logLevel: "silent" });
      return document.errors.length > 0 ? text : (document.toJS() as { key?: unknown }).key;
    };
    const other = read("1.1");
    // What is no text in YAML 1.2 either is refused for that. The package takes e5 for a number that it cannot read.
    if (read("1.2") !== text || other === text || (Number.isNaN(other) && /^[-+]?e/i.test(text))) return true;
    return ambiguity(text, text) !== undefined;
  });
});
