/** What the documents point at is there: pages and their headings, files, tests, and the names of tests in them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { PROJECT } from "./support/project";

const pages = [
  ...["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md"],
  ...readdirSync(join(PROJECT, "docs"), { recursive: true })
    .map((name) => join("docs", String(name)))
    .filter((name) => name.endsWith(".md")),
];
const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");

/** As GitHub makes them of headings. */
const anchorsOf = (page: string) =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );

/** A path may have a `*` in its last part. */
function exists(path: string): boolean {
  if (!path.includes("*")) return existsSync(join(PROJECT, path));
  const pattern = new RegExp(`^${path.split("/").pop()?.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  return readdirSync(join(PROJECT, dirname(path))).some((name) => pattern.test(name));
}

test.each(pages)("%s links to what is there", (page) => {
  const missing = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
    ([, path = "", anchor]) => {
      const target = path === "" ? page : relative(PROJECT, join(PROJECT, dirname(page), path));
      if (!exists(target)) return true;
      return (
        anchor !== undefined &&
        statSync(join(PROJECT, target)).isFile() &&
        !anchorsOf(target).includes(anchor)
      );
    },
  );
  expect(missing.map(([link]) => link)).toEqual([]);
});

test.each(pages)("%s names tests that are there", (page) => {
  const text = read(page);
  const paths = [...text.matchAll(/`(test\/[^`\s]+)`/g)].map(([, path = ""]) => path);
  expect(paths.filter((path) => !exists(path))).toEqual([]);
  const named = [...text.matchAll(/`(test\/[^`\s]+\.ts)`((?:,? "[^"]+")+)/g)].flatMap(
    ([, path = "", names = ""]) => [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => ({ path, name })),
  );
  expect(named.filter(({ path, name }) => !read(path).includes(name))).toEqual([]);
});

test("each row of the table of faults names a test", () => {
  const rows = [...read("docs/reliability.md").matchAll(/^\|(?!---| (?:fault|step) \|).*$/gm)].map(
    ([row]) => row,
  );
  expect(rows.length).toBeGreaterThan(40);
  expect(rows.filter((row) => !/`test\/\S+\.ts` "[^"]+" \|$/.test(row))).toEqual([]);
});
