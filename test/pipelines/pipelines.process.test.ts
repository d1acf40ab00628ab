/**
 * The very shell of the pipelines, run by bash in a project that a hostile pull request has prepared. npm, Terraform, gh and curl are
 * stand-ins that record how they were called; our command is the real one.
 */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Installed } from "../support/cli/installed";
import { plan, secret } from "../support/cli/plan";
import { asWorkflow, scriptOf, type Workflow, yamlOf } from "../support/pipelines/workflow";
import { PROJECT } from "../support/project";

const STACKS = ["acme-prod-eu-west-1", "acme-prod-treasury"];
const NOTHING = JSON.stringify(plan([]));
const DELETED = JSON.stringify(plan([{ type: "aws_secretsmanager_secret", before: secret() }]));
/** What affected says. */
const touching = (...stacks: string[]) =>
  JSON.stringify({
    ...{ ok: true, gone: [], moved: [], problems: [] },
    stacks: stacks.map((name) => ({ name, wave: 1, change: "changed" })),
  });
const example = (path: string) => yamlOf(readFileSync(join(PROJECT, path), "utf8"));

const STANDINS: Readonly<Record<string, string>> = {
  // Our command. What takes it seconds is there already, where READY, TOUCHED or FAILS say so: other tests here make it.
  ledger: `if [ "$1" = synth ] && [ -n "\${READY:-}" ]; then cp -R "$READY/." cdktf.out; exec cat "$READY/names"; fi
if [ "$1" = affected ] && [ -n "\${TOUCHED:-}" ]; then echo "$*" >> "$LOG"; exec cat "$TOUCHED"; fi
if [ "$1" = synth ] && [ -n "\${FAILS:-}" ]; then exit "$FAILS"; fi
exec node "$BIN" "$@"`,
  terraform: `echo "terraform $*" >> "$LOG"; case "$*" in *" show "*) cat "$PLAN" ;; esac`,
  npx: `echo "npx $*" >> "$LOG"; shift 2; exec ledger "$@"`,
  npm: `echo "npm $*" >> "$LOG"
case "$1" in
  run) exec ledger synth ;;
  install) mkdir -p "$3/node_modules/.bin"; cp "$(command -v ledger)" "$3/node_modules/.bin/cdktf-ledger-api-user" ;;
esac`,
  gh: `echo "gh $*" >> "$LOG"; cat review.md > "$COMMENT"`,
  curl: `echo "curl $*" >> "$LOG"; cat > "$COMMENT.header"; cat review.md > "$COMMENT"`,
};

let installed: Installed;
let template: string;
let ready: string;
let init: Workflow;
beforeAll(() => {
  installed = new Installed();
  template = join(installed.folder, "template");
  expect(installed.run(["init", template, "--backend", "s3:acme-terraform"])).toMatchObject({ code: 0 });
  ready = join(installed.folder, "ready");
  const synth = installed.run(["synth", "--users", join(template, "api-users"), "--out", ready]);
  expect(synth).toMatchObject({ code: 0 });
  write(join(ready, "names"), synth.stdout);
  init = yamlOf(readFileSync(join(template, ".github/workflows/api-users.yml"), "utf8"));
});
afterAll(() => installed.remove());

