import fs, { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { loadFleet } from "../../fleet";
import { COMPLETE, lines, problemsOf, USERS, WORKSPACE, writeFleet } from "../support/temporary-fleet";

const RIGHT = { "acme/workspace.yaml": WORKSPACE, "acme/treasury.yaml": USERS };
const NAMES =
  "use 1 to 24 lower-case letters, digits and hyphens, beginning and ending with a letter or digit";

describe("the fleet's directory", () => {
  it("does not exist", () => {
    expect(loadFleet("no-such-fleet")).toEqual({
      workspaces: [],
      warnings: [],
      problems: [
        {
          file: "no-such-fleet",
          line: 1,
          path: "",
          what: "does not exist",
          fix: "create it or name another",
        },
      ],
    });
  });

  it("is a file", () => {
    expect(lines("package.json")).toEqual([
      "package.json:1: is not a directory; name the directory that holds the workspaces' folders",
    ]);
  });

  it("is no path at all", () => {
    expect(loadFleet("").problems).toHaveLength(1);
    expect(loadFleet("a\0b").problems).toHaveLength(1);
  });

  it("has no workspace in it", () => {
    const directory = writeFleet({ "README.md": "nothing yet" });
    expect(lines(directory)).toEqual([
      `${directory}:1: has no workspace in it; make a folder for one, with workspace.yaml in it`,
    ]);
  });

  it("may hold dotfiles, and files that are not YAML", () => {
    expect(
      problemsOf({
        ...RIGHT,
        CODEOWNERS: "",
        ".github/x.yaml": "?",
        ".hidden.yaml": "?",
        "acme/README.md": "",
        "acme/.draft.yaml": "?",
        "acme/diagrams/flow.svg": "",
      }),
    ).toEqual([]);
  });

  it("may be a link to the real one", () => {
    const directory = writeFleet(RIGHT);
    symlinkSync(directory, `${directory}/../link-${process.pid}`);
    try {
      expect(loadFleet(`${directory}/../link-${process.pid}`).problems).toEqual([]);
    } finally {
      fs.rmSync(`${directory}/../link-${process.pid}`);
    }
  });

  it("names its files from where the person stands, or as the person named it", () => {
    const here = loadFleet(join(process.cwd(), "api-users")).workspaces[0];
    expect(here?.file).toBe("api-users/acme-prod/workspace.yaml");
    const directory = writeFleet(RIGHT);
    expect(loadFleet(directory).workspaces[0]?.file).toBe(`${directory}/acme/workspace.yaml`);
  });
});

describe("a workspace's folder", () => {
  it.each([
    "Acme",
    "acme_prod",
    "acme-",
    "a".repeat(25),
    "acme prod",
  ])("has a name for AWS: not %s", (name) => {
    expect(problemsOf({ [`${name}/workspace.yaml`]: WORKSPACE })).toEqual([
      `${name}:1: is not a name for a workspace; ${NAMES}`,
    ]);
  });

  it("has a workspace.yaml, and its user files are checked all the same", () => {
    expect(problemsOf({ "acme/treasury.yaml": USERS.replace("operator", "robot") })).toEqual([
      'acme:1: has no workspace.yaml; add one, with account: "ACCOUNT" and region: REGION in it',
      'acme/treasury.yaml:3: users[0].role: "robot" is unknown; write operator or administrator',
    ]);
  });

  it.each(["workspace.yml", "Workspace.yaml", "workspace.YAML"])("has it by that name: not %s", (name) => {
    expect(problemsOf({ [`acme/${name}`]: WORKSPACE, "acme/treasury.yaml": USERS })).toContain(
      `acme/${name}:1: is not read; rename it workspace.yaml`,
    );
  });

  it("without a user file gets a warning", () => {
    expect(lines(writeFleet({ "acme/workspace.yaml": COMPLETE }), "warnings")).toEqual([
      "acme/workspace.yaml:1: has no user file beside it; add one, such as treasury.yaml, with users: in it",
    ]);
  });

  it("holds no folders of YAML files, which nobody would read", () => {
    expect(problemsOf({ ...RIGHT, "acme/teams/emea/custody.yaml": USERS })).toEqual([
      "acme/teams:1: holds YAML files that are not read; move them up, beside workspace.yaml",
    ]);
  });
});

describe("a user file", () => {
  it.each([
    "Treasury.yaml",
    "treasury_2.yaml",
    "-x.yaml",
    "treasury.prod.yaml",
    "treasury.YML",
  ])("has a name for a stack: not %s", (name) => {
    expect(problemsOf({ "acme/workspace.yaml": WORKSPACE, [`acme/${name}`]: USERS })).toEqual([
      `acme/${name}:1: is not a name for a user file; ${NAMES}, then .yaml`,
    ]);
  });

  it("stands in a workspace's folder", () => {
    expect(problemsOf({ ...RIGHT, "custody.yaml": USERS })).toEqual([
      "custody.yaml:1: is outside the folders of the workspaces; move it into one of them",
    ]);
  });

  it("is there in one spelling of its ending", () => {
    expect(problemsOf({ ...RIGHT, "acme/treasury.yml": USERS })).toEqual([
      expect.stringMatching(
        /^acme\/treasury\.yml:1: would be the same stack as acme\/treasury\.yaml; rename one of them$/,
      ),
    ]);
  });

  it("is a file", () => {
    const directory = writeFleet(RIGHT);
    mkdirSync(join(directory, "acme/folder.yaml"));
    expect(lines(directory)).toEqual([
      "acme/folder.yaml:1: is not a file; rename it if it is not meant as one",
    ]);
  });

  it("can be read", () => {
    const directory = writeFleet(RIGHT);
    const readFileSync = fs.readFileSync;
    const spy = jest.spyOn(fs, "readFileSync").mockImplementation(((path: string, ...rest: never[]) => {
      if (String(path).endsWith("treasury.yaml")) throw Object.assign(new Error("no"), { code: "EACCES" });
      return readFileSync(path, ...rest);
    }) as typeof fs.readFileSync);
    try {
      expect(lines(directory)).toEqual([
        "acme/treasury.yaml:1: cannot be read (EACCES); check its permissions",
      ]);
    } finally {
      spy.mockRestore();
    }
  });
});

it("links inside a fleet are refused: who owns the folder would not be asked about what they lead to", () => {
  const directory = writeFleet(RIGHT);
  symlinkSync("treasury.yaml", join(directory, "acme/link.yaml"));
  symlinkSync("nowhere", join(directory, "acme/dangling.yaml"));
  symlinkSync("acme", join(directory, "other"));
  symlinkSync("..", join(directory, "acme/loop"));
  symlinkSync("README.md", join(directory, "acme/CODEOWNERS"));
  const message =
    "is a symbolic link, whose target can change without review; put the file or folder itself here";
  expect(lines(directory)).toEqual(
    ["acme/dangling.yaml", "acme/link.yaml", "acme/loop", "other"].map((file) => `${file}:1: ${message}`),
  );
});
