import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { remembering } from "../../../support/cli/remembered-synthesis";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { COMPLETE } from "../../../support/temporary-fleet";

jest.mock("../../../../cli/shared/engine", () =>
  (require("../../../support/cli/remembered-synthesis") as { remembering: typeof remembering }).remembering(
    jest.requireActual("../../../../cli/shared/engine"),
  ),
);

const users = (...names: string[]) =>
  `users:\n${names.map((name) => `  - { username: ${name}, role: operator, signers: [arn:aws:iam::123456789012:role/${name}] }\n`).join("")}`;

/** Without alerts, which are most of what is synthesized. */
const SETTINGS = `${COMPLETE.replace(/^alertEmails.*\n/m, "")}alerts: false\n`;

const came = process.cwd();
let folder: string;

/** A repository with a fleet and a lock file, committed. */
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "affected-")));
  process.chdir(folder);
  git("init", "--quiet", "--initial-branch=main");
  write({
    "package-lock.json": "{}",
    "README.md": "read\n",
    "api-users/acme/workspace.yaml": SETTINGS,
    "api-users/acme/treasury.yaml": users("a", "b"),
    "api-users/acme/operations.yaml": users("c"),
  });
  commit();
});
afterEach(() => {
  process.chdir(came);
  rmSync(folder, { recursive: true });
});

const git = (...args: string[]) =>
  execFileSync(
    "git",
    // In the folder, wherever the process is: a test that ran out of time goes on in that of the project.
    [
      "-C",
      folder,
      "-c",
      "core.fsmonitor=false",
      "-c",
      "user.name=a",
      "-c",
      "user.email=a@acme.example",
      ...args,
    ],
    {
      encoding: "utf8",
    },
  );

function write(files: Readonly<Record<string, string | undefined>>): void {
  for (const [name, text] of Object.entries(files)) {
    if (text === undefined) {
      rmSync(name);
      continue;
    }
    mkdirSync(dirname(name), { recursive: true });
    writeFileSync(name, text);
  }
}

function commit(): void {
  git("add", "--all");
  git("commit", "--quiet", "--allow-empty", "--message=c");
}

const affected = (...args: string[]) => ledgerApiUser(["affected", "--base", "HEAD", ...args]);

/** The answer to a change of files: stacks by wave, and the rest. */
async function afterwards(files: Readonly<Record<string, string | undefined>>) {
  write(files);
  const { code, stdout } = await affected("--json");
  const { waves, problems, because, gone, stacks } = JSON.parse(stdout);
  return { code, waves, problems: problems.map(({ fix }: { fix: string }) => fix), because, gone, stacks };
}

const NOTHING = { code: 0, problems: [], because: [], gone: [] };
const [WORKSPACE, TREASURY, OPERATIONS] = ["acme-eu-west-1", "acme-treasury", "acme-operations"];

