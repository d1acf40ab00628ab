import { shown, visible } from "../constructs/shown";
import { withoutKeys } from "../keys/redact";

export { shown };

/** A mistake in a fleet, where it is, and how to mend it. */
export interface Problem {
  /** The file as a person would type it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** The place in the file, such as `users[1].signers[0]`; empty for the file as a whole. */
  readonly path: string;
  /** What is wrong; the mend. */
  readonly message: string;
}

/** `file:line: path: what is wrong; the mend`, which editors and terminals turn into a link. Always one line. */
export function formatProblem(problem: Problem): string {
  const parts = [`${problem.file}:${problem.line}`, problem.path, problem.message];
  return visible(parts.filter((part) => part !== "").join(": "));
}

/** By file, then by line; problems of one line stay in the order they were found in. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
}

/** The same order on every machine, unlike that of a locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A key or an index appended to a path. */
export function joinPath(path: string, step: string | number): string {
  if (typeof step === "number") return `${path}[${step}]`;
  if (!/^[\w-]{1,64}$/.test(step) || withoutKeys(step) !== step) return `${path}[${shown(step)}]`;
  return path === "" ? step : `${path}.${step}`;
}
