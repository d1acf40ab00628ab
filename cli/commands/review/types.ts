/** What this package never makes: resources of other types, and further permissions of its roles. */
import { type Finding, finding, idles, makes, type OwnedChange } from "./finding";

/** Every type of resource that the constructs make. A test compares the two. */
export const OUR_TYPES: ReadonlySet<string> = new Set([
  "aws_cloudtrail",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_resource_policy",
  "aws_cloudwatch_query_definition",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_kms_alias",
  "aws_kms_key",
  "aws_lambda_function",
  "aws_lambda_invocation",
  "aws_s3_bucket",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_secretsmanager_secret",
  "aws_sns_topic",
  "aws_sns_topic_subscription",
]);

/**
 * Other types that may reach a key or a guard: those of the same services, those that decide who may become which role, and those that
 * can do anything (a template, a command). Others, such as an app's own buckets and tables, are other changes.
 */
const REACHES = new RegExp(
  [
    "^(aws|awscc)_(secretsmanager|kms|iam|lambda|sns|cloudtrail|events|logs|cloudwatch_event|cloudwatch_log)_",
    "^(aws|awscc)_(organizations|ssoadmin|sso|rolesanywhere|cloudformation|cloudcontrolapi)_",
    "_cloudformation_stack$",
    "^(null_resource|terraform_data)$",
  ].join("|"),
);

export function typeFindings(change: OwnedChange, all: readonly OwnedChange[]): Finding[] {
  if (!writes(change)) return [];
  const { type, after } = change;
  if (REACHES.test(type) && !OUR_TYPES.has(type))
    return [finding("weakened", change, { fact: "foreign type", type })];
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
