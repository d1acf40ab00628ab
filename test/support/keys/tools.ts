import { spawnSync } from "node:child_process";

/** Runs a program that these tests need; one that is missing fails the test, and says what to install. */
function tool(command: string, args: readonly string[], input: string | Uint8Array, install: string): Buffer {
  const { error, status, stdout, stderr } = spawnSync(command, args, { input });
  if (error) throw new Error(`cannot run ${command} (${error.message}): install ${install}`);
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed (install ${install}?): ${stderr}`);
  return stdout;
}

/** OpenSSL's command line; the words of a command are split at blanks. */
export const openssl = (command: string, input: string | Uint8Array = ""): Buffer =>
  tool("openssl", command.split(" "), input, "the package openssl");

/** Python, with the package cryptography. */
export const python = (args: readonly string[], input: string | Uint8Array = ""): Buffer =>
  tool("python3", args, input, "python3 and its package cryptography (apt: python3-cryptography)");
