/** `npm start` on a machine that has Node.js and nothing else. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TerraformRelease } from "../../../local-aws/terraform/release";
import { leftAfter } from "../../support/leftovers";
import { PROJECT } from "../../support/project";
import { ARCHIVE, Mirror, newKey } from "../../support/terraform-mirror";

let mirror: Mirror;
let folder: string;
/** In the environment of all that `npm start` starts, and in moto's command line. */
let mark: string;

beforeEach(async () => {
  mirror = await Mirror.start();
  folder = mkdtempSync(join(tmpdir(), "fresh-"));
  mark = `moto-${randomUUID()}`;
  const bin = join(folder, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, "node"));
  // Were moto started, it would be found by this: it never ends, and never takes requests.
  writeFileSync(join(bin, "moto_server"), `#!/bin/sh\nexec /bin/sleep 300 ${mark}\n`, { mode: 0o755 });
});

afterEach(async () => {
  await mirror.stop();
  rmSync(folder, { recursive: true });
});

async function run(fixture: string, release: TerraformRelease) {
  const command = ["--import", "tsx", join(__dirname, "..", fixture), JSON.stringify(release)];
  const child = spawn(process.execPath, command, {
    cwd: PROJECT,
    env: { PATH: join(folder, "bin"), HOME: folder },
  });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise((resolve) => child.once("exit", resolve)),
  ]);
  return { code, stdout, stderr };
}

const START = "trial-run/fixtures/start-with-release.ts";
const release = () => mirror.release(join(folder, "terraform"));

async function refuses(reason: string): Promise<void> {
  const { code, stdout, stderr } = await run(START, release());
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^Terraform is needed, .*; install Terraform >= 1\.5 .*\n$/);
  expect(stderr).toContain(reason);
  expect(await leftAfter(mark, 0)).toEqual([]);
  expect(await leftAfter(folder, 1000)).toEqual([]);
  expect(readdirSync(folder)).toEqual(["bin"]);
}

test("offline it says in one line what to install, exits with 1, and leaves nothing running", async () => {
  mirror.files.clear();
  await mirror.stop();
  await refuses("ECONNREFUSED");
});

test("a tampered archive ends it in the same way", async () => {
  mirror.files.set(ARCHIVE, Buffer.from("not an archive"));
  await refuses("is not the file that HashiCorp signed");
});

test("so do sums that another key signed", async () => {
  await mirror.sign(await newKey());
  await refuses("has no valid signature of HashiCorp's");
});

test("two processes that fetch at once both get it whole", async () => {
  const binary = join(release().folder, release().version, "terraform");
  const fetching = Array.from({ length: 2 }, () => run("terraform/fixtures/fetch.ts", release()));
  for (const result of await Promise.all(fetching)) {
    expect(result).toMatchObject({ code: 0, stdout: `${binary}\n` });
  }
  expect(readdirSync(join(binary, ".."))).toEqual(["terraform"]);
});
