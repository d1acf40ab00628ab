import type { KeyMetadata, KMSClient } from "@aws-sdk/client-kms";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { fingerprint, formatFingerprint, LabelError, readLabels, versionIdOf } from "../keys";
import type { Planned } from "./adopt-plan";
import type { AwsClients } from "./aws-clients";
import { generalFailure, nameOf, saidOf } from "./aws-failure";
import { ExitCode, Failure } from "./failure";

/** What Terraform is to take into its state. */
export interface Import {
  readonly address: string;
  /** The id that the provider imports by. */
  readonly id: string;
  /** What it is, for who reviews it. */
  readonly remarks: readonly string[];
  /** Whether it holds a private key, which whoever made it beforehand may have too. */
  readonly holdsKey: boolean;
}

const ABSENT = /^(ResourceNotFoundException|NotFoundException|NoSuchEntity(Exception)?)$/;

/**
 * Asks AWS whether it has what a plan makes: the imports that take it in, none where it is new. Functions and log groups are
 * not asked for: they go with the role of the same stack.
 *
 * @throws Failure with exit code 1 where it is there and must not be taken in as it is, 2 where AWS cannot be asked
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
        `${name} was looked for in account ${account}, and the stack is of ${accounts.join(" or ")}`,
        "use credentials of that account",
      );
    return imports;
  } catch (error) {
    if (ABSENT.test(nameOf(error))) return [];
    throw (
      generalFailure(error, region) ??
      new Failure(
        `AWS did not say whether it has ${name} (${saidOf(error)})`,
        `allow ${NEEDS[planned.type]} to this role, to adopt ${address}`,
      )
    );
  }
}

const NEEDS: Partial<Record<Planned["type"], string>> = {
  aws_secretsmanager_secret: "secretsmanager:DescribeSecret",
  aws_kms_alias: "kms:DescribeKey and kms:GetPublicKey",
  aws_iam_role: "iam:GetRole",
};

interface There {
  readonly arn: string;
  readonly imports: Import[];
}

async function find(planned: Planned, region: string, clients: AwsClients): Promise<There> {
  const { address, type, name } = planned;
  if (type === "aws_secretsmanager_secret") return findSecret(planned, await clients.secretsManager(region));
  if (type === "aws_kms_alias") return findKey(planned, await clients.kms(region));
  const { GetRoleCommand } = await import("@aws-sdk/client-iam");
  const client = await clients.iam(region);
  const { Role } = await client.send(new GetRoleCommand({ RoleName: name }));
  const remarks = [madeOn(Role?.CreateDate)];
  return { arn: Role?.Arn ?? "", imports: [{ address, id: name, remarks, holdsKey: false }] };
}

async function findSecret({ address, name }: Planned, client: SecretsManagerClient): Promise<There> {
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const secret = await client.send(new DescribeSecretCommand({ SecretId: name }));
  const { ARN = "", DeletedDate, CreatedDate, VersionIdsToStages = {} } = secret;
  if (DeletedDate)
    throw no(
      `${name} is scheduled for deletion`,
      `restore it (aws secretsmanager restore-secret --secret-id ${name}), then run the same again`,
    );
  const keys = name.endsWith("/private-key") ? keysOf(ARN, VersionIdsToStages) : [];
  const remarks = [madeOn(CreatedDate), ...keys.map(([n, key]) => `generation ${n}: ${keyText(key)}`)];
  return { arn: ARN, imports: [{ address, id: ARN, remarks, holdsKey: keys.length > 0 }] };
}

/** The public keys by their labels, where every version is one that the generator or a custodian's import-key put. */
function keysOf(arn: string, versions: Readonly<Record<string, string[]>>): [number, string][] {
  try {
    const keys = [...readLabels(versions)];
    const ids = keys.map(([generation]) => versionIdOf(arn, generation));
    if (Object.keys(versions).every((id) => ids.includes(id))) return keys;
  } catch (error) {
    if (!(error instanceof LabelError)) throw error;
  }
  throw no(
    `${arn} holds a version that neither the key generator nor import-key put`,
    "find in CloudTrail who made the secret and the version (CreateSecret, PutSecretValue); do not adopt it",
  );
}

async function findKey(planned: Planned, client: KMSClient): Promise<There> {
  const { address, name } = planned;
  const { DescribeKeyCommand, GetPublicKeyCommand } = await import("@aws-sdk/client-kms");
  const { KeyMetadata = {} as KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId: name }));
  const { Arn = "", KeyId = "", KeyState, Origin, KeyUsage, CreationDate } = KeyMetadata;
  if (KeyState === "PendingDeletion")
    throw no(
      `the key of ${name} is scheduled for deletion`,
      `cancel that (aws kms cancel-key-deletion --key-id ${KeyId}), then run the same again`,
    );
  if (Origin !== "AWS_KMS")
    throw no(
      `the key of ${name} was not made in KMS (origin ${Origin}), so that somebody may have a copy`,
      "find in CloudTrail who made key and alias; do not adopt it",
    );
  const signs = KeyUsage === "SIGN_VERIFY";
  const { PublicKey = [] } = signs ? await client.send(new GetPublicKeyCommand({ KeyId })) : {};
  // The last 65 bytes of an SPKI of P-256 are the point (RFC 5480).
  const point = Buffer.from(PublicKey).subarray(-65).toString("hex");
  const remarks = [madeOn(CreationDate), ...(signs ? [keyText(point)] : [])];
  const key = keyImport(planned, KeyId).map((each) => ({ ...each, remarks, holdsKey: signs }));
  return { arn: Arn, imports: [...key, { address, id: name, remarks: [], holdsKey: false }] };
}

const madeOn = (date: Date | undefined) =>
  `made on ${date?.toISOString().slice(0, 16).replace("T", " at ")} UTC`;
const keyText = (publicKey: string) =>
  `public key ${publicKey}, fingerprint ${formatFingerprint(fingerprint(publicKey))}`;

/** The key that an alias leads to. Were another one in the state, adopting the alias would turn it to that one. */
function keyImport({ name, key }: Planned, keyId: string): Pick<Import, "address" | "id">[] {
  if (key === undefined || key.keyId === keyId) return [];
  if (key.keyId === undefined) return [{ address: key.address, id: keyId }];
  throw no(
    `${name} leads to the key ${keyId}, and the state has ${key.keyId}, a second one that an apply without the state has made`,
    `take that out (terraform state rm ${key.address}), plan anew and run the same again; docs/reliability.md says what becomes of it`,
  );
}

const no = (what: string, mend: string) => new Failure(what, mend, ExitCode.NO);
