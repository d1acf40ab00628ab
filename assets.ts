/**
 * Builds what is made of the sources beside compiled TypeScript: the key generator's zip and the registration page, below
 * `dist/`. Everything that runs from a clone does this first, so that a clone is never out of date.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildZip, codeSha256 } from "./functions/key-generator/build";
import { bundlePage } from "./registration-page/bundle";

const DIST = join(__dirname, "dist");

export function buildAssets(): void {
  const zip = buildZip();
  const { script, style } = bundlePage();
  if (write("functions/key-generator.zip", zip))
    console.error(`dist/functions/key-generator.zip: CodeSha256 ${codeSha256(zip)}`);
  write("registration-page/page.js", Buffer.from(script));
  write("registration-page/page.css", Buffer.from(style));
}

/** Leaves alone what is right already, which somebody may be reading. */
function write(name: string, content: Uint8Array): boolean {
  const file = join(DIST, name);
  if (existsSync(file) && readFileSync(file).equals(content)) return false;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return true;
}

if (require.main === module) buildAssets();
