/** The command has one name that people type: nobody owns the short one on the registry, and whoever takes it would get what is typed into it. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./support/project";

/** The short name where it would be run: behind npx with any options, or in front of a command of ours. */
const SHORT_NAME =
  /\bnpx\b[^\n|;&`]*?(?<![-\w/@])ledger-api-user(?![-\w])|(?<![-\w/@])ledger-api-user(?= [a-z])/g;

const shortNamesIn = (text: string) => [...text.matchAll(SHORT_NAME)].map(([found]) => found);

test("nobody is sent to the registry for the command's short name", () => {
  const files = execFileSync("git", ["ls-files", "-coz", "--exclude-standard"], {
    cwd: PROJECT,
    encoding: "utf8",
  });
  const faults = files
    .split("\0")
    .filter((path) => path !== "" && path !== "test/names.process.test.ts")
    .flatMap((path) =>
      shortNamesIn(readFileSync(join(PROJECT, path), "utf8")).map((found) => `${path}: ${found}`),
    );
  expect(faults).toEqual([]);
});

test.each([
  "npx ledger-api-user",
  "npx --yes --package=x ledger-api-user verify",
  "run ledger-api-user verify",
])("%s would be found", (text) => {
  expect(shortNamesIn(text)).toHaveLength(1);
});

test.each([
  "npx cdktf-ledger-api-user verify",
  "npx cdktf-ledger-api-user init ledger-api-users --workspace x",
  "node_modules/.bin/ledger-api-user",
])("%s would not", (text) => {
  expect(shortNamesIn(text)).toEqual([]);
});
