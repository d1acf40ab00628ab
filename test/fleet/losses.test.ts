import { relative } from "node:path";
import { readFleet } from "../../fleet/load";
import { lossesBetween } from "../../fleet/losses";
import { formatProblem } from "../../fleet/yaml/problems";
import { type Files, WORKSPACE, writeFleet } from "../support/temporary-fleet";

const file = (...names: string[]) =>
  `users:\n${names.map((name) => `  - { username: ${name}, role: operator }\n`).join("")}`;
const free = (...names: string[]) =>
  `users:\n${names.map((name) => `  - { username: ${name}, role: operator, removalProtection: false }\n`).join("")}`;

/** What a change from some files to others loses, the files named from the fleet's folder. Each workspace has its workspace.yaml. */
function losses(before: Files, after: Files): string[] {
  const inventoryOf = (files: Files) => {
    const workspaces = [...new Set(Object.keys(files).map((path) => path.split("/")[0]))];
    const settings = Object.fromEntries(workspaces.map((name) => [`${name}/workspace.yaml`, WORKSPACE]));
    const fleet = writeFleet({ ...settings, ...files });
    return readFleet(fleet).inventory.map((stack) => ({
      ...stack,
      file: relative(fleet, stack.file),
      what: stack.what.replace(`${fleet}/`, ""),
      users: stack.users?.map((user) => ({ ...user, file: relative(fleet, user.file) })),
    }));
  };
  return lossesBetween(inventoryOf(before), inventoryOf(after)).map(formatProblem);
}

const BASE = { "acme/treasury.yaml": file("a", "b"), "acme/operations.yaml": file("c") };
const PROTECTED = "its removal protection is on, so that AWS would refuse to delete its key";

describe("nothing is lost", () => {
  test.each<[string, Files, Files]>([
    ["where nothing changes", BASE, BASE],
    [
      "where users, files and workspaces are added",
      BASE,
      {
        ...BASE,
        "acme/treasury.yaml": file("a", "b", "new"),
        "acme/x.yaml": file("y"),
        "zeta/x.yaml": file("a"),
      },
    ],
    [
      "where a file is renamed and keeps its stack",
      BASE,
      { "acme/finance.yaml": `stack: treasury\n${file("b", "a")}`, "acme/operations.yaml": file("c") },
    ],
    [
      "where a file that was renamed is renamed again",
      { "acme/x.yaml": `stack: treasury\n${file("a")}` },
      { "acme/y.yaml": `stack: treasury\n${file("a")}` },
    ],
    [
      "where two files change names and keep their stacks",
      BASE,
      {
        "acme/operations.yaml": `stack: treasury\n${file("a", "b")}`,
        "acme/treasury.yaml": `stack: operations\n${file("c")}`,
      },
    ],
    ["where .yml becomes .yaml", { "acme/treasury.yml": file("a") }, { "acme/treasury.yaml": file("a") }],
    [
      "where users go whose removal protection was off",
      { "acme/treasury.yaml": free("a", "b") },
      { "acme/treasury.yaml": free("b") },
    ],
    ["where a stack goes that was emptied", { ...BASE, "acme/x.yaml": "users: []\n" }, BASE],
    [
      "where a stack is emptied whose users were free to go",
      { ...BASE, "acme/x.yaml": free("x") },
      { ...BASE, "acme/x.yaml": "users: []\n" },
    ],
    [
      "where another file takes the name of one that was emptied",
      { ...BASE, "acme/x.yaml": "users: []\n" },
      { ...BASE, "acme/operations.yaml": file("c"), "acme/y.yaml": `stack: x\n${file("y")}` },
    ],
    [
      "where a name changes that is the same in AWS",
      { "acme/treasury.yaml": file("Settlement Bot") },
      { "acme/treasury.yaml": file("settlement bot") },
    ],
  ])("%s", (_, before, after) => {
    expect(losses(before, after)).toEqual([]);
  });
});

