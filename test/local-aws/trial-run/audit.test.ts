import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { searchForKeys } from "../../../local-aws/trial-run/audit";

const KEY = `privateKey = "${"67d53f17".repeat(8)}"\n`;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "written-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function write(path: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), KEY);
}

test.each([
  "stacks/acme/terraform.tfstate",
  "log/moto.log",
  "env",
])("a private key in %s fails the run, with its place", async (path) => {
  write(path);
  await expect(searchForKeys(directory, [])).rejects.toThrow(`${join(directory, path)}:1: `);
});

test("what others made, such as the example keys of an installed package, is not what a run wrote", async () => {
  write("tools/engines/cdktf-aws6/node_modules/@noble/curves/README.md");
  write("tools/providers/CHANGELOG.md");
  writeFileSync(join(directory, "env"), "export AWS_REGION='eu-west-1'\n");
  expect(await searchForKeys(directory, [])).toBe(1);
});
