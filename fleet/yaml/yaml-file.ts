import type { Mistake, Problem } from "./problems";

/**
 * One YAML file: plain values, and for each path in it the line and the text that it came from.
 *
 * Read as YAML 1.2 (https://yaml.org/spec/1.2.2/, core schema), without what could make a file say something else than a
 * reviewer sees: aliases and merge keys (a line that is changed here gives rights there), tags, several documents. Without
 * aliases, nothing can expand either.
 */
export interface YamlFile {
  /** As a person would type it. */
  readonly file: string;
  /** Plain values: objects (without a prototype), arrays, text, numbers, booleans, null. */
  readonly value: unknown;
  /** The line of a path: that of its key, or of its list item. */
  lineOf(path: string): number;
  /** The text of a value that was written without quotes. */
  unquoted(path: string): string | undefined;
  /** The same for the key at a path. */
  unquotedKey(path: string): string | undefined;
}

/**
 * A problem at a path of a YAML file.
 *
 * @param place the path whose line it has, where it is about something that is missing
 */
export function problemAt(yaml: YamlFile, path: string, { what, fix }: Mistake, place = path): Problem {
  return { file: yaml.file, line: yaml.lineOf(place), path, what, fix };
}
