import type { DescribeSecretCommandOutput, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { nameOf } from "../../../aws/failure";
import {
  encodePrivateKey,
  generationLabel,
  LabelError,
  type PrivateKey,
  publicKeyLabel,
  readLabels,
  versionIdOf,
} from "../../../keys";
import { ExitCode, Failure } from "../../../messages/failure";
import { keyNamesOf, type RegisteredUser } from "../../../registration/read";
import { explained, otherSecret, refuseForeignAccount, type Target } from "../../custody/custodian-access";

/** `loaded`: it was put. `present`: it, by its label, was there before. */
export type Loaded = "loaded" | "present";

/**
 * Puts a private key into its user's secret, unless the secret has that generation. It takes `DescribeSecret` and `PutSecretValue`,
 * for a custodian may not read.
 *
 * One request carries key and labels. Its token follows from secret and generation: sent again, because an answer was lost or
 * somebody loads the same key at the same time, it changes nothing, and of another key it is refused by Secrets Manager.
 *
 * @param key the one whose public key is registered; wiping it is the caller's
 * @throws Failure with exit code 1 if the secret may not take the key, 2 if AWS could not be asked
 */
export async function load(
  user: RegisteredUser,
  key: PrivateKey,
  client: SecretsManagerClient,
): Promise<Loaded> {
  await refuseForeignAccount(targetOf(user), client);
  if (await isPresent(user, client)) return "present";
  const { PutSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
  const { keyArn, generation, publicKey } = user;
  try {
    await client.send(
      new PutSecretValueCommand({
        SecretId: keyArn,
        ClientRequestToken: versionIdOf(keyArn, generation),
        // A string cannot be wiped: it lives until the garbage collector takes it, and this process ends soon.
        SecretString: encodePrivateKey(key.privateKeyPem),
        // AWSCURRENT is never asked for: the first version gets it by itself, a later one waits for its people.
        VersionStages: [generationLabel(generation), publicKeyLabel(publicKey)],
      }),
    );
    return "loaded";
  } catch (error) {
    // Somebody put this generation in the meantime; its labels say what.
    if (nameOf(error) === "ResourceExistsException" && (await isPresent(user, client))) return "present";
    throw explained(error, targetOf(user), "secretsmanager:PutSecretValue");
  }
}

/**
 * Whether the secret has the very key as the very generation. Nothing is replaced, and nothing is put beside what should not be there.
 */
async function isPresent(user: RegisteredUser, client: SecretsManagerClient): Promise<boolean> {
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const { keyArn, generation, publicKey } = user;
  const secret = await client
    .send(new DescribeSecretCommand({ SecretId: keyArn }))
    .catch((error) => Promise.reject(explained(error, targetOf(user), "secretsmanager:DescribeSecret")));
  if (secret.ARN !== keyArn) throw otherSecret(keyArn, secret.ARN);
  if (secret.DeletedDate)
    throw no(`${keyArn} is scheduled for deletion`, "have it restored (aws secretsmanager restore-secret)");
  const generations = labelsOf(keyArn, secret);
  const there = generations.get(generation);
  if (there === publicKey) {
    const [id] =
      Object.entries(secret.VersionIdsToStages ?? {}).find(([, labels]) =>
        labels.includes(generationLabel(generation)),
      ) ?? [];
    if (id === versionIdOf(keyArn, generation)) return true;
    throw no(
      `generation ${generation} in ${keyArn} is version ${id}, which import-key did not put, whatever its label says`,
      "find in CloudTrail who did (PutSecretValue); keep the key that you have",
    );
  }
  if (there !== undefined) {
    throw no(
      `generation ${generation} in ${keyArn} is another key, of public key ${there}`,
      "a key is never replaced: declare it as the next generation, or the public key that is there",
    );
  }
  const [other] = [...generations].find(([, each]) => each === publicKey) ?? [];
  if (other !== undefined)
    throw no(`the key is generation ${other} in ${keyArn} already`, "a new generation takes a new key");
  const highest = Math.max(0, ...generations.keys());
  if (generation < highest) {
    throw no(
      `${keyArn} has generation ${highest} and no generation ${generation}`,
      `an older generation is never loaded after a newer one: declare generation ${highest} or a later one`,
    );
  }
  return false;
}

function labelsOf(
  keyArn: string,
  { VersionIdsToStages = {} }: DescribeSecretCommandOutput,
): Map<number, string> {
  const [unknown] = Object.entries(VersionIdsToStages).find(
    ([, stages]) => !stages.some((stage) => stage.startsWith(generationLabel(1).slice(0, -1))),
  ) ?? [undefined];
  try {
    const generations = readLabels(VersionIdsToStages);
    if (unknown === undefined) return generations;
  } catch (error) {
    if (!(error instanceof LabelError)) throw error;
    throw no(`${keyArn}: ${error.what}`, `${error.fix}; nothing is loaded beside it`);
  }
  throw no(
    `${keyArn} holds version ${unknown}, which is no generation of the user's key`,
    "find in CloudTrail who put it there (PutSecretValue); nothing is loaded beside it",
  );
}

const no = (what: string, fix: string) => new Failure(what, fix, ExitCode.NO);

const targetOf = (user: RegisteredUser): Target => ({
  user,
  secretArn: user.keyArn,
  names: keyNamesOf(user),
  needs: "DescribeSecret and PutSecretValue on the secret, kms:GenerateDataKey and kms:Decrypt on its key",
  again: "run the same again: it loads the key once only, however often it is run",
});
