import { closeSync, fchmodSync, fsyncSync, openSync, unlinkSync, writeSync } from "node:fs";
import { Failure, reason } from "../../messages/failure";

/**
 * Makes files, all or none. Each is created exclusively (O_EXCL, which refuses symbolic links too, dangling ones as well), so
 * nothing is ever overwritten. All stand, empty and with their modes, before `contents` is called, so that a key is not made that
 * cannot be stored. What was made is removed if anything fails, and the contents are filled with zeros in the end.
 *
 * @param files `private`: mode 0600 whatever the umask
 */
export function writeNewFiles(
  files: ReadonlyArray<{ readonly path: string; readonly access: "private" | "public" }>,
  contents: () => readonly Buffer[],
): void {
  const made: Array<{ path: string; descriptor: number }> = [];
  let current = "";
  let chunks: readonly Buffer[] = [];
  try {
    for (const { path, access } of files) {
      current = path;
      const descriptor = openSync(path, "wx", access === "private" ? 0o600 : 0o644);
      made.push({ path, descriptor });
      if (access === "private") fchmodSync(descriptor, 0o600);
    }
    chunks = contents();
    for (const [index, { path, descriptor }] of made.entries()) {
      current = path;
      writeWhole(descriptor, chunks[index] ?? Buffer.alloc(0));
      fsyncSync(descriptor);
    }
  } catch (error) {
    for (const { path } of made) unlinkSync(path);
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const fix =
      code === "EEXIST"
        ? "choose another name, or move that file away"
        : "choose a folder that you may write to";
    throw new Failure(`cannot create ${current}: ${reason(error)}`, fix);
  } finally {
    for (const { descriptor } of made) closeSync(descriptor);
    for (const chunk of chunks) chunk.fill(0);
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    offset += writeSync(descriptor, bytes, offset);
  }
}
