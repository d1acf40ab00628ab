import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ledgerApiUser } from "../../../support/cli/run-cli";

let out: string;
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), "stacks-"));
});
afterEach(() => rmSync(out, { recursive: true }));

const entry = (name: string, dependencies: unknown = []) => ({
  name,
  workingDirectory: `stacks/${name}`,
  dependencies,
});
type Entries = Record<string, unknown>;

function synthesized(entries: Entries | string, folders = Object.keys(entries)): void {
  const text = typeof entries === "string" ? entries : JSON.stringify({ stacks: entries, version: "0.21.0" });
  writeFileSync(join(out, "manifest.json"), text);
  for (const folder of folders) {
    mkdirSync(join(out, "stacks", folder), { recursive: true });
    writeFileSync(join(out, "stacks", folder, "cdk.tf.json"), "{}");
  }
}
const stacks = (...args: string[]) => ledgerApiUser(["stacks", "--out", out, ...args]);

const FLEET = {
  b: entry("b", ["shared"]),
  chain: entry("chain", ["b"]),
  a: entry("a", ["shared"]),
  shared: entry("shared"),
};

test("lists the stacks of the manifest, each after what it depends on, and no left-over folder", async () => {
  synthesized(FLEET, ["left-over", ...Object.keys(FLEET)]);
  expect(await stacks()).toEqual({ code: 0, stdout: "shared\nb\na\nchain\n", stderr: "" });
  expect(JSON.parse((await stacks("--json")).stdout).stacks[1]).toEqual({
    name: "b",
    folder: join(out, "stacks/b"),
    dependencies: ["shared"],
  });
});

test("takes the folder from the environment", async () => {
  synthesized({ a: entry("a") });
  expect(await ledgerApiUser(["stacks"], { env: { CDKTF_OUTDIR: out } })).toMatchObject({ stdout: "a\n" });
});

const REFUSED: readonly (readonly [why: string, entries: Entries | string, message: string])[] = [
  ["no JSON", "stacks", "is not JSON (what begins on line 1); synthesize again"],
  ["two documents", "{} {}", "is not one JSON document; "],
  ["a stack twice", '{"stacks":{"a":1,"a":2}}', "a"],
  ["no stacks", "{}", "is no manifest of cdktf: it has no object stacks; "],
  ["a list", '{"stacks":[]}', "is no manifest of cdktf: "],
  ["an entry that is nothing", { a: null }, "puts the stack a elsewhere than in stacks/a; "],
  ["another folder", { a: { ...entry("a"), workingDirectory: "../a" } }, "puts the stack a elsewhere"],
  [
    "an unknown dependency",
    { a: entry("a", ["b"]) },
    "says that a depends on something that is not a stack; ",
  ],
  [
    "a dependency of the prototype's",
    { a: entry("a", ["constructor"]) },
    "depends on something that is not a stack",
  ],
  ["dependencies that are no list", { a: entry("a", "a") }, "depends on something that is not a stack"],
  ["a circle", { a: entry("a", ["b"]), b: entry("b", ["a"]) }, "depend on each other in a circle; "],
];

test.each(REFUSED)("refuses %s in the manifest", async (_, entries, message) => {
  synthesized(entries, ["a", "b"]);
  const { code, stdout, stderr } = await stacks();
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(`error: ${join(out, "manifest.json")}`);
  expect(stderr).toContain(message);
  expect(stderr.trimEnd()).not.toContain("\n");
});

test.each([
  "../x",
  "-destroy",
  "a b",
  "a\nb",
  "$(id)",
  "a;b",
  "a/b",
  "*",
  "",
  ".",
  ".hidden",
  "é",
  "a".repeat(129),
])("refuses %j as a stack's name, which a script would use", async (name) => {
  synthesized({ [name]: entry(name) }, []);
  const { code, stdout, stderr } = await stacks();
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(/ has a stack ".*"; name it with letters, digits, \. _ and -, .*\n$/);
});

test("refuses a stack without a folder of its own: Terraform would run elsewhere", async () => {
  synthesized({ a: entry("a") }, []);
  expect((await stacks()).stderr).toContain(`lists a, but ${join(out, "stacks/a")} has no cdk.tf.json; `);
  synthesized({ a: entry("a") }, ["b"]);
  symlinkSync("b", join(out, "stacks/a"));
  expect(await stacks()).toMatchObject({ code: 2, stderr: expect.stringContaining("has no cdk.tf.json") });
});

test("says that there is no manifest, and what to do", async () => {
  expect(await stacks()).toEqual({
    code: 2,
    stdout: "",
    stderr: `error: cannot read ${join(out, "manifest.json")}: there is no such file or folder; synthesize first, or name the folder with --out\n`,
  });
});
