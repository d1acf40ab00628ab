/** What was changed outside Terraform since the last apply, as the refresh before the plan found it. */
import { isValues } from "../../shared/terraform-plan";
import { changedAttributes, destroys, type Finding, finding, type OwnedChange } from "./finding";
import { canonicalText, jsonIn } from "./ours/canonical";

const HOLDS_KEY = new Set(["aws_secretsmanager_secret", "aws_kms_key", "aws_kms_alias"]);

export function drifted(change: OwnedChange, changes: readonly OwnedChange[]): Finding[] {
  const { address, type } = change;
  if (!destroys(change)) {
    const attributes = changedAttributes(change).filter(
      (key) => !isNothing(change, key) && !(key === "inline_policy" && areOwnPolicies(change, changes)),
    );
    return attributes.length > 0
      ? [finding("notice", change, { fact: "changed outside Terraform", address, attributes })]
      : [];
  }
  return HOLDS_KEY.has(type)
    ? [finding("destroy", change, { fact: "no longer found", address })]
    : [finding("notice", change, { fact: "deleted outside Terraform", address })];
}

/** The provider writes nothing as null, and reads it as an empty list, map or text. */
const isNothing = ({ before, after }: OwnedChange, key: string) =>
  [before?.[key], after?.[key]].every(
    (value) =>
      value === null ||
      value === undefined ||
      value === "" ||
      (typeof value === "object" && Object.keys(value).length === 0),
  );

/** A role's own policies, made by resources of their own beside it, show up in the role at the next refresh. */
function areOwnPolicies({ before, after }: OwnedChange, changes: readonly OwnedChange[]): boolean {
  const own = changes.filter(
    (each) => each.type === "aws_iam_role_policy" && each.before?.["role"] === after?.["name"],
  );
  const [was, is] = [before?.["inline_policy"], after?.["inline_policy"]];
  const added = (Array.isArray(is) ? is : []).filter(
    (each) => !(Array.isArray(was) ? was : []).some((one) => isSamePolicy(one, each)),
  );
  const isKept = (Array.isArray(was) ? was : []).every((each) =>
    (Array.isArray(is) ? is : []).some((one) => isSamePolicy(one, each)),
  );
  return isKept && added.every((each) => own.some(({ before: values }) => isSamePolicy(values, each)));
}

function isSamePolicy(a: unknown, b: unknown): boolean {
  if (!isValues(a) || !isValues(b) || a["name"] !== b["name"]) return false;
  const [was, is] = [a["policy"], b["policy"]].map((policy) =>
    typeof policy === "string" ? jsonIn(policy) : undefined,
  );
  return was !== undefined && is !== undefined && canonicalText(was) === canonicalText(is);
}
