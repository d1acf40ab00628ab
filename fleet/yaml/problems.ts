import { compareText } from "../../messages/paths";
import { visible } from "../../messages/safe-text";

/** A mistake, and what to do about it. */
export interface Mistake {
  readonly what: string;
  readonly fix: string;
}

/** A mistake in a fleet, and where it is. */
export interface Problem extends Mistake {
  /** The file as a person would type it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The place in the file, such as `users[1].signers[0]`; empty for the file as a whole. */
  readonly path: string;
}

/** A problem with a file as a whole. */
export function problemOf(file: string, what: string, fix: string, line = 1): Problem {
  return { file, line, path: "", what, fix };
}

/** The functions of `rules/` return what is wrong and the fix as one text. */
export function fromRule(text: string | undefined): Mistake | undefined {
  return text === undefined ? undefined : { what: text, fix: "" };
}

/** `file:line: path: what is wrong; the fix`, which editors and terminals turn into a link. Always one line. */
export function formatProblem({ file, line, path, what, fix }: Problem): string {
  const message = [what, fix].filter((part) => part !== "").join("; ");
  return visible([`${file}:${line}`, path, message].filter((part) => part !== "").join(": "));
}

/** By file, then by line; problems of one line stay in the order they were found in. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
}
