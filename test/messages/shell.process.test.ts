import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { parse } from "shell-quote";
import { visible } from "../../messages/safe-text";
import { operand, optionWith, shellWord } from "../../messages/shell";
import { hostileText } from "../bad-input/hostile";
import { anyCharacter, runs } from "../support/for-all";

/** Arguments as they can be: bytes of UTF-8 without NUL. */
const arguments_ = fc
  .oneof(
    hostileText,
    fc.string({ unit: anyCharacter }),
    fc.constantFrom(
      "",
      "-x",
      "--user",
      "~",
      "=ls",
      "a b",
      "it's",
      "$(id)",
      "`id`",
      "!",
      "a\\",
      "*",
      "\u202e",
      "a\nb",
    ),
  )
  .map((text) =>
    Buffer.from(text)
      .toString()
      .replace(/\0|\n+$/g, ""),
  );

const many = fc.sample(arguments_, { numRuns: runs(400), seed: 1 });

/** What a shell passes to a program, one argument a record. */
const passed = (shell: string, words: readonly string[]) =>
  execFileSync(shell, ["-c", `printf '%s\\0' ${words.join(" ")}`], { encoding: "utf8" })
    .split("\0")
    .slice(0, -1);

test.each(["sh", "bash"])("%s gives every text back, as it was shown", (shell) => {
  const words = many.map(shellWord);
  for (const word of words) expect(visible(word)).toBe(word);
  expect(passed(shell, words)).toEqual(many);
});

test("so does a tokenizer, for texts of which every character is seen", () => {
  const seen = many.filter((text) => visible(text) === text && text !== "");
  expect(seen.length).toBeGreaterThan(runs(400) / 8);
  for (const text of seen) expect(parse(shellWord(text), (name) => `$${name}`)).toEqual([text]);
});

test("plain words stay bare", () => {
  for (const word of ["acme-prod-treasury/bot", "arn:aws:iam::1:role/a", "a@b.example", "1.5%", "A_B=c"])
    expect(shellWord(word)).toBe(word);
  expect(shellWord("settlement bot")).toBe("'settlement bot'");
  expect(shellWord("it's")).toBe("'it'\\''s'");
  expect(shellWord("=ls")).toBe("'=ls'"); // zsh expands it
});

test("a name that begins with a hyphen is no option", () => {
  expect(operand("-bot")).toBe("-- -bot");
  expect(operand("bot")).toBe("bot");
  expect(optionWith("--user", "-my bot")).toBe("--user='-my bot'");
  expect(optionWith("--user", "my bot")).toBe("--user 'my bot'");
});

test("what no argument can be is not given", () => {
  expect(shellWord("a\0b")).toBe("…");
  expect(shellWord("a\n")).toBe("…");
});
