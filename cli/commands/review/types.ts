/** What this package never makes: resources of other types, and further permissions of its roles. */
import { type Finding, finding, idles, makes, type OwnedChange } from "./finding";
import { OUR_TYPES } from "./ours/shapes";

export function typeFindings(change: OwnedChange, all: readonly OwnedChange[]): Finding[] {
  const { type, after } = change;
  if (!OUR_TYPES.has(type)) return [finding("weakened", change, { fact: "foreign type", type })];
  if (!writes(change)) return [];
  if (type === "aws_iam_role_policy" && !isGenerators(change, all)) {
    const role = typeof after?.["role"] === "string" ? after["role"] : null;
    return [finding("weakened", change, { fact: "further policy of a role", role })];
  }
  if (type === "aws_iam_role" && makes(change) && hasMore(change))
    return [finding("weakened", change, { fact: "role with further permissions" })];
  return [];
}

const writes = (change: OwnedChange) =>
  makes(change) || change.actions.includes("update") || (change.imported && !idles(change));

/** The only policy of the role, and in the role's own stack. In AWS, a second one of its name replaces it, whatever its address. */
function isGenerators(change: OwnedChange, all: readonly OwnedChange[]): boolean {
  const [name, role] = [change.after?.["name"], change.after?.["role"]];
  if (name !== "make-keys" || !/^ledger-.+-key-generator$/.test(String(role))) return false;
  const there = all.filter(({ after }) => after);
  return (
    there.some(({ type, after }) => type === "aws_iam_role" && after?.["name"] === role) &&
    there.filter(
      ({ type, after }) =>
        type === "aws_iam_role_policy" && after?.["role"] === role && after?.["name"] === name,
    ).length === 1
  );
}

const hasMore = ({ after }: OwnedChange) =>
  ["managed_policy_arns", "inline_policy"].some((key) => {
    const value = after?.[key];
    return Array.isArray(value) && value.length > 0;
  });
