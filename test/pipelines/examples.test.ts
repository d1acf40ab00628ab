/** The pipelines that we give others, and our own: they parse, they use commands that exist, and they are closed against a hostile pull request. */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { addAffected } from "../../cli/commands/affected/command";
import { addAudit } from "../../cli/commands/audit/command";
import { ACTIONS } from "../../cli/commands/init/actions";
import { addReview } from "../../cli/commands/review/command";
import { addStacks } from "../../cli/commands/stacks/command";
import { addSynth } from "../../cli/commands/synth/command";
import { ledgerApiUser } from "../support/cli/run-cli";
import {
  actionsIn,
  asWorkflow,
  problemsOf,
  problemsOfScript,
  type Workflow,
  yamlOf,
} from "../support/pipelines/workflow";
import { PROJECT } from "../support/project";

const { version } = require("../../package.json");
const read = (path: string) => readFileSync(join(PROJECT, path), "utf8");
const below = (folder: string) => readdirSync(join(PROJECT, folder)).map((name) => `${folder}/${name}`);

const OURS = below(".github/workflows");
const EXAMPLES = below("examples/gitops");
const [GITHUB, GITLAB, ATLANTIS, ACTION, INIT] = [
  "examples/gitops/github-actions.yml",
  "examples/gitops/gitlab-ci.yml",
  "examples/gitops/atlantis.yaml",
  "action.yml",
  "the workflow of init",
];
const WORKFLOWS = [...OURS, GITHUB, INIT];

const texts: Record<string, string> = {};
beforeAll(async () => {
  for (const path of [...OURS, ...EXAMPLES, ACTION]) texts[path] = read(path);
  const folder = mkdtempSync(join(tmpdir(), "init-"));
  expect(await ledgerApiUser(["init", folder, "--backend", "s3:acme-terraform"])).toMatchObject({ code: 0 });
  texts[INIT] = readFileSync(join(folder, ".github/workflows/api-users.yml"), "utf8");
});
const textOf = (name: string) => texts[name] ?? "";
const workflowOf = (name: string): Workflow => yamlOf(textOf(name));

/** All texts in a value that are scripts: those under `run`, `script`, `before_script` and `after_script`. */
function scriptsIn(value: unknown, key = ""): string[] {
  if (Array.isArray(value) && /script$/.test(key)) return [value.flat(5).join("\n")];
  if (typeof value === "string") return key === "run" ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => scriptsIn(each, Array.isArray(value) ? key : name));
}

test.each([...WORKFLOWS, GITLAB, ATLANTIS, ACTION])("%s is YAML without a doubt", (name) => {
  expect(yamlOf(textOf(name))).toEqual(expect.any(Object));
});

test.each([GITHUB, INIT])("%s is closed against what a pull request can change", (name) => {
  expect(problemsOf(workflowOf(name))).toEqual([]);
});

/** Our own build and publish: they have other rights, and no stacks. test/release.test.ts has the rest. */
const FOR_OURS = [
  "starts for pull requests with the rights of the pull request",
  "may read the repository, and no more than that",
  "names each action by its commit",
  "leaves no token in the checkout",
  "has nothing of the event in a script but as a variable",
];

test.each(OURS)("%s runs what a pull request says with no rights but reading", (name) => {
  const problems = problemsOf(workflowOf(name));
  expect(FOR_OURS.filter((rule) => problems.includes(rule))).toEqual([]);
});

test("action.yml is closed too", () => {
  expect(problemsOf(asWorkflow(textOf(ACTION)))).toEqual([]);
});

test.each([
  GITLAB,
  ATLANTIS,
])("the scripts of %s stop at errors, quote, and take stacks from the manifest", (name) => {
  const scripts = scriptsIn(yamlOf(textOf(name)));
  expect(scripts.length).toBeGreaterThan(3);
  expect(scripts.flatMap(problemsOfScript)).toEqual([]);
});

/** What somebody could change in a good workflow, and the rule that sees it. */
const BREACHES: readonly (readonly [rule: string, from: string | RegExp, to: string])[] = [
  [
    "starts for pull requests with the rights of the pull request",
    "  pull_request:\n",
    "  pull_request_target:\n",
  ],
  [
    "may read the repository, and no more than that",
    "permissions:\n  contents: read",
    "permissions: write-all",
  ],
  ["gives a job no right but what pipelines need", "pull-requests: write", "statuses: write"],
  [
    "runs the repository's code and Terraform in no job that may comment",
    /run: test "\$PLAN" = success/,
    "run: npm ci",
  ],
  [
    "runs the repository's code and Terraform in no job that may comment",
    "pull-requests: write",
    "pull-requests: write\n      id-token: write",
  ],
  ["names each action by its commit", /actions\/checkout@\w+/, "actions/checkout@v4"],
  ["restores no cache, which a pull request could have filled", "package-manager-cache: false", "cache: npm"],
  [
    "restores no cache, which a pull request could have filled",
    "package-manager-cache: false",
    "check-latest: true",
  ],
  ["leaves no token in the checkout", "persist-credentials: false", "show-progress: false"],
  ["has nothing of the event in a script but as a variable", "npm ci", "npm ci ${{ github.head_ref }}"],
  ["stops at the first error", "set -euo pipefail\n", "\n"],
  ["takes the stacks from the manifest", "while IFS= read -r stack <&3", "for stack in cdktf.out/stacks/*/"],
  [
    "loops over no command's output that may have failed",
    "while IFS= read -r stack <&3",
    "for stack in $(ls)",
  ],
  ["quotes its variables", '-chdir="$folder"', "-chdir=$folder"],
];

