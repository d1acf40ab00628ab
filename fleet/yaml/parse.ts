import { Parser } from "yaml";
import { placeOfPrivateKey } from "../../keys/search/among";
import { type ReadText, readTextBytes, TextProblem } from "../../text/read";
import { type Problem, problemOf } from "./problems";
import { Reading, TOO_DEEP } from "./reading";
import type { YamlFile } from "./yaml-file";

/** Far above any fleet (10,000 users are 2 to 4 MB), and low enough to be read in seconds. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The line that a private key begins on, in whatever spelling; undefined if there is none. */
function lineOfPrivateKey(text: string): number | undefined {
  const place = placeOfPrivateKey(text);
  return place === undefined ? undefined : text.slice(0, place).split(/\r?\n/).length;
}

export interface ParsedYaml {
  /** None if the file cannot be read at all; problems may come with a value too. */
  readonly yaml?: YamlFile;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/** The YAML in some bytes. */
export function parseYaml(bytes: Uint8Array, file: string): ParsedYaml {
  const failed = (what: string, fix: string, line = 1) => ({
    problems: [problemOf(file, what, fix, line)],
    warnings: [],
  });
  if (bytes.length > MAX_BYTES) {
    return failed(`is larger than ${MAX_BYTES / 1024 / 1024} MB`, "spread the users over several files");
  }
  let read: ReadText;
  try {
    read = readTextBytes(bytes);
  } catch (error) {
    if (error instanceof TextProblem) return failed(error.what, error.fix);
    throw error;
  }
  const { text, encoding } = read;
  const lineAt = (offset: number) => text.slice(0, offset).split(/\r?\n/).length;
  // Before anything else looks at the text and shows some of it.
  const leak = lineOfPrivateKey(text);
  if (leak !== undefined) {
    const what = "contains a private key, which counts as leaked from now on";
    return failed(what, "take it out, and never register its public key", leak);
  }
  // In values, every invisible character is refused; in a comment, this one could make a line look like another.
  const turn = text.search(/\p{Bidi_Control}/u);
  if (turn >= 0) {
    const what =
      "contains a character that reverses text, so that reviewers would see another line than is there";
    return failed(what, "take it out", lineAt(turn));
  }
  try {
    if (isTooDeep(text)) return failed(TOO_DEEP.what, TOO_DEEP.fix);
    return { ...new Reading(text, file).result(), warnings: encodingWarnings(file, encoding) };
  } catch (error) {
    return failed(`is not YAML: ${error instanceof Error ? error.message : String(error)}`, "correct it");
  }
}

function encodingWarnings(file: string, encoding: ReadText["encoding"]): Problem[] {
  if (encoding === "UTF-8") return [];
  const what = `is in ${encoding}, which Git shows as a binary file: reviewers do not see what changes in it`;
  return [problemOf(file, what, "save it in UTF-8")];
}

const MOST_LEVELS = 50;

/**
 * Whether walking over the file recursively, as the library's composer does, could overflow the stack: V8 ends the whole
 * process where that happens while it compiles a regular expression. The library's parser itself keeps a stack of its own.
 */
function isTooDeep(text: string): boolean {
  const pending: { token: unknown; level: number }[] = [];
  for (const token of new Parser().parse(text)) pending.push({ token, level: 0 });
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.level > MOST_LEVELS) return true;
    if (typeof next.token !== "object" || next.token === null) continue;
    const { items = [], key, value } = next.token as { items?: unknown[]; key?: unknown; value?: unknown };
    for (const token of [...items, key, value]) pending.push({ token, level: next.level + 1 });
  }
  return false;
}
