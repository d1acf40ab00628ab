import { spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { bundlePage } from "../../../registration-page/bundle";
import { PROJECT } from "../project";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The command compiled as the package has it, dist/cli/bin.js beside package.json, in a folder that goes when the tests are done.
 * By esbuild, which takes a moment, and saves each run the second that compiling on the fly takes.
 */
function compile(): string {
  const folder = mkdtempSync(join(tmpdir(), "ledger-api-user-"));
  compiled = join(folder, "dist/cli/bin.js");
  const folders = [
    "cli",
    "messages",
    "aws",
    "rules",
    "keys",
    "ledger-api",
    "fleet",
    "registration",
    "signing",
    "audit",
  ];
  const entryPoints = [
    ...folders.map((name) => join(PROJECT, name, "**/*.ts")),
    join(PROJECT, "registration-page/*.ts"),
  ];
  buildSync({ entryPoints, outdir: join(folder, "dist"), outbase: PROJECT, format: "cjs", platform: "node" });
  for (const [name, text] of Object.entries(bundlePage()))
    writeFileSync(join(folder, "dist/registration-page", `page.${name === "script" ? "js" : "css"}`), text);
  cpSync(join(PROJECT, "fleet/schemas"), join(folder, "dist/fleet/schemas"), { recursive: true });
  copyFileSync(join(PROJECT, "package.json"), join(folder, "package.json"));
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  return compiled;
}

let compiled: string | undefined;
afterAll(() => compiled && rmSync(join(compiled, "../../.."), { recursive: true }));

/** The path of the compiled command. */
export const bin = (): string => compiled ?? compile();

/** Runs the command as people do, in a process of its own. `input` goes to its standard input, which is then closed. */
export function ledgerApiUser(
  args: readonly string[],
  input: string | Uint8Array = "",
  umask?: string,
): Promise<Outcome> {
  const node = [process.execPath, bin(), ...args];
  const shell = ["sh", "-c", `umask ${umask}; exec "$@"`, "sh", ...node];
  const [command, ...rest] = (umask ? shell : node) as [string, ...string[]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { stdio: "pipe" });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, ...output }));
    child.stdin.on("error", () => {}); // it may end before it has read everything
    child.stdin.end(input);
  });
}
