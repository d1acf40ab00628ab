import { spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { bundlePage } from "../../../registration-page/bundle";
import { PROJECT } from "../project";
import { environment, type Outcome, type Setting } from "./run-cli";

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

/** Runs the real command, in a process and a session of its own: with no terminal to ask on. */
export function ledgerApiUserProcess(
  args: readonly string[],
  { env, input = "", umask }: Setting & { readonly umask?: string } = {},
): Promise<Outcome> {
  const node = [process.execPath, bin(), ...args];
  const shell = ["sh", "-c", `umask ${umask}; exec "$@"`, "sh", ...node];
  const [command, ...rest] = (umask ? shell : node) as [string, ...string[]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, { env: environment(env), detached: true });
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
