/**
 * The embedded AWS in a process of its own, which can go on after the one that started it: `npm start -- --keep`.
 *
 * It is ended over HTTP, with the session token that only it takes. So no signal is sent to a process whose number is read from a file and which
 * may long be a stranger.
 */
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ADMIN_PATH } from "../emulator/admission";
import { type Access, awsEnvironment } from "../emulator/environment";
import type { AwsEndpoint, LocalAwsOptions } from "../emulator/index";
import { privateFolder } from "../private-folder";
import { PROJECT } from "../project";
import { OwnedProcess } from "../terraform/processes";

/** Long enough to install moto where the network is slow. */
const START_TIMEOUT_MS = 600_000;
const STOP_TIMEOUT_MS = 20_000;

/** How the line begins on which the process says why it cannot start. */
export const FAULT = "error: ";

/** What `daemon.json` says of the process. */
export interface Daemon extends Access {
  readonly pid: number;
  readonly startTime: string;
}

/** An embedded AWS in another process. */
export interface RunningAws extends AwsEndpoint {
  readonly pid: number;
}

export interface DetachedAws extends RunningAws {
  /** Lets it go on when this process ends. Before that it ends with this process, however that ends. */
  release(): void;
}

/** Where the running daemon says how to find it. */
export function daemonFile(directory: string): string {
  return join(directory, "daemon.json");
}

/**
 * Starts an embedded AWS, empty, in a process of its own. One that an earlier run left is ended first.
 * `directory` is also the name by which it is found again.
 */
export async function startDetachedAws({
  directory,
  log = () => {},
}: Pick<LocalAwsOptions, "directory" | "log">): Promise<DetachedAws> {
  await stopDetached(directory);
  privateFolder(directory);
  privateFolder(join(directory, "log"));
  const logFile = join(directory, "log", "daemon.log");
  const output = openSync(logFile, "w");
  const script = join(__dirname, "daemon.ts");
  const child = new OwnedProcess(process.execPath, ["--import", "tsx", script, resolve(directory)], {
    // Where tsx is found.
    cwd: PROJECT,
    env: process.env,
    stdio: ["ignore", output, output],
    server: true,
  });
  closeSync(output);
  const daemon = await waitForDaemon(directory, child, logFile, log);
  return {
    ...running(daemon, directory),
    release: () => child.release(),
    stop: async () => {
      await stopDetached(directory);
      await child.stop();
    },
  };
}

/** The embedded AWS that an earlier run left, if it still runs. */
export async function findDetached(directory: string): Promise<RunningAws | undefined> {
  const daemon = readDaemon(directory);
  return daemon !== undefined && (await answers(daemon)) ? running(daemon, directory) : undefined;
}

/** Ends the embedded AWS that an earlier run left; returns whether there was one. */
export async function stopDetached(directory: string): Promise<boolean> {
  const daemon = readDaemon(directory);
  const runs = daemon !== undefined && (await answers(daemon));
  if (runs) {
    await ask(daemon, "DELETE");
    for (const deadline = Date.now() + STOP_TIMEOUT_MS; await answers(daemon); await sleep(30)) {
      if (Date.now() > deadline)
        throw new Error(`the local AWS does not end: end it yourself with kill -9 ${daemon.pid}`);
    }
  }
  rmSync(daemonFile(directory), { force: true });
  return runs;
}

function running({ pid, endpoint, sessionToken }: Daemon, directory: string): RunningAws {
  const access = { endpoint, sessionToken };
  return {
    pid,
    ...access,
    env: (account, region) => awsEnvironment(access, account, region),
    stop: async () => {
      await stopDetached(directory);
    },
  };
}

async function waitForDaemon(
  directory: string,
  child: OwnedProcess,
  logFile: string,
  log: (line: string) => void,
): Promise<Daemon> {
  let told = 0;
  for (const deadline = Date.now() + START_TIMEOUT_MS; Date.now() < deadline; await sleep(20)) {
    const daemon = readDaemon(directory);
    if (daemon !== undefined) return daemon;
    const lines = readFileSync(logFile, "utf8").split("\n").slice(0, -1);
    const isFault = (line: string) => line.startsWith(FAULT);
    if (child.ended) {
      const why = lines.find(isFault)?.slice(FAULT.length) ?? lines.at(-1);
      throw new Error(why ?? "the local AWS ended as soon as it was started");
    }
    for (const line of lines.slice(told)) if (!isFault(line)) log(line);
    told = lines.length;
  }
  await child.stop();
  throw new Error(`the local AWS did not start in ${START_TIMEOUT_MS / 1000} s; see ${logFile}`);
}

function readDaemon(directory: string): Daemon | undefined {
  try {
    return JSON.parse(readFileSync(daemonFile(directory), "utf8")) as Daemon;
  } catch {
    return undefined;
  }
}

/** Whether the very process that wrote the file is still there. */
async function answers(daemon: Daemon): Promise<boolean> {
  try {
    const answer = await ask(daemon, "GET");
    const { pid, startTime } = (await answer.json()) as Partial<Daemon>;
    return answer.ok && pid === daemon.pid && startTime === daemon.startTime;
  } catch {
    return false;
  }
}

function ask({ endpoint, sessionToken }: Daemon, method: string): Promise<Response> {
  return fetch(`${endpoint}${ADMIN_PATH}`, {
    method,
    // A connection that is kept open would hold up the other's end.
    headers: { connection: "close", "x-amz-security-token": sessionToken },
    signal: AbortSignal.timeout(5000),
  });
}