let project: string;
let machine: string;
beforeEach(() => {
  project = mkdtempSync(join(installed.folder, "project "));
  machine = mkdtempSync(join(installed.folder, "machine "));
  cpSync(template, project, { recursive: true });
  for (const [name, script] of Object.entries(STANDINS)) {
    write(join(machine, "bin", name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(machine, "bin", name), 0o755);
  }
  mkdirSync(join(machine, "temp"));
  write(join(machine, "log"), "");
  write(join(machine, "plan.json"), NOTHING);
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
const log = () => readFileSync(join(machine, "log"), "utf8").split("\n").slice(0, -1);
const onMachine = (name: string) => join(machine, name);
const inProject = (name: string) => join(project, name);
const saysPlan = (text: string) => write(onMachine("plan.json"), text);

/** Runs scripts one after another in the project's folder, as a runner does; what they put into GITHUB_ENV and GITHUB_OUTPUT comes to the next. */
function run(scripts: readonly string[], more: Readonly<Record<string, string>> = {}) {
  let env: Record<string, string> = {
    PATH: `${onMachine("bin")}:${process.env["PATH"]}`,
    BIN: join(installed.package, "dist/cli/bin.js"),
    LOG: onMachine("log"),
    PLAN: onMachine("plan.json"),
    COMMENT: onMachine("comment"),
    TMPDIR: onMachine("temp"),
    RUNNER_TEMP: onMachine("temp"),
    GITHUB_ENV: onMachine("env"),
    GITHUB_OUTPUT: onMachine("env"),
    GITHUB_STEP_SUMMARY: onMachine("summary"),
    ...more,
  };
  for (const script of scripts) {
    const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-e", "-c", script], {
      cwd: project,
      env,
      encoding: "utf8",
    });
    if (status !== 0) return { code: status, stderr };
    if (existsSync(onMachine("env")))
      for (const line of readFileSync(onMachine("env"), "utf8").split("\n").filter(Boolean)) {
        const [name = "", ...value] = line.split("=");
        env = { ...env, [name === "judge" ? "JUDGE" : name]: value.join("=") };
      }
  }
  return { code: 0, stderr: "" };
}

/** What a pull request can put into Git besides YAML: a folder of a stack that is gone, and code in one that is there. */
function poison(): void {
  write(inProject("cdktf.out/stacks/acme-prod-gone/cdk.tf.json"), "{}");
  write(inProject("cdktf.out/stacks/acme-prod-gone/terraform.tfstate"), "{}");
  write(inProject(`cdktf.out/stacks/${STACKS[1]}/code.tf`), 'data "external" "code" { program = ["sh"] }');
}

const PLANNED = STACKS.flatMap((stack) => [
  `terraform -chdir=cdktf.out/stacks/${stack} init -input=false`,
  `terraform -chdir=cdktf.out/stacks/${stack} plan -input=false -lock=false -out=plan.tfplan`,
  `terraform -chdir=cdktf.out/stacks/${stack} show -json plan.tfplan`,
]);
const terraform = () => log().filter((line) => line.startsWith("terraform "));

const github = () => example("examples/gitops/github-actions.yml");
const gitlabScript = (job: string, part = "script") =>
  example("examples/gitops/gitlab-ci.yml")[job][part].flat(5).join("\n");

describe("left-over folders and code of the pull request's in them are not planned:", () => {
  beforeEach(poison);
  afterEach(() => {
    expect(terraform()).toEqual(PLANNED);
    expect(existsSync(inProject("cdktf.out/stacks/acme-prod-gone"))).toBe(false);
    expect(existsSync(inProject(`cdktf.out/stacks/${STACKS[1]}/code.tf`))).toBe(false);
  });

  test("by the workflow of init", () => {
    const steps = [
      "Synthesize",
      "Refuse states on this machine, which are lost with it",
      "Plan these stacks",
    ];
    expect(run(steps.map((step) => scriptOf(init, "plan", step)))).toEqual({ code: 0, stderr: "" });
    for (const stack of STACKS) expect(existsSync(onMachine(`temp/judged/plans/${stack}.json`))).toBe(true);
  });

  test("by the example for GitHub", () => {
    const steps = ["Synthesize", "Plan these stacks"].map((step) => scriptOf(github(), "plan", step));
    expect(run(steps, { READY: ready })).toMatchObject({ code: 0 });
    for (const stack of STACKS) expect(existsSync(onMachine(`temp/judged/plans/${stack}.json`))).toBe(true);
  });

  test("by the example for GitLab, whose token is in a file that only this job has", () => {
    const env = { AWS_TOKEN: "token", READY: ready };
    expect(run([gitlabScript("plan")], env)).toMatchObject({ code: 0 });
    for (const stack of STACKS) expect(existsSync(inProject(`plans/${stack}.json`))).toBe(true);
  });
});

describe("a pull request", () => {
  const git = (...args: string[]) =>
    expect(
      spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@acme.example", ...args], { cwd: project })
        .status,
    ).toBe(0);
  const treasury = "api-users/acme-prod/treasury.yaml";
  const FIND = "Find the stacks that the pull request touches";
  const github = (workflow: Workflow, more = {}) =>
    run(
      ["Synthesize", FIND, "Plan these stacks"].map((step) => scriptOf(workflow, "plan", step)),
      { READY: ready, ...more },
    );
  /** What `affected` prints, in a file. */
  const touches = (...stacks: string[]) => {
    write(onMachine("touched"), touching(...stacks));
    return { TOUCHED: onMachine("touched") };
  };
  const planned = () =>
    STACKS.filter((stack) => terraform().some((line) => line.includes(`/${stack} plan `)));

  /** What is merged with main is checked out: its first parent is main. */
  function merge(change: () => void): void {
    git("init", "--quiet");
    write(inProject(".gitignore"), "cdktf.out\nplans\n");
    write(inProject("package-lock.json"), "{}");
    for (const act of [() => {}, change]) {
      act();
      git("add", "--all");
      git("commit", "--quiet", "--message=c");
    }
  }
  const addUser = () => {
    const file = inProject(treasury);
    write(file, `${readFileSync(file, "utf8")}  - { username: another, role: operator }\n`);
  };

  test.each([
    ["the workflow of init", () => github(init)],
    ["the example for GitHub", () => github(example("examples/gitops/github-actions.yml"))],
  ])("is planned as far as it touches stacks, by %s", (_, plan) => {
    merge(addUser);
    expect(plan()).toMatchObject({ code: 0 });
    expect(planned()).toEqual([STACKS[1]]);
  });

  const gitlab = (more = {}) =>
    run([gitlabScript("plan")], {
      ...{ AWS_TOKEN: "token", CI_MERGE_REQUEST_DIFF_BASE_SHA: "abc", READY: ready },
      ...more,
    });

  test("is planned as far as it touches stacks, by the example for GitLab, which compares with the target branch", () => {
    expect(gitlab(touches(`${STACKS[1]}`))).toMatchObject({ code: 0 });
    expect(planned()).toEqual([STACKS[1]]);
    expect(log()).toContain("affected --base abc --out cdktf.out --json");
  });

  test.each([
    ["the workflow of init", () => github(init, touches())],
    ["the example for GitLab", () => gitlab(touches())],
  ])("has no plan where it touches no stack, by %s, and the answer of affected goes to the review", (_, plan) => {
    expect(plan()).toMatchObject({ code: 0 });
    expect(planned()).toEqual([]);
    const [said] = [onMachine("temp/judged/affected.json"), inProject("affected.json")].filter(existsSync);
    expect(readFileSync(said ?? "", "utf8")).toBe(touching());
  });

  test("that would leave users behind is not planned", () => {
    merge(() => rmSync(inProject(treasury)));
    write(inProject("api-users/acme-prod/new.yaml"), "users: [{ username: b, role: operator }]\n");
    expect(github(init)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        "api-users/acme-prod/treasury.yaml:1: is gone, with the stack acme-prod-treasury",
      ),
    });
    expect(terraform()).toEqual([]);
  });
});

