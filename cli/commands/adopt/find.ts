import type { IAMClient } from "@aws-sdk/client-iam";
import type { KeyMetadata, KMSClient } from "@aws-sdk/client-kms";
import type { AwsClients } from "../../../aws/clients";
import { generalFailure, nameOf, saidOf } from "../../../aws/failure";
import { fingerprint, formatFingerprint, KeyError, LabelError, readLabels, versionIdOf } from "../../../keys";
import { ExitCode, Failure } from "../../../messages/failure";
import { shown } from "../../../messages/safe-text";
import { optionWith, shellWord } from "../../../messages/shell";
import { kmsKeyArnProblem } from "../../../rules/formats";
import type { Planned } from "./plan";

/** What Terraform is to import into its state. */
export interface Import {
  readonly address: string;
  /** The provider's import id. */
  readonly id: string;
  /** What it is, for its reviewers. */
  readonly remarks: readonly string[];
  /** Whether it holds a key or credentials: those of somebody who made it beforehand, perhaps. */
  readonly holds: boolean;
}

interface There {
  readonly arn: string;
  readonly imports: Import[];
}

const ABSENT = /^(ResourceNotFoundException|NotFoundException|NoSuchEntity(Exception)?)$/;

/**
 * Asks AWS whether it has what a plan creates.
 *
 * @returns the imports for it, none if AWS does not have it
 * @throws Failure with exit code 1 if it exists and must not be imported as it is, 2 if AWS cannot be asked
 */
export async function lookUp(
  planned: Planned,
  region: string,
  accounts: readonly string[],
  clients: AwsClients,
): Promise<Import[]> {
  const { address, name } = planned;
  try {
    const { arn, imports } = await find(planned, region, clients);
    const account = arn.split(":")[4] ?? "";
    if (accounts.length > 0 && !accounts.includes(account))
      throw new Failure(
        `${name} was looked for in account ${account}, but the stack belongs to ${accounts.join(" or ")}`,
        "use credentials of that account",
      );
    return imports;
  } catch (error) {
    if (ABSENT.test(nameOf(error))) return [];
    throw (
      generalFailure(error, region) ??
      new Failure(
        `AWS did not answer whether it has ${name} (${saidOf(error)})`,
        `give this role ${NEEDS[planned.type]}, to adopt ${address}`,
      )
    );
  }
}

const NEEDS: Partial<Record<Planned["type"], string>> = {
  aws_secretsmanager_secret: "secretsmanager:DescribeSecret, and kms:DescribeKey on its KMS key",
  aws_kms_alias: "kms:DescribeKey and kms:GetPublicKey",
  aws_iam_role: "iam:GetRole, ListAttachedRolePolicies and ListRolePolicies",
};

async function find(planned: Planned, region: string, clients: AwsClients): Promise<There> {
  if (planned.type === "aws_secretsmanager_secret") return findSecret(planned, region, clients);
  if (planned.type === "aws_kms_alias") return findKey(planned, await clients.kms(region));
  return findRole(planned, await clients.iam(region));
}

/*
 * Anybody who may create a secret, an alias or a role under a name of ours could do so before us, for us to import. So adopt refuses what
 * this package would not have made as it is. What this cannot show, an alert does (docs/alerts.md).
 */

async function findSecret(planned: Planned, region: string, clients: AwsClients): Promise<There> {
  const { address, name, kmsKeyId } = planned;
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
  // What says which generation is current is public data, and nothing to store again.
  const isPointer = name.endsWith("/current");
  const versions = isPointer ? 0 : Object.keys(VersionIdsToStages).length;
  const remarks = [
    madeOn(CreatedDate),
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

async function findKey(planned: Planned, client: KMSClient): Promise<There> {
  const { address, name } = planned;
  const { DescribeKeyCommand, GetPublicKeyCommand } = await import("@aws-sdk/client-kms");
  const { KeyMetadata = {} as KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: name }));
  const { Arn = "", KeyId = "", KeyState, Origin, KeyUsage, MultiRegion, CreationDate } = KeyMetadata;
  if (KeyState === "PendingDeletion")
    throw no(
      `the key of ${name} is scheduled for deletion`,
      `cancel that (aws kms cancel-key-deletion ${optionWith("--key-id", KeyId)}), then run this again`,
    );
  if (Origin !== "AWS_KMS")
    throw foreign(`the key of ${name} was not made in KMS (origin ${Origin}), so somebody may have a copy`);
  // A replica in another region has a policy of its own.
  if (MultiRegion) throw foreign(`the key of ${name} is a multi-Region key, which others may use elsewhere`);
  const signs = KeyUsage === "SIGN_VERIFY";
  const { PublicKey = [] } = signs ? await client.send(new GetPublicKeyCommand({ KeyId })) : {};
  // The last 65 bytes of an SPKI of P-256 are the point (RFC 5480).
  const point = Buffer.from(PublicKey).subarray(-65).toString("hex");
  const remarks = [madeOn(CreationDate), ...(signs ? [keyText(point)] : [])];
  const key = keyImport(planned, KeyId, Arn).map((each) => ({ ...each, remarks, holds: signs }));
  return { arn: Arn, imports: [...key, { address, id: name, remarks: [], holds: false }] };
}

/** The key that an alias points to. If the state had another one, the import would make the alias point to that one. */
function keyImport({ name, key }: Planned, keyId: string, arn: string): Pick<Import, "address" | "id">[] {
  if (key === undefined || key.keyId === keyId || key.keyId === arn) return [];
  if (key.keyId === undefined) return [{ address: key.address, id: keyId }];
  throw no(
    `${name} points to the key ${keyId}, but the state has ${key.keyId}: an apply without the state made a second key, or somebody made the alias beforehand`,
    `find out whose public key is registered (aws kms get-public-key); if it is that of ${keyId}, remove the other one from the state (terraform state rm ${shellWord(key.address)}), plan again and run this again; docs/reliability.md says what happens to it`,
  );
}

/** The only policy that the key generator's role has. */
const OWN_POLICY = "make-keys";

async function findRole({ address, name, path = "/" }: Planned, client: IAMClient): Promise<There> {
  const { GetRoleCommand, ListAttachedRolePoliciesCommand, ListRolePoliciesCommand } = await import(
    "@aws-sdk/client-iam"
  );
  const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
  // Policies name the role by its ARN, which the path is a part of.
  if (Role?.Path !== path) throw foreign(`the role ${name} has the path ${Role?.Path}, not ${path}`);
  const { AttachedPolicies = [] } = await client.send(
    new ListAttachedRolePoliciesCommand({ RoleName: name }),
  );
  const { PolicyNames = [] } = await client.send(new ListRolePoliciesCommand({ RoleName: name }));
  const others = [...AttachedPolicies.map(({ PolicyName }) => PolicyName), ...PolicyNames].filter(
    (policy) => policy !== OWN_POLICY,
  );
  if (others.length > 0)
    throw foreign(`the role ${name} has policies that this package did not make: ${others.join(", ")}`);
  return {
    arn: Role?.Arn ?? "",
    imports: [{ address, id: name, remarks: [madeOn(Role?.CreateDate)], holds: false }],
  };
}

const madeOn = (date: Date | undefined) =>
  `made on ${date?.toISOString().slice(0, 16).replace("T", " at ")} UTC`;
const keyText = (publicKey: string) =>
  `public key ${publicKey}, fingerprint ${formatFingerprint(fingerprint(publicKey))}`;

const no = (what: string, fix: string) => new Failure(what, fix, ExitCode.NO);
const foreign = (what: string) => no(what, "find in CloudTrail who made it like that; do not adopt it");
