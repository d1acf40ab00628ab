import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { auditPaths } from "../../audit";
import { faultOfProof } from "../../keys/portable";
import { Terraform } from "../../local-aws/terraform/terraform";
import { sharedProviders } from "../support/e2e/providers";
import { callByHand, clientSettings } from "../support/embedded-aws";
import { PROJECT } from "../support/project";
import { Mirror } from "../support/terraform-mirror";

jest.setTimeout(300_000);

const local = (...path: string[]) => join(PROJECT, ".local", ...path);

/** What `npm start -- ARGS` runs, without npm's own lines. */
function start(...args: string[]) {
  const command = ["--import", "tsx", "local-aws/trial-run/start.ts", ...args];
  return spawnSync(process.execPath, command, { cwd: PROJECT, encoding: "utf8" });
}

function stop() {
  return spawnSync(process.execPath, ["--import", "tsx", "local-aws/trial-run/stop.ts"], {
    cwd: PROJECT,
    encoding: "utf8",
  });
}

/** Processes of the embedded AWS, Terraform or its provider whose command line names this project, but for those of other test files. */
function leftovers(): string[] {
  const lines = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
  const rows = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)/.exec(line) ?? []);
  const parents = new Map(rows.map(([, pid, parent]) => [pid, parent]));
  // What a file has started is below jest, until who started it has ended.
  const isBelowJest = (pid: string | undefined): boolean =>
    pid !== undefined && (pid === String(process.ppid) || isBelowJest(parents.get(pid)));
  return rows.flatMap(([, pid, , args = ""]) =>
    (args.includes(PROJECT) || isIn(local(), pid)) &&
    /local-aws\/trial-run\/daemon|function-runtime|terraform |terraform-provider/.test(args) &&
    !isBelowJest(pid)
      ? [args]
      : [],
  );
}

/** Whether a process works in a folder, as far as the system says so: Linux does. */
function isIn(folder: string, pid: string | undefined): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
  } catch {
    return false;
  }
}

/** A line without what differs from run to run: keys, fingerprints, how many files. */
const shape = (line: string) => line.replace(/\b04[0-9a-f]{128}\b|\b[0-9a-f]{4}\b|\d+/g, "#").trim();

/** The sample that README shows, line by line. */
function linesOfReadme(): string[] {
  const readme = readFileSync(join(PROJECT, "README.md"), "utf8");
  const sample = /```text\n([^`]*)```\n\n<!-- test: test\/e2e\/start\.test\.ts/.exec(readme)?.[1] ?? "";
  return sample.split("\n").filter((line) => !["", "…"].includes(line));
}

describe("npm start with a broken fleet", () => {
  const users = mkdtempSync(join(tmpdir(), "broken-fleet-"));
  afterAll(() => rmSync(users, { recursive: true }));

  test("says each mistake in a line, exits 2, and applies nothing", () => {
    mkdirSync(join(users, "acme"));
    writeFileSync(join(users, "acme", "workspace.yaml"), "account: 123456789012\nregion: eu-west-1\n");
    writeFileSync(
      join(users, "acme", "team.yaml"),
      'users:\n  - username: bot\n    role: boss\n    signers: ["*"]\n    colour: red\n',
    );
    writeFileSync(join(users, "acme", "empty.yaml"), "");
    const before = existsSync(local("registration.json")) && readFileSync(local("registration.json"), "utf8");
    const { status, stdout, stderr } = start("--users", users);
    const lines = stderr.trim().split("\n");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(lines.map((line) => line.replace(users, "").replace(/: .*/s, ""))).toEqual([
      "/acme/empty.yaml:1",
      "/acme/team.yaml:3",
      "/acme/team.yaml:4",
      "/acme/team.yaml:5",
      "/acme/workspace.yaml:1",
    ]);
    const after = existsSync(local("registration.json")) && readFileSync(local("registration.json"), "utf8");
    expect(after).toBe(before);
  });

  test("says what is wrong with its own arguments", () => {
    expect(start("--user", users)).toMatchObject({ status: 2, stderr: expect.stringContaining("--help") });
    expect(start("--users", join(users, "nowhere"))).toMatchObject({ status: 2 });
  });
});

describe("npm start on a machine without Terraform", () => {
  let mirror: Mirror;
  const folder = mkdtempSync(join(tmpdir(), "no-terraform-"));
  afterAll(async () => {
    await mirror?.stop();
    rmSync(folder, { recursive: true });
  });

  test("fetches it, verifies it and runs it", async () => {
    const { binary } = await Terraform.find(local());
    mirror = await Mirror.start(readFileSync(binary));
    const bin = join(folder, "bin");
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, "node"));
    const moto = `#!/bin/sh\nPATH='${process.env["PATH"]}' exec moto_server "$@"\n`;
    writeFileSync(join(bin, "moto_server"), moto, { mode: 0o755 });
    const users = join(folder, "api-users");
    mkdirSync(join(users, "acme"), { recursive: true });
    writeFileSync(
      join(users, "acme", "workspace.yaml"),
      'account: "123456789012"\nregion: eu-west-1\ndeployers: [arn:aws:iam::123456789012:role/terraform]\ncustodians: [arn:aws:iam::123456789012:role/custodian]\nalerts: false\n',
    );
    writeFileSync(
      join(users, "acme", "team.yaml"),
      "users:\n  - username: bot\n    role: operator\n    signers: [arn:aws:iam::123456789012:role/bot]\n",
    );
    const fixture = "test/local-aws/trial-run/fixtures/start-with-release.ts";
    // Not spawnSync: this process is the mirror.
    const child = spawn(
      process.execPath,
      [
        "--import",
        "tsx",
        fixture,
        JSON.stringify(mirror.release(join(folder, "terraform"))),
        "--users",
        users,
      ],
      { cwd: PROJECT, env: { ...process.env, PATH: bin, TERRAFORM_BINARY_NAME: "" } },
    );
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise((resolve) => child.once("exit", resolve)),
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(
        /^Terraform [\d.]+ was not found: fetched it from .*, signature verified, .*\n$/,
      ),
    });
    expect(stdout).toContain("No private key in any of the");
    expect(leftovers()).toEqual([]);
  });
});