test("a synthesis that fails ends the job: a loop over nothing would look like a plan of everything", () => {
  write(inProject("api-users/acme-prod/treasury.yaml"), "users: x\n");
  const plan = ["Synthesize", "Plan these stacks"];
  const scripts = (workflow: Workflow) => plan.map((step) => scriptOf(workflow, "plan", step));
  expect(run(scripts(init)).code).toBe(2);
  for (const each of [scripts(github()), [gitlabScript("plan")]])
    expect(run(each, { AWS_TOKEN: "token", FAILS: "2" }).code).toBe(2);
  expect(terraform()).toEqual([]);
});

describe("the review of the workflow of init", () => {
  const NAMES = [
    "Install the judge",
    "The artifact holds plans, what affected says, and nothing else",
    "Review the plans",
  ];
  const review = (...names: string[]) =>
    run(
      [...NAMES, ...names].map((name) => scriptOf(init, "review", name)),
      { PR: "7", REPO: "acme/custody", EVENT: "pull_request" },
    );
  const touches = (...stacks: string[]) => write(inProject("judged/affected.json"), touching(...stacks));
  const post = "Post the review";
  const gate = "Nothing is destroyed or weakened";
  beforeEach(() => {
    write(inProject("judged/plans/a.json"), NOTHING);
    touches("a");
  });

  test("comments, and closes the gate on what is destroyed", () => {
    expect(review(post, "Look for private keys", gate)).toMatchObject({ code: 0 });
    expect(readFileSync(onMachine("comment"), "utf8")).toContain("nothing changes");
    write(inProject("judged/plans/b.json"), DELETED);
    touches("a", "b");
    rmSync(onMachine("temp/judge"), { recursive: true });
    expect(review(post, gate)).toMatchObject({ code: 1 });
    expect(readFileSync(onMachine("comment"), "utf8")).toContain("**Destroyed**");
    expect(log().at(-1)).toBe(
      "gh pr comment 7 --repo acme/custody --body-file review.md --edit-last --create-if-none",
    );
  });

  test.each([
    ["a link", () => symlinkSync("/proc/self/environ", inProject("judged/plans/b.json"))],
    ["a file of another kind", () => write(inProject("judged/plans/package.json.js"), "")],
    ["a folder", () => mkdirSync(inProject("judged/plans/b.json"))],
    ["a file beside the plans", () => write(inProject("judged/other.json"), NOTHING)],
    [
      "a link to the answer of affected",
      () => {
        rmSync(inProject("judged/affected.json"));
        symlinkSync("/proc/self/environ", inProject("judged/affected.json"));
      },
    ],
  ])("refuses an artifact with %s in it", (_, add) => {
    add();
    expect(review()).toMatchObject({ code: 1 });
    expect(existsSync(onMachine("summary"))).toBe(false);
  });

  test("takes a file's name as a name, whatever is in it", () => {
    const name = "$(touch pwned); --fail-on x\n";
    write(inProject(`judged/plans/${name}.json`), NOTHING);
    touches("a", name);
    expect(review(post, "Look for private keys", gate)).toMatchObject({ code: 0 });
    expect(existsSync(inProject("pwned"))).toBe(false);
    expect(readFileSync(onMachine("comment"), "utf8")).not.toContain("pwned");
  });

  test("closes the gate on a plan that is missing, and does not pass without the answer of affected", () => {
    touches("a", "gone");
    expect(review(post, gate)).toMatchObject({ code: 1 });
    expect(readFileSync(onMachine("comment"), "utf8")).toContain(
      "stack `gone`: is changed, and **its plan is missing**",
    );
    rmSync(onMachine("temp/judge"), { recursive: true });
    rmSync(inProject("judged/affected.json"));
    expect(review()).toMatchObject({ code: 2 });
  });

  test("has nothing to judge where no stack is touched", () => {
    rmSync(inProject("judged/plans"), { recursive: true });
    touches();
    expect(review(post, "Look for private keys", gate)).toMatchObject({ code: 0 });
    expect(readFileSync(onMachine("comment"), "utf8")).toContain("no stack is touched");
  });

  test("says in the comment that there was no review, if a plan is not one", () => {
    write(inProject("judged/plans/a.json"), "{}");
    expect(review()).toMatchObject({ code: 2 });
    expect(run([scriptOf(init, "review", post)], { PR: "7", REPO: "a/b" })).toMatchObject({ code: 0 });
    expect(readFileSync(onMachine("comment"), "utf8")).toContain("the review did not run");
  });
});

