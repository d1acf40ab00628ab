/** `npm start`: the trial run on the embedded AWS, from the fleet's YAML to public keys to register. */
import { writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { formatProblem, loadFleet, type WorkspaceDeclaration } from "../../fleet";
import { Failure } from "../../messages/failure";
import { PROJECT } from "../project";
import type { TerraformRelease } from "../terraform/release";
import { searchForKeys } from "./audit";
import { Progress } from "./progress";
import { asStep, StepError } from "./step-error";
import { summary } from "./summary";
import { applyFleet, type TrialRunResult } from "./trial-run";

const USAGE = `Usage: npm start -- [--users DIR] [--keep]

Declares, applies and proves a fleet of Ledger Enterprise API users on an AWS in your machine. Nothing leaves it.

  --users DIR  the fleet to take, instead of api-users
  --keep       leave that AWS running; ". .local/env" points the AWS CLI and SDKs at it, "npm stop" ends it
  --help       this text

Exit codes: 0 done, 1 something failed, 2 usage or a mistake in the fleet.
`;

// The version that is pinned supports the Node versions that this project does.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

const directory = join(PROJECT, ".local");

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        users: { type: "string", default: "api-users" },
        keep: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    if (!values.help) return { users: values.users, keep: values.keep };
    process.stdout.write(USAGE);
  } catch (error) {
    console.error(`npm start: ${(error as Error).message}; see npm start -- --help`);
    process.exitCode = 2;
  }
  return undefined;
}

/** @param release what to fetch where Terraform is missing; only tests say */
export async function main(release?: TerraformRelease): Promise<void> {
  const began = Date.now();
  const args = readArguments();
  if (!args) return;
  const { workspaces, problems, warnings } = loadFleet(args.users);
  for (const problem of problems) console.error(formatProblem(problem));
  for (const warning of warnings) console.error(`warning: ${formatProblem(warning)}`);
  if (problems.length > 0) {
    process.exitCode = 2;
    return;
  }
  const progress = new Progress(Progress.terminal());
  try {
    const result = await applyFleet({
      ...args,
      users: resolve(args.users),
      workspaces,
      directory,
      progress,
      release,
    });
    try {
      const files = await progress.task("search for private keys", () =>
        searchForKeys(directory, result.registration).catch(
          asStep("search for private keys", "report this as a defect, without the files"),
        ),
      );
      progress.end();
      const seconds = (Date.now() - began) / 1000;
      const takesColours = process.stdout.isTTY === true && !process.env["NO_COLOR"];
      process.stdout.write(summary(result.registration, { files, seconds }, takesColours));
      if (args.keep) keep(result, workspaces);
    } finally {
      if (!args.keep || process.exitCode) await result.aws.stop();
    }
  } catch (error) {
    progress.end();
    process.exitCode = 1;
    if (error instanceof Failure) console.error(error.message);
    else console.error(error instanceof StepError ? failure(error) : error);
  }
}

/** Lets the embedded AWS go on, and says how to reach it. */
function keep({ aws }: TrialRunResult, workspaces: readonly WorkspaceDeclaration[]): void {
  const [first] = workspaces;
  const env = Object.entries(aws.env(first?.account ?? "123456789012", first?.region ?? "us-east-1"));
  const file = join(directory, "env");
  // A profile would win over the keys in some SDKs.
  const lines = ["unset AWS_PROFILE", ...env.map(([name, value]) => `export ${name}='${value}'`)];
  // It has the session token, with which anybody could run code here.
  writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
  aws.release();
  process.stdout.write(
    `The embedded AWS goes on at ${aws.endpoint}\n  . ${relative(process.cwd(), file)}   points the AWS CLI and SDKs at it\n  npm stop       ends it\n`,
  );
}

function failure({ step, said, fix }: StepError): string {
  return `\nnpm start failed at: ${step}\n\n${said.replace(/^/gm, "  ")}\n\nWhat to do: ${fix}`;
}

if (require.main === module) void main();
