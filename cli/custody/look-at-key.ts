import type { KeyMetadata } from "@aws-sdk/client-kms";
import type { AwsClients } from "../../aws/clients";
import { generalFailure, nameOf } from "../../aws/failure";
import { diagnose, LabelError, readLabels, versionIdOf } from "../../keys";
import { operand } from "../../messages/shell";
import { addressOf, keyNamesOf, type RegisteredUser } from "../../registration/read";
import { refused, type Unseen, unseen } from "./refused";

/** What the metadata in custody say about a user's key. */
export interface Seen {
  /** 130 lower-case hexadecimal digits. */
  readonly publicKey: string;
  /** What is worth knowing, but does not make the public key a wrong one. */
  readonly notes: readonly string[];
  /** ARN of the KMS key that the user's alias points to, if it is not the registered one. */
  readonly aliasTarget?: string;
}

/**
 * Looks at a user's key without using it: the labels of its version in Secrets Manager, the public key and alias in KMS.
 *
 * @throws Failure if AWS cannot be asked at all: no credentials, no network
 */
export async function lookAt(user: RegisteredUser, clients: AwsClients): Promise<Seen | Unseen> {
  try {
    return await (user.custody === "kms" ? lookAtKms(user, clients) : lookAtSecret(user, clients));
  } catch (error) {
    throw generalFailure(error, user.region) ?? error;
  }
}

async function lookAtSecret(user: RegisteredUser, clients: AwsClients): Promise<Seen | Unseen> {
  const { keyArn, generation, region } = user;
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const client = await clients.secretsManager(region);
  const secret = await client.send(new DescribeSecretCommand({ SecretId: keyArn })).catch(refused(user));
  if ("state" in secret) return secret;
  if (secret.ARN !== keyArn) return otherSecret(keyArn, secret.ARN);
  if (secret.DeletedDate) {
    return unseen(
      "unreadable",
      `its secret is scheduled for deletion (${keyArn})`,
      "if that is a mistake, restore it: aws secretsmanager restore-secret",
    );
  }
  const versions = secret.VersionIdsToStages ?? {};
  let generations: Map<number, string>;
  try {
    generations = readLabels(versions);
  } catch (error) {
    if (!(error instanceof LabelError)) throw error;
    const fix = "do not use the key until you know who moved the labels and why";
    return unseen("mismatch", `its secret's labels contradict each other: ${error.message}`, fix);
  }
  const publicKey = generations.get(generation);
  if (publicKey === undefined) return noGeneration(user, generations);
  const [version, stages = []] =
    Object.entries(versions).find(([, labels]) => labels.includes(`generation-${generation}`)) ?? [];
  if (version !== versionIdOf(keyArn)) {
    return unseen(
      "mismatch",
      `generation ${generation} of its secret is version ${version}, which neither the key generator nor import-key made`,
      "find in CloudTrail who put it there (PutSecretValue, UpdateSecretVersionStage); do not register its public key",
    );
  }
  const { ReplicationStatus = [], RotationEnabled } = secret;
  if (ReplicationStatus.length > 0 || RotationEnabled) {
    return unseen(
      "mismatch",
      RotationEnabled
        ? "its secret has rotation switched on, which replaces the key"
        : `its secret is replicated to ${ReplicationStatus.map(({ Region }) => Region).join(", ")}, where nothing watches it`,
      "find in CloudTrail who did it; do not register its public key",
    );
  }
  const notes = stages.includes("AWSCURRENT")
    ? []
    : [
        `AWSCURRENT is not on generation ${generation}: whoever reads the secret without a label gets another key`,
      ];
  return { publicKey, notes };
}

/** An ARN of a secret that is gone is also the beginning of the ARN of one whose name ends like that ARN. */
const otherSecret = (keyArn: string, found: string | undefined) =>
  unseen(
    "mismatch",
    `AWS has the secret ${found} where ${keyArn} was asked for`,
    "find in CloudTrail who created it; do not register its public key",
  );

function noGeneration(user: RegisteredUser, generations: ReadonlyMap<number, string>): Unseen {
  const { generation, custody } = user;
  const others = [...generations.keys()].sort((a, b) => a - b);
  const has = others.length > 0 ? `; it has ${others.join(", ")}` : ", and no other";
  const lacks = `its secret has no generation ${generation}${has}`;
  if (custody !== "imported")
    return unseen(
      "missing",
      lacks,
      "apply its stack again, and export the registration again with terraform output -json",
    );
  const ofKey = user.stage === "current" ? "" : ` --generation ${generation}`;
  const fix = `have a custodian load it: npx cdktf-ledger-api-user import-key ${operand(addressOf(user))} FILE${ofKey}`;
  return unseen("missing", others.length === 0 ? "it is awaiting its key" : lacks, fix, { awaiting: true });
}

async function lookAtKms(user: RegisteredUser, clients: AwsClients): Promise<Seen | Unseen> {
  const { keyArn, region } = user;
  const { GetPublicKeyCommand } = await import("@aws-sdk/client-kms");
  const client = await clients.kms(region);
  const [key, alias] = await Promise.all([
    client.send(new GetPublicKeyCommand({ KeyId: keyArn })).catch(refused(user)),
    lookAtAlias(user, clients),
  ]);
  if ("state" in key) return key;
  if ("state" in alias) return alias;
  const { curve, publicKey } = diagnose(key.PublicKey ?? new Uint8Array());
  if (curve !== "P-256" || publicKey === undefined || key.KeyUsage !== "SIGN_VERIFY") {
    return unseen(
      "mismatch",
      `its KMS key is of spec ${key.KeySpec} and usage ${key.KeyUsage}, not ECC_NIST_P256 and SIGN_VERIFY`,
      "export the registration again with terraform output -json, and find out who changed it",
    );
  }
  return { publicKey, ...alias };
}

/** What the user's alias points to, if that can be read. */
async function lookAtAlias(
  user: RegisteredUser,
  clients: AwsClients,
): Promise<Pick<Seen, "notes" | "aliasTarget"> | Unseen> {
  const { keyArn, region } = user;
  const names = keyNamesOf(user);
  const { DescribeKeyCommand } = await import("@aws-sdk/client-kms");
  const client = await clients.kms(region);
  for (const name of names) {
    try {
      const KeyId = [...keyArn.split(":").slice(0, 5), name].join(":");
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      if (KeyMetadata?.Arn !== keyArn) return { notes: [], aliasTarget: KeyMetadata?.Arn };
      return copyOf(KeyMetadata) ?? { notes: [] };
    } catch (error) {
      const general = generalFailure(error, region);
      if (general) throw general;
      if (nameOf(error) !== "NotFoundException")
        return { notes: [`whether ${name} points to its key could not be read (${nameOf(error)})`] };
    }
  }
  return { notes: names.length > 0 ? [`there is no ${names.join(" nor ")}`] : [] };
}

/** Custody kms promises that no copy exists: KMS made the key itself, and has it in this region only. */
function copyOf({ Origin, MultiRegion }: KeyMetadata): Unseen | undefined {
  if (Origin === "AWS_KMS" && !MultiRegion) return undefined;
  return unseen(
    "mismatch",
    MultiRegion
      ? "its KMS key is a multi-Region key, whose replicas have policies of their own"
      : `its KMS key was not made in KMS (origin ${Origin}), so somebody may have a copy`,
    "find in CloudTrail who made it; do not register its public key",
  );
}
