import { randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure, reason } from "../../messages/failure";

/**
 * Puts other bytes into a file, as a whole or not at all, with its permissions: they are written beside it, and take its place. A link is not
 * followed, and what somebody else wrote meanwhile is not lost.
 *
 * @param before what was read of it
 */
export function rewriteFile(file: string, before: Uint8Array, after: Uint8Array): void {
  const beside = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}`);
  let isMade = false;
  try {
    const stats = lstatSync(file);
    if (!stats.isFile()) throw new Failure(`${file} is not a file`, "put the file itself there, and no link");
    const descriptor = openSync(beside, "wx", 0o600);
    isMade = true;
    try {
      writeFileSync(descriptor, after);
      fchmodSync(descriptor, stats.mode & 0o7777);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (Buffer.compare(readFileSync(file), before) !== 0)
      throw new Failure(`${file} was changed meanwhile`, "run the command again");
    renameSync(beside, file);
    isMade = false;
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(
      `cannot write ${file}: ${reason(error)}`,
      "see that you may write to it and its folder",
    );
  } finally {
    if (isMade) unlinkSync(beside);
  }
}
