import { compareText } from "../../messages/paths";
import { visible } from "../../messages/safe-text";

/** A mistake in a fleet, where it is, and how to fix it. */
export interface Problem {
  /** The file as a person would type it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The place in the file, such as `users[1].signers[0]`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong; the fix. */
  readonly message: string;
}

/** `file:line: path: what is wrong; the fix`, which editors and terminals turn into a link. Always one line. */
export function formatProblem(problem: Problem): string {
  const parts = [`${problem.file}:${problem.line}`, problem.path, problem.message];
  return visible(parts.filter((part) => part !== "").join(": "));
}

/** By file, then by line; problems of one line stay in the order they were found in. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
}
