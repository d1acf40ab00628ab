import { parseYaml } from "../../../fleet/yaml/parse";
import {
  COMPLETE,
  lines,
  problemsOf,
  USERS,
  userProblems,
  WORKSPACE,
  workspaceProblems,
  writeFleet,
} from "../../support/temporary-fleet";
import { ENCODINGS, withCrlf } from "../../support/text/encodings";

describe("a file that is not YAML", () => {
  it("is told with the place where reading ended", () => {
    expect(workspaceProblems(`${WORKSPACE}deployers: [a\n`)).toEqual([
      expect.stringMatching(/^\d+: is not YAML: .*; correct it, or put the text in quotes$/),
    ]);
    expect(workspaceProblems("account: a: b\n")).toEqual([expect.stringMatching(/^1: is not YAML: /)]);
  });

  it("is told of once, and the files beside it are checked too", () => {
    expect(problemsOf({ "acme/workspace.yaml": "{", "acme/treasury.yaml": "users: [{}]\n" })).toEqual([
      expect.stringMatching(/^acme\/treasury\.yaml:1: users\[0\]\.username: is missing/),
      expect.stringMatching(/^acme\/treasury\.yaml:1: users\[0\]\.role: is missing/),
      expect.stringMatching(/^acme\/workspace\.yaml:1: is not YAML: /),
    ]);
  });

  it("is indented with a tab", () => {
    expect(userProblems("users:\n\t- username: bot\n")).toEqual(["2: is indented with a tab; use spaces"]);
  });

  it("is in another encoding than UTF-8 and UTF-16", () => {
    const latin1 = Buffer.from(USERS.replace("bot", "b\u00f6t"), "latin1");
    expect(problemsOf({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": latin1 })).toEqual([
      expect.stringMatching(/^acme\/treasury\.yaml:1: is not text in UTF-8 or UTF-16; save it in UTF-8/),
    ]);
  });

  it("is nested so deeply that reading it would overflow the stack", () => {
    expect(userProblems("[".repeat(20_000))).toHaveLength(1);
    expect(userProblems(`users: ${"[".repeat(20_000)}${"]".repeat(20_000)}`)).toHaveLength(1);
  });

  it("is larger than any fleet", () => {
    expect(userProblems(`# ${"x".repeat(8 * 1024 * 1024)}\n${USERS}`)).toEqual([
      "1: is larger than 8 MB; spread the users over several files",
    ]);
  });
});

it.each(["", "\n\n", "# nothing yet\n", "---\n", "~\n", "null\n"])("a file is empty: %j", (yaml) => {
  expect(userProblems(yaml)).toEqual(["1: is empty; declare something in it or delete it"]);
});

it.each(["\ufeff", "%YAML 1.2\n---\n", "---\n"])("a file may begin with %j", (beginning) => {
  expect(userProblems(beginning + USERS)).toEqual([]);
});

it.each(Object.entries(ENCODINGS))("a file may be in %s, with either line ends", (_, encode) => {
  const value = parseYaml(Buffer.from(USERS), "a.yaml").yaml?.value;
  expect(value).toBeDefined();
  for (const text of [USERS, withCrlf(USERS)])
    expect(parseYaml(encode(text), "a.yaml")).toMatchObject({ yaml: { value }, problems: [] });
});

it("UTF-16 is warned of, in any file: reviewers do not see what changes in it", () => {
  const files = { "acme/workspace.yaml": COMPLETE, "acme/treasury.yaml": USERS };
  const encoded = (encode: (text: string) => Buffer) =>
    Object.fromEntries(Object.entries(files).map(([name, text]) => [name, encode(text)]));
  for (const [name, encode] of Object.entries(ENCODINGS)) {
    const directory = writeFleet(encoded(encode));
    expect(lines(directory)).toEqual([]);
    const warning =
      ":1: is in UTF-16, which Git shows as a binary file: reviewers do not see what changes in it; save it in UTF-8";
    expect(lines(directory, "warnings")).toEqual(
      name.startsWith("UTF-16") ? [`acme/treasury.yaml${warning}`, `acme/workspace.yaml${warning}`] : [],
    );
  }
});

it("a file may have Windows' line ends, and lines are counted all the same", () => {
  expect(userProblems(USERS.replaceAll("\n", "\r\n"))).toEqual([]);
  expect(userProblems(USERS.replace("operator", "robot").replaceAll("\n", "\r\n"))).toEqual([
    '3: users[0].role: "robot" is unknown; write operator or administrator',
  ]);
});

describe("what would let a file say something else than a reviewer sees", () => {
  it("is a second document", () => {
    expect(userProblems(`${USERS}---\n${USERS}`)).toEqual([
      "5: begins a second YAML document here; take the --- line out, or move what follows to a file of its own",
    ]);
  });

  it("is a key that stands twice", () => {
    expect(workspaceProblems(`${WORKSPACE}region: us-east-1\n`)).toEqual([
      "3: region: is already on line 2; keep one",
    ]);
    expect(userProblems(`${USERS}    role: administrator\n`)).toEqual([
      "5: users[0].role: is already on line 3; keep one",
    ]);
  });

  it("is an alias, so nothing can expand either", () => {
    const yaml = "users:\n  - &bot { username: bot, role: operator }\n  - *bot\n";
    expect(userProblems(yaml)).toEqual([
      "3: users[1]: *bot is an alias; write the value out, so that reviewers see everything that a change affects",
    ]);
    const lists = Array.from({ length: 30 }, (_, n) => `    - &a${n + 1} [*a${n}, *a${n}, *a${n}]\n`).join(
      "",
    );
    expect(
      userProblems(`users:\n  - username: x\n    groups:\n    - &a0 [a]\n${lists}`).length,
    ).toBeGreaterThan(1);
  });

  it("is an alias to what holds it", () => {
    expect(userProblems("users: &a\n  - *a\n")).toEqual([
      expect.stringMatching(/^2: users\[0\]: \*a is an alias; /),
    ]);
  });

  it("is a merge key", () => {
    const yaml = "users:\n  - username: bot\n    <<: { role: operator }\n";
    expect(userProblems(yaml)).toContain('3: users[0]["<<"]: merge keys are not read; write the keys out');
  });

  it("is a tag", () => {
    expect(userProblems(USERS.replace("settlement bot", "!!str 007"))).toEqual([
      '2: users[0].username: has the YAML tag "tag:yaml.org,2002:str"; take it out, and put text in quotes',
    ]);
    expect(userProblems(USERS.replace("settlement bot", "!env BOT"))).toEqual([
      expect.stringMatching(/^2: users\[0\]\.username: has the YAML tag /),
    ]);
  });

  it("is another version of YAML, in which no is false", () => {
    expect(userProblems(`%YAML 1.1\n---\n${USERS}`)).toEqual([
      "1: asks for YAML 1.1, and only YAML 1.2 is read here; take the %YAML line out",
    ]);
  });
});

describe("a private key in a file", () => {
  // No key: only how one begins.
  const pem = ["-----BEGIN EC", "PRIVATE KEY-----"].join(" ");
  const told =
    "contains a private key, which counts as leaked from now on; take it out, and never register its public key";

  it("is told of, whatever it stands under, and never shown", () => {
    expect(userProblems(`${USERS}    note: |\n      ${pem}\n`)).toEqual([`6: ${told}`]);
    const hex = Buffer.from(pem).toString("hex");
    expect(userProblems(`${USERS}    publicKey: ${hex}\n`)).toEqual([`5: ${told}`]);
    expect(userProblems(`${USERS}    publicKey: ${hex.toUpperCase()}\n`)).toEqual([`5: ${told}`]);
  });
});

it("a key may be any word: none of JavaScript's gets in", () => {
  const yaml = `${WORKSPACE}__proto__: { removalProtection: false }\nconstructor: x\ntoString: x\n`;
  expect(workspaceProblems(yaml).map((line) => line.split(";")[0])).toEqual([
    "3: __proto__: cannot be the key of a map in JavaScript",
    "4: constructor: is an unknown key",
    "5: toString: is an unknown key",
  ]);
  expect(userProblems(`${USERS}    __proto__: { role: administrator }\n`)).toHaveLength(1);
});

it.each([
  "${TfToken[TOKEN.0]}",
  "a $${TfToken[TOKEN.0]}",
  "#{TfToken[TOKEN.0]}",
  "&{TfToken[TOKEN.0]}",
  "String Map Token Value",
  "bot -8.109562212591383e+298",
])("text is never one of cdktf's tokens, which would become what the token stands for: %s", (text) => {
  const told = "reads as one of cdktf's own tokens; write it another way";
  const quoted = JSON.stringify(text);
  expect(userProblems(USERS.replace("settlement bot", () => quoted))).toContain(
    `2: users[0].username: ${told}`,
  );
  expect(workspaceProblems(`${WORKSPACE}tags: { x: ${quoted} }\n`)).toEqual([`3: tags.x: ${told}`]);
  expect(workspaceProblems(`${WORKSPACE}tags: { ${quoted}: x }\n`)).toEqual([
    `3: tags[${JSON.stringify(text)}]: ${told}`,
  ]);
});

it("what a file says is shown on one line, without the terminal's escape sequences", () => {
  const [problem] = userProblems(USERS.replace("operator", '"\\e[31m\\nred\\u202e"'));
  expect(problem).toBe(
    '3: users[0].role: "\\u001b[31m\\nred\\u202e" is unknown; write operator or administrator',
  );
});

test.each([
  "\u202e",
  "\u2066",
  "\u200f",
])("a comment in which %j turns the direction of text is refused", (turn) => {
  expect(
    problemsOf({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": `# for ${turn}review\n${USERS}` }),
  ).toEqual([
    expect.stringMatching(
      /^acme\/treasury\.yaml:1: contains a character that reverses text, .*; take it out$/,
    ),
  ]);
});
