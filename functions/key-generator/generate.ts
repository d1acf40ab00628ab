import { PutSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { nameOf } from "../../aws/failure";
import { encodePrivateKey, generateKeyPair } from "../../keys/key-pair";
import { generationLabel, publicKeyLabel, versionIdOf } from "../../keys/labels";
import { GeneratorError, withPatience } from "./faults";
import { describe, labelsOf, refuseForeign } from "./secret";

/** The input of an invocation. Public data only: Terraform keeps it in its state. */
export interface GeneratorEvent {
  /** The ARN of the secret that holds the user's private key. */
  readonly secretArn: string;
  /** The generations that must exist: 1 to the newest, in any order. */
  readonly generations: readonly number[];
  /** The ARN of the KMS key that the secret must be encrypted with. Without it, any will do. */
  readonly encryptionKeyArn?: string;
  /** The SHA-256 of each EventBridge rule that must be as declared before a key is made, by name. None: alerts are switched off. */
  readonly alertRules: Readonly<Record<string, string>>;
  /** The e-mail addresses that must be subscribed to the alerts. */
  readonly alertEmails: readonly string[];
}

/** The answer: each generation asked for, with its public key (130 hex characters, X9.62 uncompressed point). */
export type GeneratorResult = Record<string, string>;

/** Writes down what was done. Never called with private material. */
export type Log = (message: string, details: Record<string, unknown>) => void;

/**
 * Makes the key of each generation that has none, in rising order, and answers with the public key of all.
 *
 * One `PutSecretValue` carries key and labels together, so that a crash leaves a whole version or none. Its token, which is also
 * the version's id, follows from secret and generation. So Secrets Manager refuses whoever comes second (a retry, or another
 * invocation at the same time), who then reads the label of the first.
 *
 * @param beforeMaking called before a key is made, not for keys that exist; if it throws, no key is made
 * @throws GeneratorError when a generation can be neither found nor made
 */
export async function generate(
  client: SecretsManagerClient,
  event: Pick<GeneratorEvent, "secretArn" | "generations" | "encryptionKeyArn">,
  log: Log,
  beforeMaking: () => Promise<void>,
): Promise<GeneratorResult> {
  const { secretArn, encryptionKeyArn } = event;
  const wanted = [...event.generations].sort((a, b) => a - b);
  const secret = await describe(client, secretArn);
  if (encryptionKeyArn !== undefined) refuseForeign(secret, secretArn, encryptionKeyArn);
  const found = labelsOf(secret, secretArn);
  const highest = Math.max(0, ...found.keys());
  const result: GeneratorResult = {};
  for (const generation of wanted) {
    let publicKey = found.get(generation);
    if (publicKey) {
      log("generation exists", { secretArn, generation, publicKey });
    } else if (generation < highest) {
      throw new GeneratorError(
        `generation ${generation} has no version in ${secretArn}, though generation ${highest} has: an older generation is never made again`,
        `declare generation ${highest} or a later one`,
      );
    } else {
      await beforeMaking();
      publicKey = await make(client, secretArn, generation, log);
    }
    result[String(generation)] = publicKey;
  }
  return result;
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
      ClientRequestToken: versionIdOf(secretArn, generation),
      // A string cannot be wiped: it lives until the garbage collector takes it, in a process nobody else shares.
      SecretString: encodePrivateKey(pair.privateKeyPem),
      // AWSCURRENT is never asked for: the first version gets it by itself, a later one waits for its people.
      VersionStages: [generationLabel(generation), publicKeyLabel(pair.publicKey)],
    });
    await withPatience(() => client.send(put));
    log("key made", { secretArn, generation, publicKey: pair.publicKey });
    return pair.publicKey;
  } catch (error) {
    if (nameOf(error) !== "ResourceExistsException") throw error;
    log("key was made by another invocation", { secretArn, generation });
    return await publicKeyOfOther(client, secretArn, generation);
  } finally {
    pair.wipe();
  }
}

/** The key that another invocation put first. Its labels may take a moment to be seen. */
async function publicKeyOfOther(
  client: SecretsManagerClient,
  secretArn: string,
  generation: number,
): Promise<string> {
  for (const wait of [0, 200, 500, 1000, 2000]) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const publicKey = labelsOf(await describe(client, secretArn), secretArn).get(generation);
    if (publicKey) return publicKey;
  }
  throw new GeneratorError(
    `generation ${generation} exists in ${secretArn} as version ${versionIdOf(secretArn, generation)}, but its labels are gone: somebody moved them`,
    `put generation-${generation} and its public key back, or declare the next generation`,
  );
}
