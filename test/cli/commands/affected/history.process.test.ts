/** Which generations a user had in the past: histories made by one process each, without anything being synthesized. */
import { rmSync } from "node:fs";
import { formerKeys } from "../../../../cli/commands/affected/history";
import { Repository } from "../../../../cli/shared/git";
import { readFleet } from "../../../../fleet/load";
import { newKeys, reusedKeys } from "../../../../fleet/reuse";
import { type Commit, git, repositoryOf } from "../../../support/cli/git-history";
import { runs } from "../../../support/for-all";
import { WORKSPACE, writeFleet } from "../../../support/temporary-fleet";

const user = (name: string, more = "") => `  - { username: "${name}", role: operator${more} }\n`;
const users = (...entries: string[]) => `users:\n${entries.join("")}`;
const SETTINGS = "api-users/acme/workspace.yaml";
const FILE = "api-users/acme/treasury.yaml";
const FIRST = { [SETTINGS]: WORKSPACE, [FILE]: users(user("other"), user("bot")) };
const without = { [FILE]: users(user("other")) };

const came = process.cwd();
const made: string[] = [];
afterEach(() => {
  process.chdir(came);
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true });
});

/** The numbers that the user `bot` had in the history, and what is said where it is declared again with some. */
function asked(commits: readonly Commit[], again = user("bot"), settings = WORKSPACE) {
  made.push(repositoryOf(commits));
  process.chdir(made.at(-1) ?? "");
  const repository = new Repository();
  const base = repository.commitOf("main");
  const { inventory } = readFleet(
    writeFleet({ "acme/workspace.yaml": settings, "acme/treasury.yaml": users(again) }),
  );
  const keys = newKeys([], inventory);
  const former = formerKeys(repository, base, keys);
  return keys.flatMap((key) => {
    const found = former.get(key) ?? [];
    const numbers = found.map(({ generation }) => generation).sort((a, b) => a - b);
    return { numbers, fixes: reusedKeys(key, found).map(({ fix }) => fix) };
  });
}
const numbers = (...given: Parameters<typeof asked>) => asked(...given).flatMap((each) => each.numbers);

describe("a user that comes back takes the next number:", () => {
  test("after its removal, and after that of its file, its workspace, or the folder of them all", () => {
    const gone: Commit["files"][] = [
      without,
      { [FILE]: undefined },
      { "api-users/acme": undefined },
      { "api-users": undefined },
    ];
    for (const files of gone)
      expect(asked([{ files: FIRST }, { files }])).toEqual([
        { numbers: [1], fixes: ["write generations: { 2: current }"] },
      ]);
  });

  test("whatever it had, in however many lives", () => {
    const life = (numbers: string) => [
      { files: { [FILE]: users(user("other"), user("bot", `, generations: { ${numbers} }`)) } },
      { files: without },
    ];
    const commits = [
      { files: FIRST },
      { files: without },
      ...life("7: current"),
      ...life("2: previous, 3: current"),
      { files: { "docs/x.md": "x" } },
    ];
    expect(asked(commits)).toEqual([{ numbers: [1, 2, 3, 7], fixes: ["write generations: { 8: current }"] }]);
    expect(asked(commits, user("bot", ", generations: { 8: current }"))).toMatchObject([{ fixes: [] }]);
    expect(asked(commits, user("bot", ", generations: { 7: previous, 9: current }"))).toMatchObject([
      { fixes: ["write 10 in place of 7"] },
    ]);
  });

  test.each([
    ["in another spelling of the same name in AWS", user("Bot")],
    ["in escapes", user("b\\u006ft")],
    ["in a list of another form", `  -\n    role: operator\n    "username":\n      bot\n`],
    ["in YAML that this version refuses for another reason", user("bot", ", former: 1")],
  ])("also %s", (_, was) => {
    expect(numbers([{ files: { ...FIRST, [FILE]: users(was) } }, { files: without }])).toEqual([1]);
  });

  test("also with characters of other alphabets", () => {
    for (const name of ["取引", "Zürich bot"])
      expect(
        numbers([{ files: { ...FIRST, [FILE]: users(user(name)) } }, { files: without }], user(name)),
      ).toEqual([1]);
  });

  test("also where the folders had other names, and what was merged in was all the history", () => {
    const renamed = {
      "users/acme": undefined,
      [SETTINGS]: WORKSPACE,
      ...without,
    };
    const elsewhere = { "users/acme/workspace.yaml": WORKSPACE, "users/acme/x.yaml": users(user("bot")) };
    expect(numbers([{ files: elsewhere }, { files: renamed }])).toEqual([1]);
    expect(
      numbers([
        { files: { "README.md": "x" } },
        { files: FIRST, isAside: true },
        { files: FIRST, isMerge: true },
        { files: without },
      ]),
    ).toEqual([1]);
  });

  test("also where another workspace's files were its own", () => {
    const taken = {
      "api-users/prod/workspace.yaml": WORKSPACE.replace("123456789012", "210987654321"),
      "api-users/prod/treasury.yaml": users(user("bot")),
      [SETTINGS]: `${WORKSPACE}users: ../prod\n`,
    };
    expect(
      numbers([{ files: taken }, { files: { "api-users/prod/treasury.yaml": users(user("c")) } }]),
    ).toEqual([1]);
    const own = { ...taken, [FILE]: users(user("c")) };
    expect(numbers([{ files: own }, { files: { "api-users/prod": undefined } }])).toEqual([]);
  });
});

