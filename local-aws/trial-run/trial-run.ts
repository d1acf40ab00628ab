/** The trial run: applies a fleet, for real, on the embedded AWS. */
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { WorkspaceDeclaration } from "../../fleet";
import { encodePrivateKey } from "../../keys";
import { type RegisteredUser, readRegistration } from "../../registration/read";
import { environmentWithoutAws } from "../emulator/environment";
import { type AwsEndpoint, startLocalAws } from "../emulator/index";
import { privateFolder } from "../private-folder";
import { PROJECT } from "../project";
import type { TerraformRelease } from "../terraform/release";
import { type Stack, StackRunner, stacksOf } from "../terraform/stacks";
import { Terraform } from "../terraform/terraform";
import { type DetachedAws, startDetachedAws, stopDetached } from "./detached-emulator";
import { ownCommand } from "./own-command";
import type { Progress } from "./progress";
import { asStep } from "./step-error";
import { type SubstituteKeys, substituteKeys, substituteName } from "./substitute-keys";

export interface TrialRunOptions {
  /** The fleet's folder, and what was read from it. */
  readonly users: string;
  readonly workspaces: readonly WorkspaceDeclaration[];
  /** Where everything is written: `.local`. */
  readonly directory: string;
  /** Whether the embedded AWS goes on when the trial run is done. */
  readonly keep: boolean;
  readonly progress: Progress;
  /** What to fetch where Terraform is missing; only tests say. */
  readonly release?: TerraformRelease;
}

export interface TrialRunResult {
  readonly registration: readonly RegisteredUser[];
  readonly aws: TrialRunAws;
}

/** The embedded AWS of a trial run, which ends it or, where it was started to be kept, lets it go on. */
type TrialRunAws = Omit<DetachedAws, "pid">;

/**
 * Applies a fleet: the stacks that workspaces share first, then the user stacks at the same time; loads the imported
 * keys as a custodian would; then proves each key.
 * @throws StepError
 */
export async function applyFleet(options: TrialRunOptions): Promise<TrialRunResult> {
  const { directory, keep, progress, workspaces } = options;
  // First of all: without it nothing is started, and what an earlier run left stays.
  const terraform = await Terraform.find(directory, options.release);
  await stopDetached(directory);
  clear(directory);
  const { shared, users } = stacksOf(workspaces);
  const substitutes = substituteKeys(options.users, workspaces, join(directory, "api-users"));
  const startingAws = progress.task("embedded AWS", () => start(directory, keep));
  const starting = Promise.all([
    startingAws,
    progress.task("synthesis", () => synthesize(substitutes.users, directory)),
  ]).catch(async (error) => {
    const stop = (aws: TrialRunAws) => aws.stop();
    await startingAws.then(stop, () => {});
    return asStep("start", "fix what it says and run npm start again")(error);
  });
  for (const { name } of [...shared, ...users]) progress.waiting(name);
  const [aws] = await starting;
  const runner = new StackRunner(aws, terraform, directory, progress);
  try {
    runner.init([...shared, ...users]);
    await runner.apply(shared);
    const register = registrar(users, join(directory, "registration.json"));
    const onboard = async (stack: Stack) => {
      await runner.apply([stack]);
      const imported = register(stack, await runner.registration(stack)).filter(
        ({ custody }) => custody === "imported",
      );
      if (imported.length === 0) return;
      await importKeys(aws, imported, substitutes, directory);
      // Terraform asks whether the key is there, and says so in its output.
      await runner.apply([stack]);
      register(stack, await runner.registration(stack));
    };
    await Promise.all(users.map(onboard));
    const registration = readRegistration(readFileSync(join(directory, "registration.json"), "utf8"));
    const proofs = await progress.task("proof of each key", () => prove(aws, registration));
    await progress.task("registration page", () => writePage(directory, proofs));
    return { registration, aws };
  } catch (error) {
    await aws.stop();
    throw error;
  } finally {
    await runner.stop();
    for (const pair of substitutes.keys.values()) pair.wipe();
  }
}

