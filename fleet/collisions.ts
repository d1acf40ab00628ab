import { compareText } from "../messages/paths";
import { shown } from "../messages/safe-text";
import { awsNameOf } from "../rules/aws-names";
import type { FoundName } from "./user-file";
import type { Problem } from "./yaml/problems";

/** Two users of one workspace that a person or AWS would take for one another, in whatever files they are. */
export function nameCollisions(names: readonly FoundName[]): Problem[] {
  const byLooks = new Map<string, FoundName>();
  const byAwsName = new Map<string, FoundName>();
  const problems: Problem[] = [];
  const inOrder = [...names].sort((a, b) => compareText(a.file, b.file) || a.line - b.line);
  for (const name of inOrder) {
    const looks = looksOf(name.username);
    const awsName = awsNameOf(name.username);
    const twin = byLooks.get(looks);
    const namesake = byAwsName.get(awsName);
    if (twin) {
      const same =
        twin.username === name.username ? "is declared" : `looks like ${shown(twin.username)}, declared`;
      const message = `${shown(name.username)} ${same} at ${placeOf(twin)} already; rename one`;
      problems.push({ file: name.file, line: name.line, path: name.path, message });
    } else if (namesake) {
      const message = `${shown(name.username)} is ${awsName} in AWS, as is ${shown(namesake.username)} at ${placeOf(namesake)}; rename one`;
      problems.push({ file: name.file, line: name.line, path: name.path, message });
    }
    if (!twin) byLooks.set(looks, name);
    if (!namesake) byAwsName.set(awsName, name);
  }
  return problems;
}

/** A name as a person reads it: the case, the kind of blank, and how an accent is encoded do not show. */
function looksOf(username: string): string {
  return username.normalize("NFKC").toLowerCase().replace(/\s+/g, " ");
}

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
  /** Whether renaming the file fixes it. */
  readonly renamable: boolean;
}

/** Stacks of one name, of which one would overwrite the other: `acme` with `prod-x`, and `acme-prod` with `x`. */
export function stackCollisions(stacks: readonly NamedStack[]): Problem[] {
  // What cannot be renamed goes first, so that the problem is told where the fix is.
  const inOrder = [...stacks].sort(
    (a, b) => Number(a.renamable) - Number(b.renamable) || compareText(a.file, b.file) || a.line - b.line,
  );
  const first = new Map<string, NamedStack>();
  const problems: Problem[] = [];
  for (const stack of inOrder) {
    const other = first.get(stack.name);
    if (!other) {
      first.set(stack.name, stack);
    } else {
      const fix = stack.renamable ? "rename this file" : "rename one of the folders";
      const message = `makes the stack ${stack.name}, as does ${other.what}; ${fix}`;
      problems.push({ file: stack.file, line: stack.line, path: "", message });
    }
  }
  return problems;
}
