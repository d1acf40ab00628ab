/** The API reference is what the sources say: `npm run api` writes it, with a docstring for every public name. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT } from "../support/project";
import { blocksOf } from "./blocks";

const folder = mkdtempSync(join(tmpdir(), "api-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("docs/api is current, and documents every public name", () => {
  const typedoc = join(PROJECT, "node_modules/typedoc/bin/typedoc");
  const { status, stdout, stderr } = spawnSync(process.execPath, [typedoc, "--out", folder], {
    cwd: PROJECT,
    encoding: "utf8",
  });
  expect({ status, said: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, said: "" });
  const pages = readdirSync(folder).sort();
  expect(pages).toEqual(["README.md", "constructs.md", "fleet.md", "keys.md", "signing.md"]);
  expect(readdirSync(join(PROJECT, "docs/api")).sort()).toEqual(pages);
  // If one differs: `npm run api` writes it.
  for (const page of pages)
    expect(readFileSync(join(PROJECT, "docs/api", page), "utf8")).toBe(
      readFileSync(join(folder, page), "utf8"),
    );
}, 300_000);

test("no page of docs/api has a code block but the defaults, which are values in one line", () => {
  const blocks = readdirSync(join(PROJECT, "docs/api")).flatMap((page) =>
    blocksOf(page, readFileSync(join(PROJECT, "docs/api", page), "utf8")),
  );
  // An example in a docstring would be type-checked by nothing: write it on a page.
  expect(blocks.filter(({ text }) => text.includes("\n"))).toEqual([]);
});
