import { spawn } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { bundlePage } from "../../../registration-page/bundle";
import { PROJECT } from "../project";
import { environment, type Outcome, type Setting } from "./run-cli";

/** In the folder of temporary files, which is that of this run of jest. */
const COMPILED = join(tmpdir(), "ledger-api-user");

const FOLDERS = [
  "cli",
  "text",
  "messages",
  "proxy",
  "aws",
  "rules",
  "keys",
  "ledger-api",
  "fleet",
  "registration",
  "signing",
  "audit",
  "functions",
  "constructs",
];

/**
 * Compiles the command as the package has it, dist/cli/bin.js beside package.json. By esbuild, which takes a moment, and
 * saves each run the second that compiling on the fly takes.
 */
function compile(): void {
  const folder = mkdtempSync(`${COMPILED}-`);
  const entryPoints = [
    ...FOLDERS.map((name) => join(PROJECT, name, "**/*.ts")),
    join(PROJECT, "registration-page/*.ts"),
  ];
  buildSync({ entryPoints, outdir: join(folder, "dist"), outbase: PROJECT, format: "cjs", platform: "node" });
  for (const [name, text] of Object.entries(bundlePage()))
    writeFileSync(join(folder, "dist/registration-page", `page.${name === "script" ? "js" : "css"}`), text);
  for (const each of ["fleet/schemas", "dist/functions"])
    cpSync(join(PROJECT, each), join(folder, each), { recursive: true });
  const ours = "cli/commands/review/ours/ours.json";
  copyFileSync(join(PROJECT, ours), join(folder, "dist", ours));
  copyFileSync(join(PROJECT, "package.json"), join(folder, "package.json"));
  symlinkSync(join(PROJECT, "node_modules"), join(folder, "node_modules"));
  try {
    renameSync(folder, COMPILED);
  } catch {
    if (!existsSync(COMPILED)) throw new Error(`${folder} could not be renamed to ${COMPILED}`);
    rmSync(folder, { recursive: true }); // another test file was quicker
  }
}

/** The folder of the compiled package: the first test file of a run that asks for it compiles it for all. */
export function compiled(): string {
  if (!existsSync(COMPILED)) compile();
  return COMPILED;
}

/** The path of the compiled command. */
export const bin = (): string => join(compiled(), "dist/cli/bin.js");

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