test("action.yml installs its own version, comments, and closes the gate that its caller names", () => {
  const action = asWorkflow(readFileSync(join(PROJECT, "action.yml"), "utf8"));
  const step = (name: string) => scriptOf(action, "action", name);
  const env = { PR: "7", REPO: "acme/custody", ACTION: PROJECT, FAIL_ON: "destroy", EVENT: "pull_request" };
  write(onMachine("temp/judged/plans/a.json"), DELETED);
  write(onMachine("temp/judged/affected.json"), touching("a"));
  expect(run([...["Install the judge", "Review the plans", "Post the review"].map(step)], env)).toMatchObject(
    {
      code: 0,
    },
  );
  const { version } = require("../../package.json");
  expect(log()[0]).toMatch(new RegExp(` cdktf-ledger-api-user@${version}$`));
  expect(readFileSync(onMachine("comment"), "utf8")).toContain("**Destroyed**");
  expect(run([step("Nothing that fail-on names")], env)).toMatchObject({ code: 1 });
  rmSync(onMachine("temp/judged/plans/a.json"));
  symlinkSync("/proc/self/environ", onMachine("temp/judged/plans/a.json"));
  expect(run([step("Review the plans")], env)).toMatchObject({ code: 1 });
});

test("GitLab's review comments with its token on no command line, and closes the gate", () => {
  const env = {
    CI_MERGE_REQUEST_IID: "7",
    CI_API_V4_URL: "https://x",
    CI_PROJECT_ID: "1",
    REVIEW_TOKEN: "secret",
  };
  write(inProject("plans/a.json"), DELETED);
  write(inProject("affected.json"), touching("a"));
  expect(run([gitlabScript("review")], env)).toMatchObject({ code: 1 });
  expect(run([gitlabScript("review", "after_script")], env)).toMatchObject({ code: 0 });
  expect(readFileSync(onMachine("comment"), "utf8")).toContain("**Destroyed**");
  expect(readFileSync(onMachine("comment.header"), "utf8")).toBe("PRIVATE-TOKEN: secret");
  expect(log().join("\n")).not.toContain("secret");
});

