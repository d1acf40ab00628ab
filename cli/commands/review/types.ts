/** What does not come from this package: types that no stack of it makes, and what roles of it never have. */
import { type Finding, finding, idles, makes, type OwnedChange } from "./finding";
import { say } from "./phrase";

/** Every type of resource that the constructs make. A test holds it to them. */
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
 * Other types that may reach a key or a guard: of the same services, of those that decide who is who, and those that do anything at all
 * (a template, a command). A stack of an app of one's own may have buckets and tables beside its users; those are other changes.
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
  const { type } = change;
  if (REACHES.test(type) && !OUR_TYPES.has(type))
    return [
      finding(
        "weakened",
        change,
        say`${type} is of a type that no stack of this package makes: have security read it`,
      ),
    ];
  if (type === "aws_iam_role_policy" && !isGenerators(change, all))
    return [
      finding(
        "weakened",
        change,
        say`is a policy of the role ${roleOf(change)} beside the key generator's own one: have security read it`,
      ),
    ];
  if (type === "aws_iam_role" && makes(change) && hasMore(change))
    return [finding("weakened", change, say`is made with permissions that no role of this package has`)];
  return [];
}

const writes = (change: OwnedChange) =>
  makes(change) || change.actions.includes("update") || (change.imported && !idles(change));

const roleOf = ({ after }: OwnedChange) => String(after?.["role"] ?? "known after apply only");

/** The one policy of the role that stands in the same stack. AWS puts a second one of its name over it, whatever its address. */
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
