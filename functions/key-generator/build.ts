import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { zipSync } from "fflate";

/**
 * Builds the function's zip, the same bytes from the same commit on any machine: one bundled file, not minified
 * so that a reviewer can read what runs, with a fixed date (as DOS local time, hence the local constructor).
 */
const root = join(__dirname, "..", "..");

async function main(): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["functions/key-generator/index.ts"],
    bundle: true,
    write: false,
    platform: "node",
    target: "node22",
    format: "cjs",
    charset: "utf8",
    external: ["@aws-sdk/*"],
    tsconfigRaw: {},
  });
  const [bundle] = outputFiles;
  if (!bundle) throw new Error("esbuild wrote nothing for functions/key-generator");
  const mode = 0o644 << 16; // Lambda's user must be able to read it
  const zip = zipSync({
    "index.js": [bundle.contents, { mtime: new Date(1980, 0, 1), level: 9, os: 3, attrs: mode }],
  });
  mkdirSync(join(root, "dist", "functions"), { recursive: true });
  writeFileSync(join(root, "dist", "functions", "key-generator.zip"), zip);
}

void main();
