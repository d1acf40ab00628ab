import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { NAME_PREFIX, workspaceKeyAlias } from "../../rules/aws-names";
import { keyDeletionWindow } from "../../rules/recovery-window";
import { ANY_USE_OF_AN_ENCRYPTION_KEY, ENCRYPT_SECRET } from "../policies/actions";
import { keyAdministration } from "../policies/key-administration";
import {
  accountPrincipals,
  allow,
  deny,
  isOneOf,
  type PolicyStatement,
  policyJson,
} from "../policies/policy";
import { checkPolicySize, KEY_POLICY_LIMIT } from "../policies/policy-size";
import { workspaceConditions } from "../policies/principal-conditions";
import { arnIn, viaSecretsManager } from "../terraform/aws-location";
import type { ILedgerWorkspace } from "./interface";

/**
 * The KMS key that encrypts a workspace's secrets. Only Secrets Manager can use it, and only for the workspace's own
 * secrets; each secret's policy decides who may read the secret.
 */
export class WorkspaceKey extends Construct {
  readonly keyArn: string;

  constructor(scope: Construct, id: string, workspace: ILedgerWorkspace) {
    super(scope, id);
    const key = new KmsKey(this, "Resource", {
      description: `Encrypts the secrets of the Ledger Enterprise workspace ${workspace.name}`,
      deletionWindowInDays: keyDeletionWindow(workspace.recoveryWindowInDays),
      enableKeyRotation: true,
      policy: policyJson(() => keyPolicy(workspace)),
      tags: workspace.tags,
      lifecycle: {
        preventDestroy: workspace.removalProtection,
        precondition: workspaceConditions(workspace),
      },
    });
    checkPolicySize(this, {
      what: `the policy of the KMS key of the workspace ${workspace.name}`,
      limit: KEY_POLICY_LIMIT,
      fix: () => "name fewer deployers, custodians or signerAccounts",
      location: workspace.location,
      statements: () => keyPolicy(workspace),
    });
    new KmsAlias(this, "Alias", { name: workspaceKeyAlias(workspace.name), targetKeyId: key.keyId });
    this.keyArn = key.arn;
  }
}

const VERSION_ID = "kms:EncryptionContext:SecretVersionId";

/** The version id with which Secrets Manager tries a key (Secrets Manager guide, "Secret encryption and decryption"). */
const TRIAL = "RequestToValidateKeyAccess";

function keyPolicy(workspace: ILedgerWorkspace): PolicyStatement[] {
  const { location, custodians, generatorRoleArn, signerAccounts, deployers } = workspace;
  const { partition, account } = location;
  const viaService = viaSecretsManager(location);
  const secrets = arnIn(location, "secretsmanager", `secret:${NAME_PREFIX}/${workspace.name}/*`);
  const Principal = accountPrincipals(partition, [account]);
  const ofSecrets = {
    StringLike: { "kms:ViaService": viaService, "kms:EncryptionContext:SecretARN": secrets },
  };
  return [
    ...keyAdministration({ ...workspace, administer: "kms:EnableKeyRotation" }),
    // Secrets Manager checks the secret's policy, then calls KMS in its caller's name. A writer needs Decrypt too: a
    // repeated PutSecretValue is compared with what is there.
    allow("SecretsManagerDecryptsForItsCallers", "kms:Decrypt", {
      Principal: accountPrincipals(partition, [account, ...signerAccounts]),
      Condition: ofSecrets,
    }),
    allow("SecretsManagerEncryptsForWriters", "kms:GenerateDataKey", {
      Principal,
      Condition: { ...isOneOf([generatorRoleArn, ...custodians]), ...ofSecrets },
    }),
    // When a secret gets this key, even if it is empty, Secrets Manager tries the key in the name of the role that runs
    // Terraform, with this context. What it encrypts then protects nothing.
    allow("SecretsManagerTriesTheKey", ENCRYPT_SECRET, {
      Principal,
      Condition: {
        StringLike: { "kms:ViaService": viaService },
        StringEquals: { [VERSION_ID]: TRIAL },
        ...(deployers.length > 0 && isOneOf(deployers)),
      },
    }),
    {
      ...deny("NobodyUsesDirectly", ANY_USE_OF_AN_ENCRYPTION_KEY),
      Condition: { StringNotLike: { "kms:ViaService": viaService } },
    },
    {
      ...deny("NobodyUsesForOtherSecrets", ANY_USE_OF_AN_ENCRYPTION_KEY),
      Condition: {
        StringNotLike: { "kms:EncryptionContext:SecretARN": secrets },
        StringNotEquals: { [VERSION_ID]: TRIAL },
      },
    },
  ];
}
