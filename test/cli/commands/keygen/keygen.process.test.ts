import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ledgerApiUserProcess } from "../../../support/cli/process";

jest.setTimeout(30_000);

const folder = mkdtempSync(join(tmpdir(), "keygen-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(["000", "022", "077", "377"])("the private file has mode 0600 under umask %s", async (umask) => {
  const { code } = await ledgerApiUserProcess(["keygen", umask, "--out", folder], { umask });
  expect(code).toBe(0);
  expect(statSync(join(folder, `${umask}.private.hex`)).mode & 0o777).toBe(0o600);
});
