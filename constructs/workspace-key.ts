import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import type { ILedgerWorkspace } from "./ledger-workspace";
import { NAME_PREFIX, workspaceKeyAlias } from "./names";
import { type PolicyStatement, policyJson } from "./policy";

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

const EVERYONE = { AWS: "*" };

/** Managing the key, by name of action; nothing here uses it. Deletion is denied under removal protection. */
const ADMINISTRATION = [
  "kms:CancelKeyDeletion",
  "kms:DescribeKey",
  "kms:DisableKey",
  "kms:EnableKey",
  "kms:EnableKeyRotation",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateKeyDescription",
];

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
  const accountRoot = (id: string) => `arn:${partition}:iam::${id}:root`;
  const viaSecretsManager = `secretsmanager.${region}.${dnsSuffix}`;
  const secrets = `arn:${partition}:secretsmanager:${region}:${account}:secret:${NAME_PREFIX}/${workspace.name}/*`;
  const statements: PolicyStatement[] = [
    {
      Sid: "AccountAdministers",
      Effect: "Allow",
      Principal: { AWS: accountRoot(account) },
      Action: [...ADMINISTRATION, "kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"],
      Resource: "*",
    },
    {
      // Secrets Manager calls KMS as its own caller, and asks the secret's policy first.
      Sid: "SecretsManagerUsesForItsCallers",
      Effect: "Allow",
      Principal: { AWS: [account, ...workspace.signerAccounts].map(accountRoot) },
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
      Principal: { AWS: accountRoot(account) },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: { "kms:ViaService": viaSecretsManager, [VERSION_ID]: TRIAL },
      },
    },
    {
      Sid: "NobodyUsesDirectly",
      Effect: "Deny",
      Principal: EVERYONE,
      Action: CRYPTOGRAPHY,
      Resource: "*",
      Condition: { StringNotEquals: { "kms:ViaService": viaSecretsManager } },
    },
    {
      Sid: "NobodyUsesForOtherSecrets",
      Effect: "Deny",
      Principal: EVERYONE,
      Action: CRYPTOGRAPHY,
      Resource: "*",
      Condition: {
        StringNotLike: { "kms:EncryptionContext:SecretARN": secrets },
        StringNotEquals: { [VERSION_ID]: TRIAL },
      },
    },
    { Sid: "NobodyGrants", Effect: "Deny", Principal: EVERYONE, Action: "kms:CreateGrant", Resource: "*" },
  ];
  if (workspace.deployers.length > 0) {
    statements.push({
      Sid: "OnlyDeployersChangeThePolicy",
      Effect: "Deny",
      Principal: EVERYONE,
      Action: "kms:PutKeyPolicy",
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": workspace.deployers } },
    });
  }
  if (workspace.removalProtection) {
    statements.push({
      Sid: "NobodyDeletes",
      Effect: "Deny",
      Principal: EVERYONE,
      Action: ["kms:DisableKey", "kms:ScheduleKeyDeletion"],
      Resource: "*",
    });
  }
  return statements;
}
