import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Rotation, startRotation } from "../../../support/cli/rotation";

const came = process.cwd();
let rotation: Rotation;

const git = (...args: string[]) =>
  execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@acme.example", ...args], {
    cwd: rotation.directory,
  });
function commit() {
  git("add", "acme-prod");
  git("commit", "--quiet", "--message=base");
}
const check = (...args: string[]) => rotation.rotate(["--check", "--base", "HEAD", ...args]);

beforeEach(async () => {
  rotation = await startRotation();
  process.chdir(rotation.directory);
  git("init", "--quiet");
});
afterEach(async () => {
  process.chdir(came);
  await rotation.stop();
});

it("finds nothing in a change that promotes, retires and takes out nothing", async () => {
  rotation.declare({ 1: "current" });
  commit();
  rotation.declare({ 1: "current", 2: "pending" });
  expect(await check()).toEqual({
    code: 0,
    stdout: "Nothing is promoted, retired or taken out.\n",
    stderr: "",
  });
  expect(rotation.aws.asked).toEqual([]);
});

it("looks at the gates of what was edited by hand, with the registration from before", async () => {
  rotation.declare({ 1: "current", 2: "pending" });
  commit();
  const yaml = rotation.yaml();
  writeFileSync(
    join(rotation.directory, "acme-prod/treasury.yaml"),
    yaml.replace("1: current, 2: pending", "1: previous, 2: current"),
  );
  const edited = rotation.yaml();
  const { id } = rotation.register(1);
  const closed = await check();
  expect(closed).toMatchObject({ code: 1, stdout: "" });
  expect(closed.stderr).toMatch(
    /^"acme-prod-treasury\/settlement bot": promote of generation 2: gate registered: "settlement bot 2" is not registered/m,
  );
  expect(closed.stderr).toMatch(/\nerror: the change takes steps whose gates are closed; see above\n$/);
  const next = rotation.register(2);
  rotation.lists.groups.push({ id: 1, name: "Treasury", members: [id, next.id], status: "ACTIVE" });
  expect(await check()).toEqual({
    code: 0,
    stdout: '"acme-prod-treasury/settlement bot": promote of generation 2: open\n',
    stderr: "",
  });
  expect(rotation.yaml()).toBe(edited);
});

it("answers in JSON, and says what was passed", async () => {
  rotation.declare({ 1: "retired", 2: "current" });
  commit();
  writeFileSync(
    join(rotation.directory, "acme-prod/treasury.yaml"),
    rotation.yaml().replace("1: retired, ", ""),
  );
  rotation.register(1);
  const { code, stdout } = await check("--json");
  const step = { user: "acme-prod-treasury/settlement bot", step: "finish", generation: 1 };
  const gate = { gate: "revoked", what: expect.stringContaining("ACTIVE"), fix: expect.any(String) };
  expect({ code, answer: JSON.parse(stdout) }).toEqual({
    code: 1,
    answer: { ok: false, steps: [{ ...step, gates: [gate], skipped: [] }] },
  });
  const passed = await check("--json", "--force", "revoked");
  expect({ code: passed.code, answer: JSON.parse(passed.stdout) }).toEqual({
    code: 0,
    answer: { ok: true, steps: [{ ...step, gates: [], skipped: [gate] }] },
  });
  expect(passed.stderr).toMatch(/^warning: .*: finish of generation 1: skipped the gate revoked: /);
});

it("looks at the users of one workspace, where the credentials are for that one", async () => {
  const other = join(rotation.directory, "acme-test");
  mkdirSync(other);
  writeFileSync(join(other, "workspace.yaml"), 'account: "123456789012"\nregion: eu-central-1\n');
  const declareThere = (generations: string) =>
    writeFileSync(
      join(other, "users.yaml"),
      `users:\n  - { username: bot, role: operator, generations: { ${generations} } }\n`,
    );
  rotation.declare({ 1: "retired", 2: "current" });
  declareThere("1: current, 2: pending");
  git("add", "acme-test");
  commit();
  const file = join(rotation.directory, "acme-prod/treasury.yaml");
  writeFileSync(file, rotation.yaml().replace("1: retired, ", ""));
  declareThere("1: previous, 2: current");
  rotation.register(1, { status: "REVOKED" });
  rotation.register(2);
  const env = rotation.workspace.env("settlement bot 2");
  const run = (...more: string[]) => rotation.rotate(["--check", "--base", "HEAD", ...more], env);
  expect(await run()).toMatchObject({ code: 1 });
  expect(await run("--workspace", "acme-prod")).toMatchObject({
    code: 0,
    stdout: '"acme-prod-treasury/settlement bot": finish of generation 1: open\n',
  });
});

