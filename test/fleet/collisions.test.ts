import { loadFleet } from "../../fleet";
import { lines, problemsOf, USERS, WORKSPACE, writeFleet } from "../support/temporary-fleet";

const users = (...names: string[]) =>
  `users:\n${names.map((name) => `  - { username: ${JSON.stringify(name)}, role: operator }\n`).join("")}`;

describe("two users of one workspace", () => {
  it("have two names", () => {
    expect(
      problemsOf({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": users("bot", "other", "bot") }),
    ).toEqual([
      expect.stringMatching(
        /^acme\/treasury\.yaml:4: users\[2\]\.username: "bot" is already declared at acme\/treasury\.yaml:2; rename one$/,
      ),
    ]);
  });

  it("have two names, also in two files", () => {
    expect(
      problemsOf({
        "acme/workspace.yaml": WORKSPACE,
        "acme/operations.yaml": users("first", "bot"),
        "acme/treasury.yaml": users("bot"),
      }),
    ).toEqual([
      'acme/treasury.yaml:2: users[0].username: "bot" is already declared at acme/operations.yaml:3; rename one',
    ]);
  });

  it.each([
    ["Settlement Bot", "settlement bot"],
    ["Z\u00fcrich", "\uff3a\u00fcrich"],
    ["a\u00a0b", "a b"],
    ["K\u0131", "k\u0131"],
  ])("have names that a person tells apart: not %j and %j", (one, other) => {
    expect(problemsOf({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": users(one, other) })).toEqual(
      [expect.stringContaining("acme/treasury.yaml:3: users[1].username: ")],
    );
  });

  it.each([
    ["settlement bot", "settlement-bot"],
    ["settlement bot", "settlement.bot"],
    ["bot", "bot."],
  ])("have two names in AWS: not %j and %j", (one, other) => {
    const [problem] = problemsOf({
      "acme/workspace.yaml": WORKSPACE,
      "acme/treasury.yaml": users(one, other),
    });
    expect(problem).toMatch(
      /^acme\/treasury\.yaml:3: users\[1\]\.username: ".*" is [\w-]+ in AWS, and so is ".*" at acme\/treasury\.yaml:2; rename one$/,
    );
  });

  it("have names of their own for each key too", () => {
    const two = "generations: { 1: previous, 2: current }";
    expect(
      problemsOf({
        "acme/workspace.yaml": WORKSPACE,
        "acme/treasury.yaml": `users:\n  - { username: bot, role: operator, ${two} }\n`,
        "acme/trading.yaml": "users:\n  - { username: Bot 2, role: operator }\n",
        "acme/zeta.yaml": `users:\n  - username: zeta\n    role: operator\n    ${two}\n    registeredAs:\n      2: BOT 2\n`,
      }),
    ).toEqual([
      'acme/treasury.yaml:2: users[0].generations: "bot 2", which a key of "bot" is registered as, is the name of a user at acme/trading.yaml:2; declare another in registeredAs',
      'acme/zeta.yaml:6: users[0].registeredAs.2: "BOT 2", which a key of "zeta" is registered as, is the name of a user at acme/trading.yaml:2; declare another in registeredAs',
    ]);
    expect(
      problemsOf({
        "acme/workspace.yaml": WORKSPACE,
        "acme/treasury.yaml": `users:\n  - { username: a, role: operator, ${two}, registeredAs: { 2: c } }\n  - { username: b, role: operator, ${two}, registeredAs: { 2: C } }\n`,
      }),
    ).toEqual([
      'acme/treasury.yaml:3: users[1].registeredAs.2: "C", which a key of "b" is registered as, is a name of "a" at acme/treasury.yaml:2; declare another in registeredAs',
    ]);
  });

  it("warn where a key's name is drawn like another user's", () => {
    const directory = writeFleet({
      "acme/workspace.yaml": WORKSPACE,
      "acme/treasury.yaml":
        "users:\n  - { username: a, role: operator, generations: { 1: current, 2: pending }, registeredAs: { 2: p\u0430y } }\n  - { username: pay, role: operator }\n",
    });
    expect(loadFleet(directory).warnings.map(({ what }) => what)).toContainEqual(
      expect.stringContaining('looks like "p\u0430y"'),
    );
  });

  it("may have one name where they are of two workspaces", () => {
    expect(
      problemsOf({
        "acme/workspace.yaml": WORKSPACE,
        "acme/treasury.yaml": USERS,
        "zeta/workspace.yaml": WORKSPACE,
        "zeta/treasury.yaml": USERS,
      }),
    ).toEqual([]);
  });

  it("are found also where something else is wrong with them", () => {
    expect(
      problemsOf({
        "acme/workspace.yaml": "",
        "acme/treasury.yaml": "users:\n  - username: bot\n  - username: bot\n    role: operator\n",
      }),
    ).toContain(
      'acme/treasury.yaml:3: users[1].username: "bot" is already declared at acme/treasury.yaml:2; rename one',
    );
  });
});

describe("names of one workspace that look alike in other characters", () => {
  const warningsOf = (files: Record<string, string>) =>
    lines(writeFleet(files), "warnings").filter((line) => line.includes("looks like"));

  it("are warned of, also in two files, and load", () => {
    const files = {
      "acme/workspace.yaml": WORKSPACE,
      "acme/operations.yaml": users("pay bot"),
      "acme/treasury.yaml": users("other", "p\u0430y bot"),
    };
    expect(warningsOf(files)).toEqual([
      'acme/treasury.yaml:3: users[1].username: "p\u0430y bot" looks like "pay bot" at acme/operations.yaml:2 (U+0430); rename one, if it is not meant',
    ]);
    expect(problemsOf(files)).toEqual([]);
  });

  it("are found in another case too", () => {
    const files = {
      "acme/workspace.yaml": WORKSPACE,
      "acme/treasury.yaml": users("PAY BOT", "p\u0430y bot"),
    };
    expect(warningsOf(files)).toHaveLength(1);
  });

  it("may be names of groups and rules, whoever has them", () => {
    const user = (name: string, group: string) =>
      `  - { username: ${name}, role: operator, groups: [${group}], accountRules: [Treasury] }\n`;
    const treasury = `users:\n${user("a", "Treasury")}${user("b", "Treasury")}${user("c", "Tr\u0435asury")}`;
    expect(warningsOf({ "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": treasury })).toEqual([
      'acme/treasury.yaml:4: users[2].groups[0]: "Tr\u0435asury" looks like "Treasury" at acme/treasury.yaml:2 (U+0435); rename one, if it is not meant',
    ]);
  });

  it("are no matter in two workspaces", () => {
    const files = {
      "acme/workspace.yaml": WORKSPACE,
      "acme/treasury.yaml": users("pay bot"),
      "zeta/workspace.yaml": WORKSPACE,
      "zeta/operations.yaml": users("p\u0430y bot"),
    };
    expect(warningsOf(files)).toEqual([]);
  });
});

describe("two stacks have two names", () => {
  it("where a renamed file keeps a name that a new file has, too", () => {
    expect(
      problemsOf({
        "acme/workspace.yaml": WORKSPACE,
        "acme/finance.yaml": `${users("bot")}stack: treasury\n`,
        "acme/treasury.yaml": USERS,
        "acme-prod/workspace.yaml": WORKSPACE,
        "acme-prod/a.yaml": USERS,
        "acme/z.yaml": `stack: prod-a\n${users("other")}`,
        "acme/region.yaml": `stack: eu-west-1\n${users("third")}`,
      }),
    ).toEqual([
      "acme/finance.yaml:3: stack: makes the stack acme-treasury, and so does acme/treasury.yaml; name another one in stack:",
      "acme/region.yaml:1: stack: makes the stack acme-eu-west-1, and so does the workspace acme in eu-west-1; name another one in stack:",
      "acme/z.yaml:1: stack: makes the stack acme-prod-a, and so does acme-prod/a.yaml; name another one in stack:",
    ]);
  });

  it("across workspaces", () => {
    expect(
      problemsOf({
        "acme/workspace.yaml": WORKSPACE,
        "acme/prod-treasury.yaml": USERS,
        "acme-prod/workspace.yaml": WORKSPACE,
        "acme-prod/treasury.yaml": USERS,
      }),
    ).toEqual([
      "acme/prod-treasury.yaml:1: makes the stack acme-prod-treasury, and so does acme-prod/treasury.yaml; rename this file",
    ]);
  });

  it("a user file's and its workspace's", () => {
    const message = (region: string) =>
      `acme/${region}.yaml:1: makes the stack acme-${region}, and so does the workspace acme in ${region}; rename this file`;
    expect(problemsOf({ "acme/workspace.yaml": WORKSPACE, "acme/eu-west-1.yaml": USERS })).toEqual([
      message("eu-west-1"),
    ]);
    expect(
      problemsOf({
        "acme/workspace.yaml": WORKSPACE,
        "acme/treasury.yaml": `region: us-east-1\n${USERS}`,
        "acme/us-east-1.yaml": users("bot"),
      }),
    ).toEqual([message("us-east-1")]);
  });

  it("a user file's and another workspace's", () => {
    expect(
      problemsOf({
        "acme/workspace.yaml": WORKSPACE,
        "acme/prod-eu-west-1.yaml": USERS,
        "acme-prod/workspace.yaml": WORKSPACE,
        "acme-prod/treasury.yaml": USERS,
      }),
    ).toEqual([
      "acme/prod-eu-west-1.yaml:1: makes the stack acme-prod-eu-west-1, and so does the workspace acme-prod in eu-west-1; rename this file",
    ]);
  });

  it("a region that no file is in makes no stack", () => {
    expect(
      problemsOf({ "acme/workspace.yaml": WORKSPACE, "acme/eu-west-1.yaml": `region: us-east-1\n${USERS}` }),
    ).toEqual([]);
  });
});

it("a workspace that something is wrong with is not handed on, and the others are", () => {
  const directory = writeFleet({
    "acme/workspace.yaml": WORKSPACE,
    "acme/treasury.yaml": users("bot", "bot"),
    "zeta/workspace.yaml": WORKSPACE,
    "zeta/treasury.yaml": USERS,
  });
  expect(loadFleet(directory).workspaces.map(({ name }) => name)).toEqual(["zeta"]);
});

it("problems are in the order of their files, then of their lines", () => {
  const directory = writeFleet({
    "zeta/workspace.yaml": "",
    "acme/workspace.yaml": "region: 1\naccount: 1\n",
    "acme/b.yaml": users("one", "two", "one"),
    "acme/a.yaml": "users: x\nx: 1\n",
  });
  expect(lines(directory).map((line) => line.split(": ")[0])).toEqual([
    "acme/a.yaml:1",
    "acme/a.yaml:2",
    "acme/b.yaml:4",
    "acme/workspace.yaml:1",
    "acme/workspace.yaml:2",
    "zeta/workspace.yaml:1",
  ]);
});
