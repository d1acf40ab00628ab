import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { auditPaths } from "../../audit";

test("pipes in a folder are not opened, but counted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  execFileSync("mkfifo", [join(folder, "pipe")]);
  expect(await auditPaths([folder])).toMatchObject({ specialFiles: 1, unread: [] });
  rmSync(folder, { recursive: true });
});