describe("affected", () => {
  test("of twenty files, one of which changes, names one stack, and one that is new", async () => {
    const team = (index: number) => `api-users/acme/team-${index}.yaml`;
    for (let index = 0; index < 18; index++) write({ [team(index)]: users(`user-${index}`) });
    commit();
    expect(await affected()).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(
      await afterwards({ [team(7)]: users("user-7", "another"), "api-users/acme/new.yaml": users("new") }),
    ).toEqual({
      ...NOTHING,
      waves: [[], ["acme-new", "acme-team-7"]],
      stacks: [
        { name: "acme-new", change: "added", wave: 1 },
        { name: "acme-team-7", change: "changed", wave: 1 },
      ],
    });
  }, 180_000); // forty stacks

  test("names the workspace's stack where that changes, with the users' or without", async () => {
    const workspace = "api-users/acme/workspace.yaml";
    expect(
      await afterwards({
        [workspace]: `${SETTINGS}permissionsBoundary: arn:aws:iam::123456789012:policy/bound\n`,
      }),
    ).toMatchObject({
      ...NOTHING,
      waves: [[WORKSPACE], []],
    });
    expect(await afterwards({ [workspace]: `${SETTINGS}tags: { a: b }\n` })).toMatchObject({
      ...NOTHING,
      waves: [[WORKSPACE], [OPERATIONS, TREASURY]],
    });
    expect(await affected()).toEqual({
      code: 0,
      stdout: `${WORKSPACE}\n${OPERATIONS}\n${TREASURY}\n`,
      stderr: "",
    });
  });

  test("names nothing where the YAML means the same, and where other files change", async () => {
    const treasury = `# Treasury's\n${users("a", "b").replaceAll(", ", ",  ")}`;
    const operations = `users:\r\n  - signers: ["arn:aws:iam::123456789012:role/c"]\r\n    role: operator\r\n    username: c\r\n`;
    const workspace = SETTINGS.split("\n").reverse().join("\n");
    write({
      "README.md": "other\n",
      "lib/x.ts": "1",
      "api-users/acme/treasury.yaml": treasury,
      "api-users/acme/operations.yaml": operations, // in another order, with other ends of lines
      "api-users/acme/workspace.yaml": workspace,
    });
    expect(await afterwards({ "api-users/acme/notes.txt": "x" })).toMatchObject({
      ...NOTHING,
      waves: [[], []],
    });
  });

  test("compares with commits, and with what is not committed", async () => {
    write({ "api-users/acme/treasury.yaml": users("a", "b", "d") });
    commit();
    write({ "api-users/acme/operations.yaml": users("c", "e") });
    expect((await affected()).stdout).toBe(`${OPERATIONS}\n`);
    expect((await ledgerApiUser(["affected", "--base", "main~1"])).stdout).toBe(
      `${OPERATIONS}\n${TREASURY}\n`,
    );
  });

  test("names both stacks of a move, and the one that is emptied", async () => {
    write({
      "api-users/acme/operations.yaml": users("c").replace(" }", ", removalProtection: false }"),
    });
    commit();
    expect(
      await afterwards({
        "api-users/acme/treasury.yaml": `${users("b")}  - { username: a, movedTo: new }\n`,
        "api-users/acme/new.yaml": users("a").replace(" }", ", movedFrom: treasury }"),
        "api-users/acme/operations.yaml": "users: []\n",
      }),
    ).toMatchObject({ ...NOTHING, waves: [[], ["acme-new", OPERATIONS, TREASURY]] });
  });

  test("lets a stack go that was emptied before", async () => {
    write({ "api-users/acme/operations.yaml": "users: []\n" });
    commit();
    expect(await afterwards({ "api-users/acme/operations.yaml": undefined })).toMatchObject({
      ...NOTHING,
      waves: [[], []],
      gone: [OPERATIONS],
    });
  });

  test("names a workspace that is new, and a first fleet, all of it", async () => {
    expect(
      await afterwards({ "api-users/zeta/workspace.yaml": SETTINGS, "api-users/zeta/x.yaml": users("a") }),
    ).toMatchObject({
      ...NOTHING,
      waves: [["zeta-eu-west-1"], ["zeta-x"]],
    });
    write({ "other/zeta/workspace.yaml": SETTINGS, "other/zeta/x.yaml": users("a") });
    expect(await affected("--users", "other")).toEqual({
      code: 0,
      stdout: "zeta-eu-west-1\nzeta-x\n",
      stderr: "At HEAD, other had no workspace: all is new.\n",
    });
  });

  test("is asked in a folder of the repository, for a folder beside it", async () => {
    write({ "api-users/acme/treasury.yaml": users("a", "b", "d"), "infra/x": "" });
    process.chdir("infra");
    expect((await affected("--users", "../api-users")).stdout).toBe(`${TREASURY}\n`);
    expect((await affected("--users", join(folder, "api-users"))).stdout).toBe(`${TREASURY}\n`);
  });
});

describe("the folder of the YAML with another name", () => {
  test("is compared with what it was: nothing changes, and nothing is new", async () => {
    renameSync("api-users", "users");
    expect(await affected("--users", "users")).toEqual({
      code: 0,
      stdout: "",
      stderr: "At HEAD, acme was in api-users.\n",
    });
    write({ "users/acme/treasury.yaml": undefined });
    const { code, stdout } = await affected("--users", "users", "--json");
    expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 1, gone: [TREASURY], because: [] });
  });

  test("has what it had, where the workspaces have other names too, or moved into one that was there", async () => {
    mkdirSync("users");
    renameSync("api-users/acme", "users/bank");
    expect((await affected("--users", "users")).stderr).toContain("put it back in the folder acme");
    renameSync("users/bank", "users/acme");
    write({ "users/zeta/workspace.yaml": SETTINGS, "users/zeta/x.yaml": users("x") });
    git("add", "users/zeta");
    git("commit", "--quiet", "--message=c");
    expect(await affected("--users", "users")).toMatchObject({ code: 0, stdout: "" });
  });

  test("is not guessed where there were two", async () => {
    write({ "other/acme/workspace.yaml": SETTINGS, "other/acme/x.yaml": users("x") });
    commit();
    renameSync("api-users", "users");
    rmSync("other", { recursive: true });
    expect(await affected("--users", "users")).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'error: the workspace acme was in "api-users" and in "other", and is in neither now; move one of them after the other, each in a change of its own\n',
    });
  });
});