async function start(directory: string, keep: boolean): Promise<TrialRunAws> {
  if (keep) return startDetachedAws({ directory });
  return { ...(await startLocalAws({ directory })), release: () => {} };
}

/** What an earlier run left: its AWS is gone, and with it all that its states speak of. */
function clear(directory: string): void {
  privateFolder(directory);
  const fromTerraform = ["api-users", "env", "functions", "log", "manifest.json", "moto", "stacks"];
  for (const name of [...fromTerraform, "proofs.json", "registration.html", "registration.json"])
    rmSync(join(directory, name), { recursive: true, force: true });
}

/** Runs `main.ts` as cdktf would, into the trial run's folder. */
async function synthesize(users: string, directory: string): Promise<void> {
  await promisify(execFile)(process.execPath, ["--import", "tsx", "main.ts"], {
    cwd: PROJECT,
    env: { ...environmentWithoutAws(), LEDGER_API_USERS: users, CDKTF_OUTDIR: directory },
  });
}

/**
 * Keeps the registration file of all stacks, in their order, as one after the other is applied. Each entry says that it is
 * practice, so that every card that is made of it says so.
 */
function registrar(stacks: readonly Stack[], file: string) {
  const known = new Map<string, object>();
  return (stack: Stack, applied: object): RegisteredUser[] => {
    const entries = Object.fromEntries(
      Object.entries(applied).map(([username, entry]) => [username, { ...entry, practice: true }]),
    );
    known.set(stack.name, entries);
    const inOrder = stacks.flatMap(({ name }) => (known.has(name) ? [[name, known.get(name)]] : []));
    writeFileSync(file, `${JSON.stringify(Object.fromEntries(inOrder), null, 2)}\n`);
    return readRegistration(JSON.stringify({ [stack.name]: entries }));
  };
}

/** As a custodian does, with `cdktf-ledger-api-user import-key`; the key goes to its standard input. */
async function importKeys(
  aws: AwsEndpoint,
  users: readonly RegisteredUser[],
  substitutes: SubstituteKeys,
  directory: string,
): Promise<void> {
  const file = join(directory, "registration.json");
  for (const { stack = "", username, account, region } of users) {
    const pair = substitutes.keys.get(substituteName(stack, username));
    if (!pair) continue;
    const args = ["import-key", `${stack}/${username}`, "--registration", file];
    await ownCommand(args, aws.env(account, region), encodePrivateKey(pair.privateKeyPem)).catch(
      asStep(`import of the key of ${username}`, "report this as a defect"),
    );
  }
}

/**
 * Has every key sign, with `cdktf-ledger-api-user verify --proof`: once for each account, as an access key id of the
 * embedded AWS stands for one account.
 *
 * @returns what it printed, one answer after the other
 */
async function prove(aws: AwsEndpoint, registration: readonly RegisteredUser[]): Promise<string> {
  const proofs: string[] = [];
  for (const account of new Set(registration.map((user) => user.account))) {
    const users = registration.filter((user) => user.account === account);
    const part: Record<string, Record<string, unknown>> = {};
    for (const { stack = "", username, entry } of users) {
      part[stack] ??= {};
      part[stack][username] = entry;
    }
    const env = aws.env(account, users[0]?.region ?? "");
    const args = ["verify", "--proof", "--json", "--registration", "-"];
    const proof = ownCommand(args, env, JSON.stringify(part));
    proofs.push(await proof.catch(asStep("proof of each key", "report this as a defect")));
  }
  return proofs.join("");
}

/** Writes the page for the workspace's admin, and the proofs that it holds, with `cdktf-ledger-api-user registration`. */
async function writePage(directory: string, proofs: string): Promise<void> {
  const file = (name: string) => join(directory, name);
  writeFileSync(file("proofs.json"), proofs);
  const files = ["--registration", file("registration.json"), "--proofs", file("proofs.json")];
  const args = ["registration", ...files, "--format", "html", "--out", file("registration.html")];
  await ownCommand(args, {}).catch(asStep("registration page", "run npm run build, then npm start again"));
}