describe("a stack that goes with users in it", () => {
  it("is to be kept under the name of its file, where that is renamed", () => {
    expect(losses(BASE, { "acme/finance.yaml": file("a", "b"), "acme/operations.yaml": file("c") })).toEqual([
      "acme/finance.yaml:1: has users of acme/treasury.yaml, which is gone, and another stack: their keys would be left behind in acme-treasury; write stack: treasury",
    ]);
  });

  it("is to be kept where the file's stack: changes, or is taken out", () => {
    const kept = `stack: treasury\n${file("a")}`;
    const message = (line: number, is: string) =>
      `acme/finance.yaml:${line}: its stack was acme-treasury and is ${is}: the users' keys would be left behind in acme-treasury; write stack: treasury`;
    expect(losses({ "acme/finance.yaml": kept }, { "acme/finance.yaml": file("a") })).toEqual([
      message(1, "acme-finance"),
    ]);
    expect(
      losses({ "acme/finance.yaml": kept }, { "acme/finance.yaml": `${file("a")}stack: other\n` }),
    ).toEqual([message(3, "acme-other")]);
  });

  it("is to be put back where its file is deleted", () => {
    const { "acme/treasury.yaml": _, ...rest } = BASE;
    expect(losses(BASE, rest)).toEqual([
      'acme/treasury.yaml:1: is gone, with the stack acme-treasury and what it has in AWS: "a", "b"; put it back; to remove it, write removalProtection: false for its users, then users: [], apply each, and delete the file after that',
    ]);
    const many = file(...Array.from({ length: 40 }, (_, index) => `user ${index}`));
    expect(losses({ ...rest, "acme/many.yaml": many }, rest)).toEqual([
      expect.stringContaining('"user 4" and 35 more; put it back'),
    ]);
  });

  it("is found also where nothing protects its users: nobody would destroy them", () => {
    expect(losses({ ...BASE, "acme/x.yaml": free("x") }, BASE)).toEqual([
      expect.stringContaining("acme/x.yaml:1: is gone, with the stack acme-x"),
    ]);
  });

  it("is found also where its file could not be read", () => {
    expect(losses({ ...BASE, "acme/x.yaml": "users: [" }, BASE)).toEqual([
      expect.stringContaining(
        "acme/x.yaml:1: is gone, with the stack acme-x and what it has in AWS: nobody can read which users; put it back",
      ),
    ]);
  });

  it("is to be put back where its workspace has another name", () => {
    expect(losses({ "acme/treasury.yaml": file("a") }, { "bank/treasury.yaml": file("a") })).toEqual([
      'acme/treasury.yaml:1: is gone, with the stack acme-treasury and what it has in AWS: "a"; put it back in the folder acme, whose name is part of every name in AWS: in bank its users would be others, with other keys',
    ]);
  });
});

