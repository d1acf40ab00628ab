import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Fleet, formatProblem, loadFleet } from "../../fleet";

/** A workspace that nothing is wrong with. */
export const WORKSPACE = 'account: "123456789012"\nregion: eu-west-1\n';

/** The same with all whose want is warned of: deployers, custodians, somebody who is told of alerts. */
export const COMPLETE = `${WORKSPACE}deployers: [arn:aws:iam::123456789012:role/terraform]
custodians: [arn:aws:iam::123456789012:role/custody-admin]
alertEmails: [night@acme.example]
`;

/** A user file that nothing is wrong with. */
export const USERS = [
  "users:",
  "  - username: settlement bot",
  "    role: operator",
  "    signers: [arn:aws:iam::123456789012:role/settlement]",
  "",
].join("\n");

/** Files by their path in the fleet. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

const made: string[] = [];

/** A fleet on the disk, in a folder of its own. */
export function writeFleet(files: Files): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "fleet-")));
  made.push(directory);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** What loading a fleet says, the files named from the fleet's folder. */
export function lines(directory: string, kind: "problems" | "warnings" = "problems"): string[] {
  const fleet: Fleet = loadFleet(directory);
  return fleet[kind].map((problem) => formatProblem(problem).replaceAll(`${directory}/`, ""));
}

/** What is wrong with a fleet of these files. */
export function problemsOf(files: Files): string[] {
  return lines(writeFleet(files));
}

/** What is wrong with a `workspace.yaml` beside a right user file, without the file's name. */
export function workspaceProblems(yaml: string): string[] {
  return problemsOf({ "acme/workspace.yaml": yaml, "acme/treasury.yaml": USERS }).map((line) =>
    line.replace(/^acme\/workspace\.yaml:/, ""),
  );
}

/** What is wrong with a user file beside a right `workspace.yaml`, without the file's name. */
export function userProblems(yaml: string, workspace = WORKSPACE): string[] {
  return problemsOf({ "acme/workspace.yaml": workspace, "acme/treasury.yaml": yaml }).map((line) =>
    line.replace(/^acme\/treasury\.yaml:/, ""),
  );
}
