/**
 * `npm test`: lint and types beside jest, whose end-to-end files wait a lot. What one of them has to say stands where it ends, whole,
 * and again the names of those that failed at the very end, where a person looks.
 */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";

/** The exit code of `npm run SCRIPT`, whose output is shown when it has ended. */
async function check(script: string): Promise<number> {
  const child = spawn("npm", ["run", script], { stdio: ["ignore", "pipe", "pipe"], shell: false });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  return code;
}

/** The exit code of jest with the arguments of this script, in this terminal. */
function jest(): Promise<number> {
  const child = spawn("npm", ["run", "--silent", "jest", "--", ...process.argv.slice(2)], {
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

async function main(): Promise<void> {
  const names = ["npm run lint", "npm run types", "jest"];
  const codes = await Promise.all([check("lint"), check("types"), jest()]);
  const failed = names.filter((_, i) => codes[i] !== 0);
  if (failed.length === 0) return;
  console.error(`Failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}

void main();