describe("a user", () => {
  it("that turns up in another stack is to be put back", () => {
    expect(losses(BASE, { "acme/treasury.yaml": file("b"), "acme/operations.yaml": file("c", "a") })).toEqual(
      [
        'acme/operations.yaml:3: users[1].username: "a" was in acme/treasury.yaml: its key is in the state of the stack acme-treasury, and acme-operations would make another; put it back, or declare the move: movedFrom: treasury here, and in place of it { username: "a", movedTo: operations } in acme/treasury.yaml',
      ],
    );
  });

  it("that turns up in another file while its own goes is to be put back", () => {
    expect(losses(BASE, { "acme/operations.yaml": file("c", "a", "b") })).toEqual([
      expect.stringContaining('acme/operations.yaml:3: users[1].username: "a" was in acme/treasury.yaml: '),
      expect.stringContaining('acme/operations.yaml:4: users[2].username: "b" was in acme/treasury.yaml: '),
    ]);
    expect(losses(BASE, { "acme/operations.yaml": file("c", "a") })).toEqual([
      expect.stringContaining('acme/operations.yaml:3: users[1].username: "a" was in acme/treasury.yaml: '),
      expect.stringContaining(
        'acme/treasury.yaml:1: is gone, with the stack acme-treasury and what it has in AWS: "b"; put it back',
      ),
    ]);
  });

  it("that goes is to be put back while its removal protection is on", () => {
    expect(losses(BASE, { ...BASE, "acme/treasury.yaml": file("b") })).toEqual([
      `acme/treasury.yaml:1: "a" is gone, and ${PROTECTED}; put it back, or write removalProtection: false for it first, and apply that`,
    ]);
  });

  it("that goes with all others of its stack is to be put back while its removal protection is on", () => {
    expect(losses(BASE, { ...BASE, "acme/operations.yaml": "users: []\n" })).toEqual([
      expect.stringContaining(`acme/operations.yaml:1: "c" is gone, and ${PROTECTED}; put it back, or `),
    ]);
  });

  it("that has another name is another user", () => {
    expect(losses(BASE, { ...BASE, "acme/treasury.yaml": file("a2", "b") })).toEqual([
      `acme/treasury.yaml:1: "a" is gone, and ${PROTECTED}; put it back, or write removalProtection: false for it first, and apply that; under another name, "a2" is another user with a new key: declare it beside this one`,
    ]);
  });

  it("that goes while its file is renamed is found", () => {
    expect(
      losses(BASE, {
        "acme/finance.yaml": `stack: treasury\n${file("a")}`,
        "acme/operations.yaml": file("c"),
      }),
    ).toEqual([expect.stringContaining(`acme/finance.yaml:1: "b" is gone, and ${PROTECTED}; `)]);
    expect(losses(BASE, { "acme/finance.yaml": file("a"), "acme/operations.yaml": file("c") })).toEqual([
      expect.stringContaining("; write stack: treasury"),
      expect.stringContaining(`acme/finance.yaml:1: "b" is gone, and ${PROTECTED}; `),
    ]);
  });

  it("stays in its custody, whatever generations it has", () => {
    const of = (custody: string, more = "") => ({
      "acme/treasury.yaml": `users:\n  - { username: a, role: operator, signers: ["arn:aws:iam::123456789012:role/a"], custody: ${custody}${more} }\n`,
    });
    expect(losses(of("secrets-manager"), of("kms"))).toEqual([
      'acme/treasury.yaml:2: users[0].username: "a" had custody: secrets-manager and has kms: its key stays behind, or is taken for one that was made here; put custody: secrets-manager back; for a key elsewhere, declare a user of another name beside this one',
    ]);
    expect(losses(of("secrets-manager"), of("kms", ", generations: { 2: current }"))).toEqual([
      expect.stringContaining("put custody: secrets-manager back"),
    ]);
  });

  it("keeps its role, whatever generations it has", () => {
    const of = (role: string, more = "") => ({
      "acme/treasury.yaml": `users:\n  - { username: a, role: ${role}, signers: ["arn:aws:iam::123456789012:role/a"]${more} }\n`,
    });
    const message = (was: string, is: string) =>
      `acme/treasury.yaml:2: users[0].username: "a" had role: ${was} and has ${is}: the workspace has no way to change the role of a registered user; put role: ${was} back; for another role, declare a user of another name beside this one`;
    expect(losses(of("operator"), of("administrator"))).toEqual([message("operator", "administrator")]);
    expect(losses(of("administrator"), of("operator"))).toEqual([message("administrator", "operator")]);
    expect(losses(of("operator"), of("administrator", ", generations: { 2: current }"))).toEqual([
      message("operator", "administrator"),
    ]);
  });

  it("is held to what was written of it where this version refuses the file as it was", () => {
    const of = (more: string) => ({
      "acme/treasury.yaml": `users:\n  - { username: a, role: ${more} }\n`,
    });
    for (const [was, is] of [
      ["operator, former: 1", "administrator"],
      ["operator, custody: kms, former: 1", "operator"],
    ] as const)
      expect(losses(of(was), of(is))).toEqual([expect.stringMatching(/: "a" had (role|custody): /)]);
    expect(losses(of("king, custody: cloud"), of("operator"))).toEqual([]);
  });

  it("stays in its region and account also where it moves to another file", () => {
    const before = { "acme/old.yaml": file("a", "b"), "acme/new.yaml": file("c") };
    const moved = (more = "") => ({
      "acme/old.yaml": `${more}users:\n  - { username: a, movedTo: new }\n  - { username: d, role: operator }\n`,
      "acme/new.yaml": `${more}users:\n  - { username: a, role: operator, movedFrom: old }\n`,
    });
    const of = (name: string, found: readonly string[]) =>
      found.filter((each) => each.includes(`: "${name}" was in the `));
    expect(of("a", losses(before, moved()))).toEqual([]);
    expect(of("a", losses(before, moved("region: us-east-1\n")))).toHaveLength(1);
    const elsewhere = WORKSPACE.replace("123456789012", "210987654321");
    expect(of("a", losses(before, { ...moved(), "acme/workspace.yaml": elsewhere }))).toHaveLength(1);
  });

  it("stays in its region and account", () => {
    const there = (region: string) => ({ "acme/treasury.yaml": `region: ${region}\n${file("a")}` });
    expect(losses(there("eu-west-1"), there("us-east-1"))).toEqual([
      'acme/treasury.yaml:3: users[0].username: "a" was in the region eu-west-1 and is in us-east-1: its key stays behind there; put region: eu-west-1 back; for a key elsewhere, declare a user of another name there, in a file or workspace of its own',
    ]);
    const account = { "acme/treasury.yaml": file("a") };
    expect(
      losses(account, {
        ...account,
        "acme/workspace.yaml": WORKSPACE.replace("123456789012", "210987654321"),
      }),
    ).toEqual([expect.stringContaining('"a" was in the account 123456789012 and is in 210987654321')]);
  });
});