describe("apply plans again, and stops before the apply where that is not what was approved:", () => {
  /** The judge, the approved plans, the stacks, then the loop. */
  const pipelines: readonly (readonly [name: string, apply: (approved: string) => ReturnType<typeof run>])[] =
    [
      ["the workflow of init", (approved) => githubApply(init, approved, true)],
      ["the example for GitHub", (approved) => githubApply(github(), approved, false)],
      [
        "the example for GitLab",
        (approved) => {
          for (const stack of STACKS) write(inProject(`plans/${stack}.json`), approved);
          return run([gitlabScript("apply")], { AWS_TOKEN: "token", READY: ready });
        },
      ],
    ];
  function githubApply(workflow: Workflow, approved: string, installs: boolean) {
    for (const stack of STACKS) write(onMachine(`temp/approved/plans/${stack}.json`), approved);
    const step = (name: string) => scriptOf(workflow, "apply", name);
    const action = asWorkflow(readFileSync(join(PROJECT, "action.yml"), "utf8"));
    const judge = installs ? step("Install the judge") : scriptOf(action, "action", "Install the judge");
    return run([judge, step("Synthesize"), step("Apply every stack")], { ACTION: PROJECT, READY: ready });
  }
  const applied = () => terraform().filter((line) => line.includes(" apply "));

  test.each(pipelines)("%s, or where another plan was approved beside it", (_, apply) => {
    for (const folder of [onMachine("temp/approved/plans"), inProject("plans")])
      write(join(folder, "zz.json"), NOTHING);
    expect(apply(NOTHING)).toEqual({
      code: 1,
      stderr: expect.stringContaining("are not those of the stacks"),
    });
    expect(terraform()).toEqual([]);
  });

  test.each(pipelines)("%s", (_, apply) => {
    poison();
    expect(apply(DELETED)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("than the approved plan"),
    });
    expect(applied()).toEqual([]);

    rmSync(onMachine("temp"), { recursive: true });
    mkdirSync(onMachine("temp"));
    rmSync(inProject("plans"), { recursive: true, force: true });
    saysPlan(
      JSON.stringify({
        ...JSON.parse(DELETED),
        timestamp: "2026-11-27T09:00:00Z",
        prior_state: { values: 1 },
      }),
    );
    expect(apply(DELETED)).toMatchObject({ code: 0 });
    expect(applied()).toEqual(
      STACKS.map((stack) => `terraform -chdir=cdktf.out/stacks/${stack} apply -input=false plan.tfplan`),
    );
  });
});

