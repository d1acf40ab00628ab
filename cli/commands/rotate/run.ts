import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { AwsClients } from "../../../aws/clients";
import { formatProblem, loadFleet, type Problem, type WorkspaceDeclaration } from "../../../fleet";
import { readDirectory } from "../../../fleet/directory";
import { editUser } from "../../../fleet/edit-user";
import { KeyError, parsePublicKey } from "../../../keys";
import { ExitCode, Failure } from "../../../messages/failure";
import { shown } from "../../../messages/safe-text";
import type { RegisteredUser } from "../../../registration/read";
import { endWith } from "../../shared/exit-code";
import { complain, line, note, print, printJson, style, type Text, warn } from "../../shared/output";
import { readUsers } from "../../shared/registration-option";
import { rewriteFile } from "../../shared/rewrite-file";
import { type DeclaredUser, declaredUsers, takersOf, userCalled } from "./find";
import { type ClosedGate, closedGates, GATES, type GateName } from "./gates";
import { type LiveOptions, liveOnce } from "./live";
import { type Change, changeOf, STEPS, type StartOptions, type Step } from "./steps";
import { adviceOn } from "./texts";

export interface Options extends LiveOptions, StartOptions {
  readonly users: string;
  readonly registration?: string;
  readonly quietFor: number;
  readonly force?: string;
  readonly json?: boolean;
}

export async function takeStep(name: string, step: string, options: Options): Promise<void> {
  if (!isStep(step)) throw new Failure(`${shown(step)} is no step`, `write one of ${STEPS.join(", ")}`);
  if (step !== "start" && (options.registeredAs !== undefined || options.publicKey !== undefined))
    throw new Failure(`--registered-as and --public-key are for start`, `leave them out`);
  const forced = forcedGates(options.force);
  const fleet = readFleet(options.users);
  const declared = userCalled(name, declaredUsers(fleet));
  const change = changeOf(step, declared.user, { ...options, publicKey: publicKeyIn(options.publicKey) });
  if ("what" in change)
    throw new Failure(`${shown(declared.address)} ${change.what}`, change.fix, ExitCode.NO);
  const found = fileOf(options.users, declared);
  const edited = editUser(found.bytes, declared.user.username, change.maps);
  if ("what" in edited) throw new Failure(`${found.file} ${edited.what}`, edited.fix, ExitCode.NO);
  mustBeRight(options.users, declared, edited);
  const closed = await gatesOf(declared, change, options, takersOf(declared, fleet));
  const open = closed.filter(({ gate }) => !forced.includes(gate));
  if (open.length === 0) rewriteFile(found.file, found.bytes, edited);
  report(declared, change, closed, forced, options.json);
}

const isStep = (text: string): text is Step => STEPS.some((step) => step === text);

/** @throws Failure for a gate that there is not */
export function forcedGates(text = ""): readonly GateName[] {
  return text
    .split(",")
    .filter((each) => each !== "")
    .map((each) => {
      const gate = GATES.find((one) => one === each.trim());
      if (gate === undefined)
        throw new Failure(`${shown(each)} is no gate`, `write one of ${GATES.join(", ")}`);
      return gate;
    });
}

/** @throws Failure if something is wrong with it */
export function readFleet(users: string): WorkspaceDeclaration[] {
  const { workspaces, problems } = loadFleet(users);
  if (problems.length === 0) return workspaces;
  note(problems.map(formatProblem));
  throw new Failure(`${users} has mistakes`, "fix what is listed above");
}

function publicKeyIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return parsePublicKey(text);
  } catch (error) {
    if (error instanceof KeyError) throw new Failure(`--public-key: ${error.what}`, error.fix);
    throw error;
  }
}

/** @throws Failure for a file that the workspace takes from another one: an edit would hold for both */
function fileOf(users: string, { workspace, file, user }: DeclaredUser) {
  for (const folder of readDirectory(users).folders) {
    const found = folder.userFiles.find((each) => each.file === file.file);
    if (found && folder.name === workspace.name) return found;
    if (found)
      throw new Failure(
        `${workspace.name} takes ${file.file} from ${folder.name}, and has the generations that are declared there`,
        `rotate ${shown(`${folder.name}/${user.username}`)}`,
        ExitCode.NO,
      );
  }
  throw new Failure(`${file.file} is no longer there`, "run the command again");
}

