import { editUser } from "../../fleet/edit-user";
import type { Texts } from "../../fleet/yaml/edit-map";
import { forAll } from "../support/for-all";
import { userFiles } from "../support/user-files";

/** What each step of a rotation makes of generations; undefined where it cannot be taken. */
const STEPS: Readonly<Record<string, (generations: Texts) => Texts | undefined>> = {
  start: (generations) => ({
    ...generations,
    [Math.max(...Object.keys(generations).map(Number)) + 1]: "pending",
  }),
  promote: (generations) => {
    const current = numberOf(generations, "current");
    const pending = numberOf(generations, "pending");
    return pending === undefined
      ? undefined
      : { ...generations, [current ?? ""]: "previous", [pending]: "current" };
  },
  retire: (generations) => {
    const previous = numberOf(generations, "previous");
    return previous === undefined ? undefined : { ...generations, [previous]: "retired" };
  },
  finish: (generations) => {
    const retired = numberOf(generations, "retired");
    return retired === undefined
      ? undefined
      : Object.fromEntries(Object.entries(generations).filter(([number]) => number !== retired));
  },
};

const numberOf = (generations: Texts, stage: string) =>
  Object.entries(generations).find(([, each]) => each === stage)?.[0];

const text = (result: ReturnType<typeof editUser>) =>
  result instanceof Uint8Array ? Buffer.from(result).toString() : result.fix;

// 1,000 files over all steps.
it.each(Object.keys(STEPS))("%s changes the lines that it must, and no other byte", (step) => {
  forAll(userFiles, 250, (file) => {
    const generations = STEPS[step]?.(file.generations);
    if (generations === undefined) return true;
    const edited = editUser(file.render(), file.username, { generations });
    expect(text(edited)).toBe(file.render(generations).toString());
    return true;
  });
});

const USER = "users:\n  - username: settlement bot # the bot\n    role: operator\n";
const NEXT = { generations: { 1: "current", 2: "pending" } };
const edited = (yaml: string, maps = NEXT as Record<string, Texts>) =>
  text(editUser(Buffer.from(yaml), "settlement bot", maps));

it("adds and removes names and public keys in the style of the file", () => {
  const both = { ...NEXT, registeredAs: { 2: "Bot: B" } };
  const added = `${USER}    generations: { 1: current, 2: pending }\n    registeredAs: { 2: "Bot: B" }\n`;
  expect(edited(USER, both)).toBe(added);
  expect(edited(added, { generations: { 2: "current" }, registeredAs: { 2: "Bot: B" } })).toBe(
    `${USER}    generations: { 2: current }\n    registeredAs: { 2: "Bot: B" }\n`,
  );
  expect(edited(`${added}# end`, { generations: { 1: "current" }, registeredAs: {} })).toBe(
    `${USER}    generations: { 1: current }\n# end`,
  );
});

it("leaves a file without a line break at its end, where its last line goes", () => {
  for (const lineBreak of ["\n", "\r\n"]) {
    const yaml = `${USER}    registeredAs: { 1: bot }`.replaceAll("\n", lineBreak);
    expect(edited(yaml, { registeredAs: {} })).toBe(USER.trimEnd().replaceAll("\n", lineBreak));
  }
});

it("does not take a user that moved away for the one with its name", () => {
  const yaml = "users:\n  - { username: settlement bot, movedTo: operations }\n";
  expect(edited(yaml)).toBe(LINE);
  expect(edited(`${yaml}  - { username: other, role: operator }\n`)).toBe(LINE);
});

const LINE = "write for this user: generations: { 1: current, 2: pending }";

it.each([
  ["an explicit key", `${USER}    ? generations\n    : ? 1\n      : current\n`],
  ["a text over lines", `${USER}    generations:\n      1: |-\n        current\n`],
  ["a comma on the next line", `${USER}    generations: { 9: retired\n      , 1: current }\n`],
  ["the user twice", `${USER}${USER.slice(7)}`],
  ["no such user", USER.replace("settlement", "other")],
])("leaves %s to a person, with the line to write", (_what, yaml) => {
  expect(edited(yaml)).toBe(LINE);
});

it.each([
  ["an alias", `${USER}    generations: *keys\n`, "correct it"],
  ["a merge key", `${USER}    <<: *common\n`, "correct it"],
  ["a key twice", `${USER}    role: operator\n`, "correct it"],
  ["a tag", `${USER}    generations: !!map { 1: current }\n`, "correct it"],
])("says what is wrong with %s", (_what, yaml, fix) => {
  expect(edited(yaml)).toBe(fix);
});

it("leaves UTF-16 to whoever saves it in UTF-8, and what is no text", () => {
  expect(text(editUser(Buffer.from(`\ufeff${USER}`, "utf16le"), "settlement bot", NEXT))).toBe(
    "save it in UTF-8",
  );
  expect(text(editUser(Buffer.from([0xc3, 0x28]), "settlement bot", NEXT))).toMatch(/UTF-8/);
});