describe("where the YAML's folder has another name than in the base", () => {
  const within = (folder: string) => join(rotation.directory, folder);
  beforeEach(() => {
    rotation.declare({ 1: "retired", 2: "current" });
    mkdirSync(within("api-users"));
    renameSync(within("acme-prod"), within("api-users/acme-prod"));
    git("add", "api-users");
    git("commit", "--quiet", "--message=base");
    writeFileSync(
      within("api-users/acme-prod/treasury.yaml"),
      rotation.yaml("api-users").replace("1: retired, ", ""),
    );
    rotation.register(1);
  });

  it("finds it there", async () => {
    renameSync(within("api-users"), within("fleet"));
    const { code, stderr } = await check("--users", within("fleet"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/finish of generation 1: gate revoked: "settlement bot" is "ACTIVE"/);
  });

  it("says so where it is a copy of a folder that is still there", async () => {
    cpSync(within("api-users"), within("fleet"), { recursive: true });
    const { code, stderr } = await check("--users", within("fleet"));
    expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 2, lines: 2 });
    expect(stderr).toContain('and the workspace acme-prod in "api-users/acme-prod", so what the change');
  });
});

it("looks at the keys of a user that is declared no more, and of a workspace that is", async () => {
  rotation.declare({ 1: "previous", 2: "current", 3: "pending" });
  commit();
  rotation.register(1, { status: "REVOKED" });
  rotation.register(2);
  const said = /^"acme-prod-treasury\/settlement bot": (\w+ of generation \d): gate (\w+):/gm;
  const gates = ({ stderr }: { stderr: string }) =>
    [...stderr.matchAll(said)].map((each) => `${each[1]} ${each[2]}`);
  const expected = ["finish of generation 2 revoked"];
  const asSecond = rotation.workspace.env("settlement bot 2");
  const run = (...more: string[]) =>
    rotation.rotate(["--check", "--base", "HEAD", "--force", "requests", ...more], asSecond);
  writeFileSync(join(rotation.directory, "acme-prod/treasury.yaml"), "users: []\n");
  const emptied = await run();
  expect({ code: emptied.code, gates: gates(emptied) }).toEqual({ code: 1, gates: expected });
  renameSync(join(rotation.directory, "acme-prod"), join(rotation.directory, "acme-new"));
  const renamed = await run("--workspace", "acme-prod");
  expect({ code: renamed.code, gates: gates(renamed) }).toEqual({ code: 1, gates: expected });
});

it("says so where the base knows nothing of a user whose keys are old", async () => {
  git("commit", "--quiet", "--allow-empty", "--message=base");
  rotation.declare({ 1: "previous", 2: "current" });
  const { code, stderr } = await check();
  expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 1, lines: 2 });
  expect(stderr).toContain("has generation 1 as previous, and HEAD does not declare that user");
});

it("says so where it does not take the YAML of the base", async () => {
  rotation.declare({ 1: "current", 2: "current" });
  commit();
  rotation.declare({ 1: "previous", 2: "current" });
  const { code, stderr } = await check();
  expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 1, lines: 2 });
  expect(stderr).toContain("does not take the YAML of HEAD, so what the change promotes is unknown");
});

it.each([
  [["--check"], "the option --base <REF> is missing"],
  [["settlement bot", "retire", "--base", "HEAD"], "--base and --workspace are for --check"],
  [["settlement bot", "retire", "--check", "--base", "HEAD"], "--check takes neither USER nor STEP"],
  [["settlement bot"], "it is not said which user takes which step"],
  [["--check", "--base", "HEAD", "--workspace", "acme"], 'has no workspace "acme"; name one of acme-prod'],
  [["--check", "--base", "nowhere"], '"nowhere" is no commit of this clone'],
])("refuses %j in one line", async (args, said) => {
  rotation.declare({ 1: "previous", 2: "current" });
  commit();
  const { code, stderr } = await rotation.rotate(args);
  expect({ code, lines: stderr.split("\n").length }).toEqual({ code: 2, lines: 2 });
  expect(stderr).toContain(said);
});
