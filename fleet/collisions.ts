import { compareText } from "../messages/paths";
import { shown } from "../messages/safe-text";
import { awsNameOf } from "../rules/aws-names";
import { LookAlikes, looksLike } from "../rules/confusables/skeleton";
import { looksOf } from "../rules/looks";
import type { FoundName, FoundRegisteredName } from "./user-file";
import { type Problem, problemOf } from "./yaml/problems";

/** Users of one workspace, in any of its files, whose names people or AWS would take for the same. */
export function nameCollisions(names: readonly FoundName[]): Problem[] {
  const byLooks = new Map<string, FoundName>();
  const byAwsName = new Map<string, FoundName>();
  const problems: Problem[] = [];
  for (const name of inOrder(names)) {
    const looks = looksOf(name.text);
    const awsName = awsNameOf(name.text);
    const alike = byLooks.get(looks);
    const namesake = byAwsName.get(awsName);
    const { file, line, path, text } = name;
    const report = (what: string) =>
      problems.push({ file, line, path, what: `${shown(text)} ${what}`, fix: "rename one" });
    if (alike?.text === text) report(`is already declared at ${placeOf(alike)}`);
    else if (alike) report(`looks like ${shown(alike.text)}, already declared at ${placeOf(alike)}`);
    else if (namesake)
      report(`is ${awsName} in AWS, and so is ${shown(namesake.text)} at ${placeOf(namesake)}`);
    if (!alike) byLooks.set(looks, name);
    if (!namesake) byAwsName.set(awsName, name);
  }
  return problems;
}

/**
 * Names that keys are registered under and that another user of the workspace has, or another key of one. A user's own names are compared
 * with its other settings.
 */
export function registeredNameCollisions(
  names: readonly FoundName[],
  registered: readonly FoundRegisteredName[],
): Problem[] {
  const byLooks = new Map<string, FoundRegisteredName>();
  for (const name of inOrder(names)) {
    const looks = looksOf(name.text);
    if (!byLooks.has(looks)) byLooks.set(looks, { ...name, username: name.text });
  }
  return inOrder(registered).flatMap((name): Problem[] => {
    const looks = looksOf(name.text);
    const other = byLooks.get(looks);
    if (other === undefined) byLooks.set(looks, name);
    if (other === undefined || other.username === name.username) return [];
    const { file, line, path, text, username } = name;
    const whose = other.text === other.username ? "the name of a user" : `a name of ${shown(other.username)}`;
    const what = `${shown(text)}, which a key of ${shown(username)} is registered as, is ${whose} at ${placeOf(other)}`;
    return [{ file, line, path, what, fix: "declare another in registeredAs" }];
  });
}

/**
 * Names of one workspace that are drawn alike in other characters, such as Latin and Cyrillic letters, or `rn` and `m`. Both may be
 * meant, so these are warnings.
 */
export function lookAlikes(names: readonly FoundName[]): Problem[] {
  const alike = new LookAlikes<FoundName>();
  const first = new Map<string, FoundName>();
  for (const name of inOrder(names)) if (!first.has(name.text)) first.set(name.text, name);
  return [...first.values()].flatMap((name): Problem[] => {
    const { text, file, line, path } = name;
    const other = alike.add(text, name);
    if (!other) return [];
    const what = looksLike(text, other.text, ` at ${placeOf(other.place)}`);
    return [{ file, line, path, what, fix: "rename one, if it is not meant" }];
  });
}

const inOrder = <Name extends FoundName>(names: readonly Name[]) =>
  [...names].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);

function placeOf({ file, line }: { file: string; line: number }): string {
  return `${file}:${line}`;
}

/** What a stack's name comes from. */
export interface NamedStack {
  readonly name: string;
  /** The file that makes it, and the line. */
  readonly file: string;
  readonly line: number;
  /** What makes it, for a message. */
  readonly what: string;
  /** What its name comes from, which is what to change. */
  readonly namedBy: "workspace" | "file" | "stack";
}

const RENAME = {
  workspace: "rename one of the folders",
  file: "rename this file",
  stack: "name another one in stack:",
};

/** Stacks with the same name, which would overwrite each other: `acme` with `prod-x`, and `acme-prod` with `x`. */
export function stackCollisions(stacks: readonly NamedStack[]): Problem[] {
  // What is hard to rename goes first, so that the problem is reported where the fix is.
  const kinds = Object.keys(RENAME);
  const inOrder = [...stacks].sort(
    (a, b) =>
      kinds.indexOf(a.namedBy) - kinds.indexOf(b.namedBy) || compareText(a.file, b.file) || a.line - b.line,
  );
  const first = new Map<string, NamedStack>();
  const problems: Problem[] = [];
  for (const stack of inOrder) {
    const other = first.get(stack.name);
    if (!other) {
      first.set(stack.name, stack);
    } else {
      const what = `makes the stack ${stack.name}, and so does ${other.what}`;
      const path = stack.namedBy === "stack" ? "stack" : "";
      problems.push({ ...problemOf(stack.file, what, RENAME[stack.namedBy], stack.line), path });
    }
  }
  return problems;
}
