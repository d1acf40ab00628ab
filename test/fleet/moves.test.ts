import { relative } from "node:path";
import { loadFleet } from "../../fleet";
import { readFleet } from "../../fleet/load";
import { lossesBetween } from "../../fleet/losses";
import { formatProblem } from "../../fleet/yaml/problems";
import { type Files, WORKSPACE, writeFleet } from "../support/temporary-fleet";

const users = (...entries: string[]) => `users:\n${entries.map((each) => `  - { ${each} }\n`).join("")}`;
const A = "username: a, role: operator";
const OTHER = "username: other, role: operator";

function problems(files: Files): string[] {
  const directory = writeFleet({ "acme/workspace.yaml": WORKSPACE, ...files });
  return loadFleet(directory).problems.map((problem) =>
    formatProblem({ ...problem, file: relative(directory, problem.file) }).replaceAll(`${directory}/`, ""),
  );
}

const OLD = "acme/old.yaml";
const NEW = "acme/new.yaml";
const MOVE = {
  [OLD]: users("username: a, movedTo: new", OTHER),
  [NEW]: users(`${A}, movedFrom: old`),
};

describe("a move that both files declare", () => {
  test("is in the declarations, with the generations of the user", () => {
    const files = { ...MOVE, [NEW]: users(`${A}, movedFrom: old, generations: { 2: current }`) };
    const { workspaces, problems } = loadFleet(writeFleet({ "acme/workspace.yaml": WORKSPACE, ...files }));
    expect(problems).toEqual([]);
    const [to, from] = workspaces[0]?.files ?? [];
    expect(from?.moved).toEqual([
      { username: "a", awsName: "a", movedTo: "new", generations: { 2: "current" }, line: 2 },
    ]);
    expect(from?.users.map(({ username }) => username)).toEqual(["other"]);
    expect(to?.users[0]).toMatchObject({ username: "a", movedFrom: "old" });
    expect(to).not.toHaveProperty("moved");
  });

  test("may leave a file without other users, and may go both ways", () => {
    expect(
      problems({
        [OLD]: users("username: a, movedTo: new", "username: b, role: operator, movedFrom: new"),
        [NEW]: users("username: b, movedTo: old", `${A}, movedFrom: old`),
      }),
    ).toEqual([]);
  });
});

