/**
 * The second build, for CDK Terrain: cdktn has cdktf's API under another name. What loads an engine, in JavaScript and in
 * types, is copied to `dist/cdktn/` with other imports. Everything else is in the package once, so that its classes, such as
 * `ApiUserRole`, are the same for both.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { preProcessFile } from "typescript";

/** The folders whose files may load an engine: `npm run lint` sees to it. */
const ROOMS = ["constructs", "fleet"];
const OUT = "cdktn";
const ENGINE = /^(@?)cdktf(?=$|\/)/;
const CODE = /(\.d\.ts|\.js)$/;

/** A module is known by its path without its extension, from `dist`. */
type Module = string;

interface Import {
  readonly specifier: string;
  /** Where its quotes begin. */
  readonly at: number;
}

/** Writes `dist/cdktn/`, and returns the modules in it. */
export function buildCdktn(dist: string): Module[] {
  rmSync(join(dist, OUT), { recursive: true, force: true });
  const files = ROOMS.flatMap((room) =>
    readdirSync(join(dist, room), { recursive: true })
      .map((name) => posix.join(room, String(name)))
      .filter((name) => CODE.test(name)),
  ).map((path) => {
    const text = readFileSync(join(dist, path), "utf8");
    return { path, module: path.replace(CODE, ""), text, imports: importsOf(text) };
  });
  const copied = loadEngine(files);
  for (const { path, module, text, imports } of files)
    if (copied.has(module)) write(join(dist, OUT, path), rewritten(module, text, imports, copied));
  return [...copied];
}

function importsOf(text: string): Import[] {
  return preProcessFile(text, true, true).importedFiles.map(({ fileName, pos }) => ({
    specifier: fileName,
    at: pos,
  }));
}

/** The modules that import an engine, or a module that does. */
function loadEngine(files: readonly { module: Module; imports: readonly Import[] }[]): Set<Module> {
  const found = new Set<Module>();
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { module, imports } of files)
      if (
        imports.some(({ specifier }) => ENGINE.test(specifier) || found.has(target(module, specifier, found)))
      )
        found.add(module);
  }
  return found;
}

/** The module that an import means: a file, or the index of a folder. */
function target(from: Module, specifier: string, modules: ReadonlySet<Module>): Module {
  const path = posix.join(posix.dirname(from), specifier);
  return specifier.startsWith(".") && modules.has(posix.join(path, "index"))
    ? posix.join(path, "index")
    : path;
}

function rewritten(module: Module, text: string, imports: readonly Import[], copied: ReadonlySet<Module>) {
  let result = text;
  for (const { specifier, at } of imports.toSorted((a, b) => b.at - a.at)) {
    const end = at + 1 + specifier.length;
    if (text.slice(at + 1, end) !== specifier) throw new Error(`${module}: cannot rewrite ${specifier}`);
    result = result.slice(0, at + 1) + renamed(module, specifier, copied) + result.slice(end);
  }
  return result;
}

function renamed(module: Module, specifier: string, copied: ReadonlySet<Module>): string {
  if (ENGINE.test(specifier)) return specifier.replace(ENGINE, `$1${OUT}`);
  if (!specifier.startsWith(".") || copied.has(target(module, specifier, copied))) return specifier;
  // Not copied: one folder further up.
  return posix.relative(posix.join(OUT, posix.dirname(module)), posix.join(posix.dirname(module), specifier));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
