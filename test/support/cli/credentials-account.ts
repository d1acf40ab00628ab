/** What the tests of credentials begin with: users with a secret for them, in an account of the embedded AWS. */
import { randomBytes } from "node:crypto";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import type { CustodyAccount, Entry } from "./custody-account";

export type RegisteredEntry = Entry & { credentialsArn: string };

/** As the workspace issues them. */
export const issued = () => ({
  LEDGER_ENTERPRISE_API_KEY_ID: randomBytes(16).toString("base64url"),
  LEDGER_ENTERPRISE_API_KEY_SECRET: randomBytes(32).toString("base64url"),
});

export type Issued = ReturnType<typeof issued>;

let users = 0;

/** A user with a key, and an empty secret for its credentials. */
export async function registeredUser(account: CustodyAccount, generation = 1): Promise<RegisteredEntry> {
  const entry = await account.secretUser(`bot ${++users}`);
  const Name = `ledger-enterprise/acme-prod/bot-${users}/generation-${generation}/credentials`;
  const { ARN = "" } = await account.secrets.send(new CreateSecretCommand({ Name }));
  const keyArn = entry.keyArn.replace("/generation-1/", `/generation-${generation}/`); // nobody reads the key here
  return { ...entry, generation, keyArn, credentialsArn: ARN };
}

/** What services read. */
export async function stored(account: CustodyAccount, { credentialsArn }: RegisteredEntry) {
  const { SecretString = "" } = await account.secrets.send(
    new GetSecretValueCommand({ SecretId: credentialsArn, VersionStage: "AWSCURRENT" }),
  );
  return JSON.parse(SecretString);
}

/** The labels of each version, without the version's id but for its generation. */
export async function labels(account: CustodyAccount, { credentialsArn }: RegisteredEntry) {
  const { VersionIdsToStages = {} } = await account.secrets.send(
    new DescribeSecretCommand({ SecretId: credentialsArn }),
  );
  return Object.entries(VersionIdsToStages).map(([id, stages]) => [
    id.replace(/[0-9a-f]{32}$/, "…"),
    ...[...stages].sort(),
  ]);
}
