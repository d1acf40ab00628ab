import type { IAMClient } from "@aws-sdk/client-iam";
import type { KeyMetadata, KMSClient } from "@aws-sdk/client-kms";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { fingerprint, formatFingerprint, KeyError, LabelError, readLabels, versionIdOf } from "../../../keys";
import { ExitCode, Failure } from "../../../messages/failure";
import type { Planned } from "./plan";

/** What Terraform is to take into its state. */
export interface Import {
  readonly address: string;
  /** The id that the provider imports by. */
  readonly id: string;
  /** What it is, for who reviews it. */
  readonly remarks: readonly string[];
  /** Whether it holds a key or credentials, which whoever made it beforehand may have put there. */
  readonly holds: boolean;
}

export interface There {
  readonly arn: string;
  readonly imports: Import[];
}

/*
 * Whoever may make a secret, an alias or a role under a name of ours could do so before us, for us to take in. So what this package
 * would not have made as it is, is not adopted. What the names cannot show, an alert has (docs/alerts.md).
 */

export async function findSecret(planned: Planned, client: SecretsManagerClient): Promise<There> {
  const { address, name, kmsKeyId } = planned;
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const secret = await client.send(new DescribeSecretCommand({ SecretId: name }));
  const { ARN = "", DeletedDate, CreatedDate, VersionIdsToStages = {}, ReplicationStatus = [] } = secret;
  if (DeletedDate)
    throw no(
      `${name} is scheduled for deletion`,
      `restore it (aws secretsmanager restore-secret --secret-id ${name}), then run the same again`,
    );
  // Nobody but deployers makes a secret under the workspace's KMS key; and the key that a secret has, stays.
  if (kmsKeyId !== undefined && lastOf(kmsKeyId) !== lastOf(secret.KmsKeyId ?? ""))
    throw foreign(`${name} is encrypted with ${secret.KmsKeyId ?? "the default key"}, not with ${kmsKeyId}`);
  if (ReplicationStatus.length > 0)
    throw foreign(`${name} is replicated to ${ReplicationStatus.map(({ Region }) => Region).join(", ")}`);
  if (secret.RotationEnabled) throw foreign(`${name} has rotation switched on`);
  const keys = name.endsWith("/private-key") ? keysOf(ARN, VersionIdsToStages) : [];
  const versions = Object.keys(VersionIdsToStages).length;
  const remarks = [
    madeOn(CreatedDate),
    ...keys.map(([generation, key]) => `generation ${generation}: ${keyText(key)}`),
    ...(versions > keys.length
      ? ["credentials are stored in it: have them put anew unless you know who did"]
      : []),
  ];
  return { arn: ARN, imports: [{ address, id: ARN, remarks, holds: versions > 0 }] };
}

/** The public keys by their labels, where every version is one that the generator or a custodian's import-key put. */
function keysOf(arn: string, versions: Readonly<Record<string, string[]>>): [number, string][] {
  try {
    const keys = [...readLabels(versions)];
    const ids = keys.map(([generation]) => versionIdOf(arn, generation));
    if (Object.keys(versions).every((id) => ids.includes(id))) return keys;
  } catch (error) {
    if (!(error instanceof LabelError || error instanceof KeyError)) throw error;
  }
  throw foreign(`${arn} holds a version that neither the key generator nor import-key put`);
}

export async function findKey(planned: Planned, client: KMSClient): Promise<There> {
  const { address, name } = planned;
  const { DescribeKeyCommand, GetPublicKeyCommand } = await import("@aws-sdk/client-kms");
  const { KeyMetadata = {} as KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: name }));
  const { Arn = "", KeyId = "", KeyState, Origin, KeyUsage, MultiRegion, CreationDate } = KeyMetadata;
  if (KeyState === "PendingDeletion")
    throw no(
      `the key of ${name} is scheduled for deletion`,
      `cancel that (aws kms cancel-key-deletion --key-id ${KeyId}), then run the same again`,
    );
  if (Origin !== "AWS_KMS")
    throw foreign(
      `the key of ${name} was not made in KMS (origin ${Origin}), so that somebody may have a copy`,
    );
  // A replica in another region has a policy of its own.
  if (MultiRegion) throw foreign(`the key of ${name} is a multi-Region key, which others may use elsewhere`);
  const signs = KeyUsage === "SIGN_VERIFY";
  const { PublicKey = [] } = signs ? await client.send(new GetPublicKeyCommand({ KeyId })) : {};
  // The last 65 bytes of an SPKI of P-256 are the point (RFC 5480).
  const point = Buffer.from(PublicKey).subarray(-65).toString("hex");
  const remarks = [madeOn(CreationDate), ...(signs ? [keyText(point)] : [])];
  const key = keyImport(planned, KeyId).map((each) => ({ ...each, remarks, holds: signs }));
  return { arn: Arn, imports: [...key, { address, id: name, remarks: [], holds: false }] };
}

/** The key that an alias leads to. Were another one in the state, adopting the alias would turn it to that one. */
function keyImport({ name, key }: Planned, keyId: string): Pick<Import, "address" | "id">[] {
  if (key === undefined || key.keyId === keyId) return [];
  if (key.keyId === undefined) return [{ address: key.address, id: keyId }];
  throw no(
    `${name} leads to the key ${keyId}, and the state has ${key.keyId}: an apply without the state made a second one, or somebody made the alias beforehand`,
    `see whose public key is registered (aws kms get-public-key); if that of ${keyId}, take the other one out (terraform state rm ${key.address}), plan anew and run the same again; docs/reliability.md says what becomes of it`,
  );
}

/** The role of the key generator, which has one policy, in it, of ours. */
const OWN_POLICY = "make-keys";

export async function findRole({ address, name }: Planned, client: IAMClient): Promise<There> {
  const { GetRoleCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand } = await import(
    "@aws-sdk/client-iam"
  );
  const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
  const { AttachedPolicies = [] } = await client.send(
    new ListAttachedRolePoliciesCommand({ RoleName: name }),
  );
  const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName: name }));
  const others = [...AttachedPolicies.map(({ PolicyName }) => PolicyName), ...PolicyNames].filter(
    (policy) => policy !== OWN_POLICY,
  );
  if (others.length > 0)
    throw foreign(`the role ${name} has policies that are not ours: ${others.join(", ")}`);
  return {
    arn: Role?.Arn ?? "",
    imports: [{ address, id: name, remarks: [madeOn(Role?.CreateDate)], holds: false }],
  };
}

const lastOf = (key: string) => key.split("/").pop();
const madeOn = (date: Date | undefined) =>
  `made on ${date?.toISOString().slice(0, 16).replace("T", " at ")} UTC`;
const keyText = (publicKey: string) =>
  `public key ${publicKey}, fingerprint ${formatFingerprint(fingerprint(publicKey))}`;

const no = (what: string, fix: string) => new Failure(what, fix, ExitCode.NO);
const foreign = (what: string) => no(what, "find in CloudTrail who made it as it is; do not adopt it");