test("a user that comes back takes the next number, which the history knows, and a shallow clone does not", async () => {
  write({ "api-users/acme/operations.yaml": users("c").replace(" }", ", removalProtection: false }") });
  commit();
  write({ "api-users/acme/operations.yaml": "users: []\n" });
  commit();
  expect((await afterwards({ "api-users/acme/operations.yaml": users("c") })).problems).toEqual([
    "write generations: { 2: current }",
  ]);
  const { stderr } = await affected();
  expect(stderr).toMatch(
    /^api-users\/acme\/operations\.yaml:2: users\[0\]\.username: "c" had a generation 1 already, which [0-9a-f]{12} still declares: names in AWS hold the number, and a name is used once; write generations: \{ 2: current \}\n/,
  );
  const again = users("c").replace(" }", ", generations: { 2: current } }");
  expect(await afterwards({ "api-users/acme/operations.yaml": again })).toMatchObject({
    ...NOTHING,
    waves: [[], [OPERATIONS]],
  });
  git("clone", "--quiet", "--depth=1", `file://${folder}`, "clone");
  process.chdir("clone");
  expect(await affected()).toMatchObject({ code: 0, stdout: "" });
  write({ "api-users/acme/operations.yaml": again });
  expect(await affected()).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(
      /^error: the clone lacks older commits, .* whether "c" had its generation 2 before; fetch them all: /,
    ),
  });
});

describe("affected names every stack", () => {
  const ALL = [[WORKSPACE], [OPERATIONS, TREASURY]];

  test.each([
    "package-lock.json",
    "package.json",
    "yarn.lock",
    ".terraform.lock.hcl",
    "cdktf.json",
  ])("where %s changes", async (name) => {
    expect(await afterwards({ [name]: "{ }" })).toMatchObject({
      ...NOTHING,
      waves: ALL,
      because: [`${name} changed`],
    });
  });

  test("where an app of one's own changes, whatever of it, and not its documentation", async () => {
    write({ "cdktf.json": "{}", "main.ts": "1", "lib/a.ts": "1" });
    commit();
    expect(await afterwards({ "README.md": "2", "docs/a.md": "3" })).toMatchObject({
      ...NOTHING,
      waves: [[], []],
    });
    expect(await afterwards({ "lib/a.ts": "2" })).toMatchObject({
      ...NOTHING,
      waves: ALL,
      because: ["lib/a.ts changed"],
    });
    const { stderr } = await affected();
    expect(stderr).toBe("Every stack may be touched: lib/a.ts changed.\n");
  });

  test("of an app of one's own with its other stacks, in their waves, if any changes", async () => {
    const stacks = {
      [WORKSPACE]: [],
      [TREASURY]: [WORKSPACE],
      [OPERATIONS]: [WORKSPACE],
      report: [TREASURY],
      trail: [],
    };
    write({ "cdktf.json": "{}", ".gitignore": "out\n" });
    commit();
    for (const name of Object.keys(stacks)) write({ [`out/stacks/${name}/cdk.tf.json`]: "{}" });
    const manifest = (made: object) =>
      write({
        "out/manifest.json": JSON.stringify({
          stacks: Object.fromEntries(
            Object.entries(made).map(([name, dependencies]) => [
              name,
              { workingDirectory: `stacks/${name}`, dependencies },
            ]),
          ),
        }),
      });
    manifest(stacks);
    expect(await affected("--out", "out")).toEqual({ code: 0, stdout: "", stderr: "" });
    write({ "api-users/acme/treasury.yaml": users("a", "b", "d") });
    expect(JSON.parse((await affected("--out", "out", "--json")).stdout)).toMatchObject({
      waves: [["trail"], [TREASURY], ["report"]],
      because: [],
    });
    manifest({ ...stacks, [TREASURY]: undefined });
    expect((await affected("--out", "out")).code).toBe(2);
    const { [TREASURY]: _treasury, report: _report, ...others } = stacks;
    manifest(others);
    expect(await affected("--out", "out")).toEqual({
      code: 0,
      stdout: `${WORKSPACE}\ntrail\n${OPERATIONS}\n`,
      stderr: "Every stack may be touched: out has no stack acme-treasury, which the YAML declares.\n",
    });
  });

  test("where no lock file says which version of this package it was, and a workflow changes", async () => {
    write({ "package-lock.json": undefined, ".github/workflows/a.yml": "1" });
    commit();
    expect(await afterwards({ ".github/workflows/a.yml": "2" })).toMatchObject({
      ...NOTHING,
      waves: ALL,
      because: [".github/workflows/a.yml changed"],
    });
  });

  test("where the lock file is in a folder above", async () => {
    write({
      "team/api-users/acme/workspace.yaml": SETTINGS,
      "team/api-users/acme/x.yaml": users("x"),
      "team/package.json": "{}",
    });
    commit();
    process.chdir("team");
    write({ "../package-lock.json": "{ }", "../other/package.json": "{}" });
    expect((await affected()).stderr).toBe("Every stack may be touched: package-lock.json changed.\n");
  });

  test("where this version does not take the YAML of the base", async () => {
    write({ "api-users/acme/treasury.yaml": `${users("a", "b")}unknown: 1\n` });
    commit();
    expect(await afterwards({ "api-users/acme/treasury.yaml": users("a", "b") })).toMatchObject({
      ...NOTHING,
      waves: ALL,
      because: [
        expect.stringMatching(
          /^this version does not take the YAML of HEAD: api-users\/acme\/treasury\.yaml:4: unknown: /,
        ),
      ],
    });
  });
});