describe("a name or a state that was another file's", () => {
  const fix =
    "name another, until that one is gone: with users: [] in it, applied, and then without the file";

  it("is no new file's in another workspace", () => {
    expect(
      losses({ "acme/prod-treasury.yaml": free("a") }, { "acme-prod/treasury.yaml": free("b") }),
    ).toContain(
      `acme-prod/treasury.yaml:1: makes the stack acme-prod-treasury, which was that of acme/prod-treasury.yaml, with what is in its state; ${fix}`,
    );
  });

  it("is no other file's of its workspace", () => {
    const before = { "acme/treasury.yaml": free("a"), "acme/x.yaml": file("x") };
    expect(losses(before, { "acme/x.yaml": `${file("x")}stack: treasury\n` })).toContain(
      `acme/x.yaml:3: makes the stack acme-treasury, which was that of acme/treasury.yaml, with what is in its state; ${fix}`,
    );
  });

  it("is no user file's where it was a workspace's", () => {
    const away = WORKSPACE.replace("eu-west-1", "us-east-1");
    expect(
      losses(
        { "acme/x.yaml": file("x") },
        { "acme/workspace.yaml": away, "acme/x.yaml": file("x"), "acme/eu-west-1.yaml": file("y") },
      ),
    ).toContain(
      `acme/eu-west-1.yaml:1: makes the stack acme-eu-west-1, which was that of the workspace acme in eu-west-1, with what is in its state; ${fix}`,
    );
  });

  it("is no other stack's, where only the state is the same", () => {
    const bucket = (key: string) =>
      `${WORKSPACE}backend: { s3: { bucket: b, key: ${key}, region: eu-west-1 } }\n`;
    const acme = (key: string) => ({ "acme/workspace.yaml": bucket(key), "acme/a-b.yaml": file("a") });
    const other = { "a/workspace.yaml": bucket("x/acme-STACK"), "a/b.yaml": file("b") };
    expect(losses(acme("x/STACK"), { ...acme("y/STACK"), ...other })).toEqual([
      `a/b.yaml:1: its state would be that of the stack acme-a-b (acme/a-b.yaml); ${fix}`,
    ]);
  });
});

