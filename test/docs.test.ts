/** What the documents point at exists: pages and their headings, files, folders, tests, and the names of tests in them. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { PROJECT } from "./support/project";

const markdownBelow = (folder: string) =>
  readdirSync(join(PROJECT, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => name.endsWith(".md"));
const pages = ["README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md", ...markdownBelow("docs")];

/** Pages for people who work on this project. All others are for its users, who need no path of a test. */
const FOR_DEVELOPERS = /^(CONTRIBUTING\.md|docs\/ARCHITECTURE\.md|docs\/decisions\/)/;
const userPages = pages.filter((page) => !FOR_DEVELOPERS.test(page));

const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");
const isFolder = (path: string) => exists(path) && statSync(join(PROJECT, path)).isDirectory();

/** As GitHub makes them of headings, the second of one text ending in `-1`; and those that the page itself sets. */
function anchorsOf(page: string): string[] {
  const anchors = [...read(page).matchAll(/^<a id="([^"]+)"><\/a>$/gm)].map(([, id = ""]) => id);
  for (const [, heading = ""] of read(page).matchAll(/^#+ (.*)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    let [free, n] = [anchor, 0];
    while (anchors.includes(free)) free = `${anchor}-${++n}`;
    anchors.push(free);
  }
  return anchors;
}

/** A path may have a `*` in its last part. */
function exists(path: string): boolean {
  if (!path.includes("*")) return existsSync(join(PROJECT, path));
  const pattern = new RegExp(`^${path.split("/").pop()?.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  return readdirSync(join(PROJECT, dirname(path))).some((name) => pattern.test(name));
}

test.each(pages)("%s links to pages and headings that exist", (page) => {
  const missing = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
    ([, path = "", anchor]) => {
      const target = path === "" ? page : relative(PROJECT, join(PROJECT, dirname(page), path));
      if (!exists(target)) return true;
      return anchor !== undefined && !isFolder(target) && !anchorsOf(target).includes(anchor);
    },
  );
  expect(missing.map(([link]) => link)).toEqual([]);
});

/**
 * A claim is followed by a comment that readers do not see: `test: PATH`, `test: PATH "NAME", "NAME"`, several of these
 * with semicolons. PATH is a file, a folder, or has a `*` in its last part.
 */
const COMMENT = /<!--\s*([\s\S]*?)\s*-->/g;
const INLINE_CODE = /`[^`\n]+`/g;
const ONE = /^(test\/[^\s";,]+)((?:,? "[^"]+")*)$/;

interface Named {
  readonly path: string;
  readonly names: readonly string[];
}

function testsNamedIn(text: string): Named[] {
  return [...text.replace(INLINE_CODE, "").matchAll(COMMENT)].flatMap(([, comment = ""]) => {
    if (!comment.startsWith("test:")) return [];
    return comment
      .slice("test:".length)
      .split(";")
      .map((each) => {
        const [, path = "", names = ""] = ONE.exec(each.trim()) ?? [];
        if (path === "") throw new Error(`not a test: ${each.trim()}; write test/PATH.test.ts "NAME"`);
        return { path, names: [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name) };
      });
  });
}

const testFiles = readdirSync(join(PROJECT, "test"), { recursive: true })
  .map((name) => join("test", String(name)))
  .filter((name) => name.endsWith(".test.ts"));

/** `x.test.ts` stands for `x.process.test.ts` too: how a test is run is no matter of what it proves. */
const filesOf = (path: string) => [path, path.replace(/\.test\.ts$/, ".process.test.ts")].filter(exists);

/** What is wrong with a test that a page names, and where a test of that name is, if it was moved. */
function problemsOf({ path, names }: Named): string[] {
  const files = filesOf(path);
  const elsewhere = (name: string) => {
    const found = testFiles.filter((file) => read(file).includes(name));
    return found.length > 0 ? `it is in ${found.join(", ")}` : "no test has that name";
  };
  if (files.length > 0) {
    return names
      .filter((name) => !files.some((file) => read(file).includes(name)))
      .map((name) => `${path} has no test named "${name}": ${elsewhere(name)}`);
  }
  const where = names.map((name) => `"${name}": ${elsewhere(name)}`);
  return [`${path} does not exist; name the file that the test is in now`, ...where];
}

test.each(pages)("%s names tests that exist", (page) => {
  expect(testsNamedIn(read(page)).flatMap(problemsOf)).toEqual([]);
});

test("a page that names a test which was moved is reported with the place where the test is now", () => {
  const name = "a page that names a test which was moved";
  expect(testsNamedIn(`moved <!-- test: test/gone.test.ts "${name}" -->`).flatMap(problemsOf)).toEqual([
    "test/gone.test.ts does not exist; name the file that the test is in now",
    `"${name}": it is in test/docs.test.ts`,
  ]);
  expect(testsNamedIn(`<!-- test: test/words.test.ts "${name}" -->`).flatMap(problemsOf)).toEqual([
    `test/words.test.ts has no test named "${name}": it is in test/docs.test.ts`,
  ]);
  expect(() => testsNamedIn("<!-- test: somewhere -->")).toThrow("not a test: somewhere");
});

test.each(userPages)("%s has no path of a test in its text", (page) => {
  expect(
    read(page)
      .replace(COMMENT, "")
      .match(/\btest\/[\w.*-]+/g) ?? [],
  ).toEqual([]);
});

/** The rows of the tables in a text, without their headings. */
function rowsOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.filter(
    (line, i) => line.startsWith("|") && !line.startsWith("|---") && !lines[i + 1]?.startsWith("|---"),
  );
}

const withoutTest = (rows: readonly string[]) => rows.filter((row) => testsNamedIn(row).length === 0);

test("each fault in docs/reliability.md names a test by its name", () => {
  const rows = rowsOf(read("docs/reliability.md"));
  expect(rows.length).toBeGreaterThan(40);
  expect(withoutTest(rows)).toEqual([]);
  expect(rows.filter((row) => testsNamedIn(row).some(({ names }) => names.length === 0))).toEqual([]);
});

/** What AWS and Terraform say, in the words that the tests of those rows look for. */
const SAID_BY_OTHERS =
  /^(already exists?|Instance cannot be destroyed|An alias with the name|creating Secrets Manager Secret \(|putting Secrets Manager Secret \(|\) policy|\)|Runtime exited|(with an )?explicit deny)$/;

test("messages that docs/reliability.md quotes as seen are those of the sources", () => {
  const folders = ["aws", "cli", "constructs", "functions", "keys", "ledger-api", "signing"];
  const sources = folders.flatMap((folder) =>
    readdirSync(join(PROJECT, folder), { recursive: true })
      .filter((name) => String(name).endsWith(".ts"))
      .map((name) => read(join(folder, String(name)))),
  );
  const quoted = rowsOf(read("docs/reliability.md"))
    .map((row) => row.split("|")[1] ?? "")
    .flatMap((seen) => [...seen.matchAll(/"([^"]+)"/g)].flatMap(([, text = ""]) => text.split("…")))
    .map((text) => text.trim())
    .filter((text) => text !== "" && !SAID_BY_OTHERS.test(text));
  expect(quoted.length).toBeGreaterThan(8);
  expect(quoted.filter((text) => !sources.some((source) => source.includes(text)))).toEqual([]);
});

test("each threat in docs/threat-model.md names a test", () => {
  const section =
    read("docs/threat-model.md").split("\n## Threats and controls\n")[1]?.split("\n## ")[0] ?? "";
  const rows = rowsOf(section);
  expect(rows.length).toBeGreaterThan(15);
  expect(withoutTest(rows)).toEqual([]);
});

test("docs/README.md leads to every page", () => {
  const index = read("docs/README.md");
  const unlinked = pages.filter(
    (page) =>
      /^docs\/[^/]+\.md$/.test(page) && page !== "docs/README.md" && !index.includes(`(${page.slice(5)}`),
  );
  expect(unlinked).toEqual([]);
});

test("the glossary is in alphabetical order", () => {
  const terms = rowsOf(read("docs/glossary.md")).map((row) => row.split("|")[1]?.trim().toLowerCase() ?? "");
  expect(terms.length).toBeGreaterThan(15);
  expect(terms).toEqual([...terms].sort());
});

describe("docs/ARCHITECTURE.md", () => {
  const page = read("docs/ARCHITECTURE.md");

  test("names files and folders that exist", () => {
    const named = [...page.matchAll(/`([\w.-]+\/[\w./-]*|[\w-]+\.(?:c?ts|c?js|json))`/g)].map(
      ([, path = ""]) => path,
    );
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });

  test("has each folder of its tree where the tree shows it, and each folder of the repository in its tree", () => {
    const tree = /```text\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
    const inTree: string[] = [];
    const parents: string[] = [];
    for (const [, indent = "", name = ""] of tree.matchAll(/^( *)([\w-]+)\/ /gm)) {
      parents.splice(indent.length / 2);
      parents.push(name);
      inTree.push(parents.join("/"));
    }
    expect(inTree.filter((path) => !isFolder(path))).toEqual([]);
    const notOurs = /^(node_modules|dist|coverage|cdktf\.out|\..*)$/;
    const rooms = readdirSync(PROJECT).filter((name) => isFolder(name) && !notOurs.test(name));
    expect(rooms.filter((name) => !inTree.includes(name))).toEqual([]);
  });
});
