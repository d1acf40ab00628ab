import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildSync } from "esbuild";
import { ENGINES } from "../../../fleet/engine";
import { PROJECT } from "../project";
import type { Outcome } from "./run-cli";

const ROOMS =
  "aws audit cli constructs fleet functions keys ledger-api messages proxy registration registration-page rules signing text";

/**
 * As npm does for who installs this package and cdktf: what it depends on, with one engine, and nothing of what it is developed with.
 */
export function linkDependencies(folder: string, { omitPeers = false } = {}): void {
  const { dependencies } = require("../../../package.json");
  const names = Object.keys({ ...dependencies, ...(omitPeers ? {} : ENGINES.cdktf) });
  for (const name of names) {
    const link = join(folder, "node_modules", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(PROJECT, "node_modules", name), link);
  }
}

/** A stranger's folder: this package in its node_modules, compiled as it is published, and nothing else of ours. */
export class Installed {
  readonly folder = mkdtempSync(join(tmpdir(), "installed-"));
  readonly package = join(this.folder, "node_modules", "cdktf-ledger-api-user");

  /** @param omitPeers as `npm install --omit=peer` does */
  constructor({ omitPeers = false } = {}) {
    mkdirSync(this.package, { recursive: true });
    buildSync({
      entryPoints: ROOMS.split(" ").map((room) => join(PROJECT, room, "**/*.ts")),
      outdir: join(this.package, "dist"),
      outbase: PROJECT,
      format: "cjs",
      platform: "node",
    });
    for (const file of ["package.json", "fleet/schemas", "dist/functions"])
      cpSync(join(PROJECT, file), join(this.package, file), { recursive: true });
    // What a source imports, the compiler puts beside it.
    const ours = "cli/commands/review/ours/ours.json";
    cpSync(join(PROJECT, ours), join(this.package, "dist", ours));
    linkDependencies(this.folder, { omitPeers });
  }

  /** Runs the command in the folder, with PATH for an environment, and whatever is preloaded. */
  run(args: readonly string[], { env = {}, preload = [] as string[] } = {}): Outcome {
    const bin = join(this.package, "dist/cli/bin.js");
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...preload.flatMap((file) => ["--require", file]), bin, ...args],
      { cwd: this.folder, env: { PATH: process.env["PATH"] ?? "", ...env }, encoding: "utf8" },
    );
    return { code: status, stdout, stderr };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** The files below a folder, each with its bytes. */
export const filesBelow = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true })
      .map(String)
      .filter((name) => statSync(join(folder, name)).isFile())
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), "base64")]),
  );
