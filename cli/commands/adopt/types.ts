/**
 * What becomes of each type of resource of this package when a state is lost. A test sees that no type is missing here
 * (`cli/commands/review/ours/ours.json` has all of them).
 */

/** The attribute that holds the name by which AWS has a resource of these types. They are looked up and imported. */
export const ADOPTED = {
  aws_cloudtrail: "name",
  aws_cloudwatch_event_rule: "name",
  aws_cloudwatch_event_target: "target_id",
  aws_cloudwatch_log_group: "name",
  aws_cloudwatch_log_resource_policy: "policy_name",
  aws_cloudwatch_query_definition: "name",
  aws_iam_role: "name",
  aws_iam_role_policy: "name",
  aws_kms_alias: "name",
  aws_lambda_function: "function_name",
  aws_secretsmanager_secret: "name",
  aws_sns_topic: "name",
} as const;

export type AdoptedType = keyof typeof ADOPTED;

/** What the apply creates again although AWS has it, and why that does no harm. */
export const CREATED_AGAIN: Readonly<Record<string, string>> = {
  aws_cloudwatch_dashboard: "it replaces the one that AWS has",
  aws_lambda_invocation: "the key generator answers with the public key that it made",
  aws_s3_bucket_lifecycle_configuration: "it replaces the one that the bucket has",
  aws_s3_bucket_policy: "it replaces the one that the bucket has",
  aws_s3_bucket_public_access_block: "it replaces the one that the bucket has",
  aws_s3_bucket_server_side_encryption_configuration: "it replaces the one that the bucket has",
  aws_s3_bucket_versioning: "it replaces the one that the bucket has",
  aws_sns_topic_subscription:
    "AWS answers with the one that it has; an address that never confirmed gets another e-mail",
};

/** The key of an alias is imported with it. */
export const KEY = "aws_kms_key";

/** Names of buckets are shared by all accounts of a partition, so that a bucket of a planned name may be somebody else's. */
export const BUCKET = "aws_s3_bucket";
