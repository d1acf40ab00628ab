import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
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
import { diagnose, fingerprint, formatFingerprint } from "../../../../keys";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { seededKey } from "../../../support/keys/grammar/key";
import { example } from "../../../support/keys/vectors";

jest.setTimeout(30_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "inspect-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const onCurve = (namedCurve: string) =>
  generateKeyPairSync("ec", { namedCurve }).privateKey.export({ type: "sec1", format: "pem" }) as string;
const spki = createPublicKey(example.pem).export({ type: "spki", format: "pem" }) as string;
const pkcs8 = createPrivateKey(example.pem).export({ type: "pkcs8", format: "pem" }) as string;

const oneErrorLine = /^error: [^\n]+; [^\n]+\n$/;

describe("inspect", () => {
  test("the guide's private key: a private key, SEC1, accepted, with its public key", async () => {
    const { code, stdout, stderr } = await ledgerApiUser(["inspect", file("key", example.privateKeyHex)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/private key, hex of SEC1 PEM\n/);
    expect(stdout).toMatch(/ accepted\n/);
    expect(stdout).toContain(example.publicKey);
    expect(stdout).toContain(formatFingerprint(fingerprint(example.publicKey)));
    expect(stdout).not.toContain("\u001b");
  });

  test.each([
    ["no FILE", ["inspect"]],
    ["-", ["inspect", "-"]],
  ])("%s reads standard input", async (_, args) => {
    const { code, stdout } = await ledgerApiUser([...args, "--json"], `${example.publicKey}\n`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      kind: "public",
      accepted: true,
      publicKey: example.publicKey,
    });
  });

  test("a key that Ledger refuses: exit code 1, with the problem and the fix", async () => {
    const key = onCurve("secp256k1");
    const { code, stdout } = await ledgerApiUser(["inspect"], key);
    expect(code).toBe(1);
    expect(stdout).toMatch(/not accepted\nProblem +this key is on secp256k1.*\nFix .*keygen/);
    const json = await ledgerApiUser(["inspect", "--json"], key);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual(JSON.parse(JSON.stringify(diagnose(key))));
  });

  test("--expect makes the other half a mistake", async () => {
    const { code, stdout } = await ledgerApiUser(["inspect", "--expect", "public"], example.privateKeyHex);
    expect(code).toBe(1);
    expect(stdout).toMatch(/private key where a public key belongs/);
  });

  test.each([0o640, 0o604, 0o644])("warns of a private key that others can read (mode %i)", async (mode) => {
    const { code, stderr } = await ledgerApiUser(["inspect", file("key", example.pem, mode)]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: others than its owner can read .*key; .*chmod 600[^\n]*\n$/);
  });

  test("does not warn of a public key that others can read", async () => {
    const { stderr } = await ledgerApiUser(["inspect", file("key", example.publicKey, 0o644)]);
    expect(stderr).toBe("");
  });
});

describe("inspect --convert", () => {
  test("prints a public key, and nothing else", async () => {
    expect(await ledgerApiUser(["inspect", "--convert"], spki)).toEqual({
      code: 0,
      stdout: `${example.publicKey}\n`,
      stderr: "",
    });
  });

  test("does not print a private key", async () => {
    const { code, stdout, stderr } = await ledgerApiUser(["inspect", "--convert"], example.pem);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: a private key is not printed; add --out NEWFILE[^\n]*\n$/);
  });

  test("writes a private key to a new file of mode 0600", async () => {
    const key = file("pkcs8.pem", pkcs8);
    const out = join(folder, "new");
    const { code, stdout } = await ledgerApiUser(["inspect", key, "--convert", "--out", out]);
    expect(code).toBe(0);
    expect(readFileSync(out, "utf8")).toBe(example.privateKeyHex);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(stdout).toContain(example.publicKey);
    expect(stdout.replaceAll(example.publicKey, "")).not.toMatch(/[0-9a-f]{30}/);
  });

  test("overwrites nothing, the input least of all, and follows no link", async () => {
    const key = file("key.pem", example.pem);
    symlinkSync(join(folder, "target"), join(folder, "link"));
    for (const out of [key, join(folder, "link")]) {
      const { code, stderr } = await ledgerApiUser(["inspect", key, "--convert", "--out", out]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/it exists already; /);
    }
    expect(readFileSync(key)).toEqual(example.pem);
    expect(readdirSync(folder).sort()).toEqual(["key.pem", "link"]);
  });

  test("what cannot be converted: exit code 1, the problem and the fix, and no file", async () => {
    const key = file("key.pem", onCurve("secp384r1"));
    const { code, stdout, stderr } = await ledgerApiUser([
      "inspect",
      key,
      "--convert",
      "--out",
      join(folder, "new"),
    ]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^error: .*key\.pem: this key is on P-384.*; .*keygen.*\n$/);
    expect(readdirSync(folder)).toEqual(["key.pem"]);
  });

  test("--json answers a program", async () => {
    const { stdout } = await ledgerApiUser(["inspect", "--convert", "--json"], spki);
    const { publicKey } = example;
    expect(JSON.parse(stdout)).toEqual({ kind: "public", publicKey, fingerprint: fingerprint(publicKey) });
  });
});

