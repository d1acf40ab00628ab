/** The process that holds an embedded AWS of its own: `daemon.ts DIRECTORY`. See detached-emulator.ts. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { startLocalAws } from "../emulator/index";
import { type Daemon, daemonFile, FAULT } from "./detached-emulator";

async function main(directory: string): Promise<void> {
  const file = daemonFile(directory);
  const startTime = new Date().toISOString();
  const aws = await startLocalAws({
    directory,
    log: console.log,
    admin: (method) => {
      // The way of every other end: what was started is ended, then this process; the port answers until then.
      if (method === "DELETE") setImmediate(() => process.kill(process.pid, "SIGTERM"));
      return { status: 200, body: { pid: process.pid, startTime } };
    },
  });
  process.on("exit", () => rmSync(file, { force: true }));
  const { endpoint, sessionToken } = aws;
  const daemon: Daemon = { pid: process.pid, startTime, endpoint, sessionToken };
  // Whoever waits for the file must not read half of it.
  writeFileSync(`${file}.new`, `${JSON.stringify(daemon, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

main(process.argv[2] ?? ".local").catch((error: Error) => {
  console.error(`${FAULT}${error.message.replaceAll("\n", " ")}`);
  process.exit(1);
});