describe("files that another workspace takes", () => {
  const takes = { "beta/workspace.yaml": `${WORKSPACE}users: ../acme\n` };
  const acme = { "acme/treasury.yaml": file("a") };

  it("are taken, written out and taken again, and nothing is lost", () => {
    const written = { ...acme, "beta/treasury.yaml": file("a") };
    expect(losses({ ...acme, ...takes }, written)).toEqual([]);
    expect(losses(written, { ...acme, ...takes })).toEqual([]);
  });

  it("are not lost where a workspace takes them no more", () => {
    expect(losses({ ...acme, ...takes }, { ...acme, "beta/workspace.yaml": WORKSPACE })).toEqual([
      'acme/treasury.yaml:1: beta no longer takes acme/treasury.yaml: the stack beta-treasury is gone, and what it has in AWS: "a"; take it again, or write a file treasury.yaml in the folder beta: with its users, or, once removalProtection: false is applied for them, with users: []',
    ]);
  });

  it("keep a stack in each workspace where they are renamed", () => {
    const renamed = (stack: string) => ({ "acme/finance.yaml": `${stack}${file("a")}` });
    expect(losses({ ...acme, ...takes }, { ...renamed("stack: treasury\n"), ...takes })).toEqual([]);
    const left = ["acme", "beta"].map(
      (name) =>
        `acme/finance.yaml:1: has users of acme/treasury.yaml, which is gone, and another stack: their keys would be left behind in ${name}-treasury; write stack: treasury`,
    );
    expect(losses({ ...acme, ...takes }, { ...renamed(""), ...takes })).toEqual(left);
  });

  it("lose a user in each workspace, and the message names the stack's file", () => {
    const lost = losses({ "acme/treasury.yaml": file("a", "b"), ...takes }, { ...acme, ...takes });
    expect(lost).toHaveLength(2);
  });
});

describe("a key that goes, of a user that stays,", () => {
  const of = (generations: string, more = "") => ({
    "acme/treasury.yaml": `users:\n  - { username: a, role: operator, generations: { ${generations} }${more} }\n`,
  });
  const FREE = ", removalProtection: false";

  test.each([
    ["1: retired, 2: current", "2: current", ""],
    ["1: retired, 2: current, 3: pending", "2: previous, 3: current", ""],
    ["1: current, 2: pending", "1: current", FREE],
  ])("may, where { %s } becomes { %s }%s", (before, after, more) => {
    expect(losses(of(before, more), of(after, more))).toEqual([]);
  });

  test.each([
    [
      "1: current, 2: pending",
      "1: current",
      "",
      'generation 2 of "a" is gone, which was pending, and its removal protection is on',
    ],
    ["1: current, 2: pending", "2: current", FREE, 'generation 1 of "a" is gone, which was current'],
    ["1: previous, 2: current", "2: current", FREE, 'generation 1 of "a" is gone, which was previous'],
    ["1: current", "2: current", "", 'generation 1 of "a" is gone, which was current'],
    ["1: retired, 2: current", "3: current", FREE, 'generation 2 of "a" is gone, which was current'],
  ])("may not, where { %s } becomes { %s }%s", (before, after, more, said) => {
    expect(losses(of(before, more), of(after, more))).toEqual([expect.stringContaining(said)]);
  });

  test("may not, where the stage that it had cannot be read", () => {
    const wrong = of("1: retired, 2: current", ", color: red");
    expect(losses(wrong, of("2: current"))).toEqual([
      expect.stringContaining('generation 1 of "a" is gone: its key would be deleted'),
    ]);
  });
});
