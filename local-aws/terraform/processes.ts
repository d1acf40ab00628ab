/**
 * Keeps the child processes that the embedded AWS starts, and ends them, and only them, however this process
 * ends: normally, by a failure, by Ctrl-C, and as far as an operating system allows also by SIGKILL.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/**
 * Each child leads a process group of its own, started by this script. In the group a watcher waits on file
 * descriptor 3, a pipe whose other end only our process holds: when that is closed without a word, even because we
 * were killed, the watcher ends the group, in as many tenths of a second as `$0` says. A line on the pipe sends the
 * watcher away, and the child outlives us. While the watcher lives, the group's number cannot be given to a stranger.
 */
const LEASH = `
(
  trap '' INT TERM HUP
  if read -r _ <&3; then exit 0; fi
  kill -TERM $$
  n=0
  while kill -0 $$ && [ $n -lt $0 ]; do sleep 0.1; n=$((n + 1)); done
  kill -KILL 0
) </dev/null >/dev/null 2>&1 &
exec "$@" 3<&-`;

const GRACE_MS = 5000;

/** What a second Ctrl-C must at least be apart from the first: npm passes on each one that we also get ourselves. */
const SECOND_INTERRUPT_MS = 1000;

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env: NodeJS.ProcessEnv;
  /** Standard input, output and error, as `child_process.spawn` takes them. */
  readonly stdio: ["pipe" | "ignore", "pipe" | number, "pipe" | number];
  /** Whether the child gets a pipe to answer on, as file descriptor 4. @default false */
  readonly answers?: boolean;
  /** The signal that asks the child to end. @default SIGTERM */
  readonly stopSignal?: NodeJS.Signals;
  /** How long the child may take to end before it is killed. @default 5000 */
  readonly graceMs?: number;
  /** Whether other children need this one: it is then ended after them. @default false */
  readonly server?: boolean;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const kept = new Set<OwnedProcess>();
let watching = false;
let interruptedAt: number | undefined;

/** A child process that does not outlive this one, unless it is released. */
export class OwnedProcess {
  /** When it has ended and all that it wrote has arrived. Rejected if it could not be started. */
  readonly exited: Promise<Exit>;
  readonly pid: ChildProcess["pid"];
  readonly stdin: ChildProcess["stdin"];
  readonly stdout: ChildProcess["stdout"];
  readonly stderr: ChildProcess["stderr"];
  private readonly child: ChildProcess;
  private readonly graceMs: number;

  constructor(
    command: string,
    args: readonly string[],
    readonly options: ProcessOptions,
  ) {
    if (interrupted()) throw new Error(`interrupted: ${command} is not started any more`);
    watchOwnEnd();
    this.graceMs = options.graceMs ?? GRACE_MS;
    // When we were killed, the servers are gone with us: long waits lead to nothing then.
    const leashGrace = Math.min(this.graceMs, GRACE_MS);
    this.child = spawn("/bin/sh", ["-c", LEASH, String(Math.ceil(leashGrace / 100)), command, ...args], {
      cwd: options.cwd,
      env: options.env,
      stdio: [...options.stdio, "pipe", options.answers ? "pipe" : "ignore"],
      detached: true,
    });
    ({ pid: this.pid, stdin: this.stdin, stdout: this.stdout, stderr: this.stderr } = this.child);
    kept.add(this);
    // When a child dies, its pipes break. `exited` reports that; the pipe's error is not a second failure.
    for (const stream of this.child.stdio) stream?.on("error", () => {});
    this.child.once("exit", () => this.kill());
    this.exited = new Promise((resolve, reject) => {
      this.child.once("error", (error) => {
        kept.delete(this);
        reject(error);
      });
      this.child.once("close", (code, signal) => resolve({ code, signal }));
    });
    this.exited.catch(() => {});
  }

  /** Whether it has ended, could not be started, or was released. */
  get ended(): boolean {
    return !kept.has(this);
  }

  /** What the child writes to its file descriptor 4. */
  get answer(): Readable {
    return this.child.stdio[4] as Readable;
  }

  /** Asks the child to end, and kills it if it is still there after its grace time. */
  async stop(): Promise<void> {
    if (this.ended) return;
    this.child.kill(this.options.stopSignal ?? "SIGTERM");
    const timer = setTimeout(() => this.kill(), this.graceMs);
    await this.exited.catch(() => {});
    clearTimeout(timer);
  }

  /** Kills the child with its whole group: its own children, and the watcher. */
  kill(): void {
    if (!kept.delete(this) || this.pid === undefined) return;
    try {
      process.kill(-this.pid, "SIGKILL");
    } catch {
      // The group has ended by itself.
    }
    this.child.stdio[3]?.destroy();
  }

  /** Lets the child go on after this process ends. */
  release(): void {
    if (!kept.delete(this)) return;
    (this.child.stdio[3] as Writable).end("released\n");
    for (const stream of this.child.stdio.slice(0, 3)) stream?.destroy();
    this.child.removeAllListeners("exit");
    this.child.unref();
  }
}

/** Whether a signal told this process to end. The end of a child is then not reported. */
export function interrupted(): boolean {
  return interruptedAt !== undefined;
}

/** Ends all children: first those that use the servers, then the servers. */
async function stopProcesses(): Promise<void> {
  for (const server of [false, true]) {
    const group = [...kept].filter((child) => (child.options.server ?? false) === server);
    await Promise.all(group.map((child) => child.stop()));
  }
}

/** Makes sure, once, that the children end with this process. */
function watchOwnEnd(): void {
  if (watching) return;
  watching = true;
  // Also after an uncaught exception: no time is left to ask, so the children are killed.
  process.on("exit", () => {
    for (const child of kept) child.kill();
  });
  process.on("SIGINT", () => interrupt(130));
  process.on("SIGTERM", () => interrupt(143));
  process.on("SIGHUP", () => interrupt(129));
}

function interrupt(exitCode: number): void {
  if (interruptedAt === undefined) {
    interruptedAt = Date.now();
    void stopProcesses().finally(() => process.exit(exitCode));
  } else if (Date.now() - interruptedAt > SECOND_INTERRUPT_MS) {
    process.exit(exitCode);
  }
}
