import { PutSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { nameOf } from "../../aws/failure";
import { encodePrivateKey, generateKeyPair } from "../../keys/key-pair";
import { generationLabel, publicKeyLabel, versionIdOf } from "../../keys/labels";
import { GeneratorError, withPatience } from "./faults";
import { describe, generationOf, publicKeyIn, refuseForeign } from "./secret";

/** The input of an invocation. Public data only: Terraform keeps it in its state. */
export interface GeneratorEvent {
  /** The ARN of the secret that holds the private key. Its name says of which user and generation. */
  readonly secretArn: string;
  /** The ARN of the KMS key that the secret must be encrypted with. Without it, any will do. */
  readonly encryptionKeyArn?: string;
  /** The SHA-256 of each EventBridge rule that must be as declared before a key is made, by name. None: alerts are switched off. */
  readonly alertRules: Readonly<Record<string, string>>;
  /** The e-mail addresses that must be subscribed to the alerts. */
  readonly alertEmails: readonly string[];
}

/** The answer. */
export interface GeneratorResult {
  /** 130 lower-case hexadecimal digits, X9.62 uncompressed point. */
  readonly publicKey: string;
}

/** Writes down what was done. Never called with private material. */
export type Log = (message: string, details: Record<string, unknown>) => void;

/**
 * Makes the key of a secret that has none, and answers with the public key of the one that is there.
 *
 * One `PutSecretValue` carries key and labels together, so that a crash leaves a whole version or none. Its token, which is also
 * the version's id, follows from the secret. So Secrets Manager refuses whoever comes second (a retry, or another invocation at the
 * same time), who then reads the label of the first.
 *
 * @param beforeMaking called before a key is made, not for one that exists; if it throws, no key is made
 * @throws GeneratorError when the key can be neither found nor made
 */
export async function generate(
  client: SecretsManagerClient,
  { secretArn, encryptionKeyArn }: Pick<GeneratorEvent, "secretArn" | "encryptionKeyArn">,
  log: Log,
  beforeMaking: () => Promise<void>,
): Promise<GeneratorResult> {
  const generation = generationOf(secretArn);
  const secret = await describe(client, secretArn);
  if (encryptionKeyArn !== undefined) refuseForeign(secret, secretArn, encryptionKeyArn);
  const publicKey = publicKeyIn(secret, secretArn);
  if (publicKey !== undefined) {
    log("key exists", { secretArn, generation, publicKey });
    return { publicKey };
  }
  await beforeMaking();
  return { publicKey: await make(client, secretArn, generation, log) };
}

async function make(
  client: SecretsManagerClient,
  secretArn: string,
  generation: number,
  log: Log,
): Promise<string> {
  const pair = generateKeyPair();
  try {
    const put = new PutSecretValueCommand({
      SecretId: secretArn,
      ClientRequestToken: versionIdOf(secretArn),
      // A string cannot be wiped: it lives until the garbage collector takes it, in a process nobody else shares.
      SecretString: encodePrivateKey(pair.privateKeyPem),
      // The first version of a secret, which this is, gets AWSCURRENT by itself.
      VersionStages: [generationLabel(generation), publicKeyLabel(pair.publicKey)],
    });
    await withPatience(() => client.send(put));
    log("key made", { secretArn, generation, publicKey: pair.publicKey });
    return pair.publicKey;
  } catch (error) {
    if (nameOf(error) !== "ResourceExistsException") throw error;
    log("key was made by another invocation", { secretArn, generation });
    return await publicKeyOfOther(client, secretArn);
  } finally {
    pair.wipe();
  }
}

/** The key that another invocation put first. Its labels may take a moment to be seen. */
async function publicKeyOfOther(client: SecretsManagerClient, secretArn: string): Promise<string> {
  for (const wait of [0, 200, 500, 1000, 2000]) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const publicKey = publicKeyIn(await describe(client, secretArn), secretArn);
    if (publicKey !== undefined) return publicKey;
  }
  throw new GeneratorError(
    `there is a key in ${secretArn}, version ${versionIdOf(secretArn)}, but its labels are gone: somebody moved them`,
    "put them back, or declare the next generation",
  );
}
