import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditPaths } from "../../audit";
import { newKey } from "../support/keys/spellings";

const key = newKey();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content = key.sec1): string {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
  return path;
}
const names = (report: Awaited<ReturnType<typeof auditPaths>>) =>
  report.leaks.map(({ path }) => path.slice(folder.length + 1));

test("a folder is audited with all that is below it, hidden files too, and files are counted", async () => {
  file(".terraform/deep/.hidden");
  file("b/c.log");
  file("clean.txt", "nothing");
  file("empty", "");
  const report = await auditPaths([folder]);
  expect(names(report)).toEqual([".terraform/deep/.hidden", "b/c.log"]);
  expect(report).toMatchObject({ files: 4, bytes: 2 * key.sec1.length + 7, unread: [] });
});

test("symbolic links are not followed, but counted; one that is named is", async () => {
  const outside = mkdtempSync(join(tmpdir(), "outside-"));
  writeFileSync(join(outside, "key.pem"), key.sec1);
  symlinkSync(outside, join(folder, "link"));
  symlinkSync(folder, join(folder, "circle"));
  expect(await auditPaths([folder])).toMatchObject({ leaks: [], links: 2, files: 0 });
  expect(names(await auditPaths([join(folder, "link")]))).toEqual(["link/key.pem"]);
  rmSync(outside, { recursive: true });
});

test("a file named twice is read once", async () => {
  const path = file("a.pem");
  expect(await auditPaths([path, folder, path])).toMatchObject({ files: 1, leaks: [{ path }] });
});

test("a path that does not exist is refused before anything is read", async () => {
  await expect(auditPaths([folder, join(folder, "nowhere")])).rejects.toThrow(
    /nowhere: there is no such file/,
  );
});