describe("affected ends with 1, and says what to write,", () => {
  test("where a file is renamed: nothing changes with its stack's name in it", async () => {
    renameSync("api-users/acme/treasury.yaml", "api-users/acme/finance.yaml");
    expect(await afterwards({})).toMatchObject({
      code: 1,
      problems: ["write stack: treasury"],
      gone: [TREASURY],
    });
    const { stderr } = await affected();
    expect(stderr).toBe(
      [
        "api-users/acme/finance.yaml:1: has users of api-users/acme/treasury.yaml, which is gone, and another stack: their keys would be left behind in acme-treasury; write stack: treasury",
        "No longer declared: acme-treasury.",
        "error: the change would leave keys behind, or take what is another's; write what is said above\n",
      ].join("\n"),
    );
    expect(
      await afterwards({ "api-users/acme/finance.yaml": `stack: treasury\n${users("a", "b")}` }),
    ).toMatchObject({
      ...NOTHING,
      waves: [[], []],
    });
  });

  test("where a file vanishes, or a user, or one turns up elsewhere", async () => {
    expect(await afterwards({ "api-users/acme/treasury.yaml": undefined })).toMatchObject({
      code: 1,
      gone: [TREASURY],
      problems: [expect.stringMatching(/^put it back; /)],
    });
    expect(
      await afterwards({
        "api-users/acme/treasury.yaml": users("b"),
        "api-users/acme/operations.yaml": users("c", "a"),
      }),
    ).toMatchObject({
      code: 1,
      gone: [],
      waves: [[], [OPERATIONS, TREASURY]],
      problems: [expect.stringMatching(/^put it back, or declare the move: movedFrom: treasury here, /)],
    });
  });

  test("also where a change of the lock file touches all", async () => {
    write({ "package-lock.json": "{ }" });
    expect(await afterwards({ "api-users/acme/treasury.yaml": undefined })).toMatchObject({
      code: 1,
      gone: [TREASURY],
    });
  });
});

