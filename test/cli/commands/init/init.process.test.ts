import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { Command } from "commander";
import { addApprove } from "../../../../cli/commands/approve/command";
import { addAudit } from "../../../../cli/commands/audit/command";
import { addCredentials } from "../../../../cli/commands/credentials/command";
import { addRegistration } from "../../../../cli/commands/registration/command";
import { addReview } from "../../../../cli/commands/review/command";
import { addStatus } from "../../../../cli/commands/status/command";
import { addSynth } from "../../../../cli/commands/synth/command";
import { loadFleet } from "../../../../fleet";
import { addStacks } from "../../../../fleet/stacks";
import { filesBelow, Installed } from "../../../support/cli/installed";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { yamlOf } from "../../../support/pipelines/workflow";

const { version, devDependencies } = require("../../../../package.json");
const FILES = [
  "api-users/acme-prod/workspace.yaml",
  "api-users/acme-prod/treasury.yaml",
  "package.json",
  ".gitignore",
  "CODEOWNERS",
  "README.md",
  ".github/workflows/api-users.yml",
];

let installed: Installed;
let folder: string;
beforeAll(() => {
  installed = new Installed();
});
afterAll(() => installed.remove());
beforeEach(() => {
  folder = mkdtempSync(join(installed.folder, "project-"));
});

/** In this process. */
const init = (...args: string[]) => ledgerApiUser(["init", folder, ...args]);
const read = (path: string) => readFileSync(join(folder, path), "utf8");
const here = (paths: readonly string[]) => paths.map((path) => join(folder, path));

describe("init", () => {
  test("in an empty folder, then synth: the JSON that the constructs give", () => {
    const project = installed.folder;
    const { code, stdout } = installed.run(["init"]);
    expect({ code, files: stdout.trim().split("\n") }).toEqual({ code: 0, files: FILES });
    expect(installed.run(["synth"])).toEqual({
      code: 0,
      stdout: "acme-prod-eu-west-1\nacme-prod-treasury\n",
      stderr: "",
    });
    const { workspaces, problems, warnings } = loadFleet(join(project, "api-users"));
    expect([problems, warnings]).toEqual([[], []]);
    const app = new App({ outdir: join(project, "expected") });
    for (const workspace of workspaces) addStacks(app, workspace);
    app.synth();
    expect(filesBelow(join(project, "cdktf.out"))).toEqual(filesBelow(join(project, "expected")));
    for (const file of ["workspace", "treasury"]) {
      const yaml = readFileSync(join(project, `api-users/acme-prod/${file}.yaml`), "utf8");
      const schema = /^# yaml-language-server: \$schema=(\S+)\n/.exec(yaml)?.[1] ?? "none";
      expect(existsSync(join(project, "api-users/acme-prod", schema))).toBe(true);
    }
  });

  test("marks each example value, and none that was named", async () => {
    await init();
    const marked = (path: string) =>
      read(path)
        .match(/^.*change this.*$/gm)
        ?.join("\n") ?? "";
    const first = marked(FILES[0] ?? "");
    for (const example of [
      "account: ",
      "region: ",
      "role/terraform",
      "role/custody-admin",
      "@acme.example",
      "backend",
    ])
      expect(first).toContain(example);
    expect(marked(FILES[1] ?? "").split("\n")).toHaveLength(4);
    expect(read("README.md")).toContain("**and a backend**");

    folder = join(folder, "new/folder");
    const { code } = await init(
      ...[
        "--workspace",
        "bank",
        "--account",
        "210987654321",
        "--region",
        "cn-north-1",
        "--backend",
        "s3:123.state",
      ],
    );
    expect(code).toBe(0);
    expect(read("api-users/bank/workspace.yaml").match(/change this/g)).toHaveLength(3);
    expect(read("README.md")).not.toContain("**and a backend**");
    expect(loadFleet(join(folder, "api-users"))).toMatchObject({
      problems: [],
      warnings: [],
      workspaces: [
        {
          name: "bank",
          account: "210987654321",
          region: "cn-north-1",
          deployers: ["arn:aws-cn:iam::210987654321:role/terraform"],
          backend: {
            s3: {
              bucket: "123.state",
              key: "ledger-api-users/STACK.tfstate",
              region: "cn-north-1",
              use_lockfile: true,
            },
          },
          files: [{ name: "treasury", users: [{ username: "settlement bot" }] }],
        },
      ],
    });
    expect(read(".github/workflows/api-users.yml")).toContain("aws-region: cn-north-1");
  });

  test.each([
    [["--workspace", "../x"], 'error: --workspace "../x" is no name for a workspace; use 1 to 24 '],
    [["--account", "123"], '"123" has 3 digits of an AWS account\'s 12; .*; correct --account\n'],
    [["--region", "Frankfurt"], 'workspace.yaml:8: region: "Frankfurt" .*; correct --region\n'],
    [["--region", "x\nalerts: no"], 'region: "x\\\\nalerts: no" .*; correct --region\n'],
    [["--account", "x", "--region", "y"], "; correct --account and --region\n"],
    [["--backend", "s3:"], 'error: --backend "s3:" names no bucket; write s3:BUCKET, '],
    [["--backend", "gcs:states"], 'error: --backend "gcs:states" names no bucket; '],
    [["--backend", "s3:A_B"], 'error: --backend "s3:A_B" names no bucket; '],
  ])("with %j, says what is wrong and writes nothing", async (args, message) => {
    const { code, stdout, stderr } = await init(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(new RegExp(message, "s"));
    expect(filesBelow(folder)).toEqual({});
  });

  test("overwrites nothing: names what is there and writes nothing", async () => {
    writeFileSync(join(folder, "README.md"), "mine");
    mkdirSync(join(folder, "api-users/acme-prod"), { recursive: true });
    symlinkSync("nowhere", join(folder, "api-users/acme-prod/treasury.yaml"));
    expect(await init()).toEqual({
      code: 2,
      stdout: "",
      stderr: `error: ${here(["api-users/acme-prod/treasury.yaml", "README.md"]).join(", ")} exist already, so nothing was written; move what is there away, or name another folder\n`,
    });
    rmSync(join(folder, "api-users"), { recursive: true });
    expect((await init()).stderr).toContain("README.md exists already, so nothing was written; ");
    expect(filesBelow(folder)).toEqual({ "README.md": Buffer.from("mine").toString("base64") });
    folder = join(folder, "README.md");
    expect(await init()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`cannot write ${folder}: `),
    });
  });

  test("pins this package and its peers, and keeps what is made out of Git", async () => {
    await init();
    expect(JSON.parse(read("package.json"))).toMatchObject({
      private: true,
      dependencies: {
        "@cdktf/provider-aws": devDependencies["@cdktf/provider-aws"],
        cdktf: devDependencies["cdktf"],
        "cdktf-ledger-api-user": version,
        constructs: devDependencies["constructs"],
      },
    });
    expect(read(".gitignore").trim().split("\n")).toEqual([
      "cdktf.out/",
      "cdktf.stacks",
      "node_modules/",
      ".terraform/",
      "*.tfstate*",
      ".local/",
    ]);
    expect(read("CODEOWNERS")).toMatch(/^\* @\S+\n\/api-users\/acme-prod\/treasury\.yaml @\S+$/m);
  });
});

