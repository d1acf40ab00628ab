import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack } from "cdktf";
import { formatProblem, loadFleet, type WorkspaceDeclaration } from "../../fleet";
import { UsersStack, WorkspaceStack } from "../../fleet/stacks";
import { synth, testingApp } from "../support/testing-app";
import { stackProblems } from "./good-stack";

/** Every problem and warning is one line, with file, line, what is wrong and the fix, and nothing in it that one cannot see. */
const PROBLEM = /^[^\n]+:[1-9]\d*: [^\n]+[;,?] [^\n]+$/;
export const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Loads the fleet `acme` with the file `treasury.yaml`: its workspace, or problems that are as they should be. */
export function load(
  directory: string,
  workspace: string | Uint8Array,
  users: string | Uint8Array,
): { workspace?: WorkspaceDeclaration; problems: string[] } {
  write(join(directory, "acme/workspace.yaml"), workspace);
  write(join(directory, "acme/treasury.yaml"), users);
  const fleet = loadFleet(directory);
  expect(fleet.workspaces).toHaveLength(fleet.problems.length > 0 ? 0 : 1);
  const lines = [...fleet.problems, ...fleet.warnings].map(formatProblem);
  for (const line of lines)
    if (!PROBLEM.test(line) || UNSEEN.test(line)) throw new Error(`bad problem: ${line}`);
  return { workspace: fleet.workspaces[0], problems: lines.slice(0, fleet.problems.length) };
}

const written = new Map<string, string | Uint8Array>();

/** Writing takes longer than loading. */
function write(file: string, content: string | Uint8Array): void {
  if (written.get(file) === content) return;
  writeFileSync(file, content);
  written.set(file, content);
}

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON has the shape that each resource gives it
type Json = any;

/** The JSON of a stack, which must be good. */
function good(text: string): Json {
  expect(stackProblems(text)).toEqual([]);
  return JSON.parse(text);
}

/** The JSON of the stack of a workspace's only user file. */
export function usersStack(workspace: WorkspaceDeclaration): Json {
  const [file] = workspace.files;
  if (!file) throw new Error("no user file");
  return good(synth(new UsersStack(testingApp(), workspace, file)));
}

/** The JSON of what the workspace's users share. */
export function workspaceStack(workspace: WorkspaceDeclaration): Json {
  const region = workspace.files[0]?.region ?? workspace.region;
  return good(synth(new WorkspaceStack(testingApp(), workspace, region)));
}

/** The JSON of a stack of constructs, or the message that it ended with. */
export function outcome(build: (stack: TerraformStack) => void): { json?: Json; message?: string } {
  const stack = new TerraformStack(testingApp(), "test");
  new AwsProvider(stack, "aws", { region: "eu-west-1" });
  let text: string;
  try {
    build(stack);
    text = synth(stack);
  } catch (error) {
    return { message: (error as Error).message };
  }
  return { json: good(text) };
}

/**
 * While it runs, no error knows where it was thrown: cdktf notes for each token where it was made, and jest maps each line
 * of that to its source, which takes four fifths of the time of a synthesis.
 */
export function withoutTraces(run: () => void): void {
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (error) => String(error);
  try {
    run();
  } finally {
    Error.prepareStackTrace = before;
  }
}
