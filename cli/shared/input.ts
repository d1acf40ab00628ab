import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { diagnose } from "../../keys";
import { withoutKeys } from "../../keys/redact";
import { Failure, reason } from "../../messages/failure";
import { note, warn } from "./output";

/** More than any key: a larger file was named by mistake, and need not be read to the end to say so. */
const MAX_BYTES = 1024 * 1024;

export interface Input {
  /** The caller's to wipe. */
  readonly bytes: Buffer;
  /** For messages: the file's name, or `standard input`. */
  readonly name: string;
  /** Whether it is a regular file that its group or everyone may read. */
  readonly readableByOthers: boolean;
}

/**
 * Reads a small input whole: from a file, or from standard input if none is named or it is `-`.
 *
 * @param expected what to say on a terminal, where nobody would know that the program waits: `a key in hexadecimal or PEM`.
 */
export function readInput(file: string | undefined, expected: string): Input {
  const fromStdin = file === undefined || file === "-";
  const name = fromStdin ? "standard input" : file;
  if (fromStdin && process.stdin.isTTY) {
    const how = "end it with Ctrl-D, or name a FILE instead";
    note(`Reading ${expected} from the terminal: ${how}.`);
  }
  let descriptor: number | undefined;
  try {
    descriptor = fromStdin ? process.stdin.fd : openSync(file, "r");
    const stats = fstatSync(descriptor);
    if (stats.isDirectory()) throw new Failure(`${name} is a folder`, "name a file in it");
    const readableByOthers = !fromStdin && stats.isFile() && (stats.mode & 0o044) !== 0;
    return { bytes: readAll(descriptor, name), name, readableByOthers };
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (isKey(name)) {
      throw new Failure(
        "FILE is the key itself, not a file's name",
        "give the key in a file or on standard input; a private key typed into a command line must be replaced, since other users and the shell's history see it",
      );
    }
    throw new Failure(
      `cannot read ${withoutKeys(name)}: ${reason(error)}`,
      "check the path, and that you may read it",
    );
  } finally {
    if (!fromStdin && descriptor !== undefined) closeSync(descriptor);
  }
}

/** For an input that turned out to hold a private key. */
export function warnOfReaders({ name, readableByOthers }: Input): void {
  if (readableByOthers)
    warn(`others than its owner can read ${name}; run chmod 600 on it, and consider who may have read it`);
}

/** A key in place of a file's name must not be repeated in an error, which may be logged. Whatever its digits are grouped with. */
function isKey(name: string): boolean {
  const characters = name.replace(/[^0-9a-z]/gi, "");
  const isDigits = /^(?:0x)?[0-9a-f]+$/i.test(characters);
  const spellings = [name, name.replace(/\s+/g, ""), ...(isDigits ? [characters] : [])];
  return spellings.some((each) => diagnose(each).code !== "unrecognised");
}

function readAll(descriptor: number, name: string): Buffer {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  while (length < buffer.length) {
    const count = readSome(descriptor, buffer, length);
    if (count === 0) break;
    length += count;
  }
  if (length > MAX_BYTES) {
    buffer.fill(0);
    throw new Failure(`${name} is larger than 1 MiB`, "name a file that holds one key");
  }
  return buffer.subarray(0, length);
}

function readSome(descriptor: number, buffer: Buffer, offset: number): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer, offset, buffer.length - offset, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0; // Windows, at the end of a pipe
      if (code !== "EAGAIN") throw error;
      // A terminal or pipe that another program set to non-blocking: wait a little, then ask again.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
