import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The path of the function's code, which `npm run build` makes; the same in the sources and in the installed package. */
export function generatorZip(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  const zip = join(folder, "dist", "functions", "key-generator.zip");
  if (!existsSync(zip)) throw new Error(`${zip} is missing; run npm run build in ${folder}`);
  return zip;
}

/** The code's hash, Lambda's CodeSha256: reviewers can compare it with the hash of their own build. */
export function generatorCodeSha256(): string {
  return createHash("sha256").update(readFileSync(generatorZip())).digest("base64");
}
