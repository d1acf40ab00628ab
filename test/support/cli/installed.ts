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
import { ENGINES } from "../../../fleet/engine";
import { PROJECT } from "../project";
import { compiled } from "./process";
import type { Outcome } from "./run-cli";

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
    const isOurs = (path: string) => !path.endsWith("/node_modules");
    cpSync(compiled(), this.package, { recursive: true, filter: isOurs });
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

  /** As `npm install --omit=peer` leaves it. */
  removePeers(): void {
    for (const name of Object.keys(ENGINES.cdktf)) rmSync(join(this.folder, "node_modules", name));
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
