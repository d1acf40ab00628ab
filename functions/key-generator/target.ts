import { DescribeKeyCommand, type KMSClient } from "@aws-sdk/client-kms";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { nameOf } from "../../aws/failure";
import type { PointerTarget } from "../../keys/pointer";
import { userOfCurrentSecret } from "../../rules/aws-names";
import { isObject } from "../../rules/is-object";
import { GeneratorError, withPatience } from "./faults";
import { describe, publicKeyIn } from "./secret";

export interface TargetClients {
  readonly secretsManager: SecretsManagerClient;
  readonly kms: KMSClient;
}

/**
 * Whether an ARN is what it should be, by the names of the same user in the same account and region: the pointer leads nowhere else.
 */
export function isTarget(pointerArn: string, target: unknown): target is PointerTarget {
  const user = userOfCurrentSecret(pointerArn);
  if (user === undefined || !isObject(target)) return false;
  const { generation, keyArn, credentialsArn, publicKey } = target;
  if (!isGeneration(generation) || !/^04[0-9a-f]{128}$/.test(String(publicKey))) return false;
  return (
    isCredentialsOf(pointerArn, generation, credentialsArn) &&
    (isSecretOf(user.secretPrefix, generation, "private-key", keyArn) || isKmsKeyBeside(pointerArn, keyArn))
  );
}

export const isCredentialsOf = (pointerArn: string, generation: number, arn: unknown): boolean =>
  isSecretOf(userOfCurrentSecret(pointerArn)?.secretPrefix ?? "", generation, "credentials", arn);

const isGeneration = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 9999;

function isSecretOf(prefix: string, generation: number, last: string, arn: unknown): boolean {
  const beginning = `${prefix}generation-${generation}/${last}-`;
  return (
    typeof arn === "string" &&
    arn.startsWith(beginning) &&
    /^[0-9A-Za-z]{6}$/.test(arn.slice(beginning.length))
  );
}

function isKmsKeyBeside(pointerArn: string, arn: unknown): boolean {
  const [, partition, , region, account] = pointerArn.split(":");
  const beginning = `arn:${partition}:kms:${region}:${account}:key/`;
  return (
    typeof arn === "string" && arn.startsWith(beginning) && /^[0-9a-z-]+$/.test(arn.slice(beginning.length))
  );
}

/**
 * Refuses a generation whose key is not in custody, or is another than the one that is named. What is not there may be let pass, what is
 * wrong never is.
 */
export async function requireKey(
  { secretsManager, kms }: TargetClients,
  { pointerArn, to }: { readonly pointerArn: string; readonly to: PointerTarget },
  mustBeThere: boolean,
): Promise<void> {
  const { generation, keyArn, publicKey } = to;
  const refused = (what: string, fix: string) =>
    new GeneratorError(`generation ${generation} does not become current: ${what}`, fix);
  if (keyArn.split(":")[2] === "kms") {
    const alias = `${userOfCurrentSecret(pointerArn)?.aliasPrefix}generation-${generation}`;
    const { Arn, KeyState } = (await describeKey(kms, alias)) ?? {};
    if (Arn !== keyArn)
      throw refused(
        `the alias ${alias} is of ${Arn ?? "no key"}, not of ${keyArn}`,
        "find in CloudTrail who changed it (UpdateAlias, DeleteAlias)",
      );
    if (KeyState !== "Enabled")
      throw refused(`its KMS key is ${KeyState}`, "have it enabled (aws kms enable-key), and apply again");
    return;
  }
  const found = publicKeyIn(await describe(secretsManager, keyArn), keyArn);
  if (found === undefined && mustBeThere)
    throw refused("its key is not in custody", "have a custodian load it (import-key), and apply again");
  if (found !== undefined && found !== publicKey)
    throw refused(
      `the public key of the key in custody is ${found}, not ${publicKey}`,
      "find out which of the two was registered",
    );
}

/** An alias may take a moment to be seen. */
async function describeKey(kms: KMSClient, alias: string) {
  for (const wait of [0, 500, 1000, 2000]) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    const asked = async () => {
      try {
        return (await kms.send(new DescribeKeyCommand({ KeyId: alias }))).KeyMetadata;
      } catch (error) {
        if (nameOf(error) === "NotFoundException") return undefined;
        throw error;
      }
    };
    const key = await withPatience(asked, "KMS");
    if (key !== undefined) return key;
  }
  return undefined;
}

export async function requireCredentials(
  client: SecretsManagerClient,
  { generation, credentialsArn }: PointerTarget,
): Promise<void> {
  if (await isStored(client, credentialsArn)) return;
  throw new GeneratorError(
    `generation ${generation} does not become current: no credentials are stored for it`,
    `register its key in the workspace, store the API Key ID and API Secret (credentials put USER --generation ${generation}), and apply again`,
  );
}

/** Whether there are credentials in a secret. Not what they are. */
export async function isStored(client: SecretsManagerClient, credentialsArn: string): Promise<boolean> {
  const { VersionIdsToStages = {} } = await describe(client, credentialsArn);
  return Object.values(VersionIdsToStages).some((labels) => labels.includes("AWSCURRENT"));
}