test.each<[string, Files, string[]]>([
  [
    "the new file does not say it",
    { ...MOVE, [NEW]: users(A) },
    [
      'acme/old.yaml:2: users[0].movedTo: "a" in acme/new.yaml does not say where it comes from; write movedFrom: old there',
    ],
  ],
  [
    "the new file does not have the user",
    { ...MOVE, [NEW]: users("username: b, role: operator") },
    [
      'acme/old.yaml:2: users[0].movedTo: "a" is not in acme/new.yaml; move its whole entry there, with movedFrom: old in it',
    ],
  ],
  [
    "the old file does not say it",
    { ...MOVE, [OLD]: users(OTHER) },
    [
      'acme/new.yaml:2: users[0].movedFrom: acme/old.yaml does not say that "a" moves here; write - { username: "a", movedTo: new } there, or take movedFrom out if both stacks are applied already',
    ],
  ],
  [
    "the old file has the user still",
    { ...MOVE, [OLD]: users(A) },
    [
      'acme/new.yaml:2: users[0].movedFrom: "a" is still whole in acme/old.yaml; write - { username: "a", movedTo: new } there in place of it',
    ],
  ],
  [
    "the new file names another one",
    {
      ...MOVE,
      "acme/third.yaml": users(OTHER.replace("other", "c")),
      [NEW]: users(`${A}, movedFrom: third`),
    },
    [
      'acme/new.yaml:2: users[0].movedFrom: acme/third.yaml does not say that "a" moves here; write - { username: "a", movedTo: new } there, or take movedFrom out if both stacks are applied already',
      'acme/old.yaml:2: users[0].movedTo: "a" in acme/new.yaml has movedFrom: third; write movedFrom: old there',
    ],
  ],
  [
    "there is no such file",
    { [OLD]: users("username: a, movedTo: nex", OTHER), [NEW]: users("username: b, role: operator") },
    ['acme/old.yaml:2: users[0].movedTo: "nex" is no user file beside this one; did you mean new?'],
  ],
  [
    "the old file is gone",
    { [NEW]: users(`${A}, movedFrom: treasury`), "acme/third.yaml": users(OTHER) },
    [
      'acme/new.yaml:2: users[0].movedFrom: "treasury" is no user file beside this one; name one of third; a user moves between files of one workspace, whose name is in every name in AWS, or take movedFrom out if both stacks are applied already',
    ],
  ],
  [
    "it is the file itself",
    { [OLD]: users("username: a, movedTo: old", OTHER), [NEW]: users("username: b, role: operator") },
    [
      "acme/old.yaml:2: users[0].movedTo: is this file itself; name one of new; a user moves between files of one workspace, whose name is in every name in AWS",
    ],
  ],
  [
    "the region is another",
    { ...MOVE, [NEW]: `region: eu-central-1\n${MOVE[NEW]}` },
    [
      'acme/old.yaml:2: users[0].movedTo: "a" is in eu-west-1 here and in eu-central-1 in acme/new.yaml, and a key stays in its region; declare a user of another name in eu-central-1, with a key of its own, and remove this one once the other is in use',
    ],
  ],
  [
    "the user has another name",
    { ...MOVE, [NEW]: users("username: b, role: operator, movedFrom: old") },
    [
      'acme/new.yaml:2: users[0].movedFrom: acme/old.yaml does not say that "b" moves here; write - { username: "b", movedTo: new } there, or take movedFrom out if both stacks are applied already',
      'acme/old.yaml:2: users[0].movedTo: "a" would be "b" in acme/new.yaml, and a user keeps its name when it moves; declare the new name beside the old one, as a user with a key of its own, and remove the old one after that',
    ],
  ],
  [
    "anything else stands beside movedTo",
    { ...MOVE, [OLD]: users("username: a, movedTo: new, role: operator", OTHER) },
    ["acme/old.yaml:2: users[0].role: is an unknown key; the keys here are username, movedTo"],
  ],
  [
    "movedTo is empty",
    { ...MOVE, [OLD]: "users:\n  - username: a\n    movedTo:\n" },
    [
      'acme/new.yaml:2: users[0].movedFrom: acme/old.yaml does not say that "a" moves here; write - { username: "a", movedTo: new } there, or take movedFrom out if both stacks are applied already',
      "acme/old.yaml:3: users[0].movedTo: has no value; write one such as treasury, or take the key out",
    ],
  ],
])("refuses a move where %s", (_, files, expected) => {
  expect(problems(files)).toEqual(expected);
});

describe("between two fleets", () => {
  const inventoryOf = (files: Files) => {
    const directory = writeFleet({ "acme/workspace.yaml": WORKSPACE, ...files });
    return readFleet(directory).inventory.map((stack) => ({
      ...stack,
      file: relative(directory, stack.file),
      users: stack.users?.map((user) => ({ ...user, file: relative(directory, user.file) })),
    }));
  };
  const BEFORE = { [OLD]: users(`${A}, groups: [g]`, OTHER) };
  const movedWith = (more: string) => ({ ...MOVE, [NEW]: users(`${A}, movedFrom: old${more}`) });
  const losses = (before: Files, now: Files) =>
    lossesBetween(inventoryOf(before), inventoryOf(now)).map(formatProblem);

  test("nothing is lost by a declared move, nor when its lines go", () => {
    const moved = movedWith(", groups: [g]");
    expect(losses(BEFORE, moved)).toEqual([]);
    expect(losses(moved, { [OLD]: users(OTHER), [NEW]: users(`${A}, groups: [g]`) })).toEqual([]);
  });

  test("a move changes nothing else", () => {
    expect(losses(BEFORE, movedWith(", signers: ['arn:aws:iam::123456789012:role/x']"))).toEqual([
      'acme/new.yaml:2: users[0].username: "a" moves here, and its signers, groups would change with it; change that before the move, or after it is applied',
    ]);
  });
});