describe("bad input is one line on standard error, and exit code 2", () => {
  test.each([
    ["no such file", ["inspect", "/nonexistent/key"], /nonexistent\/key: there is no such file/],
    ["a folder", ["inspect", tmpdir()], /is a folder/],
    ["--out without --convert", ["inspect", "--out", "x"], /--out goes with --convert/],
    ["an unknown option", ["inspect", "--hex"], /unknown option '--hex'[^\n]*; see --help/],
    ["an unknown command", ["inspct"], /unknown command 'inspct' \(Did you mean inspect\?\); see --help/],
    ["two files", ["inspect", "a", "b"], /too many arguments/],
    ["an unknown kind", ["inspect", "--expect", "secret"], /Allowed choices are private, public/],
  ])("%s", async (_, args, message) => {
    const { code, stdout, stderr } = await ledgerApiUser(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(oneErrorLine);
    expect(stderr).toMatch(message);
  });

  test("a file of more than 1 MiB, and an endless standard input", async () => {
    const large = "a".repeat(1024 * 1024 + 1);
    for (const { code, stderr } of [
      await ledgerApiUser(["inspect", file("large", large)]),
      await ledgerApiUser(["inspect"], large),
      await ledgerApiUser(["inspect", "/dev/zero"]),
    ]) {
      expect(code).toBe(2);
      expect(stderr).toMatch(/^error: .* is larger than 1 MiB; [^\n]+\n$/);
    }
  });

  const secretLine = example.pem.toString().split("\n")[1] as string;

  test.each([
    ["in place of FILE", ["inspect", example.privateKeyHex]],
    ["as PEM, in place of FILE", ["inspect", "--", example.pem.toString()]],
    ["as PEM, in place of an option", ["inspect", example.pem.toString()]],
    ["in place of a command", [example.privateKeyHex]],
    ["in place of a choice", ["inspect", "--expect", example.privateKeyHex]],
    ["in place of an option", ["inspect", `--${example.privateKeyHex}`]],
  ])("a key on the command line %s is not repeated", async (_, args) => {
    const { code, stdout, stderr } = await ledgerApiUser(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(oneErrorLine);
    expect(stderr).not.toContain(example.privateKeyHex.slice(60, 100));
    expect(stderr).not.toContain(secretLine.slice(10, 40));
  });

  const number = seededKey("typed in place of a file", 0x6b).scalar.toString("hex");

  test.each([
    ["31 bytes in hexadecimal", number.slice(2)],
    ["a number behind an x", `x${number}`],
    ["a number with colons", (number.match(/../g) ?? []).join(":")],
    ["a JWK in single quotes", JSON.stringify(seededKey("a JWK typed", 0x21).jwk).replaceAll('"', "'")],
    ["a number in decimal", BigInt(`0x${number}`).toString()],
  ])("%s in place of FILE is not repeated", async (_, key) => {
    const { code, stdout, stderr } = await ledgerApiUser(["inspect", "--", key]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^error: FILE is the key itself, [^\n]+\n$/);
    for (let at = 0; at + 12 <= key.length; at += 4)
      if (!/^[\W]|kty|crv|EC/.test(key.slice(at, at + 12)))
        expect(stderr).not.toContain(key.slice(at, at + 12));
  });

  test("no command: the help, on standard error", async () => {
    const { code, stdout, stderr } = await ledgerApiUser([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/Usage: cdktf-ledger-api-user/);
  });
});

test("of a private key that stands in other text, the first line says that it is one and what to do", async () => {
  const { code, stdout, stderr } = await ledgerApiUser(
    ["inspect"],
    `{"SecretString":"${example.privateKeyHex}"}`,
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/^warning: THIS IS A PRIVATE KEY: [^\n]+\n$/);
  expect(stdout).toMatch(/^What it is +private key, JSON that holds hex of SEC1 PEM\n/);
});

test.each([
  ["--help"],
  ["inspect", "--help"],
  ["keygen", "--help"],
])("%s %s: help with examples", async (...args) => {
  const { code, stdout } = await ledgerApiUser(args.filter(Boolean));
  expect(code).toBe(0);
  expect(stdout).toMatch(args.length > 1 ? /Examples:\n +\$ npx cdktf-ledger-api-user/ : /Set up:/);
});
