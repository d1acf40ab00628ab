import { once } from "node:events";
import { createReadStream, createWriteStream, openSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { main } from "../../../cli/main";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  /** Variables besides PATH; nothing else of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is on standard input, which then ends. */
  readonly input?: string | Uint8Array;
  /** Whether standard output says that it is a terminal. */
  readonly terminal?: boolean;
  /** Where an output goes to in place of the outcome: `/dev/full`. */
  readonly to?: { readonly stdout?: string; readonly stderr?: string };
}

/** The environment of a command: what is given, and PATH. */
export const environment = (env: Setting["env"]): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  ...env,
});

/**
 * Runs the command in this process, which takes milliseconds: as a program runs it, with no terminal. What only a process
 * has (terminals, signals, pipes that close) is tested by `ledgerApiUserProcess`.
 */
export const ledgerApiUser = (
  args: readonly string[],
  given: Setting | string | Uint8Array = {},
): Promise<Outcome> => inProcess(settingOf(given), () => main(["node", "cdktf-ledger-api-user", ...args]));

/** A text or bytes alone are standard input. */
const settingOf = (given: Setting | string | Uint8Array): Setting =>
  typeof given === "string" || given instanceof Uint8Array ? { input: given } : given;

/** One call at a time has it, in a folder that this run of jest has to itself. */
const STDIN = join(tmpdir(), `standard-input-${process.pid}`);

let last: Promise<unknown> = Promise.resolve();

/**
 * Calls `act` with standard streams, an environment and an exit code of its own. One call at a time, since they
 * replace what belongs to the whole process.
 */
export function inProcess(setting: Setting, act: () => Promise<void>): Promise<Outcome> {
  const outcome = last.then(() => replaced(setting, act));
  last = outcome.catch(() => {});
  return outcome;
}

async function replaced(
  { env, input = "", terminal = false, to = {} }: Setting,
  act: () => Promise<void>,
): Promise<Outcome> {
  writeFileSync(STDIN, input, { mode: 0o600, flag: "wx" });
  const descriptor = openSync(STDIN, "r");
  unlinkSync(STDIN); // an open file is read all the same
  const stdin = createReadStream("", { fd: descriptor });
  const [stdout, stderr] = [new Collected(terminal), new Collected(false)];
  const before = (["stdin", "stdout", "stderr"] as const).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name) as PropertyDescriptor] as const,
  );
  const { env: environmentBefore, exitCode } = process;
  try {
    const elsewhere = Object.entries(to).map(([name, path]) => [name, createWriteStream(path)] as const);
    for (const [name, value] of [...Object.entries({ stdin, stdout, stderr }), ...elsewhere])
      Object.defineProperty(process, name, { value, configurable: true });
    process.env = environment(env);
    process.exitCode = 0;
    await act();
    return { code: Number(process.exitCode), stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const [name, property] of before) Object.defineProperty(process, name, property);
    process.env = environmentBefore;
    process.exitCode = exitCode;
    stdin.destroy(); // which closes the descriptor
    if (!stdin.closed) await once(stdin, "close");
  }
}

class Collected extends Writable {
  private readonly chunks: Buffer[] = [];

  constructor(readonly isTTY: boolean) {
    super();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }

  text(): string {
    return Buffer.concat(this.chunks).toString();
  }
}
