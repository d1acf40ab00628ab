/** What somebody has who installs the package: its tarball, as the release workflow makes it, and no clone. */
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { promisify } from "node:util";
import { filesBelow, linkDependencies } from "../support/cli/installed";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";
import { makeBucket } from "../support/embedded-aws";
import { makeRelease, unpack } from "../support/package/tarball";
import { PROJECT } from "../support/project";

jest.setTimeout(300_000);

const BUCKET = "stranger-terraform-state";
const scratch = mkdtempSync(join(tmpdir(), "stranger-"));
const project = join(scratch, "project");
const out = join(project, "cdktf.out");
const deployment = new Deployment();
let release: string;
let installed: string;

beforeAll(async () => {
  mkdirSync(project);
  release = makeRelease(join(scratch, "clone"));
  installed = unpack(release, project);
  linkDependencies(project);
});
afterAll(() => rmSync(scratch, { recursive: true }));

/** Runs a program in the project, as a person would who has no AWS. */
async function run(program: string, args: readonly string[], env: Record<string, string> = {}) {
  const { PATH = "", HOME = "" } = process.env;
  const options = { cwd: project, env: { PATH, HOME, ...env } };
  const { stdout } = await promisify(execFile)(program, args, options).catch((error) => {
    throw new Error(`${program} ${args.join(" ")}: ${error.stdout}${error.stderr}`);
  });
  return stdout;
}
const node = (...args: string[]) => run(process.execPath, args);
const command = (...args: string[]) => node(join(installed, "cli/bin.cjs"), ...args);
const tool = (name: string, ...args: string[]) => run(join(PROJECT, "node_modules/.bin", name), args);
const read = (path: string) => readFileSync(join(installed, path), "utf8");

describe("the tarball", () => {
  test("has what its users need, and nothing else", () => {
    const files = Object.keys(filesBelow(installed));
    const kinds = new Set(files.map((path) => path.replace(/[^/]+(?=\.(md|json|ya?ml)$)/, "*")));
    const outsideDist = [...kinds].filter((path) => !path.startsWith("dist/")).sort();
    expect(outsideDist).toEqual([
      ...["*.json", "*.md", "LICENSE", "cli/bin.cjs", "docs/*.md", "docs/api/*.md"],
      ...["examples/gitops/*.yaml", "examples/gitops/*.yml", "fleet/schemas/*.json"],
    ]);
    for (const path of ["README.md", "CHANGELOG.md", "SECURITY.md", "package.json", "docs/README.md"])
      expect(files).toContain(path);
    const dist = files.filter((path) => path.startsWith("dist/"));
    expect(dist).toContain("dist/functions/key-generator.zip");
    expect(dist.filter((path) => !/\.(js|d\.ts)$/.test(path))).toEqual([
      "dist/cli/commands/review/ours/ours.json",
      "dist/functions/key-generator.zip",
      "dist/registration-page/page.css",
    ]);
    expect(dist.filter((path) => /^dist\/(test|local-aws|main)|\.test\./.test(path))).toEqual([]);
  });

  test("says where it comes from, has a bill of materials, and both have their hashes", async () => {
    expect(JSON.parse(read("package.json"))).toMatchObject({
      repository: { type: "git", url: "git+https://github.example/acme/ledger.git" },
      homepage: "https://github.example/acme/ledger#readme",
      bugs: { url: "https://github.example/acme/ledger/issues" },
    });
    const { dependencies } = require("../../package.json");
    const { components } = JSON.parse(readFileSync(join(release, "sbom.cdx.json"), "utf8"));
    const names = components.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(dependencies), "tslib"]));
    for (const other of ["jest", "cdktf", "cdktn"]) expect(names).not.toContain(other);
    const sums = readFileSync(join(release, "SHA256SUMS"), "utf8").match(/\S+$/gm);
    expect(sums).toEqual([expect.stringMatching(/^\.\/cdktf-ledger-api-user-.*\.tgz$/), "./sbom.cdx.json"]);
  });

  test("its pages link to what is in it, but for what people who work on this project read", () => {
    const pages = Object.keys(filesBelow(installed)).filter((path) => path.endsWith(".md"));
    const forDevelopers =
      /^(CONTRIBUTING\.md|docs\/ARCHITECTURE\.md|docs\/decisions(\/.*)?|api-users(\/.*)?)$/;
    const dead = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, path = ""]) => normalize(join(dirname(page), path)).replace(/\/$/, ""))
        .filter((target) => !forDevelopers.test(target) && !existsSync(join(installed, target)))
        .map((target) => `${page}: ${target}`),
    );
    expect(dead).toEqual([]);
  });

  test("publint and are-the-types-wrong find nothing", async () => {
    const tarball = readdirSync(release).find((name) => name.endsWith(".tgz")) ?? "";
    expect(await tool("publint", "--strict", join(release, tarball))).toContain("All good!");
    expect(await tool("attw", join(release, tarball))).toContain("No problems found");
  });
});

