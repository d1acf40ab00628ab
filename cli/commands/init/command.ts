import { lstatSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import type { Command } from "commander";
import type { Problem } from "../../../fleet";
import { ENGINES } from "../../../fleet/engine";
import { formatProblem } from "../../../fleet/yaml/problems";
import { Failure, reason } from "../../../messages/failure";
import { shown } from "../../../messages/safe-text";
import { WORKSPACE_NAME, WORKSPACE_NAME_RULE } from "../../../rules/aws-names";
import { writeNewFiles } from "../../shared/new-file";
import { note, print } from "../../shared/output";
import { repositoryFiles } from "./repository";
import type { ProjectFile, Settings } from "./settings";
import { yamlFiles } from "./yaml";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user init
  $ npx cdktf-ledger-api-user init ledger-users --workspace acme-prod \\
      --account 123456789012 --region eu-west-1 --backend s3:acme-terraform

Writes a first project for a repository of your own, with no TypeScript: a
workspace and a user in YAML, package.json, .gitignore, CODEOWNERS, a workflow
for GitHub, and a README that says what to change first and how to go on. What
the options do not name is an example, with "change this" behind it.

It overwrites nothing: if one of the files exists, it writes none.

Exit code: 0; 2 for bad input, or if a file exists.`;

interface Options {
  readonly workspace: string;
  readonly account?: string;
  readonly region?: string;
  readonly backend?: string;
}

export function addInit(program: Command): void {
  program
    .command("init")
    .summary("write a first project")
    .description("Write a first project: YAML, package.json, a workflow, a README.")
    .argument("[DIR]", "its folder, made if there is none", ".")
    .option("--workspace <NAME>", "the workspace, as names in AWS have it", "acme-prod")
    .option("--account <ID>", "the AWS account of the keys")
    .option("--region <REGION>", "the AWS region of the keys")
    .option("--backend <s3:BUCKET>", "the bucket of Terraform's states; without it, they are local")
    .addHelpText("after", examples)
    .action(init);
}

function init(folder: string, options: Options): void {
  const settings = settingsOf(options);
  const files = [...yamlFiles(settings), ...repositoryFiles(settings)];
  check(files);
  write(folder, files);
  print(files.map(({ path }) => join(folder, path)));
  note(`Next: read ${join(folder, "README.md")}, which says what to change first.`);
}

function settingsOf({ workspace, account, region, backend }: Options): Settings {
  if (!WORKSPACE_NAME.test(workspace))
    throw new Failure(
      `--workspace ${shown(workspace)} is no name for a workspace`,
      `use ${WORKSPACE_NAME_RULE}`,
    );
  const { name, version } = require("cdktf-ledger-api-user/package.json");
  return {
    workspace,
    account: { value: account ?? "123456789012", isExample: account === undefined },
    region: { value: region ?? "eu-west-1", isExample: region === undefined },
    bucket: bucketOf(backend),
    schemas: `node_modules/${name}/${schemaFolder()}`,
    dependencies: Object.fromEntries([...Object.entries(ENGINES.cdktf), [name, version]].sort()),
    version,
  };
}

/** Names that S3 takes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^s3:(?:\/\/)?([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/?$/;

function bucketOf(backend: string | undefined): string | undefined {
  if (backend === undefined) return undefined;
  const [, bucket] = BUCKET.exec(backend) ?? [];
  if (bucket !== undefined) return bucket;
  throw new Failure(
    `--backend ${shown(backend)} names no bucket`,
    "write s3:BUCKET, or leave it out and declare another kind in workspace.yaml",
  );
}

/** Where the schemas are in this package. */
function schemaFolder(): string {
  const root = dirname(require.resolve("cdktf-ledger-api-user/package.json"));
  const schema = require.resolve("cdktf-ledger-api-user/schemas/users.schema.json");
  return relative(root, dirname(schema)).replaceAll("\\", "/");
}

/** The options, by the paths that their values have in workspace.yaml. */
const OPTIONS: Readonly<Record<string, string>> = { account: "--account", region: "--region" };

/** Checks the YAML by the rules of every fleet, before any of it is written where it belongs. */
function check(files: readonly ProjectFile[]): void {
  const folder = mkdtempSync(join(tmpdir(), "ledger-api-user-"));
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { loadFleet }: typeof import("../../../fleet") = require("../../../fleet");
    const { problems } = loadFleet(join(folder, "api-users"));
    if (problems.length > 0) throw refused(problems, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function refused(problems: readonly Problem[], folder: string): Failure {
  const ofOptions = problems.filter(({ path }) => path in OPTIONS); // the others follow from these
  for (const problem of ofOptions.length > 0 ? ofOptions : problems) {
    const file = relative(folder, resolve(problem.file));
    note(formatProblem({ ...problem, file }));
  }
  const options = [...new Set(ofOptions.map(({ path }) => OPTIONS[path]))].join(" and ") || "the options";
  return new Failure("these options make YAML with mistakes, so nothing was written", `correct ${options}`);
}

function write(folder: string, files: readonly ProjectFile[]): void {
  const paths = files.map(({ path }) => join(folder, path));
  let existing: string[];
  try {
    mkdirSync(folder, { recursive: true });
    existing = paths.filter((path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
    if (existing.length === 0) for (const path of paths) mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw new Failure(`cannot write ${folder}: ${reason(error)}`, "name a folder that you may write to");
  }
  if (existing.length > 0)
    throw new Failure(
      `${existing.join(", ")} ${existing.length === 1 ? "exists" : "exist"} already, so nothing was written`,
      "move what is there away, or name another folder",
    );
  writeNewFiles(
    paths.map((path) => ({ path, access: "public" })),
    () => files.map(({ text }) => Buffer.from(text)),
  );
}
