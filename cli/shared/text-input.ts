import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { redacted } from "../../keys";
import { Failure, reason } from "../../messages/failure";
import { readTextBytes, TextProblem } from "../../text/read";
import { note } from "./output";

/**
 * Reads a public text whole, in whatever encoding: from a file, or from standard input where it is `-`.
 *
 * @param what what is read, for messages and for who sits at the terminal: `the registration`
 * @returns the text, and for messages the file's name, with nothing in it that may be a key, or `standard input`
 * @throws Failure
 */
export async function readText(file: string, what: string): Promise<{ text: string; name: string }> {
  const fromStdin = file === "-";
  const name = fromStdin ? "standard input" : redacted(file);
  if (fromStdin && process.stdin.isTTY)
    note(`Reading ${what} from the terminal: end it with Ctrl-D, or name a file instead.`);
  let bytes: Buffer;
  try {
    bytes = await (fromStdin ? buffer(process.stdin) : readFile(file));
  } catch (error) {
    throw new Failure(`cannot read ${what} from ${name}: ${reason(error)}`, "check the path");
  }
  return { name, text: textIn({ bytes, name }) };
}

/** The same for a file that this package or cdktf wrote. `fix` says how to make it. */
export function readWrittenText(file: string, fix: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new Failure(`cannot read ${file}: ${reason(error)}`, fix);
  }
  return textIn({ bytes, name: file });
}

/** The text of what has been read, in whatever encoding. */
export function textIn({ bytes, name }: { readonly bytes: Uint8Array; readonly name: string }): string {
  try {
    return readTextBytes(bytes).text;
  } catch (error) {
    if (error instanceof TextProblem) throw new Failure(`${name} ${error.what}`, error.fix);
    throw error;
  }
}
