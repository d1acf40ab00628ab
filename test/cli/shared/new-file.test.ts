import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNewFiles } from "../../../cli/shared/new-file";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "new-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = () => [
  { path: join(folder, "a"), access: "private" } as const,
  { path: join(folder, "b"), access: "public" } as const,
];

test("contents are wiped once they are written", () => {
  const contents = [Buffer.from("secret"), Buffer.from("public")];
  writeNewFiles(files(), () => contents);
  expect(readFileSync(join(folder, "a"), "utf8")).toBe("secret");
  expect(contents.every((content) => content.every((byte) => byte === 0))).toBe(true);
});

test("nothing is left if the contents cannot be made", () => {
  expect(() =>
    writeNewFiles(files(), () => {
      throw new Error("no entropy");
    }),
  ).toThrow("no entropy");
  expect(readdirSync(folder)).toEqual([]);
});

test("a key is not made where its files cannot be", () => {
  writeFileSync(join(folder, "b"), "mine");
  const contents = jest.fn();
  expect(() => writeNewFiles(files(), contents)).toThrow(/b: it exists already; /);
  expect(contents).not.toHaveBeenCalled();
  expect(readdirSync(folder)).toEqual(["b"]);
});
