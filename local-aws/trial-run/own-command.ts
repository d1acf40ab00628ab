/** Runs `cdktf-ledger-api-user` as a person would, but with credentials of the embedded AWS. */
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { environmentWithoutAws } from "../emulator/environment";
import { PROJECT } from "../project";
import { OwnedProcess } from "../terraform/processes";

/**
 * @param input what it reads on standard input, where nobody else sees it
 * @returns its standard output
 * @throws Error with what it said on standard error, if it exits with another code than 0
 */
export async function ownCommand(args: string[], env: Record<string, string>, input = ""): Promise<string> {
  const child = new OwnedProcess(
    process.execPath,
    ["--import", "tsx", join(PROJECT, "cli", "bin.ts"), ...args],
    {
      cwd: PROJECT,
      env: { ...environmentWithoutAws(), ...env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  child.stdin?.end(input);
  const [output, said, { code }] = await Promise.all([
    text(child.stdout as Readable),
    text(child.stderr as Readable),
    child.exited,
  ]);
  if (code !== 0) throw new Error(said.trim() || output.trim());
  return output;
}
