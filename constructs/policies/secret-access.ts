import { viaSecretsManager } from "../terraform/aws-location";
import type { ILedgerWorkspace } from "../workspace/interface";
import { ENCRYPT_SECRET, LOAD_SECRET, READ_SECRET } from "./actions";
import { allow, type PolicyStatement } from "./policy";

/** Statements for identity policies: what a role needs of its own, besides being allowed by the secrets' policies. */

/** To read secrets of a workspace. */
export function readSecrets(
  Sid: string,
  workspace: ILedgerWorkspace,
  secretArns: readonly string[],
): PolicyStatement[] {
  return [
    allow(Sid, READ_SECRET, { Resource: oneOrAll(secretArns) }),
    useKmsKey(workspace, secretArns, "kms:Decrypt"),
  ];
}

/**
 * To load secrets of a workspace, and read none.
 *
 * @param restorable the secrets whose previous value may be made the current one again
 */
export function loadSecrets(
  workspace: ILedgerWorkspace,
  secretArns: readonly string[],
  restorable: readonly string[],
): PolicyStatement[] {
  return [
    allow("LoadSecrets", LOAD_SECRET, { Resource: oneOrAll(secretArns) }),
    allow("RestoreCredentials", "secretsmanager:UpdateSecretVersionStage", {
      Resource: oneOrAll(restorable),
    }),
    // Decrypt alone reads nothing: GetSecretValue is denied.
    useKmsKey(workspace, secretArns, ENCRYPT_SECRET),
  ];
}

/** To use the workspace's KMS key through Secrets Manager, for these secrets only. */
function useKmsKey(
  workspace: ILedgerWorkspace,
  secretArns: readonly string[],
  Action: string | string[],
): PolicyStatement {
  return allow("UseKmsKeyBySecretsManager", Action, {
    Resource: workspace.encryptionKeyArn,
    Condition: {
      StringEquals: { "kms:EncryptionContext:SecretARN": oneOrAll(secretArns) },
      StringLike: { "kms:ViaService": viaSecretsManager(workspace.location) },
    },
  });
}

const oneOrAll = (arns: readonly string[]) => (arns.length === 1 && arns[0] ? arns[0] : arns);
