import { performance } from "node:perf_hooks";
import { jestExpect } from "@jest/expect";
import { ModernFakeTimers } from "@jest/fake-timers";
import { bind } from "jest-each";
import { ModuleMocker } from "jest-mock";

/** A test that takes longer, under a mutant that makes it wait for what never comes, has failed. */
const MOST_MS = 20_000;

/** Before the name of a file or a `describe`: what its `beforeAll` covers. */
export const HOOK = "before: ";

const { setTimeout, clearTimeout } = globalThis;

/** The tests of some files, which can be run again and again. */
export class Suite {
  #root = block("", undefined);
  #now = this.#root;
  #broken = undefined;

  constructor() {
    const mocker = new ModuleMocker(globalThis);
    const timers = new ModernFakeTimers({
      config: { rootDir: process.cwd(), fakeTimers: {} },
      global: globalThis,
    });
    this.tidy = () => {
      timers.useRealTimers();
      mocker.restoreAllMocks();
    };
    const jest = {
      fn: mocker.fn.bind(mocker),
      spyOn: mocker.spyOn.bind(mocker),
      replaceProperty: mocker.replaceProperty.bind(mocker),
      restoreAllMocks: mocker.restoreAllMocks.bind(mocker),
      setTimeout() {},
      useFakeTimers: () => timers.useFakeTimers(),
      useRealTimers: () => timers.useRealTimers(),
      advanceTimersByTime: (ms) => timers.advanceTimersByTime(ms),
      advanceTimersByTimeAsync: (ms) => timers.advanceTimersByTimeAsync(ms),
      runAllTimersAsync: () => timers.runAllTimersAsync(),
    };
    const describe = (name, body) => this.#inside(block(name, this.#now), body);
    const test = (name, body) => void this.#now.children.push({ name, body, in: this.#now });
    const hook = (kind) => (body) => void this.#now[kind].push(body);
    describe.each = bind(describe);
    test.each = bind(test);
    Object.assign(globalThis, { jest, describe, test, it: test, expect: jestExpect });
    for (const kind of HOOKS) globalThis[kind] = hook(kind);
  }

  file(path, load) {
    this.#inside(block(path, this.#root), load);
  }

  #inside(inner, body) {
    const outer = this.#now;
    outer.children.push(inner);
    this.#now = inner;
    try {
      body();
    } finally {
      this.#now = outer;
    }
  }

  /** An error that no test waits for. */
  fail(error) {
    this.#broken ??= { error };
  }

  /** Files that take long come last: most mutants are killed before. */
  longestLast(results) {
    const cost = new Map();
    for (const { file, ms } of results) cost.set(file, (cost.get(file) ?? 0) + ms);
    this.#root.children.sort((a, b) => (cost.get(a.name) ?? 0) - (cost.get(b.name) ?? 0));
  }

  async run({ only, bail = false, enter = () => {} } = {}) {
    const results = [];
    const wanted = (node) => (node.children ? node.children.some(wanted) : !only || only.has(idOf(node)));
    const stop = () => bail && results.some(({ error }) => error !== undefined);

    const runTest = async (node, hooks) => {
      const id = idOf(node);
      const begin = performance.now();
      this.#broken = undefined;
      enter(id);
      const around = (kind) => ancestors(node).flatMap((each) => each[kind]);
      let error;
      try {
        jestExpect.setState({ currentTestName: id, assertionCalls: 0, suppressedErrors: [] });
        for (const each of around("beforeEach").concat(node.body)) await inTime(each);
      } catch (thrown) {
        error = thrown ?? "thrown: nothing";
      }
      for (const each of around("afterEach").reverse())
        await inTime(each).catch((thrown) => (error ??= thrown));
      if (this.#broken) error ??= this.#broken.error ?? "unhandled";
      results.push({ id, file: fileOf(node), ms: performance.now() - begin, error, hooks });
    };

    const runBlock = async (node, hooks) => {
      const own = `${HOOK}${idOf(node)}`;
      enter(own);
      let error;
      for (const each of node.beforeAll) await inTime(each).catch((thrown) => (error ??= thrown));
      for (const child of node.children) {
        if (stop()) break;
        if (!wanted(child)) continue;
        if (error !== undefined) results.push({ id: own, file: fileOf(node), ms: 0, error, hooks: [] });
        else if (child.children) await runBlock(child, [...hooks, own]);
        else await runTest(child, [...hooks, own]);
      }
      for (const each of node.afterAll) await inTime(each).catch(() => {});
      if (node.in === this.#root) this.tidy();
    };

    await runBlock(this.#root, []);
    return results;
  }
}

const HOOKS = ["beforeAll", "beforeEach", "afterEach", "afterAll"];

function block(name, parent) {
  const siblings = parent?.children.filter((each) => each.name === name).length ?? 0;
  const hooks = Object.fromEntries(HOOKS.map((kind) => [kind, []]));
  return { name: siblings === 0 ? name : `${name} (${siblings + 1})`, in: parent, children: [], ...hooks };
}

const ancestors = (node) => (node.in ? [...ancestors(node.in), node.in] : []);
const idOf = (node) => [...ancestors(node), node].map(({ name }) => name).join(" > ");
const fileOf = (node) => [...ancestors(node), node][1]?.name ?? "";

async function inTime(body) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end in ${MOST_MS} ms`)), MOST_MS);
  });
  try {
    await Promise.race([body(), late]);
  } finally {
    clearTimeout(timer);
  }
}