test.each(BREACHES)("a workflow that is changed so that it no longer %s is found", (rule, from, to) => {
  const changed = textOf(INIT).replace(from, to);
  expect(changed).not.toBe(textOf(INIT));
  expect(problemsOf(yamlOf(changed))).toContain(rule);
});

test("the pipelines for others use one release of each action, and say which", () => {
  const OWN = "acme/cdktf-ledger-api-user@0000000000000000000000000000000000000000";
  const used = [GITHUB, INIT, ACTION].flatMap((name) => actionsIn(textOf(name)));
  expect(used.length).toBeGreaterThan(20);
  const known = new Set<string>(Object.values(ACTIONS));
  expect(new Set(used.filter((action) => !known.has(action)))).toEqual(new Set([`${OWN} # v${version}`]));
  for (const action of used) expect(action).toMatch(/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("the judge is one exact version from the registry, in every pipeline", () => {
  for (const name of [INIT, GITLAB]) {
    const installs =
      scriptsIn(yamlOf(textOf(name)))
        .join("\n")
        .match(/npm install .*/g) ?? [];
    expect(installs.length).toBeGreaterThanOrEqual(2);
    for (const install of installs)
      expect(install).toMatch(
        new RegExp(`^npm install --prefix "\\$\\S+" --no-audit --no-fund cdktf-ledger-api-user@${version}$`),
      );
  }
  expect(textOf(ACTION)).toContain('"cdktf-ledger-api-user@$version"');
  for (const name of [...EXAMPLES, ACTION, INIT])
    for (const script of scriptsIn(yamlOf(textOf(name))))
      expect(script).not.toMatch(
        /(npx|node_modules\/\.bin\/)\S* (--\S+ )*(cdktf-)?ledger-api-user (review|audit)/,
      );
});

test.each([
  ...EXAMPLES,
  ACTION,
  INIT,
])("%s calls this package's commands with arguments that they take", (name) => {
  const calls = scriptsIn(yamlOf(textOf(name)))
    .join("\n")
    .replaceAll("\\\n", " ")
    .matchAll(
      /(?:"\$(?:JUDGE|judge)"|cdktf-ledger-api-user) ((?:affected|review|audit|synth|stacks)\b[^\n|)]*)/g,
    );
  const commands = [...calls].map(
    ([, call = ""]) => (call.split(/ >+ /)[0] ?? "").match(/"[^"]*"|\S+/g) ?? [],
  );
  expect(commands.length).toBeGreaterThanOrEqual(3);
  for (const call of commands) {
    const program = new Command().exitOverride();
    for (const add of [addAffected, addAudit, addReview, addStacks, addSynth]) add(program);
    for (const command of program.commands) command.exitOverride().action(() => {});
    const args = call.map((each) => each.replace(/"\$FAIL_ON"/, "destroy").replaceAll('"', ""));
    expect(() => program.parse(["node", "ledger-api-user", ...args])).not.toThrow();
  }
});

test("Atlantis runs nothing of a pull request on its server", () => {
  const { repos, workflows } = yamlOf(textOf(ATLANTIS));
  const scripts = scriptsIn([repos, workflows]).join("\n");
  expect(scripts).not.toMatch(/\bnpm\b|\bnpx\b|\bnode\b/);
  expect(repos).toMatchObject([
    { allowed_overrides: [], allow_custom_workflows: false, autodiscover: { mode: "disabled" } },
  ]);
  // A comment can ask for any folder: both refuse what is not a stack, before Terraform runs there.
  for (const stage of ["plan", "apply"])
    expect(workflows["api-users"][stage].steps[0].run).toContain('grep -Fxq -e "$REPO_REL_DIR"');
});

test("GitLab's plan of a merge request has no role that applies, and its review has no role at all", () => {
  const { plan, review, apply } = yamlOf(textOf(GITLAB));
  expect(review).not.toHaveProperty("id_tokens");
  expect(review).toMatchObject({
    variables: { GIT_STRATEGY: "empty" },
    environment: { name: "api-users-review" },
  });
  expect(plan).not.toHaveProperty("environment"); // whose variables it would have
  expect(plan.id_tokens.AWS_TOKEN.aud).not.toBe(apply.id_tokens.AWS_TOKEN.aud);
  expect(apply.rules).toEqual([
    { if: expect.stringContaining("== $CI_DEFAULT_BRANCH"), when: "manual", allow_failure: false },
  ]);
  for (const job of [plan, review, apply]) expect(job).not.toHaveProperty("cache");
});

const SHELL = /```(?:sh|bash|shell)\n([\s\S]*?)```/g;
const pages = ["README.md", "CONTRIBUTING.md", ...below("docs").filter((path) => path.endsWith(".md"))];

test.each(pages)("%s loops over no left-over folders", (page) => {
  const scripts = [...read(page).matchAll(SHELL)].map(([, script = ""]) => script);
  for (const script of scripts) expect(script).not.toMatch(/stacks\/["']?\*/);
});