describe("a user is new", () => {
  test.each<[string, Commit[], string?]>([
    ["that nobody has declared", [{ files: { ...FIRST, ...without } }]],
    ["whose name is part of another", [{ files: { ...FIRST, [FILE]: users(user("bot 2"), user("a bot")) } }]],
    ["of whom only a comment spoke", [{ files: { ...FIRST, [FILE]: `# bot\n${without[FILE]}` } }]],
    [
      "that another file was to have",
      [{ files: { ...FIRST, [FILE]: `${without[FILE]}  - { username: bot, movedTo: x }\n` } }],
    ],
    [
      "of another workspace, account or region",
      [
        {
          files: {
            "api-users/zeta/workspace.yaml": WORKSPACE,
            "api-users/zeta/x.yaml": users(user("bot")),
            [SETTINGS]: WORKSPACE.replace("123456789012", "210987654321"),
            [FILE]: users(user("bot")),
          },
        },
        { files: { [SETTINGS]: WORKSPACE, [FILE]: `region: us-east-1\n${users(user("bot"))}` } },
        { files: without },
      ],
    ],
    [
      "that a branch had, and no longer when it was merged",
      [
        { files: { ...FIRST, ...without } },
        { files: FIRST, isAside: true },
        { files: without, isMerge: true },
      ],
    ],
    [
      "whose file could not be read",
      [{ files: { ...FIRST, [FILE]: `${users(user("bot"))}\n: {` } }, { files: without }],
    ],
  ])("%s", (_, commits) => {
    expect(numbers(commits)).toEqual([]);
  });

  test("in an environment without a recovery window, whose names are free at once", () => {
    const window = (days: number) => `${WORKSPACE}removalProtection: false\nrecoveryWindowInDays: ${days}\n`;
    const at = (days: number) => ({ files: { ...FIRST, [SETTINGS]: window(days) } });
    expect(numbers([at(0), { files: without }], user("bot"), window(0))).toEqual([]);
    expect(numbers([at(30), at(0), { files: without }])).toEqual([]);
    expect(numbers([at(0), at(7), { files: without }])).toEqual([1]);
    expect(numbers([at(7), { files: without }, { files: { [SETTINGS]: window(0) } }])).toEqual([1]);
  });
});

test("what is asked for is found again in a history of many commits and files", () => {
  const count = runs(100);
  const files = Math.max(2, Math.min(20, count / 10));
  const fileOf = (index: number) => `api-users/acme/team-${index % files}.yaml`;
  const commits: Commit[] = [{ files: FIRST }, { files: without }];
  for (let index = 0; index < count; index++)
    commits.push({
      files: {
        [fileOf(index)]: users(
          ...Array.from({ length: 50 }, (_, each) => user(`team ${index % files} ${each} in ${index}`)),
        ),
      },
    });
  expect(numbers(commits)).toEqual([1]);
});

test("a shallow clone does not have all of it, and a whole one does", () => {
  const folder = repositoryOf([{ files: FIRST }, { files: without }, { files: { a: "1" } }]);
  made.push(folder);
  const clone = `${folder}-clone`;
  made.push(clone);
  for (const [depth, isWhole] of [
    [[], true],
    [["--depth=2"], false],
  ] as const) {
    rmSync(clone, { recursive: true, force: true });
    git(folder, ["clone", "--quiet", "--no-checkout", ...depth, `file://${folder}`, clone]);
    process.chdir(clone);
    const repository = new Repository();
    expect(repository.hasAllBefore(repository.commitOf("HEAD"))).toBe(isWhole);
    process.chdir(came);
  }
});
