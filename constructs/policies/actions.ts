/** The lists of IAM actions in the policies made here, each named by what it means. */

/** To read a secret's value and its labels. */
export const READ_SECRET = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"];

/** To put a value into a secret, and read its labels but no value. */
export const LOAD_SECRET = ["secretsmanager:DescribeSecret", "secretsmanager:PutSecretValue"];

/** To make another value of a secret the current one, and read its labels but no value. */
export const MOVE_POINTER = [...LOAD_SECRET, "secretsmanager:UpdateSecretVersionStage"];

/** Every action that gives a secret's value. */
export const ANY_SECRET_READ = ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"];

/** Every action that puts a value in, or makes another value the current one. */
export const ANY_SECRET_WRITE = ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"];

/** Denied to everyone: indirect writes, replication, removing the policy. */
export const NEVER_DONE_TO_A_SECRET = [
  "secretsmanager:CancelRotateSecret",
  "secretsmanager:DeleteResourcePolicy",
  "secretsmanager:RemoveRegionsFromReplication",
  "secretsmanager:ReplicateSecretToRegions",
  "secretsmanager:RotateSecret",
  "secretsmanager:StopReplicationToReplica",
  "secretsmanager:UpdateSecret",
];

/** What decides who uses a secret, and whether it exists. Restoring one gives its readers access again. */
export const ADMINISTER_SECRET = [
  "secretsmanager:DeleteSecret",
  "secretsmanager:PutResourcePolicy",
  "secretsmanager:RestoreSecret",
];

/** To encrypt a secret's value. Decrypt is for a repeated PutSecretValue, which is compared with what is there. */
export const ENCRYPT_SECRET = ["kms:Decrypt", "kms:GenerateDataKey"];

/** What EventBridge needs to publish to an encrypted topic. */
export const ENCRYPT_ALERT = ["kms:Decrypt", "kms:GenerateDataKey*"];

/** Every operation of a symmetric encryption key that takes or gives data. */
export const ANY_USE_OF_AN_ENCRYPTION_KEY = [
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyPair",
  "kms:GenerateDataKeyPairWithoutPlaintext",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** What a signer does with its KMS key. */
export const SIGN = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify"];

/** What shows a KMS key and changes nothing. */
export const SEE_KMS_KEY = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
];

/** What changes a KMS key; nothing here uses the key. */
export const ADMINISTER_KMS_KEY = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DisableKey",
  "kms:EnableKey",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

/** What makes a KMS key unusable. */
export const DELETE_OR_DISABLE_KMS_KEY = ["kms:DeleteAlias", "kms:DisableKey", "kms:ScheduleKeyDeletion"];

/**
 * What silences a topic or redirects its messages, as far as a topic's policy can deny it (SNS guide, "Valid Amazon SNS
 * policy actions"): ending a subscription is not among it.
 */
export const ADMINISTER_TOPIC = [
  "sns:AddPermission",
  "sns:DeleteTopic",
  "sns:PutDataProtectionPolicy",
  "sns:RemovePermission",
  "sns:SetTopicAttributes",
  "sns:Subscribe",
];

/** To write to a log group. */
export const WRITE_LOG = ["logs:CreateLogStream", "logs:PutLogEvents"];

/** To see whether an alert rule is on, and sees and sends what is declared. */
export const SEE_ALERT_RULE = ["events:DescribeRule", "events:ListTargetsByRule"];

/** To see who receives alerts, and whether a filter keeps them back. */
export const SEE_SUBSCRIPTIONS = ["sns:GetSubscriptionAttributes", "sns:ListSubscriptionsByTopic"];

/** What Lambda does to attach a function to a network (Lambda guide, "Giving Lambda functions access to resources in an Amazon VPC"). */
export const ATTACH_TO_NETWORK = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeVpcs",
  "ec2:UnassignPrivateIpAddresses",
];
