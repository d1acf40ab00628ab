import {
  existsSync,
  lstatSync,
  mkdirSync,
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
import { fingerprint, formatFingerprint, parsePrivateKey } from "../../../../keys";
import { ledgerApiUser } from "../../../support/cli/run-cli";

jest.setTimeout(30_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keygen-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inFolder = (name: string) => join(folder, name);
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("keygen", () => {
  test("makes two files whose keys belong together, and shows the public key and its fingerprint only", async () => {
    const { code, stdout, stderr } = await ledgerApiUser(["keygen", "settlement bot", "--out", folder]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(folder).sort()).toEqual(["settlement bot.private.hex", "settlement bot.public.hex"]);
    const privateKeyHex = readFileSync(inFolder("settlement bot.private.hex"), "utf8");
    const publicKey = readFileSync(inFolder("settlement bot.public.hex"), "utf8");
    expect(privateKeyHex).toMatch(/^[0-9a-f]{454}$/);
    expect(parsePrivateKey(privateKeyHex).publicKey).toBe(publicKey);
    expect(stdout).toContain(publicKey);
    expect(stdout).toContain(formatFingerprint(fingerprint(publicKey)));
    expect(stdout).not.toContain(privateKeyHex.slice(60, 120));
    expect(stdout.replace(publicKey, "")).not.toMatch(/[0-9a-f]{30}/);
  });

  test("--json answers a program", async () => {
    const { stdout } = await ledgerApiUser(["keygen", "a", "--out", folder, "--json"]);
    const answer = JSON.parse(stdout);
    expect(answer).toEqual({
      publicKey: readFileSync(inFolder("a.public.hex"), "utf8"),
      fingerprint: fingerprint(answer.publicKey),
      files: { private: inFolder("a.private.hex"), public: inFolder("a.public.hex") },
    });
  });

  test("makes the folder, for its owner alone", async () => {
    const { code } = await ledgerApiUser(["keygen", "--out", inFolder("new")]);
    expect(code).toBe(0);
    expect(mode(inFolder("new"))).toBe("700");
  });

  test("does not make a folder whose parent is missing", async () => {
    const { code, stderr } = await ledgerApiUser(["keygen", "--out", inFolder("a/b")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: cannot make the folder .*a\/b: there is no such file or folder; .+\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a file in the folder's place is left alone", async () => {
    writeFileSync(inFolder("out"), "mine");
    const { code, stderr } = await ledgerApiUser(["keygen", "--out", inFolder("out")]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: [^\n]+; [^\n]+\n$/);
    expect(readFileSync(inFolder("out"), "utf8")).toBe("mine");
  });

  test.each([
    "private",
    "public",
  ])("never overwrites: a %s file that exists stays, and nothing new", async (half) => {
    writeFileSync(inFolder(`a.${half}.hex`), "mine");
    const { code, stdout, stderr } = await ledgerApiUser(["keygen", "a", "--out", folder]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: cannot create .*: it exists already; choose another name, .+\n$/);
    expect(readdirSync(folder)).toEqual([`a.${half}.hex`]);
    expect(readFileSync(inFolder(`a.${half}.hex`), "utf8")).toBe("mine");
  });

  test.each([
    "private",
    "public",
  ])("never follows a symbolic link, not even a dangling one (%s)", async (half) => {
    mkdirSync(inFolder("elsewhere"));
    mkdirSync(inFolder("out"));
    symlinkSync(inFolder("elsewhere/target"), inFolder(`out/a.${half}.hex`));
    const { code } = await ledgerApiUser(["keygen", "a", "--out", inFolder("out")]);
    expect(code).toBe(2);
    expect(existsSync(inFolder("elsewhere/target"))).toBe(false);
    expect(readdirSync(inFolder("out"))).toEqual([`a.${half}.hex`]);
    expect(lstatSync(inFolder(`out/a.${half}.hex`)).isSymbolicLink()).toBe(true);
  });

  test.each([
    "../a",
    "a/b",
    "",
    ".hidden",
    "a\nb",
    "-x",
    "x".repeat(65),
  ])("NAME cannot be %j", async (name) => {
    const { code, stderr } = await ledgerApiUser(["keygen", "--out", folder, "--", name]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: NAME is not a file name; [^\n]+\n$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("needs --out", async () => {
    const { code, stderr } = await ledgerApiUser(["keygen"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: the option --out <DIR> is missing; add it: [^\n]*\n$/);
  });
});
