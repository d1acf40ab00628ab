import { createHash } from "node:crypto";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { zipSync } from "fflate";

const root = join(__dirname, "..", "..");

/**
 * Builds the function's zip, the same bytes from the same commit on any machine: one bundled file, not minified
 * so that a reviewer can read what runs, with a fixed date (as DOS local time, hence the local constructor).
 */
export function buildZip(): Uint8Array {
  const { outputFiles } = buildSync({
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
  return zipSync({
    "index.js": [bundle.contents, { mtime: new Date(1980, 0, 1), level: 9, os: 3, attrs: mode }],
  });
}

/** What Lambda calls CodeSha256, and Terraform source_code_hash. */
export const codeSha256 = (zip: Uint8Array): string => createHash("sha256").update(zip).digest("base64");