describe("README's constructs", () => {
  const [, EXAMPLE = ""] =
    /^## As constructs[\s\S]*?```ts\n([\s\S]*?)```/m.exec(readFileSync(join(PROJECT, "README.md"), "utf8")) ??
    [];
  const types = { strict: true, target: "es2022", typeRoots: [join(PROJECT, "node_modules/@types")] };

  /** Compiles the example as it is in projects of these names, below the one that has the package. How others resolve types, are-the-types-wrong tells. */
  async function compile(projects: Record<string, "commonjs" | "module">) {
    for (const [name, type] of Object.entries(projects)) {
      mkdirSync(join(project, name));
      writeFileSync(join(project, name, "package.json"), JSON.stringify({ type }));
      writeFileSync(join(project, name, "app.ts"), EXAMPLE);
    }
    const compilerOptions = { ...types, module: "nodenext", types: ["node"] };
    const files = Object.keys(projects).map((name) => `${name}/app.ts`);
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    // The compiler of before, with which most people check what the present one wrote.
    await node(join(PROJECT, "node_modules/typescript/bin/tsc"), "-p", project);
  }

  test("give the same bytes in a CommonJS and in an ES module project", async () => {
    expect(EXAMPLE).toContain('from "cdktf-ledger-api-user"');
    const projects = { cjs: "commonjs", esm: "module" } as const;
    await compile(projects);
    for (const name of Object.keys(projects)) {
      const env = { CDKTF_OUTDIR: join(project, name, "out") };
      await run(process.execPath, [join(project, name, "app.js")], env);
    }
    // Beside the stacks stands a manifest, which has the stack traces of warnings.
    const stacks = (name: string) => filesBelow(join(project, name, "out/stacks"));
    expect(Object.keys(stacks("cjs"))).toContain("custody/cdk.tf.json");
    expect(stacks("esm")).toEqual(stacks("cjs"));
    expect(readFileSync(join(project, "cjs/app.js"), "utf8")).toContain("require(");
    expect(readFileSync(join(project, "esm/app.js"), "utf8")).not.toContain("require(");
  });
});

describe("a project that init writes", () => {
  beforeAll(async () => {
    await deployment.start();
    await makeBucket(deployment.env(), BUCKET);
  });
  afterAll(() => deployment.end());

  test("gets the bytes from the entry fleet that synth writes", async () => {
    await command(...["init", "--account", ACCOUNT, "--region", REGION, "--backend", `s3:${BUCKET}`]);
    const app = `
      import { App } from "cdktf";
      import { addStacks, formatProblem, loadFleet } from "cdktf-ledger-api-user/fleet";
      const { workspaces, problems } = loadFleet("api-users");
      if (problems.length > 0) throw new Error(problems.map(formatProblem).join());
      const app = new App({ outdir: "fleet.out" });
      for (const workspace of workspaces) addStacks(app, workspace);
      app.synth();`;
    writeFileSync(join(project, "fleet.mjs"), app);
    await node("fleet.mjs");
    expect(await command("synth")).toBe("acme-prod-eu-west-1\nacme-prod-treasury\n");
    expect(filesBelow(out)).toEqual(filesBelow(join(project, "fleet.out")));
  });

  test("is applied with its states in S3, and its user has a card to register", async () => {
    const stacks = (await command("synth", "--out", deployment.directory)).trim().split("\n");
    for (const stack of stacks) {
      await deployment.runAsSynthesized(stack, "init", "-input=false");
      await deployment.runAsSynthesized(stack, "apply", "-auto-approve");
      expect(existsSync(join(deployment.stack(stack), "terraform.tfstate"))).toBe(false);
    }
    const { stdout } = await deployment.runAsSynthesized("acme-prod-treasury", "output", "-json");
    writeFileSync(join(project, "registration.json"), stdout);
    const { publicKey } = JSON.parse(stdout).registration.value["settlement bot"];
    expect(publicKey).toMatch(/^04[0-9a-f]{128}$/);
    expect(await command("registration", "--registration", "registration.json")).toContain(publicKey);
  });
});