describe("Atlantis", () => {
  const { repos, workflows } = example("examples/gitops/atlantis.yaml");
  const hook = repos[0].pre_workflow_hooks[0].run;
  const guard = (stage: string) => workflows["api-users"][stage].steps[0].run;
  const judge = () => ({ JUDGE: onMachine("bin/ledger") });
  /** As Atlantis checks out: main, with the pull request merged into it. */
  const git = (...args: string[]) =>
    spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@acme.example", ...args], { cwd: project });
  function checkOut(change = () => {}): void {
    git("init", "--quiet", "--initial-branch=main");
    git("add", "--all");
    git("commit", "--quiet", "--message=c");
    git("switch", "--quiet", "--create=change");
    change();
    git("add", "--all");
    git("commit", "--quiet", "--allow-empty", "--message=c");
    git("switch", "--quiet", "main");
    expect(git("merge", "--quiet", "--no-ff", "--message=m", "change").status).toBe(0);
  }

  test("plans the stacks of the manifest, whatever atlantis.yaml and folders the pull request has", () => {
    write(onMachine("target"), "mine");
    checkOut(() => {
      poison();
      symlinkSync(onMachine("target"), inProject("atlantis.yaml"));
    });
    expect(run([hook], judge())).toEqual({ code: 0, stderr: "" });
    expect(readFileSync(onMachine("target"), "utf8")).toBe("mine");
    expect(yamlOf(readFileSync(inProject("atlantis.yaml"), "utf8"))).toEqual({
      version: 3,
      projects: STACKS.map((name) => ({
        name,
        dir: `cdktf.out/stacks/${name}`,
        autoplan: { when_modified: ["../../../api-users/**/*.yaml"] },
      })),
    });
    expect(existsSync(inProject(`cdktf.out/stacks/${STACKS[1]}/code.tf`))).toBe(false);
    expect(log()).toEqual([]); // neither npm nor Terraform
  });

  test("has nothing to plan where the YAML is wrong, or the lock file is a link", () => {
    checkOut(() => {
      write(inProject("api-users/acme-prod/treasury.yaml"), "users: x\n");
      poison();
    });
    expect(run([hook], judge())).toMatchObject({ code: 2 });
    for (const name of ["cdktf.out", "atlantis.yaml"]) expect(existsSync(inProject(name))).toBe(false);
    symlinkSync("/etc/passwd", inProject(".terraform.lock.hcl"));
    expect(run([hook], judge())).toMatchObject({ code: 1 });
  });

  test("plans nothing where users would be left behind, or where main is not checked out", () => {
    checkOut(() => rmSync(inProject("api-users/acme-prod/treasury.yaml")));
    write(inProject("api-users/acme-prod/x.yaml"), "users: [{ username: b, role: operator }]\n");
    expect(run([hook], judge())).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("api-users/acme-prod/treasury.yaml:1: is gone, with the stack"),
    });
    expect(existsSync(inProject("atlantis.yaml"))).toBe(false);
    git("switch", "--quiet", "--detach", "change");
    expect(run([hook], judge()).code).not.toBe(0);
  });

  test.each(["plan", "apply"])("refuses to %s a folder that is no stack of the manifest", (stage) => {
    const env = { ...judge(), READY: ready };
    checkOut();
    expect(run([hook], env)).toMatchObject({ code: 0 });
    mkdirSync(inProject("own/stacks/code"), { recursive: true });
    write(inProject("own/manifest.json"), '{"stacks":{}}');
    const at = (folder: string) => run([`cd "${folder}"\n${guard(stage)}`], { ...env, REPO_REL_DIR: folder });
    expect(at(`cdktf.out/stacks/${STACKS[1]}`)).toMatchObject({ code: 0 });
    for (const folder of ["own/stacks/code", "own", "."]) expect(at(folder).code).not.toBe(0);
  });
});
