import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { encodePrivateKey, fingerprint, formatFingerprint, generateKeyPair } from "../../../keys";
import { Failure, reason } from "../../../messages/failure";
import { writeNewFiles } from "../../shared/new-file";
import { printJson, printRows } from "../../shared/output";
import { RequiredOption } from "../../shared/required-option";

const examples = `
Examples:
  $ npx cdktf-ledger-api-user keygen --out keys
  $ npx cdktf-ledger-api-user keygen "settlement bot" --out /run/user/1000/keys

Makes NAME.private.hex (mode 0600) and NAME.public.hex in DIR, in the form that
the samples in Ledger's guide print, with no newline at the end. Register the
public key in the workspace. Put the private key into a secrets manager, or
leave it in a file that only its signer may read. It is not printed, and no
file is ever overwritten.`;

export function addKeygen(program: Command): void {
  program
    .command("keygen")
    .summary("make a key pair in files")
    .description("Make a P-256 key pair in files, and print the public key and its fingerprint.")
    .argument("[NAME]", "what the files are called", "api-user")
    .addOption(new RequiredOption("--out <DIR>", "a folder for the files, made (mode 0700) if there is none"))
    .option("--json", "print the answer as JSON")
    .addHelpText("after", examples)
    .action(keygen);
}

function keygen(name: string, { out, json }: { out: string; json?: boolean }): void {
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_. -]{0,63}$/u.test(name)) {
    throw new Failure("NAME is not a file name", "use up to 64 letters, digits, blanks, and . _ -");
  }
  const paths = { private: join(out, `${name}.private.hex`), public: join(out, `${name}.public.hex`) };
  const publicKey = inFolder(out, () => writePair(paths));
  const print = fingerprint(publicKey);
  if (json) printJson({ publicKey, fingerprint: print, files: paths });
  else
    printRows([
      ["Public key", publicKey],
      ["Fingerprint", formatFingerprint(print)],
      ["Files", `${paths.private} (mode 0600: keep it secret)`],
      ["", paths.public],
    ]);
}

/** Makes the folder if there is none, and takes it away again if `write` fails. */
function inFolder<T>(folder: string, write: () => T): T {
  let made = false;
  try {
    mkdirSync(folder, { mode: 0o700 });
    made = true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST")
      throw new Failure(`cannot make the folder ${folder}: ${reason(error)}`, "name one whose parent exists");
  }
  try {
    return write();
  } catch (error) {
    if (made) rmdirSync(folder);
    throw error;
  }
}

function writePair(paths: { private: string; public: string }): string {
  const files = (["private", "public"] as const).map((access) => ({ path: paths[access], access }));
  let publicKey = "";
  writeNewFiles(files, () => {
    const pair = generateKeyPair();
    publicKey = pair.publicKey;
    const contents = [encodePrivateKey(pair.privateKeyPem), publicKey].map((text) => Buffer.from(text));
    pair.wipe();
    return contents;
  });
  return publicKey;
}
