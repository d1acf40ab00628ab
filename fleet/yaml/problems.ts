import { inOneLine, type Mistake } from "../../messages/mistake";
import { compareText } from "../../messages/paths";
import { visible } from "../../messages/safe-text";

export type { Mistake };

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

/** `file:line: path: what is wrong; the fix`, which editors and terminals turn into a link. Always one line. */
export function formatProblem(problem: Problem): string {
  const { file, line, path } = problem;
  return visible([`${file}:${line}`, path, inOneLine(problem)].filter((part) => part !== "").join(": "));
}

/** By file, then by line; problems of one line stay in the order they were found in. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
}
