/** Finds or installs moto, the AWS of this folder without a way to run functions, and starts it. */
import { execFile } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findExecutable } from "../terraform/executables";
import { OwnedProcess } from "../terraform/processes";

/** The version that is installed where none is found. */
const MOTO = "moto[server]==5.2.1";
const START_TIMEOUT_MS = 60_000;

const run = promisify(execFile);

export interface Moto {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts moto on a free port of the loopback interface, and returns once it takes requests. */
export async function startMoto(directory: string, log: (line: string) => void): Promise<Moto> {
  const found = findExecutable("moto_server");
  if (found !== undefined) {
    const moto = await start(found, directory);
    if (moto !== undefined) return moto;
    // A pyenv shim exists for every Python version that has the command, also when the chosen one has not.
    log(`${found} does not run here (${motoLog(directory)}); a copy of its own is used instead`);
  }
  const installed = await install(join(directory, "venv"), log);
  const moto = await start(installed, directory);
  if (moto === undefined) throw new Error(`moto_server did not start; it said why in ${motoLog(directory)}`);
  return moto;
}

/** Starts `command`; undefined if it ends before it takes requests. */
async function start(command: string, directory: string): Promise<Moto | undefined> {
  mkdirSync(join(directory, "log"), { recursive: true });
  const log = openSync(motoLog(directory), "w");
  // moto picks the port itself, so that nobody can take it between a look and the start.
  const child = new OwnedProcess(command, ["-H", "127.0.0.1", "-p", "0"], {
    env: motoEnvironment(),
    stdio: ["ignore", log, log],
    server: true,
  });
  closeSync(log);
  for (
    const deadline = Date.now() + START_TIMEOUT_MS;
    !child.ended && Date.now() < deadline;
    await sleep(20)
  ) {
    const port = /Running on http:\/\/127\.0\.0\.1:(\d+)/.exec(readFileSync(motoLog(directory), "utf8"))?.[1];
    if (port !== undefined) return { port: Number(port), stop: () => child.stop() };
  }
  await child.stop();
  return undefined;
}

function motoLog(directory: string): string {
  return join(directory, "log", "moto.log");
}

/** No account of the environment's: each request names its own. */
function motoEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS|MOTO)_/.test(name));
  return { ...Object.fromEntries(kept), PYTHONUNBUFFERED: "1" };
}

/** Installs moto in a virtual environment, unless an earlier run did; returns the command. */
async function install(venv: string, log: (line: string) => void): Promise<string> {
  const command = join(venv, "bin", "moto_server");
  if (existsSync(command)) return command;
  const python = findExecutable("python3") ?? findExecutable("python");
  if (python === undefined) {
    throw new Error(
      "the local AWS needs moto, and neither it nor Python is on the PATH: " +
        `install Python 3.10 or later, or moto itself: pip install '${MOTO}'`,
    );
  }
  log(`installing ${MOTO} in ${venv} (once)`);
  try {
    await run(python, ["-m", "venv", "--clear", venv]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await run(join(venv, "bin", "python"), [...pip, MOTO]);
  } catch (error) {
    // Half an installation must not be taken for one the next time.
    rmSync(venv, { recursive: true, force: true });
    throw new Error(
      `moto is not on the PATH and could not be installed (${lastLine(error)}): ` +
        `install it so that moto_server is on the PATH: pip install '${MOTO}'`,
    );
  }
  return command;
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split("\n").at(-1) ?? message;
}