describe("the project's", () => {
  let project: string;
  beforeAll(async () => {
    project = mkdtempSync(join(installed.folder, "project-"));
    await ledgerApiUser(["init", project, "--backend", "s3:acme-terraform"]);
  });
  const read = (path: string) => readFileSync(join(project, path), "utf8");

  test.each(["README.md"])("%s calls this package's commands with arguments that they take", (path) => {
    const calls = [...read(path).matchAll(/npx .*?cdktf-ledger-api-user(?:@\S+)? ([^)\n]+)/g)].map(
      ([, line = ""]) => (line.split(/ >+ /)[0] ?? "").match(/"[^"]*"|\S+/g) ?? [],
    );
    expect(calls.length).toBeGreaterThanOrEqual(5);
    const all = [addApprove, addAudit, addCredentials, addRegistration, addReview, addStatus, addSynth];
    for (const call of calls) {
      const program = new Command();
      for (const add of all) add(program);
      for (const command of program.commands.flatMap((each) => [each, ...each.commands]))
        command
          .exitOverride()
          .configureOutput({ outputError: () => {} })
          .action(() => {});
      expect(() => program.exitOverride().parse(["node", "cdktf-ledger-api-user", ...call])).not.toThrow();
    }
  });

  test("README names the stacks that synth makes", () => {
    for (const stack of ["acme-prod-eu-west-1", "acme-prod-treasury"])
      expect(read("README.md")).toContain(stack);
  });

  describe("workflow", () => {
    interface Step {
      readonly run?: string;
      readonly uses?: string;
    }
    type Job = { permissions: Record<string, string>; steps: Step[]; [key: string]: unknown };
    let jobs: Record<"plan" | "review" | "apply", Job>;
    beforeAll(() => {
      ({ jobs } = yamlOf(read(".github/workflows/api-users.yml")));
    });
    const scripts = ({ steps }: Job) => steps.map(({ run = "" }) => run).join("\n");

    test("lets a pull request read only, and a fork's nothing", () => {
      expect(jobs.plan.permissions).toEqual({ contents: "read", "id-token": "write" });
      expect(jobs.plan["if"]).toContain("head.repo.full_name == github.repository");
      expect(jobs.plan).not.toHaveProperty("environment");
    });

    test("judges and comments in a job that runs nothing of the pull request's", () => {
      const { review } = jobs;
      expect(review.permissions).toEqual({ "pull-requests": "write" });
      expect(review["needs"]).toBe("plan");
      expect(review["if"]).toBe("${{ !cancelled() }}"); // a job that is skipped counts as passed
      expect(scripts(review)).toMatch(/^test "\$PLAN" = success/m);
      expect(scripts(review)).toContain(` cdktf-ledger-api-user@${version}\n`);
      const run = scripts(review).match(/^"\$JUDGE" .*$/gm) ?? [];
      expect(run.map((line) => line.split(" ")[1])).toEqual(["review", "audit", "review"]);
    });

    test("applies main only, one run at a time, in an environment with approval, what was approved", () => {
      const { apply } = jobs;
      expect(apply).toMatchObject({
        if: "github.event_name == 'push'",
        needs: "review",
        environment: "api-users",
      });
      expect(apply["concurrency"]).toEqual({ group: "api-users-apply", "cancel-in-progress": false });
      expect(scripts(apply)).toMatch(
        / plan .*-out=plan\.tfplan[\s\S]* review [\s\S]*--approved [\s\S]* apply .*plan\.tfplan/,
      );
    });

    test("refuses states on its own disk", () => {
      for (const job of [jobs.plan, jobs.apply]) {
        expect(scripts(job)).toContain('synth > "$RUNNER_TEMP/stacks"');
        expect(scripts(job)).toContain(".terraform.backend.local == null");
      }
    });
  });
});