test("affected warns of a base that the branch did not begin at, and of states that are to be elsewhere", async () => {
  git("switch", "--quiet", "--create=branch");
  commit();
  git("switch", "--quiet", "main");
  write({
    "api-users/acme/workspace.yaml": `${SETTINGS}backend: { s3: { bucket: b, key: STACK, region: eu-west-1 } }\n`,
  });
  commit();
  const { stderr } = await ledgerApiUser(["affected", "--base", "branch"]);
  expect(stderr.split("\n").map((line) => line.slice(0, 70))).toEqual(
    [
      "warning: what is checked out does not come after branch, so what was do",
      "warning: the state of acme-eu-west-1 is to be elsewhere: move it there ",
      "warning: the state of acme-operations is to be elsewhere: move it there",
      "warning: the state of acme-treasury is to be elsewhere: move it there b",
      "",
    ].map((line) => line.slice(0, 70)),
  );
});

describe("affected ends with 2", () => {
  test.each([
    ["none", '"none" is no commit of this clone; name a branch'],
    ["--output=x", '"--output=x" is no commit of this clone; '],
    ["HEAD:README.md", '"HEAD:README.md" is no commit of this clone; '],
  ])("for the base %s", async (base, message) => {
    expect(await ledgerApiUser(["affected", `--base=${base}`])).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining(`error: ${message}`),
    });
  });

  test("for mistakes in the YAML, and for YAML that is elsewhere", async () => {
    const away = realpathSync(mkdtempSync(join(tmpdir(), "away-")));
    mkdirSync(join(away, "acme"));
    writeFileSync(join(away, "acme/workspace.yaml"), SETTINGS);
    expect((await affected("--users", away)).stderr).toContain(
      "is outside the repository of the current folder; ",
    );
    process.chdir(away);
    expect((await affected("--users", ".")).stderr).toMatch(
      /^error: the current folder is in no Git repository that can be read: /,
    );
    process.chdir(folder);
    rmSync(away, { recursive: true });
    write({ "api-users/acme/treasury.yaml": "users: 1\n" });
    expect(await affected("--json")).toEqual({
      code: 2,
      stdout: "",
      stderr:
        "api-users/acme/treasury.yaml:1: users: is not a list; write [1]\nerror: api-users has mistakes; fix what is listed above\n",
    });
  });
});

test("affected reads no link of the base's, runs nothing that the repository's settings name, and leaves nothing behind", async () => {
  rmSync("api-users/acme/treasury.yaml");
  symlinkSync("/etc/passwd", "api-users/acme/treasury.yaml");
  commit();
  rmSync("api-users/acme/treasury.yaml");
  for (const setting of ["core.fsmonitor", "diff.external", "core.pager"])
    git("config", setting, `touch ${folder}/ran`);
  const before = git("ls-files", "--others");
  expect(await afterwards({ "api-users/acme/treasury.yaml": users("d", "e") })).toMatchObject({
    code: 0,
    waves: [[], [TREASURY]],
  });
  expect(git("ls-files", "--others")).toBe(before);
});

describe("a repository that means to mislead", () => {
  test("has no link in place of the YAML's folder: Git has another history behind it", async () => {
    renameSync("api-users", "users2");
    symlinkSync("users2", "api-users");
    write({ "users2/acme/treasury.yaml": undefined });
    commit();
    expect(await ledgerApiUser(["affected", "--base", "HEAD^1"])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("api-users leads over a link"),
    });
  });

  test("nor over the folder above it", async () => {
    mkdirSync("sub");
    renameSync("api-users", "sub/api-users");
    commit();
    symlinkSync("sub", "other");
    const { code, stderr } = await affected("--users", "other/api-users");
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("leads over a link") });
  });

  test("does not have Git take a bare repository among the files for the clone, nor run its filters", async () => {
    git("init", "--quiet", "--bare", "sub");
    const ran = join(folder, "ran");
    write({ "sub/.gitattributes": "* filter=p\n", "sub/file": "x" });
    for (const [name, value] of [
      ["core.bare", "false"],
      ["core.worktree", "."],
      ["filter.p.clean", `touch ${ran}; cat`],
    ] as const)
      git("config", "--file", "sub/config", name, value);
    renameSync("api-users", "sub/api-users");
    const hostile = ["--git-dir=sub", "--work-tree=sub"];
    git(...hostile, "add", "file", "api-users");
    git(...hostile, "commit", "--quiet", "--message=hostile");
    rmSync(ran, { force: true });
    write({ "sub/file": "another" });
    process.chdir("sub");
    const { code } = await affected();
    process.chdir(folder);
    expect(code).toBe(2);
    expect(existsSync(ran)).toBe(false);
  });
});
