import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { KEY_ADMINISTRATION } from "./key-administration";
import type { ILedgerWorkspace } from "./ledger-workspace";
import { NAME_PREFIX, workspaceKeyAlias } from "./names";
import { accountPrincipals, deny, type PolicyStatement, policyJson } from "./policy";

export interface WorkspaceKeyProps {
  readonly workspace: Omit<ILedgerWorkspace, "encryptionKeyArn">;
}

/**
 * The KMS key that encrypts a workspace's secrets. It works by way of Secrets Manager only, and for the
 * workspace's own secrets only; who may read which secret is for the secret's policy to say.
 */
export class WorkspaceKey extends Construct {
  readonly keyArn: string;

  constructor(scope: Construct, id: string, { workspace }: WorkspaceKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, "Resource", {
      description: `Encrypts the secrets of the Ledger Enterprise workspace ${workspace.name}`,
      deletionWindowInDays: 30,
      enableKeyRotation: true,
      policy: policyJson(() => keyPolicy(workspace)),
      tags: workspace.tags,
      lifecycle: { preventDestroy: workspace.removalProtection },
    });
    new KmsAlias(this, "Alias", { name: workspaceKeyAlias(workspace.name), targetKeyId: key.keyId });
    this.keyArn = key.arn;
  }
}

const VERSION_ID = "kms:EncryptionContext:SecretVersionId";

/** Secrets Manager guide, "Secret encryption and decryption": the version id of its trial of a key. */
const TRIAL = "RequestToValidateKeyAccess";

/** Every operation of a symmetric encryption key that takes or gives data. */
const CRYPTOGRAPHY = [
  "kms:Decrypt",
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyPair",
  "kms:GenerateDataKeyPairWithoutPlaintext",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

function keyPolicy(workspace: WorkspaceKeyProps["workspace"]): PolicyStatement[] {
  const { partition, account, region, dnsSuffix } = workspace.surroundings;
  const viaSecretsManager = `secretsmanager.${region}.${dnsSuffix}`;
  const secrets = `arn:${partition}:secretsmanager:${region}:${account}:secret:${NAME_PREFIX}/${workspace.name}/*`;
  const statements: PolicyStatement[] = [
    {
      Sid: "AccountAdministers",
      Effect: "Allow",
      Principal: accountPrincipals(partition, [account]),
      Action: [...KEY_ADMINISTRATION, "kms:EnableKeyRotation", "kms:ListKeyRotations"],
      Resource: "*",
    },
    {
      // Secrets Manager calls KMS as its own caller, and asks the secret's policy first.
      Sid: "SecretsManagerUsesForItsCallers",
      Effect: "Allow",
      Principal: accountPrincipals(partition, [account, ...workspace.signerAccounts]),
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: { "kms:ViaService": viaSecretsManager },
        StringLike: { "kms:EncryptionContext:SecretARN": secrets },
      },
    },
    {
      // When a secret is given this key, empty as it may be, Secrets Manager tries the key as the role that runs
      // Terraform, with this context; what it encrypts then protects nothing.
      Sid: "SecretsManagerTriesTheKey",
      Effect: "Allow",
      Principal: accountPrincipals(partition, [account]),
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: { "kms:ViaService": viaSecretsManager, [VERSION_ID]: TRIAL },
      },
    },
    {
      Sid: "NobodyUsesDirectly",
      Effect: "Deny",
      Principal: "*",
      Action: CRYPTOGRAPHY,
      Resource: "*",
      Condition: { StringNotEquals: { "kms:ViaService": viaSecretsManager } },
    },
    {
      Sid: "NobodyUsesForOtherSecrets",
      Effect: "Deny",
      Principal: "*",
      Action: CRYPTOGRAPHY,
      Resource: "*",
      Condition: {
        StringNotLike: { "kms:EncryptionContext:SecretARN": secrets },
        StringNotEquals: { [VERSION_ID]: TRIAL },
      },
    },
    deny("NobodyGrants", "kms:CreateGrant"),
  ];
  if (workspace.deployers.length > 0) {
    statements.push(deny("OnlyDeployersChangeThePolicy", "kms:PutKeyPolicy", workspace.deployers));
  }
  if (workspace.removalProtection) {
    statements.push(deny("NobodyDeletes", ["kms:DisableKey", "kms:ScheduleKeyDeletion"]));
  }
  return statements;
}
