import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rewriteFile } from "../../../cli/shared/rewrite-file";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "rewrite-"));
  file = join(folder, "a.yaml");
  writeFileSync(file, "before");
});
afterEach(() => rmSync(folder, { recursive: true }));

const rewrite = (path = file, before = "before") =>
  rewriteFile(path, Buffer.from(before), Buffer.from("after"));

it("puts new bytes in place of the old ones, with the file's permissions", () => {
  chmodSync(file, 0o604);
  rewrite();
  expect([readFileSync(file, "utf8"), statSync(file).mode & 0o777, readdirSync(folder)]).toEqual([
    "after",
    0o604,
    ["a.yaml"],
  ]);
});

it("follows no link, and loses nothing that somebody else wrote meanwhile", () => {
  symlinkSync(file, join(folder, "link"));
  expect(() => rewrite(join(folder, "link"))).toThrow("is not a file");
  expect(() => rewrite(file, "older")).toThrow("was changed meanwhile");
  expect(() => rewrite(join(folder, "none", "a.yaml"))).toThrow("there is no such file or folder");
  expect([readFileSync(file, "utf8"), readdirSync(folder).sort()]).toEqual(["before", ["a.yaml", "link"]]);
});
