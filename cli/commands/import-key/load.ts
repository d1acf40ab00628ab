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
 * Puts a private key into its secret, unless the secret has it. It takes `DescribeSecret` and `PutSecretValue`,
 * for a custodian may not read.
 *
 * One request carries key and labels. Its token follows from the secret: sent again, because an answer was lost or
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
        ClientRequestToken: versionIdOf(keyArn),
        // A string cannot be wiped: it lives until the garbage collector takes it, and this process ends soon.
        SecretString: encodePrivateKey(key.privateKeyPem),
        // The first version of a secret, which this is, gets AWSCURRENT by itself.
        VersionStages: [generationLabel(generation), publicKeyLabel(publicKey)],
      }),
    );
    return "loaded";
  } catch (error) {
    // Somebody put a key in the meantime; its labels say which.
    if (nameOf(error) === "ResourceExistsException" && (await isPresent(user, client))) return "present";
    throw explained(error, targetOf(user), "secretsmanager:PutSecretValue");
  }
}

/**
 * Whether the secret has the very key. A secret holds one: nothing is replaced, and nothing is put beside anything.
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
    if (id === versionIdOf(keyArn)) return true;
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
  const [other] = generations.keys();
  if (other === undefined) return false;
  throw no(
    `the key in ${keyArn} has the label of generation ${other}`,
    "find in CloudTrail who put it there (PutSecretValue), and declare the next generation",
  );
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
