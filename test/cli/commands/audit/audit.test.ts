import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPRESSED } from "../../../support/audit/compressed";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { expectNoPartOf, newKey } from "../../../support/keys/spellings";
import { registrationOf, sample } from "../../../support/page-users";

const key = newKey();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}

const audit = (...args: string[]) => ledgerApiUser(["audit", ...args]);

const registration = () =>
  file("registration.json", registrationOf([sample("settlement bot", { publicKey: key.publicKey })]));

const faulty = (more: Record<string, unknown>) => registrationOf([sample("settlement bot", more)]);

test("where there is no key, it says how much was read, and the exit code is 0", async () => {
  file("a.log", "nothing\n");
  const { code, stdout, stderr } = await audit(folder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toBe("No private key found: 1 file read (8 bytes).\n");
});

test("a leak is reported with file, line, JSON path, form, user and fingerprint, and the exit code is 1", async () => {
  const plan = file(
    "plan.json",
    JSON.stringify({ planned_values: { outputs: { key: { value: key.sec1 } } } }, undefined, 2),
  );
  const { code, stdout } = await audit("--registration", registration(), plan);
  expect(code).toBe(1);
  expect(stdout).toMatch(
    /plan\.json:5: private key: SEC1 PEM, at planned_values\.outputs\.key\.value, key of acme-prod-treasury\/settlement bot, fingerprint ([0-9a-f]{4} ?){8}\n/,
  );
  expect(stdout).toContain("1 private key found: 1 file read");
});

test("nothing that is printed holds any part of a key, whatever its form and place", async () => {
  const texts = [...Object.values(key.spellings), key.scalar.toString("hex"), key.scalar.toString("base64")];
  texts.forEach((text, index) => {
    file(`${index}.log`, `time="x" ${text}`);
    file(`${index}.json`, JSON.stringify({ [text]: { value: text } }));
  });
  for (const more of [[], ["--json"]]) {
    const { code, stdout, stderr } = await audit(folder, "--registration", registration(), ...more);
    expect(code).toBe(1);
    expectNoPartOf(key, stdout + stderr);
  }
});

test("--json gives the report", async () => {
  const path = file(
    "terraform.tfstate",
    JSON.stringify({ outputs: { k: key.spellings["hex of SEC1 PEM"] } }),
  );
  const { code, stdout } = await audit("--json", path, "--registration", registration());
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    clean: false,
    files: 1,
    unread: [],
    leaks: [
      {
        path,
        kind: "private-key",
        form: "hex of SEC1 PEM",
        line: 1,
        jsonPath: "outputs.k",
        publicKey: key.publicKey,
        user: "acme-prod-treasury/settlement bot",
      },
    ],
  });
});

test("a planted key is found among a thousand other strings of a state, in each form", async () => {
  for (const [form, text] of [...Object.entries(key.spellings), ["scalar", key.scalar.toString("hex")]]) {
    const resources = Array.from({ length: 1000 }, (_, i) => ({
      instances: [
        { attributes: { arn: `arn:aws:iam::123456789012:role/r-${i}`, sha256: `${i}`.padStart(64, "0") } },
      ],
    }));
    Object.assign(resources[617]?.instances[0]?.attributes ?? {}, { result: text });
    const state = file("terraform.tfstate", JSON.stringify({ version: 4, resources }));
    const { stdout } = await audit(state, "--registration", registration());
    expect({ form, stdout }).toMatchObject({
      stdout: expect.stringContaining(
        "resources[617].instances[0].attributes.result, key of acme-prod-treasury/settlement bot",
      ),
    });
  }
});

describe("usage and bad input: one line on standard error, and the exit code is 2", () => {
  test.each([
    ["no path", [], /missing required argument/],
    [
      "a path that does not exist",
      ["/nowhere/at/all"],
      /cannot audit \/nowhere\/at\/all: there is no such file/,
    ],
    ["standard input for two", ["-", "--registration", "-"], /cannot be both/],
    ["no registration file", [".", "--registration", "/nowhere"], /registration from \/nowhere/],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await audit(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test.each([
    ["is no JSON", () => key.sec1, /is not JSON/],
    ["has no users", () => "{}", /has no users/],
    ["has a public key that is none", () => faulty({ publicKey: "04ab" }), /publicKey is not a public key/],
    ["has an entry without its fields", () => faulty({ keyArn: undefined }), /keyArn is missing/],
  ])("a registration that %s is refused, and not quoted", async (_, registration, message) => {
    const { code, stderr } = await audit(folder, "--registration", file("r.json", registration()));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expectNoPartOf(key, stderr);
  });

  test("a registration with a swapped fingerprint is read: its keys are looked for all the same", async () => {
    const swapped = faulty({ publicKey: key.publicKey, fingerprint: "0".repeat(64) });
    const leak = file("k.pem", key.sec1);
    const { code, stdout } = await audit(leak, "--registration", file("r.json", swapped));
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining("settlement bot") });
  });
});

test("what could not be read is named, the rest is audited, and the exit code is 2, or 1 if there is a leak", async () => {
  file("broken.gz", Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3));
  mkdirSync(join(folder, "z"));
  const broken = await audit(folder);
  expect(broken.code).toBe(2);
  expect(broken.stderr).toMatch(/^error: .*broken\.gz was not audited: the compressed data is damaged\n$/);
  file("z/key.pem", key.sec1);
  const both = await audit(folder);
  expect(both).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("z/key.pem:1"),
    stderr: broken.stderr,
  });
});

test("a key is found in what is compressed, and what cannot be read is no answer", async () => {
  const found = await audit(file("key.pem.xz", COMPRESSED.xz), file("key.pem.bz2", COMPRESSED.bzip2));
  expect(found).toMatchObject({ code: 1, stderr: "" });
  expect(found.stdout).toMatch(
    /key\.pem\.xz!key\.pem:1: private key: .*\n.*key\.pem\.bz2!key\.pem:1: private key/,
  );
  const path = file("backup.7z", Buffer.from("377abcaf271c0004", "hex"));
  expect(await audit(path)).toMatchObject({
    code: 2,
    stderr: `error: ${path} was not audited: it is a 7-Zip archive, which is not read; unpack it, and audit what is in it\n`,
  });
});

test("encrypted and other private keys are mentioned, and count with --strict", async () => {
  const rsa = require("node:crypto").generateKeyPairSync("rsa", { modulusLength: 2048 });
  file("tls.pem", rsa.privateKey.export({ type: "pkcs1", format: "pem" }));
  const { code, stdout } = await audit(folder);
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining("RSA PRIVATE KEY PEM") });
  expect((await audit(folder, "--strict")).code).toBe(1);
});

test("control characters in a file's name do not reach the terminal", async () => {
  file("a\u001b[2Jb\n.pem", key.sec1);
  const { stdout } = await audit(folder);
  expect(stdout).not.toContain("\u001b");
  expect(stdout.split("\n")).toHaveLength(4);
});
