/** Words that docs, messages, help and comments do not use, each with the plain one. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./support/project";

const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bmend(s|ed|ing)?\b/i, "fix"],
  [/\bwhom no compiler\b/i, "runtime type checks for plain-JavaScript callers"],
  [/\b(is|are) told( (all )?at once| by| of|:)/i, "reports, says"],
  [/\bby the back door\b/i, "indirect"],
  [/\b(has|have) not the form\b/i, "an unknown shape"],
  [/\bthat is not so\b/i, "say what is not"],
  [/\bnobody is told\b/i, "no one will receive alerts"],
  [/\bcomes? to nothing\b/i, "has no effect"],
  [/\bin (its|their) stead\b/i, "in place of"],
  [/\b(holds?|held) (it|this|them|these|the \w+) to\b/i, "checks"],
  [/\b(is|are) held to\b/i, "checks"],
  [/\banew\b/i, "again"],
  [/\bnobody [^.|]*\bbut who\b/i, "no one except"],
];

const FOLDERS =
  "api-users audit aws cli constructs fleet functions keys ledger-api local-aws messages proxy registration registration-page rules signing text";

const below = (folder: string, extensions: RegExp) =>
  readdirSync(join(PROJECT, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => extensions.test(name));
const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");

/** Words in code, such as the old name of a JSON field in the changelog, are quoted, not used. */
const prose = (path: string) => read(path).replace(/```[\s\S]*?```|`[^`\n]+`|<!--[\s\S]*?-->/g, "`…`");

function found(text: string, words: readonly (readonly [RegExp, string])[]): string[] {
  return text
    .split("\n")
    .flatMap((line, i) =>
      words
        .filter(([word]) => word.test(line))
        .map(([word, better]) => `line ${i + 1}: ${word.exec(line)?.[0]}; write: ${better}`),
    );
}

const documents = [
  ...["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...below("docs", /\.md$/),
  ...below("examples", /\.ya?ml$/),
];

test.each(documents)("%s uses plain words", (path) => {
  expect(found(prose(path), WORDS)).toEqual([]);
});

test.each(FOLDERS.split(" "))("%s/ uses plain words", (folder) => {
  const faults = ["main.ts", ...below(folder, /\.(ts|json|ya?ml)$/)].flatMap((path) =>
    found(read(path), WORDS).map((fault) => `${path}, ${fault}`),
  );
  expect(faults).toEqual([]);
});

test("an old word is found, with its line and the better word", () => {
  expect(found("fine\neach with its mend", WORDS)).toEqual(["line 2: mend; write: fix"]);
});