/**
 * Reads the whole fleet with the edited file, in a copy, and says what it warns of that it did not before.
 *
 * @throws Failure for a mistake that the edit would make
 */
function mustBeRight(users: string, { file }: DeclaredUser, edited: Uint8Array): void {
  const copy = mkdtempSync(join(tmpdir(), "ledger-api-user-"));
  try {
    for (const folder of readDirectory(users).folders) {
      mkdirSync(join(copy, folder.name));
      for (const found of [...folder.userFiles, ...(folder.workspaceFile ? [folder.workspaceFile] : [])]) {
        const bytes = found.file === file.file ? edited : found.bytes;
        writeFileSync(join(copy, folder.name, basename(found.file)), bytes);
      }
    }
    const { problems, warnings } = loadFleet(copy);
    const typed = (problem: Problem) =>
      formatProblem({ ...problem, file: join(users, relative(copy, problem.file)) });
    const [problem] = problems;
    if (problem !== undefined)
      throw new Failure(
        `the edited YAML would have a mistake: ${typed(problem)}`,
        "change what it names first",
      );
    const before = new Set(loadFleet(users).warnings.map(({ what }) => what));
    for (const warning of warnings) if (!before.has(warning.what)) warn(typed(warning));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function gatesOf(
  declared: DeclaredUser,
  change: Change,
  options: Options,
  others: readonly string[],
): Promise<ClosedGate[]> {
  if (change.step === "start") return [];
  const { registration, quietFor } = options;
  if (registration === undefined)
    throw new Failure(
      `${change.step} compares what was applied with the workspace, and needs the registration`,
      "give --registration FILE, the output of terraform output -json (-: standard input)",
    );
  const applied = appliedOf(declared, await readUsers(registration));
  const clients = new AwsClients();
  try {
    const evidence = {
      ...{ declared, applied, clients, live: liveOnce(options, declared.workspace.name) },
      ...{ quietForSeconds: quietFor, now: new Date(), others },
    };
    return await closedGates(evidence, change);
  } finally {
    await clients.destroy();
  }
}

export const appliedOf = ({ workspace, file, user }: DeclaredUser, applied: readonly RegisteredUser[]) =>
  applied.find(
    (each) =>
      each.username === user.username &&
      (each.workspace ?? workspace.name) === workspace.name &&
      (each.stack ?? file.stackName) === file.stackName,
  );

function report(
  declared: DeclaredUser,
  change: Change,
  closed: readonly ClosedGate[],
  forced: readonly GateName[],
  json?: boolean,
): void {
  const { file, address } = declared;
  const skipped = closed.filter(({ gate }) => forced.includes(gate));
  const open = closed.filter(({ gate }) => !forced.includes(gate));
  const ok = open.length === 0;
  if (json) {
    const { step, generation, generations } = change;
    const more = ok && adviceOn(change, declared);
    printJson({
      ok,
      user: address,
      step,
      generation,
      file: file.file,
      generations,
      gates: open,
      skipped,
      ...more,
    });
  }
  for (const { gate, what } of skipped) warn(`skipped the gate ${gate}: ${what}`);
  if (ok) {
    if (!json) print(doneLines(declared, change));
    return;
  }
  if (!json) note(open.map(gateLine));
  complain(`${change.step} is refused, and ${file.file} is as it was; see the gates above`);
  endWith(ExitCode.NO);
}

function doneLines(declared: DeclaredUser, change: Change): Text[] {
  const { file, address } = declared;
  const { pullRequest, next } = adviceOn(change, declared);
  const stages = Object.entries(change.generations).map(([number, stage]) => `${number}: ${stage}`);
  return [
    line`${style("bold", file.file)}: generations of ${shown(address)} are { ${stages.join(", ")} } now`,
    line`The pull request ${pullRequest}.`,
    "Next:",
    ...next.map((each, index) => `  ${index + 1}. ${each}`),
  ];
}

export const gateLine = ({ gate, what, fix }: ClosedGate) =>
  line`${style("red", `gate ${gate}:`)} ${what}; ${fix}`;
