import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { LabelError, readLabels } from "../../keys/labels";
import { GeneratorError, withPatience } from "./faults";

/** @throws GeneratorError where the secret waits for its deletion */
export async function describe(
  client: SecretsManagerClient,
  secretArn: string,
): Promise<DescribeSecretCommandOutput> {
  const secret = await withPatience(() => client.send(new DescribeSecretCommand({ SecretId: secretArn })));
  if (secret.DeletedDate) {
    throw new GeneratorError(
      `${secretArn} is scheduled for deletion`,
      "restore it (aws secretsmanager restore-secret) and apply again",
    );
  }
  return secret;
}

/**
 * Refuses a secret that others can decrypt or have a copy of, and one in which somebody may have put a key before it was ours:
 * where deployers are declared, nobody else can make a secret, or put a value, under the workspace's KMS key.
 *
 * Secrets Manager answers with the KMS key as whoever made the secret named it. Terraform names it by its whole ARN. An alias
 * can hold the key's id, and can be pointed at another key afterwards; a bare id may be one of another account.
 */
export function refuseForeign(
  secret: DescribeSecretCommandOutput,
  secretArn: string,
  encryptionKeyArn: string,
): void {
  const { KmsKeyId = "", ReplicationStatus = [], RotationEnabled } = secret;
  const found =
    KmsKeyId !== encryptionKeyArn
      ? `is encrypted with ${KmsKeyId || "the account's default key"}, not with ${encryptionKeyArn}`
      : ReplicationStatus.length > 0
        ? `is replicated to ${ReplicationStatus.map(({ Region }) => Region).join(", ")}`
        : RotationEnabled
          ? "has rotation switched on"
          : undefined;
  if (found === undefined) return;
  throw new GeneratorError(
    `no key is made in ${secretArn}: it ${found}, so this package did not make it as it is`,
    "find in CloudTrail who did, and choose another user name",
  );
}

/** Generation to public key, from the staging labels. */
export function labelsOf(secret: DescribeSecretCommandOutput, secretArn: string): Map<number, string> {
  try {
    return readLabels(secret.VersionIdsToStages);
  } catch (error) {
    if (!(error instanceof LabelError)) throw error;
    throw new GeneratorError(`${secretArn}: ${error.what}`, error.fix);
  }
}
