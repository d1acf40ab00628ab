/** Looks at the machine's processes, to find those that a test's subject left behind. */
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** Ids of the living processes whose command line holds `mark`. */
export function processesWith(mark: string): number[] {
  return execFileSync("ps", ["-A", "-o", "pid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => /^\s*(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [])
    .filter(([, , state = "Z", args = ""]) => !state.startsWith("Z") && args.includes(mark))
    .map(([, pid]) => Number(pid));
}

/** Those that are still there after `ms`; returns as soon as there are none. */
export async function leftAfter(mark: string, ms: number): Promise<number[]> {
  for (const deadline = Date.now() + ms; Date.now() < deadline; await sleep(50)) {
    if (processesWith(mark).length === 0) return [];
  }
  return processesWith(mark);
}
