import { randomBytes } from "node:crypto";
import type { DescribeSecretCommandOutput, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { otherSecret } from "./custodian-access";

/** A version of the credentials, as its metadata have it: nothing of what is in it. */
export interface CredentialsVersion {
  readonly versionId: string;
  /** Which key of the user they belong to; undefined for a version that no command of ours put. */
  readonly generation?: number;
}

/** Whether a user's API credentials are stored. */
export type CredentialsState =
  | {
      readonly state: "present";
      readonly current: CredentialsVersion;
      /** Those that `credentials restore` would put back. */
      readonly previous?: CredentialsVersion;
    }
  | { readonly state: "absent" }
  /** The secret is in its recovery window. */
  | { readonly state: "scheduled for deletion" };

/**
 * The `ClientRequestToken`, and so the version id, that credentials are put with: `generation-N-` and 32 hexadecimal
 * digits. A label can be moved, and is on one version only, while a version keeps its id: so the previous credentials, too,
 * tell their generation. (Chance, not a hash: one of the credentials would let anybody who sees it try guesses.)
 */
export function credentialsVersionId(generation: number): string {
  return `generation-${generation}-${randomBytes(16).toString("hex")}`;
}

/**
 * Asks for the state of the secret of a user's credentials. It takes `DescribeSecret` and no right to read.
 *
 * @throws what the AWS SDK throws; Failure if AWS has another secret there
 */
export async function credentialsStateOf(
  credentialsArn: string,
  client: SecretsManagerClient,
): Promise<CredentialsState> {
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const secret = await client.send(new DescribeSecretCommand({ SecretId: credentialsArn }));
  if (secret.ARN !== credentialsArn) throw otherSecret(credentialsArn, secret.ARN);
  return credentialsStateIn(secret);
}

/** The same, from what `DescribeSecret` answered. */
export function credentialsStateIn(
  secret: Pick<DescribeSecretCommandOutput, "DeletedDate" | "VersionIdsToStages">,
): CredentialsState {
  if (secret.DeletedDate) return { state: "scheduled for deletion" };
  const versions = secret.VersionIdsToStages ?? {};
  const current = versionWith("AWSCURRENT", versions);
  if (current === undefined) return { state: "absent" };
  const previous = versionWith("AWSPREVIOUS", versions);
  return { state: "present", current, ...(previous && { previous }) };
}

function versionWith(
  label: string,
  versions: Readonly<Record<string, readonly string[]>>,
): CredentialsVersion | undefined {
  const [versionId, labels = []] = Object.entries(versions).find(([, each]) => each.includes(label)) ?? [];
  if (versionId === undefined) return undefined;
  const digits = [versionId.replace(/-[0-9a-f]{32}$/, ""), ...labels].flatMap(
    (text) => /^generation-([1-9][0-9]{0,3})$/.exec(text)?.[1] ?? [],
  )[0];
  return { versionId, ...(digits !== undefined && { generation: Number(digits) }) };
}
