import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { PageAssets } from "./html";

/** What `npm run build` made, below the package's root, for sources and package alike. */
export function builtAssets(): PageAssets {
  let root = __dirname;
  while (!existsSync(join(root, "package.json"))) root = dirname(root);
  const folder = join(root, "dist", "registration-page");
  const read = (name: string) => {
    const file = join(folder, name);
    if (!existsSync(file)) throw new Error(`${file} is missing; run npm run build in ${root}`);
    return readFileSync(file, "utf8");
  };
  return { script: read("page.js"), style: read("page.css") };
}
