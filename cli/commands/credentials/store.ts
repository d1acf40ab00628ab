import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { AwsClients } from "../../../aws/clients";
import { generationLabel } from "../../../keys";
import { ExitCode, Failure } from "../../../messages/failure";
import { addressOf, credentialsNamesOf, type RegisteredUser } from "../../../registration/read";
import {
  type CredentialsState,
  type CredentialsVersion,
  credentialsStateOf,
  credentialsVersionId,
} from "../../custody/credentials-state";
import { explained, refuseForeignAccount, type Target } from "../../custody/custodian-access";
import type { Credentials } from "./check";
import { VARIABLES } from "./input";

type Present = Extract<CredentialsState, { state: "present" }>;

/** The secret of a user's credentials, as a custodian has it: it writes, and cannot read what is there. */
export interface CredentialsStore {
  readonly secretArn: string;
  /** What is there, by its metadata. */
  state(): Promise<Present | { readonly state: "absent" }>;
  /** Stores credentials as the current ones, for the user's registered generation. */
  put(credentials: Credentials): Promise<CredentialsVersion>;
  /** Makes the previous credentials the current ones again, and the current ones the previous. */
  restore(state: Present, previous: CredentialsVersion): Promise<void>;
}

/**
 * Opens the store of a user for as long as `use` takes.
 *
 * @throws Failure with exit code 1 if the secret may not be written, 2 if AWS cannot be asked or denies
 */
export async function withStore(user: RegisteredUser, use: (store: CredentialsStore) => Promise<void>) {
  const { credentialsArn } = user;
  if (credentialsArn === undefined) {
    throw new Failure(
      `the registration names no secret for the credentials of ${JSON.stringify(addressOf(user))}`,
      "apply the user's stack with this version, and take the registration afresh from terraform output -json",
    );
  }
  const target: Target = {
    user,
    secretArn: credentialsArn,
    names: credentialsNamesOf(user),
    needs:
      "DescribeSecret, PutSecretValue and UpdateSecretVersionStage on the secret, kms:GenerateDataKey and kms:Decrypt on its key",
    again: "see what is current (aws secretsmanager describe-secret), then run the same again",
  };
  const clients = new AwsClients();
  try {
    const client = await clients.secretsManager(user.region);
    await refuseForeignAccount(target, client);
    await use(storeOf(target, client));
  } finally {
    await clients.destroy();
  }
}

function storeOf(target: Target, client: SecretsManagerClient): CredentialsStore {
  const { user, secretArn } = target;
  const asked = <T>(action: string, answer: Promise<T>): Promise<T> =>
    answer.catch((error) => Promise.reject(explained(error, target, `secretsmanager:${action}`)));

  async function moveLabel(label: string, from: string | undefined, to: string): Promise<void> {
    const { UpdateSecretVersionStageCommand } = await import("@aws-sdk/client-secrets-manager");
    const command = new UpdateSecretVersionStageCommand({
      SecretId: secretArn,
      VersionStage: label,
      RemoveFromVersionId: from,
      MoveToVersionId: to,
    });
    await asked("UpdateSecretVersionStage", client.send(command));
  }

  return {
    secretArn,
    async state() {
      const state = await asked("DescribeSecret", credentialsStateOf(secretArn, client));
      if (state.state !== "scheduled for deletion") return state;
      throw new Failure(
        `${secretArn} is scheduled for deletion`,
        "have it restored (aws secretsmanager restore-secret)",
        ExitCode.NO,
      );
    },
    async put(credentials) {
      const { PutSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
      const versionId = credentialsVersionId(user.generation);
      const command = new PutSecretValueCommand({
        SecretId: secretArn,
        // Sent again because an answer was lost, it is the same version; what was current becomes AWSPREVIOUS once.
        ClientRequestToken: versionId,
        SecretString: JSON.stringify(variablesOf(user, credentials)),
        // A label is on one version only: it goes over from the user's older credentials of that key.
        VersionStages: ["AWSCURRENT", generationLabel(user.generation)],
      });
      await asked("PutSecretValue", client.send(command));
      return { versionId, generation: user.generation };
    },
    async restore({ current }, previous) {
      // First the label, so that a restore that breaks off in between can be run again: it then only does the rest.
      if (previous.generation !== undefined) {
        const label = generationLabel(previous.generation);
        const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
        const command = new DescribeSecretCommand({ SecretId: secretArn });
        const { VersionIdsToStages = {} } = await asked("DescribeSecret", client.send(command));
        const [holder] = Object.entries(VersionIdsToStages).find(([, each]) => each.includes(label)) ?? [];
        if (holder !== previous.versionId) await moveLabel(label, holder, previous.versionId);
      }
      await moveLabel("AWSCURRENT", current.versionId, previous.versionId);
    },
  };
}

/** What services get, by its official names. */
export function variablesOf(user: RegisteredUser, credentials: Credentials): Record<string, string> {
  const { workspace, apiUrl } = user;
  if (workspace === undefined) {
    throw new Failure(
      `the registration does not say which workspace ${JSON.stringify(user.username)} is of`,
      "take it afresh from terraform output -json",
    );
  }
  return {
    [VARIABLES.workspace]: workspace,
    [VARIABLES.apiKeyId]: credentials.apiKeyId,
    [VARIABLES.apiKeySecret]: credentials.apiKeySecret,
    ...(apiUrl !== undefined && { [VARIABLES.apiUrl]: apiUrl }),
  };
}
