import {
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { LabelError, readLabels, versionIdOf } from "../../keys/labels";
import { generationOfSecret } from "../../rules/aws-names";
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
      "declare the next generation, or restore it (aws secretsmanager restore-secret), and apply again",
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
    "find in CloudTrail who did, and declare the next generation",
  );
}

/** @throws GeneratorError if an ARN is not that of the secret of a private key */
export function generationOf(secretArn: unknown): number {
  const generation = typeof secretArn === "string" ? generationOfSecret(secretArn) : undefined;
  if (generation !== undefined) return generation;
  throw new GeneratorError(
    "the input's secretArn is malformed",
    "secretArn must be the full ARN of a secret ledger-enterprise/WORKSPACE/USER/generation-N/private-key",
  );
}

/**
 * The public key of the key in a secret, from its labels; undefined if the secret is empty.
 *
 * @throws GeneratorError if anything else is in it: a secret holds one key, and no key is made beside another version
 */
export function publicKeyIn(
  { VersionIdsToStages = {} }: DescribeSecretCommandOutput,
  secretArn: string,
): string | undefined {
  const versions = Object.entries(VersionIdsToStages);
  // A version without labels is on its way out, and was not put by whoever puts keys.
  const foreign = versions.find(([id, labels]) => id !== versionIdOf(secretArn) && labels.length > 0);
  const generation = generationOf(secretArn);
  const labels = readable(VersionIdsToStages, secretArn);
  const [other] = [...labels.keys()].filter((each) => each !== generation);
  if (foreign === undefined && other === undefined) return labels.get(generation);
  throw new GeneratorError(
    foreign
      ? `${secretArn} holds version ${foreign[0]}, which is not the key of generation ${generation}`
      : `the key in ${secretArn} has the label of generation ${other}`,
    "find in CloudTrail who did it (PutSecretValue, UpdateSecretVersionStage), and declare the next generation",
  );
}

function readable(versions: Readonly<Record<string, string[]>>, secretArn: string): Map<number, string> {
  try {
    return readLabels(versions);
  } catch (error) {
    if (!(error instanceof LabelError)) throw error;
    throw new GeneratorError(`${secretArn}: ${error.what}`, error.fix);
  }
}
