import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { OwnedProcess } from "../../../local-aws/terraform/processes";
import { leftAfter, processesWith } from "../../support/leftovers";

// Not about speed: the machine may be busy.
jest.setTimeout(60_000);

const directory = mkdtempSync(join(tmpdir(), "processes-"));
const strangerMark = `stranger-${randomUUID()}`;
const script = join(directory, "parent.js");
let stranger: ChildProcess;

beforeAll(() => {
  const source = join(__dirname, "fixtures/parent.ts");
  // Compiled once, not at each of the many starts.
  buildSync({ entryPoints: [source], outfile: script, bundle: true, platform: "node" });
  stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", strangerMark], {
    stdio: "ignore",
  });
});

afterAll(() => {
  stranger.kill("SIGKILL");
  rmSync(directory, { recursive: true });
});

/** Starts the parent; resolves once its children run. */
async function startParent(ending: string) {
  const mark = `child-${randomUUID()}`;
  const note = join(directory, mark);
  const parent = spawn(process.execPath, [script, mark, ending, note], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) =>
    parent.once("exit", (code, signal) => resolve(code ?? signal)),
  );
  await new Promise((resolve, reject) => {
    parent.stdout.once("data", resolve);
    parent.once("close", () => reject(new Error("the parent ended before its children ran")));
  });
  return { parent, mark, note, ended };
}

describe("no child outlives its parent", () => {
  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("that gets %s, and one that writes its state may finish that", async (signal, code) => {
    const { parent, mark, note, ended } = await startParent("wait");
    expect(processesWith(mark).length).toBeGreaterThanOrEqual(5);
    parent.kill(signal);
    expect(await ended).toBe(code);
    expect(await leftAfter(mark, 2000)).toEqual([]);
    expect(readFileSync(note, "utf8")).toBe("state written");
  });

  it("that gets Ctrl-C a second time, and then does not wait", async () => {
    const { parent, mark, ended } = await startParent("wait");
    parent.kill("SIGINT");
    parent.kill("SIGINT"); // npm's echo of the first one, which counts for nothing
    expect(await ended).toBe(130);
    expect(await leftAfter(mark, 2000)).toEqual([]);
  });

  it.each([
    ["throws", "throw", 1],
    ["leaves a rejection unhandled", "reject", 1],
    ["exits", "exit", 7],
    ["stops them", "stop", 0],
  ])("that %s", async (_, ending, code) => {
    const { mark, ended } = await startParent(ending);
    expect(await ended).toBe(code);
    expect(await leftAfter(mark, 2000)).toEqual([]);
  });

  it("that is killed, and can do nothing about it", async () => {
    const { parent, mark, ended } = await startParent("wait");
    parent.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");
    expect(await leftAfter(mark, 4000)).toEqual([]);
  });

  afterEach(() => expect(processesWith(strangerMark)).toHaveLength(1));
});

it("a released child goes on", async () => {
  const { mark, note, ended } = await startParent("release");
  expect(await ended).toBe(0);
  expect(existsSync(note)).toBe(true);
  const left = processesWith(mark);
  for (const pid of left) process.kill(pid, "SIGKILL");
  expect(left).toHaveLength(5);
});

describe("a child", () => {
  const run = (script: string) =>
    new OwnedProcess("/bin/sh", ["-c", script], { env: process.env, stdio: ["ignore", "pipe", "pipe"] });

  it("tells how it ended", async () => {
    expect(await run("exit 3").exited).toEqual({ code: 3, signal: null });
    expect(await run("kill -KILL $$").exited).toEqual({ code: null, signal: "SIGKILL" });
  });

  it("leaves nothing of its own behind when it ends by itself", async () => {
    const mark = randomUUID();
    await run(`sleep 60 & : ${mark}`).exited;
    expect(await leftAfter(mark, 2000)).toEqual([]);
  });

  it("that cannot be started says so", async () => {
    const options = {
      cwd: "/no/such/folder",
      env: {},
      stdio: ["ignore", "pipe", "pipe"] as ["ignore", "pipe", "pipe"],
    };
    await expect(new OwnedProcess("true", [], options).exited).rejects.toThrow("ENOENT");
  });
});
