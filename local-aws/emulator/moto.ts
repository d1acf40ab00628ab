/** Finds or installs moto, the AWS of this folder without a way to run functions, and starts it. */
import { execFile } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { privateFolder } from "../private-folder";
import { findExecutable } from "../terraform/executables";
import { OwnedProcess } from "../terraform/processes";

/** The version that is installed where none is found. */
const MOTO = "moto[server]==5.2.1";
/** A start takes a second, and on a machine that is busy with much else minutes. */
const START_TIMEOUT_MS = 180_000;
/** The address of a Unix socket has 104 bytes on macOS and 108 on Linux, with a zero at the end. */
const LONGEST_SOCKET = 103;

const run = promisify(execFile);

export interface Moto {
  /** The Unix socket on which it listens, and nowhere else, in a folder that no other user can look into. */
  readonly socket: string;
  stop(): Promise<void>;
}

/**
 * Starts moto, and returns once it takes requests. What it writes is below `directory`.
 *
 * @param timeoutMs how long it may take to start; only tests say
 */
export async function startMoto(
  directory: string,
  log: (line: string) => void,
  timeoutMs = START_TIMEOUT_MS,
): Promise<Moto> {
  const found = findExecutable("moto_server");
  let why = "moto is not on the PATH";
  if (found !== undefined) {
    const moto = await start(found, directory, timeoutMs);
    if (moto !== undefined) return moto;
    // A pyenv shim exists for every Python version that has the command, also when the chosen one has not.
    why = `${found} does not run here (${motoLog(directory)})`;
    log(`${why}; a copy of its own is used instead`);
  }
  const installed = await install(join(directory, "tools/venv"), why, log);
  const moto = await start(installed, directory, timeoutMs);
  if (moto === undefined) throw new Error(`moto_server did not start; it said why in ${motoLog(directory)}`);
  return moto;
}

/**
 * Starts `command`; undefined if it ends before it takes requests.
 * @throws Error if it goes on without taking any
 */
async function start(command: string, directory: string, timeoutMs: number): Promise<Moto | undefined> {
  privateFolder(join(directory, "log"));
  const log = openSync(motoLog(directory), "w");
  const folder = privateFolder(join(directory, "moto"));
  const socket = socketIn(folder);
  // The port is where moto's own requests to itself go: nowhere.
  const child = new OwnedProcess(command, ["-H", `unix://${socket}`, "-p", "0"], {
    cwd: folder,
    env: motoEnvironment(),
    stdio: ["ignore", log, log],
    server: true,
  });
  closeSync(log);
  const remove = () => rmSync(dirname(socket), { recursive: true, force: true });
  process.on("exit", remove);
  const stop = async () => {
    await child.stop();
    process.off("exit", remove);
    remove();
  };
  for (const deadline = Date.now() + timeoutMs; !child.ended && Date.now() < deadline; await sleep(20)) {
    if (readFileSync(motoLog(directory), "utf8").includes("Running on unix://")) return { socket, stop };
  }
  const slow = !child.ended;
  await stop();
  if (!slow) return undefined;
  throw new Error(
    `${command} started but took no requests for ${timeoutMs / 1000} s: ` +
      `try again when the machine is less busy; what it said is in ${motoLog(directory)}`,
  );
}

/** Where a folder's path is too long for a socket, the socket is in a folder of its own among the temporary ones. */
function socketIn(folder: string): string {
  const socket = join(folder, "socket");
  if (Buffer.byteLength(socket) <= LONGEST_SOCKET) return socket;
  return join(mkdtempSync(join(tmpdir(), "local-aws-")), "socket");
}

function motoLog(directory: string): string {
  return join(directory, "log", "moto.log");
}

/** No account of the environment's: each request names its own. */
function motoEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS|MOTO)_/.test(name));
  // Web pages have no business with it.
  return { ...Object.fromEntries(kept), PYTHONUNBUFFERED: "1", MOTO_DISABLE_GLOBAL_CORS: "true" };
}

/**
 * Installs moto in a virtual environment, unless an earlier run did; returns the command.
 * @param why it is needed
 */
async function install(venv: string, why: string, log: (line: string) => void): Promise<string> {
  const command = join(venv, "bin", "moto_server");
  if (existsSync(command)) return command;
  const python = findExecutable("python3") ?? findExecutable("python");
  if (python === undefined) {
    throw new Error(
      `the local AWS needs moto; ${why}, and Python, which could install it, is not on the PATH: ` +
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
      `${why}, and it could not be installed (${lastLine(error)}): ` +
        `install it so that moto_server is on the PATH: pip install '${MOTO}'`,
    );
  }
  return command;
}

function lastLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message: string };
  return (stderr?.trim() || message).split("\n").at(-1) ?? message;
}
