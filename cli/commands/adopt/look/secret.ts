import type { KMSClient } from "@aws-sdk/client-kms";
import type { AwsClients } from "../../../../aws/clients";
import { KeyError, LabelError, readLabels, versionIdOf } from "../../../../keys";
import { pointerGeneration } from "../../../../keys/pointer";
import { shown } from "../../../../messages/safe-text";
import { optionWith } from "../../../../messages/shell";
import { kmsKeyArnProblem } from "../../../../rules/formats";
import type { Planned } from "../plan";
import { type Found, foreign, madeOn, no } from "./found";
import { keyText } from "./key-text";

export async function findSecret(
  { address, name, after }: Planned,
  region: string,
  clients: AwsClients,
): Promise<Found> {
  const kmsKeyId = typeof after["kms_key_id"] === "string" ? after["kms_key_id"] : undefined;
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const client = await clients.secretsManager(region);
  const secret = await client.send(new DescribeSecretCommand({ SecretId: name }));
  const { ARN = "", DeletedDate, CreatedDate, VersionIdsToStages = {}, ReplicationStatus = [] } = secret;
  if (DeletedDate)
    throw no(
      `${name} is scheduled for deletion`,
      `restore it (aws secretsmanager restore-secret ${optionWith("--secret-id", name)}), then run this again; or let it go, and declare the next generation`,
    );
  if (secret.Name !== name) throw foreign(`AWS has ${secret.Name} where ${name} was asked for`);
  // Only deployers can create a secret under the workspace's KMS key.
  if (kmsKeyId !== undefined && !(await isKey(kmsKeyId, secret.KmsKeyId, await clients.kms(region))))
    throw foreign(`${name} is encrypted with ${secret.KmsKeyId ?? "the default key"}, not with ${kmsKeyId}`);
  if (ReplicationStatus.length > 0)
    throw foreign(`${name} is replicated to ${ReplicationStatus.map(({ Region }) => Region).join(", ")}`);
  if (secret.RotationEnabled) throw foreign(`${name} has rotation switched on`);
  const keys = name.endsWith("/private-key") ? keysOf(ARN, VersionIdsToStages) : [];
  const isPointer = name.endsWith("/current");
  // What says which generation is current is public data, and nothing to store again.
  const versions = isPointer ? 0 : Object.keys(VersionIdsToStages).length;
  const remarks = [
    madeOn(CreatedDate),
    ...(isPointer ? pointerRemarks(ARN, VersionIdsToStages) : []),
    ...keys.map(([generation, key]) => `generation ${generation}: ${keyText(key)}`),
    ...(versions > keys.length
      ? ["credentials are stored in it: have them stored again, unless you know who stored them"]
      : []),
  ];
  return { arn: ARN, imports: [{ address, id: ARN, remarks, holds: versions > 0 }] };
}

/**
 * Whether a secret's KMS key is the planned one, by their whole ARNs. Secrets Manager names the key as whoever created the secret did: an
 * alias, which may end in the id of another key and can be moved, is never the planned key. Of an id, KMS knows the ARN.
 */
async function isKey(planned: string, found: string | undefined, client: KMSClient): Promise<boolean> {
  if (kmsKeyArnProblem(planned) !== undefined)
    throw no(
      `the plan names the KMS key ${shown(planned)}, and not by its ARN`,
      "find out who made the plan",
    );
  if (found === undefined || !/^[0-9A-Za-z-]+$/.test(found)) return found === planned;
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  return (await client.send(new DescribeKeyCommand({ KeyId: found }))).KeyMetadata?.Arn === planned;
}

/**
 * What the pointer says already. Whoever made it beforehand chose what services follow until the generator moves it; and as they chose the
 * id of the version too, only its value shows what it names.
 */
function pointerRemarks(arn: string, versions: Readonly<Record<string, string[]>>): string[] {
  const ids = Object.entries(versions);
  if (ids.some(([id]) => pointerGeneration(id) === undefined))
    throw no(
      `${arn} holds a version that the key generator did not put there`,
      `find in CloudTrail who did; then delete it (aws secretsmanager delete-secret --force-delete-without-recovery ${optionWith("--secret-id", arn)}) and apply, which makes another`,
    );
  const [current] = ids.find(([, labels]) => labels.includes("AWSCURRENT")) ?? [];
  if (current === undefined) return [];
  return [
    `it says that generation ${pointerGeneration(current)} is current: read it and compare its ARNs and public key with what is registered, or delete it and apply, which makes another`,
  ];
}

/** The public keys by their labels. Only the generator and a custodian's import-key may have put the versions. */
function keysOf(arn: string, versions: Readonly<Record<string, string[]>>): [number, string][] {
  try {
    const keys = [...readLabels(versions)];
    if (Object.keys(versions).every((id) => id === versionIdOf(arn))) return keys;
  } catch (error) {
    if (!(error instanceof LabelError || error instanceof KeyError)) throw error;
  }
  throw foreign(`${arn} holds a version that neither the key generator nor import-key put there`);
}
