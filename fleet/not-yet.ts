import { joinPath } from "../messages/paths";
import type { WorkspaceDeclaration } from "./declarations";
import type { Problem } from "./yaml/problems";
import { problemAt, type YamlFile } from "./yaml/yaml-file";

/**
 * What the schemas know and this version does not do. Both lists shrink to nothing as the features come: take
 * the entry out, and "Not in effect yet" out of the schema's description.
 */

/** Keys that are read and checked, and change nothing yet: key -> what will come of it. */
export const NOT_YET_IN_EFFECT: Readonly<Record<string, string>> = {};

/** The keys of that list that a fleet uses, so that whoever declares them is told. In alphabetical order. */
export function declaredButNotInEffect(workspaces: readonly WorkspaceDeclaration[]): string[] {
  const declarations: object[] = workspaces.flatMap((each) => [
    each,
    ...each.files.flatMap((file) => file.users),
  ]);
  const used = (key: string) =>
    declarations.some((each) => {
      const value: unknown = Object.getOwnPropertyDescriptor(each, key)?.value;
      return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
    });
  return Object.keys(NOT_YET_IN_EFFECT).filter(used).sort();
}

/** Whether keys can be rotated: `generation` above 1, and `pending`. */
const ROTATION_AVAILABLE = false;

/** The problems of a user that asks for what this version would do otherwise. */
export function unavailable(
  yaml: YamlFile,
  path: string,
  user: Readonly<Record<string, unknown>>,
): Problem[] {
  const problems: Problem[] = [];
  if (ROTATION_AVAILABLE) return problems;
  const { generation, pending } = user;
  if (Number.isInteger(generation) && generation !== 1) {
    const message = "rotation is not available in this version; take the key out, or write 1";
    problems.push(problemAt(yaml, joinPath(path, "generation"), message));
  }
  if (Number.isInteger(pending)) {
    const message = "rotation is not available in this version; take the key out";
    problems.push(problemAt(yaml, joinPath(path, "pending"), message));
  }
  return problems;
}
