import { join } from "node:path";
import { buildSync } from "esbuild";
import type { PageAssets } from "./html";

/**
 * Bundles the page's script and style: the same bytes from the same commit on any machine. Not minified, so that a
 * reviewer can read in the page what runs. For a browser: a module of Node's, were one imported, would fail the build.
 */
export function bundlePage(): PageAssets {
  const { outputFiles } = buildSync({
    absWorkingDir: join(__dirname, ".."),
    entryPoints: { page: "registration-page/browser/main.ts", style: "registration-page/browser/page.css" },
    outdir: "dist/registration-page",
    bundle: true,
    write: false,
    platform: "browser",
    target: "es2022",
    format: "iife",
    charset: "utf8",
    legalComments: "inline",
    tsconfigRaw: {},
  });
  const textOf = (end: string) => {
    const file = outputFiles.find(({ path }) => path.endsWith(end));
    if (!file) throw new Error(`esbuild wrote no ${end} for the registration page`);
    return file.text;
  };
  const script = textOf(".js");
  // In a script element, these would end or hide what follows.
  if (/<\/script|<!--/i.test(script))
    throw new Error("the page's script contains the end of a script element");
  return { script, style: textOf(".css") };
}
