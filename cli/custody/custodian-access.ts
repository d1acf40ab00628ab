/** Shared by the commands of custodians, who write to a secret in the workspace's account and read none. */
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { generalFailure, isDenied, nameOf } from "../../aws/failure";
import { ExitCode, Failure } from "../../messages/failure";
import { type RegisteredUser, secretNameOf } from "../../registration/read";

/** A secret that a custodian writes. */
export interface Target {
  readonly user: RegisteredUser;
  /** Full ARN, of the user's region and account. */
  readonly secretArn: string;
  /** The names that the secret can have; empty if they are not known. */
  readonly names: readonly string[];
  /** What the custodian's role needs, for a denial's message. */
  readonly needs: string;
  /** What running the command again does, for an error that may pass. */
  readonly again: string;
}

/**
 * A registration that was tampered with could name a secret of somebody's own account, open to everyone. Custodians
 * are of the workspace's account. The SDK knows the account of most kinds of credentials, not of bare access keys.
 *
 * @throws Failure with exit code 1 if the secret is not the user's, 2 if the credentials are of another account
 */
export async function refuseForeignAccount(target: Target, client: SecretsManagerClient): Promise<void> {
  const { user, secretArn, names } = target;
  const secretName = secretNameOf(secretArn);
  if (names.length > 0 && !names.includes(secretName)) {
    throw new Failure(
      `the secret ${secretName} is not that of ${user.username}, ${names[0]}`,
      "export the registration again with terraform output -json, and find out who changed it",
      ExitCode.NO,
    );
  }
  const { accountId } = await client.config
    .credentials()
    .catch((error) => Promise.reject(explained(error, target, "secretsmanager:DescribeSecret")));
  if (accountId !== undefined && accountId !== user.account) {
    throw new Failure(
      `the secret is in account ${user.account}, and these AWS credentials are of account ${accountId}`,
      "take the role of a custodian in that account, if it is the workspace's",
    );
  }
}

/** An ARN of a secret that is gone is also the beginning of the ARN of one whose name ends like that ARN. */
export const otherSecret = (secretArn: string, found: string | undefined) =>
  new Failure(
    `AWS has the secret ${found} where ${secretArn} was asked for`,
    "find in CloudTrail who created it; put nothing there",
    ExitCode.NO,
  );

/**
 * How AWS words its denials (IAM guide, "Troubleshoot access denied error messages"). An answer of any other form could quote what was
 * sent, and credentials, unlike keys, have no form by which they could be recognised and removed.
 */
const DENIAL =
  /^User: [\w:+=,.@/-]+ is not authorized(?: to perform: \w+:\w+)?(?: on resource: [\w:+=,.@/-]+)?(?: with an explicit deny in an? [a-z -]+policy| because no [a-z -]+ allows the \w+:\w+ action)?/;

const denialOf = (error: unknown): string =>
  DENIAL.exec(error instanceof Error ? error.message : "")?.[0] ?? nameOf(error);

/** What an error of AWS means for a custodian. */
export function explained(
  error: unknown,
  { user, secretArn, needs, again }: Target,
  action: string,
): unknown {
  const general = generalFailure(error, user.region);
  if (general) return general;
  if (isDenied(error)) {
    return new Failure(
      `AWS denies ${action} on the secret (${denialOf(error)})`,
      `list the role under custodians in workspace.yaml, and give it the registration's custodianPolicy: ${needs}`,
    );
  }
  const name = nameOf(error);
  if (name === "ResourceNotFoundException") {
    return new Failure(
      `there is no secret ${secretArn}`,
      `use credentials of account ${user.account}, and apply the user's stack first`,
    );
  }
  // An error that AWS did not answer with is a mistake of this program, and is shown as one.
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return error;
  return new Failure(`AWS refused ${action} with ${name}`, again);
}
