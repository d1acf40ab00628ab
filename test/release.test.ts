/** The workflow that publishes: who may publish runs nothing of ours or of our dependencies. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { PROJECT } from "./support/project";

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly needs?: string;
  readonly steps: readonly Step[];
}

const FOLDER = join(PROJECT, ".github/workflows");
const text = readFileSync(join(FOLDER, "release.yml"), "utf8");
const document = parseDocument(text);
const workflow: { on: object; permissions: object; jobs: Record<string, Job> } = document.toJS();
const { build, publish } = workflow.jobs as { build: Job; publish: Job };
const scripts = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []).join("\n");
const jobs = Object.entries(workflow.jobs);

test("is YAML without a doubt, and runs for tags of versions only", () => {
  expect([...document.errors, ...document.warnings]).toEqual([]);
  expect(workflow.on).toEqual({ push: { tags: ["v*"] } });
});

test("one job has the right to publish, and waits for the reviewers of an environment", () => {
  expect(workflow.permissions).toEqual({ contents: "read" });
  const withToken = jobs.filter(([, { permissions }]) => permissions?.["id-token"]).map(([name]) => name);
  expect(withToken).toEqual(["publish"]);
  expect(publish).toMatchObject({ permissions: { "id-token": "write" }, environment: "npm", needs: "build" });
  expect(Object.keys(publish.permissions ?? {})).toEqual(["id-token"]);
});

test("that job runs no code but npm's: no checkout, no installation, no script of a package", () => {
  const actions = publish.steps.flatMap(({ uses }) => uses?.split("@")[0] ?? []);
  expect(actions).toEqual(["actions/setup-node", "actions/download-artifact"]);
  const npm = scripts(publish).match(/\b(npm|npx|node|yarn|pnpm)\b[^\n)|]*/g) ?? [];
  expect(npm).toEqual([
    "npm --version",
    "npm publish ./release/*.tgz --ignore-scripts --provenance --access public",
  ]);
  expect(scripts(publish)).toMatch(/sha256sum --check SHA256SUMS/);
});

test("its Node and npm can do trusted publishing: 22.14 and 11.5.1", () => {
  const node = publish.steps.find(({ uses }) => uses?.startsWith("actions/setup-node"));
  expect(Number(node?.with?.["node-version"])).toBeGreaterThanOrEqual(24); // 22 has npm 10
  expect(scripts(publish)).toContain("11.5.1");
});

test("the package is built without install scripts, says where it comes from, and has a bill of materials", () => {
  const script = scripts(build);
  expect(script.match(/npm (ci|i|install)\b.*/g)).toEqual([
    "npm ci --ignore-scripts",
    "npm install --package-lock-only --ignore-scripts --offline", // a lock file, and no package
  ]);
  const order = ["npm ci", "npm pkg set", "npm run build", "npm pack --ignore-scripts", "npm sbom"];
  const places = order.map((command) => script.indexOf(command));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  const setting = /npm pkg set .*/.exec(script)?.[0] ?? "";
  for (const field of ["repository.url=", "homepage=", "bugs.url="]) expect(setting).toContain(field);
});

test("a checkout keeps no credentials, and nothing of an event gets into a script but as a variable", () => {
  for (const [, job] of jobs) {
    expect(scripts(job)).not.toContain("${{");
    for (const { uses, with: settings } of job.steps)
      if (uses?.startsWith("actions/checkout")) expect(settings).toEqual({ "persist-credentials": false });
  }
});

test.each(
  readdirSync(FOLDER),
)("%s names each action by its commit, and says which version that is", (name) => {
  const actions = [...readFileSync(join(FOLDER, name), "utf8").matchAll(/uses: (.*)/g)].map(
    ([, each]) => each,
  );
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});
