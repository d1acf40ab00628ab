/**
 * Runs jest's tests in Stryker's own process. Stryker's runner for jest loads every module again for each mutant, the AWS SDK and
 * cdktf among them, which takes seconds; here they are loaded once, and a mutant costs what its tests cost. It has what the tests
 * of the mutated folders use of jest, with jest's own `expect`, `each` and mocks.
 */
import { readdirSync, readFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { join, relative } from "node:path";
import { transformSync } from "@swc/core";
import { HOOK, Suite } from "./suite.mjs";

const require = createRequire(import.meta.url);
/** Paths below test/. Those that start processes are left out: what they see, a mutant would cost seconds. */
const TESTS = new RegExp(`^(${process.env.MUTATION_TESTS})`);

/** Where Stryker and the instrumented code meet. The code keeps references to it, so its fields change and not itself. */
globalThis.__stryker__ ??= {};
const shared = globalThis.__stryker__;

class Runner {
  #root = process.cwd();
  #suite = undefined;

  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    compileTypeScript();
    require(join(this.#root, "test/support/setup/no-token-traces.ts"));
    for (const event of ["unhandledRejection", "uncaughtException"])
      process.on(event, (error) => this.#suite?.fail(error));
  }

  async dryRun() {
    this.#load();
    shared.mutantCoverage ??= { static: {}, perTest: {} };
    const tests = await this.#suite.run({
      enter: (id) => {
        shared.currentTestId = id;
      },
    });
    shared.currentTestId = undefined;
    const { perTest } = shared.mutantCoverage;
    // What a hook runs before several tests is run for each of them.
    for (const { id, hooks } of tests)
      for (const hook of hooks) perTest[id] = { ...perTest[hook], ...perTest[id] };
    for (const id of Object.keys(perTest)) if (id.startsWith(HOOK)) delete perTest[id];
    this.#suite.longestLast(tests);
    return {
      status: "complete",
      tests: tests.map(({ id, file, ms, error }) => ({
        id,
        name: id,
        fileName: join(this.#root, file),
        timeSpentMs: ms,
        ...(error === undefined
          ? { status: 0 }
          : { status: 1, failureMessage: String(error?.stack ?? error) }),
      })),
      mutantCoverage: shared.mutantCoverage,
    };
  }

  async mutantRun(options) {
    const { activeMutant, testFilter, hitLimit, mutantActivation, reloadEnvironment } = options;
    if (mutantActivation === "static") shared.activeMutant = activeMutant.id;
    shared.hitCount = hitLimit === undefined ? undefined : 0;
    shared.hitLimit = hitLimit;
    let tests = [];
    try {
      if (reloadEnvironment || this.#suite === undefined) this.#load();
      shared.activeMutant = activeMutant.id;
      tests = await this.#suite.run({ only: testFilter && new Set(testFilter), bail: true });
    } catch (error) {
      return killed("loading", error, 0);
    } finally {
      shared.activeMutant = undefined;
      if (reloadEnvironment) this.#suite = undefined;
    }
    if (shared.hitCount > hitLimit) return { status: "timeout", reason: "it goes on without end" };
    const failed = tests.find(({ error }) => error !== undefined);
    if (!failed) return { status: "survived", nrOfTests: tests.length };
    if (!options.again && (await this.#failsAnyway(failed.id))) {
      // An earlier mutant left something behind.
      this.#load();
      return await this.mutantRun({ ...options, again: true });
    }
    return killed(failed.id, failed.error, tests.length);
  }

  async #failsAnyway(id) {
    if (this.#suite === undefined) return false;
    const tests = await this.#suite.run({ only: new Set([id]) });
    return tests.some(({ error }) => error !== undefined);
  }

  /** All modules of the project again, and none of its dependencies'. */
  #load() {
    for (const path of Object.keys(require.cache))
      if (path.startsWith(this.#root) && !path.includes("node_modules")) delete require.cache[path];
    this.#suite = new Suite();
    for (const path of testFiles(join(this.#root, "test")))
      this.#suite.file(relative(this.#root, path), () => require(path));
  }
}

const killed = (id, error, nrOfTests) => ({
  status: "killed",
  killedBy: [id],
  failureMessage: String(error?.message ?? error),
  nrOfTests,
});

const testFiles = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((path) => /(?<!\.process)\.test\.ts$/.test(path) && TESTS.test(path))
    .sort()
    .map((path) => join(folder, path));

function compileTypeScript() {
  const compiled = new Map();
  const options = {
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
    swcrc: false,
  };
  Module._extensions[".ts"] = (module, path) => {
    if (!compiled.has(path))
      compiled.set(path, transformSync(readFileSync(path, "utf8"), { ...options, filename: path }).code);
    module._compile(compiled.get(path), path);
  };
}

/** What people read says nothing of what the code does: a text with two words of small letters is left as it is. */
const messages = {
  shouldIgnore({ node }) {
    if (node.type === "StringLiteral") return prose(node.value);
    if (node.type !== "TemplateLiteral" || !node.expressions.every(isPlain)) return undefined;
    return prose(node.quasis.map(({ value }) => value.raw).join("x"));
  },
};
const prose = (text) => (/[a-z]\W{0,2} \W{0,2}[a-z]/.test(text) ? "a message" : undefined);
const isPlain = ({ type, arguments: given = [] }) =>
  ["Identifier", "MemberExpression"].includes(type) || (type === "CallExpression" && given.every(isPlain));

export const strykerPlugins = [
  { kind: "TestRunner", name: "in-process", injectableClass: Runner },
  { kind: "Ignore", name: "messages", value: messages },
];
