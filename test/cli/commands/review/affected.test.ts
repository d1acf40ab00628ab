import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plan } from "../../../support/cli/plan";
import { ledgerApiUser } from "../../../support/cli/run-cli";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "affected-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const NOTHING = plan([]);
const answer = (names: readonly string[], more = {}) => ({
  ok: true,
  base: "0",
  waves: [[], names],
  stacks: names.map((name) => ({ name, wave: 1, change: "changed" })),
  because: [],
  gone: [],
  moved: [],
  problems: [],
  ...more,
});

function file(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

/** Reviews plans of nothing, of some stacks, with what `affected` says. */
function review(stacks: readonly string[], affected: unknown, ...more: string[]) {
  const plans = stacks.map((stack) => file(`${stack}.json`, NOTHING));
  return ledgerApiUser([
    ...["review", ...plans, "--affected", file("affected", affected), "--fail-on", "weakened"],
    ...more,
  ]);
}

describe("review with what affected says", () => {
  test("has the plans of all stacks that are touched, or of none", async () => {
    expect(await review(["acme-a", "acme-b"], answer(["acme-b", "acme-a"]))).toEqual({
      code: 0,
      stdout: "**API users**: nothing changes (the 2 plans).\n",
      stderr: "",
    });
    expect(await review([], answer([]))).toEqual({
      code: 0,
      stdout: "**API users**: nothing changes (no stack is touched).\n",
      stderr: "",
    });
  });

  test.each<[string, string[], object, string]>([
    [
      "a plan is missing",
      ["acme-a"],
      answer(["acme-a", "acme-b"]),
      "stack `acme-b`: is changed, and **its plan is missing**: ",
    ],
    [
      "all plans are missing",
      [],
      answer(["acme-b"]),
      "stack `acme-b`: is changed, and **its plan is missing**: ",
    ],
    [
      "a plan is one too many",
      ["acme-a", "acme-x"],
      answer(["acme-a"]),
      "stack `acme-x`: is not changed, but **has a plan**: ",
    ],
    [
      "a stack is gone",
      ["acme-a"],
      answer(["acme-a"], { gone: ["acme-old"] }),
      "stack `acme-old`: is **no longer declared**, and no plan shows ",
    ],
    [
      "a state is to be elsewhere",
      ["acme-a"],
      answer(["acme-a"], { moved: ["acme-a"] }),
      "stack `acme-a`: has **its state elsewhere** after this change",
    ],
    [
      "affected refused something",
      [],
      answer([], { ok: false, problems: [{}, {}] }),
      "the change: is **refused** by `affected`, which says `2` times",
    ],
  ])("closes the gate where %s, in one line", async (_, stacks, affected, line) => {
    const { code, stdout, stderr } = await review(stacks, affected);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "error: --fail-on: the plan has weakened; see the review above, and have it approved by security\n",
    });
    expect(stdout.split("\n").filter((each) => each.startsWith("> - "))).toEqual([
      expect.stringContaining(`> - ${line}`),
    ]);
  });

  test("closes the gate where a file has two plans, and where two have one stack's", async () => {
    const two = file("acme-a.json", `${JSON.stringify(NOTHING)}\n${JSON.stringify(NOTHING)}`);
    const affected = file("affected", answer(["acme-a"]));
    const { code, stdout } = await ledgerApiUser([
      "review",
      two,
      "--affected",
      affected,
      "--fail-on",
      "weakened",
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain("stack `acme-a`: has **more than one plan**");
  });

  test("gives the same facts to programs, and takes the list from standard input", async () => {
    const { stdout } = await ledgerApiUser(["review", "--affected", "-", "--format", "json"], {
      input: JSON.stringify(answer([], { gone: ["acme-old"] })),
    });
    expect(JSON.parse(stdout)).toMatchObject({
      plans: [{ findings: [{ about: { stack: "acme-old" }, fact: { fact: "stack gone" } }] }],
    });
  });

  test("quotes names of others, and refuses plans without a name", async () => {
    const { stdout } = await review([], answer([], { gone: ["@all\n# `x`"] }));
    expect(stdout).not.toMatch(/^# /m);
    expect(await review(["-"].slice(1), answer([]), "-")).toMatchObject({
      code: 2,
      stderr: "error: with --affected, a plan on standard input has no name; name it by a file, STACK.json\n",
    });
  });

  const { moved: _, ...withoutMoved } = answer([]);
  test.each<[string, unknown]>([
    ["nothing", ""],
    ["no JSON", "acme-a\n"],
    ["a plan", NOTHING],
    ["two answers", JSON.stringify(answer([])).repeat(2)],
    ["an answer without a list", withoutMoved],
    ["a stack without a name", answer([], { stacks: [{}] })],
    ["what is not well, and says that it is", answer([], { problems: [{}] })],
    ["a list of something else", answer([], { gone: [1] })],
  ])("takes %s for no answer of affected", async (_name, value) => {
    expect(await review([], value)).toMatchObject({ code: 2, stdout: "" });
  });
});