describe("npm start -- --keep", () => {
  let result: ReturnType<typeof start>;
  // biome-ignore lint/suspicious/noExplicitAny: the registration has the shape that the test asks it to have
  let entries: any[];
  let env: Record<string, string>;

  beforeAll(() => {
    result = start("--keep");
    const registration = JSON.parse(readFileSync(local("registration.json"), "utf8"));
    entries = Object.values(registration).flatMap((users) => Object.values(users as object));
    const exports = readFileSync(local("env"), "utf8").matchAll(/^export (\w+)='([^']*)'$/gm);
    env = Object.fromEntries([...exports].map(([, name = "", value = ""]) => [name, value]));
  });

  afterAll(() => {
    stop();
  });

  test("ends well and prints every example user's public key", () => {
    expect(result).toMatchObject({ status: 0, stderr: "" });
    expect(entries.length).toBeGreaterThanOrEqual(4);
    expect(new Set(entries.map(({ role }) => role))).toEqual(new Set(["operator", "administrator"]));
    expect(new Set(entries.map(({ custody }) => custody))).toEqual(
      new Set(["secrets-manager", "kms", "imported"]),
    );
    for (const { username, publicKey } of entries) {
      expect(result.stdout).toContain(username);
      expect(result.stdout).toContain(publicKey);
    }
  });

  test("leaves the session token to its user alone, in .local/env", async () => {
    const mode = (path: string) => statSync(path).mode & 0o777;
    expect([mode(local("env")), mode(local("daemon.json"))]).toEqual([0o600, 0o600]);
    expect([mode(local()), mode(local("log")), mode(local("functions"))]).toEqual([0o700, 0o700, 0o700]);
    // As a person does it, whatever they had before.
    const shell = `. .local/env; echo "$AWS_PROFILE $AWS_SESSION_TOKEN"`;
    const before = { ...process.env, AWS_PROFILE: "work", AWS_SESSION_TOKEN: "old" };
    const said = execFileSync("sh", ["-c", shell], { cwd: PROJECT, env: before, encoding: "utf8" });
    expect(said.trim()).toBe(env["AWS_SESSION_TOKEN"]);
    const { AWS_SESSION_TOKEN: _, ...withoutToken } = env;
    expect((await callByHand(env, "s3")).status).toBe(200);
    expect((await callByHand(withoutToken, "s3")).status).toBe(403);
  });

  test("prints what README shows", () => {
    const lines = linesOfReadme();
    expect(lines.length).toBeGreaterThan(5);
    const printed = result.stdout.split("\n").map(shape);
    expect(lines.filter((line) => !printed.includes(shape(line)))).toEqual([]);
  });

  test("leaves a page for the workspace's admin, with each user's proof, and names it", () => {
    const page = readFileSync(local("registration.html"), "utf8");
    const [, json = ""] = /id="registration">([^<]*)/.exec(page) ?? [];
    const { cards } = JSON.parse(json);
    expect(cards.map((card: { publicKey: string }) => card.publicKey)).toEqual(
      entries.map(({ publicKey }) => publicKey),
    );
    for (const { publicKey, proof } of cards) expect(faultOfProof(publicKey, proof)).toBeUndefined();
    expect(result.stdout).toContain(".local/registration.html");
    expect(result.stdout).toMatch(/^\n████ .*\nPRACTICE: These keys/s);
    expect(cards.every(({ practice }: { practice?: boolean }) => practice === true)).toBe(true);
  });

  test("leaves secrets that OpenSSL and Python load, with the registered public key", async () => {
    const client = new SecretsManagerClient(clientSettings(env));
    for (const { keyArn, publicKey } of entries.filter(({ custody }) => custody !== "kms")) {
      const request = { SecretId: keyArn, VersionStage: "AWSCURRENT" };
      const { SecretString = "" } = await client.send(new GetSecretValueCommand(request));
      const pem = Buffer.from(SecretString, "hex");
      const der = execFileSync("openssl", ["ec", "-pubout", "-outform", "DER"], {
        input: pem,
        stdio: "pipe",
      });
      expect(der.subarray(-65).toString("hex")).toBe(publicKey);
      const python = `
import sys
from cryptography.hazmat.primitives import serialization as s
key = s.load_pem_private_key(sys.stdin.buffer.read(), None)
print(key.public_key().public_bytes(s.Encoding.X962, s.PublicFormat.UncompressedPoint).hex())`;
      expect(execFileSync("python3", ["-c", python], { input: pem, encoding: "utf8" }).trim()).toBe(
        publicKey,
      );
    }
    client.destroy();
  });

  test("leaves KMS keys with the registered public key", async () => {
    const client = new KMSClient(clientSettings(env));
    for (const { keyArn, publicKey } of entries.filter(({ custody }) => custody === "kms")) {
      const { PublicKey = new Uint8Array() } = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }));
      expect(Buffer.from(PublicKey).subarray(-65).toString("hex")).toBe(publicKey);
    }
    client.destroy();
  });

  test("leaves no private key in a file, with every public key known", async () => {
    const knownPublicKeys = new Map(entries.map(({ publicKey, username }) => [publicKey, username]));
    const report = await auditPaths([local("stacks"), local("log"), local("functions")], { knownPublicKeys });
    expect(report).toMatchObject({ leaks: [], unread: [] });
    expect(report.files).toBeGreaterThan(10);
  });

  test("leaves nothing to change: terraform plan is empty in every stack", async () => {
    const terraform = await Terraform.find(local());
    const providers = sharedProviders(terraform);
    const plan = async (stack: string) => {
      const cwd = local("stacks", stack);
      const settings = await providers.settings(cwd, env);
      const run = await terraform.run(["plan", "-detailed-exitcode"], { cwd, env: { ...env, ...settings } });
      return run.exitCode;
    };
    const stacks = ["acme-prod-eu-west-1", "acme-prod-treasury", "acme-prod-operations"];
    expect(await Promise.all(stacks.map(plan)).finally(() => providers.stop())).toEqual([0, 0, 0]);
  });

  test("is ended by npm stop, which leaves no process behind", () => {
    expect(leftovers().join("\n")).toContain("daemon");
    expect(stop()).toMatchObject({ status: 0, stdout: "The embedded AWS has ended.\n" });
    expect(leftovers()).toEqual([]);
    expect(stop()).toMatchObject({ status: 0, stdout: "No embedded AWS was running.\n" });
  });
});
