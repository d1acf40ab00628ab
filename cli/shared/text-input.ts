import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { redacted } from "../../keys";
import { Failure, reason } from "../../messages/failure";
import { note } from "./output";

/**
 * Reads a public text whole: from a file, or from standard input where it is `-`.
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
  try {
    return { name, text: await (fromStdin ? text(process.stdin) : readFile(file, "utf8")) };
  } catch (error) {
    throw new Failure(`cannot read ${what} from ${name}: ${reason(error)}`, "check the path");
  }
}
