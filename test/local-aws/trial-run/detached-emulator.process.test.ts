import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import {
  type Daemon,
  daemonFile,
  findDetached,
  startDetachedAws,
  stopDetached,
} from "../../../local-aws/trial-run/detached-emulator";
import { clientSettings } from "../../support/embedded-aws";
import { leftAfter, processesWith } from "../../support/leftovers";

// Not about speed: the machine may be busy.
jest.setTimeout(60_000);

const path = process.env["PATH"];
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "kept-"));
});
afterEach(async () => {
  process.env["PATH"] = path;
  await stopDetached(directory);
  rmSync(directory, { recursive: true });
});

/** Stands in for moto, where a test is not about what it does: it starts a second sooner. */
function fakeMoto(script = "echo 'Running on unix://socket'; while :; do sleep 0.1; done"): void {
  const folder = join(directory, "bin");
  mkdirSync(folder);
  writeFileSync(join(folder, "moto_server"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  process.env["PATH"] = `${folder}:${path}`;
}

/** Starts a process that starts a kept AWS and then does as `then` says. */
function start(then: "release" | "wait"): ChildProcess {
  const fixture = join(__dirname, "fixtures/keeper.ts");
  return spawn(process.execPath, ["--import", "tsx", fixture, directory, then], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

const said = (child: ChildProcess) => new Promise((resolve) => child.stdout?.once("data", resolve));
const ended = (child: ChildProcess) => new Promise((resolve) => child.once("exit", resolve));
const file = () => JSON.parse(readFileSync(daemonFile(directory), "utf8")) as Daemon;

it("a kept AWS goes on after its starter, works, and is ended by who can read its file", async () => {
  const starter = start("release");
  expect(await ended(starter)).toBe(0);
  const kept = await findDetached(directory);
  expect(kept).toMatchObject({ pid: file().pid, endpoint: file().endpoint });
  const client = new SecretsManagerClient(clientSettings(kept?.env("123456789012", "eu-west-1") ?? {}));
  expect(await client.send(new ListSecretsCommand({}))).toMatchObject({ SecretList: [] });
  client.destroy();

  const guess = { method: "DELETE", headers: { "x-amz-security-token": "run:guess" } };
  expect((await fetch(`${file().endpoint}/_local-aws`, guess)).status).toBe(403);
  expect(statSync(daemonFile(directory)).mode & 0o077).toBe(0);

  expect(await stopDetached(directory)).toBe(true);
  expect(await leftAfter(directory, 1000)).toEqual([]);
  expect(existsSync(daemonFile(directory))).toBe(false);
  expect(await stopDetached(directory)).toBe(false);
});

it("a second start ends the first", async () => {
  fakeMoto();
  const first = await startDetachedAws({ directory });
  const second = await startDetachedAws({ directory });
  expect(second.pid).not.toBe(first.pid);
  expect(processesWith(directory)).not.toContain(first.pid);
  await second.stop();
  expect(await leftAfter(directory, 1000)).toEqual([]);
});

it("until it is released it ends with its starter", async () => {
  fakeMoto();
  const starter = start("wait");
  await said(starter);
  expect(processesWith(directory)).toContain(file().pid);
  starter.kill("SIGINT");
  expect(await ended(starter)).toBe(130);
  expect(await leftAfter(directory, 1000)).toEqual([]);
});

it("a stranger with the number of a daemon that is gone is left alone", async () => {
  const daemon: Daemon = {
    pid: process.pid,
    startTime: "",
    endpoint: "http://127.0.0.1:1",
    sessionToken: "run:",
  };
  writeFileSync(daemonFile(directory), JSON.stringify(daemon));
  expect(await findDetached(directory)).toBeUndefined();
  expect(await stopDetached(directory)).toBe(false);
  expect(existsSync(daemonFile(directory))).toBe(false);
});

it("one that cannot start tells why, and what it did until then", async () => {
  fakeMoto("exit 1");
  // No Python either, so moto cannot be installed.
  process.env["PATH"] = join(directory, "bin");
  const lines: string[] = [];
  const start = startDetachedAws({ directory, log: (line) => lines.push(line) });
  await expect(start).rejects.toThrow("install Python 3.10");
  expect(lines).toEqual([expect.stringContaining("moto_server does not run here")]);
  expect(existsSync(daemonFile(directory))).toBe(false);
});
