/** The columns of the matrix: what is asked for, as the calls that AWS would judge for it. All must be allowed. */
import { ACCOUNT, type Emitted, type Policy, secretArn } from "./emitted";

export interface Call {
  readonly action: string;
  readonly resource: string;
  /**
   * The account of the resource.
   * @default - the workspace's
   */
  readonly account?: string;
  /** The resource policy that AWS asks too. */
  readonly policy?: Policy;
  readonly context?: Readonly<Record<string, string>>;
  /** A service makes it in its caller's name (a forward access session). */
  readonly byService?: boolean;
}

export type Operation = (emitted: Emitted) => readonly Call[];

const KMS = "kms:EncryptionContext:";
const TRIAL = "RequestToValidateKeyAccess";
const A_VERSION = "5b0d1c6e0f0a4f6f9d5cf53b2b2f4f0a5b0d1c6e0f0a4f6f9d5cf53b2b2f4f0a";

/** A call on the secret, or on the signing key where custody is kms. */
const on =
  (action: string, context: Record<string, string> = {}): Operation =>
  ({ keyArn, keyPolicy }) => [{ action, resource: keyArn, policy: keyPolicy, context }];

/** A call on the KMS key that encrypts the workspace's secrets. */
const onWorkspaceKey =
  (action: string, context: Record<string, string> = {}): Operation =>
  ({ workspaceKeyArn, workspaceKeyPolicy }) => [
    { action, resource: workspaceKeyArn, policy: workspaceKeyPolicy, context },
  ];

/** The same call, by Secrets Manager in its caller's name, for a secret and a version of it. */
const viaSecretsManager =
  (action: string, secret: (emitted: Emitted) => string, version = A_VERSION): Operation =>
  (emitted) =>
    onWorkspaceKey(action, {
      "kms:ViaService": `secretsmanager.${emitted.place.region}.${emitted.place.dnsSuffix}`,
      "kms:CallerAccount": ACCOUNT,
      [`${KMS}SecretARN`]: secret(emitted),
      [`${KMS}SecretVersionId`]: version,
    })(emitted).map((call) => ({ ...call, byService: true }));

/** The same call by the caller itself, who may name any context: the right one, so that nothing else stands in its way. */
const directly =
  (action: string): Operation =>
  (emitted) =>
    onWorkspaceKey(action, {
      "kms:CallerAccount": ACCOUNT,
      [`${KMS}SecretARN`]: ownSecret(emitted),
      [`${KMS}SecretVersionId`]: A_VERSION,
    })(emitted);

const all =
  (...operations: Operation[]): Operation =>
  (emitted) =>
    operations.flatMap((operation) => operation(emitted));

/** The secret that is judged: where custody is kms, that of the key that there would be. */
const ownSecret = ({ keyArn, place }: Emitted) => (keyArn.includes(":secret:") ? keyArn : secretArn(place));
const foreignSecret = ({ place: { partition, region } }: Emitted) =>
  `arn:${partition}:secretsmanager:${region}:${ACCOUNT}:secret:payroll/database-AbCdEf`;
const otherWorkspace = (emitted: Emitted) => ownSecret(emitted).replace("acme-prod/", "acme-prod-2/");

/** An alias has no policy of its own: the caller's decides, and the key's. */
const moveAlias =
  (alias: string, key: Operation): Operation =>
  (emitted) => [
    {
      action: "kms:UpdateAlias",
      resource: `arn:${emitted.place.partition}:kms:${emitted.place.region}:${ACCOUNT}:alias/${alias}`,
    },
    ...key(emitted),
  ];

export const SECRET: Readonly<Record<string, Operation>> = {
  "read key": all(on("secretsmanager:GetSecretValue"), viaSecretsManager("kms:Decrypt", ownSecret)),
  "write key": all(on("secretsmanager:PutSecretValue"), viaSecretsManager("kms:GenerateDataKey", ownSecret)),
  "move labels": on("secretsmanager:UpdateSecretVersionStage"),
  "update secret": on("secretsmanager:UpdateSecret"),
  "see metadata": on("secretsmanager:DescribeSecret"),
  "see policy": on("secretsmanager:GetResourcePolicy"),
  "change policy": on("secretsmanager:PutResourcePolicy"),
  "delete policy": on("secretsmanager:DeleteResourcePolicy"),
  delete: on("secretsmanager:DeleteSecret", { "secretsmanager:RecoveryWindowInDays": "30" }),
  "delete, 7 days": on("secretsmanager:DeleteSecret", { "secretsmanager:RecoveryWindowInDays": "7" }),
  "delete at once": on("secretsmanager:DeleteSecret", {
    "secretsmanager:ForceDeleteWithoutRecovery": "true",
  }),
  restore: on("secretsmanager:RestoreSecret"),
  rotate: on("secretsmanager:RotateSecret"),
  replicate: on("secretsmanager:ReplicateSecretToRegions"),
  "detach replica": on("secretsmanager:StopReplicationToReplica"),
  tag: on("secretsmanager:TagResource"),
};

/** The same calls on the secret of the credentials. */
export const CREDENTIALS: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.entries(SECRET).map(([name, operation]) => [
    name.replace("key", "credentials"),
    (emitted) => {
      const { credentialsArn: keyArn, credentialsPolicy: keyPolicy } = emitted;
      return operation({ ...emitted, keyArn, keyPolicy });
    },
  ]),
);

/** The same calls on the secret that says which key is current. */
export const CURRENT: Readonly<Record<string, Operation>> = Object.fromEntries(
  Object.entries({
    ...SECRET,
    "cancel rotation": on("secretsmanager:CancelRotateSecret"),
    "remove replicas": on("secretsmanager:RemoveRegionsFromReplication"),
  }).map(([name, operation]) => [
    name.replace(" key", ""),
    (emitted) => {
      const { currentArn: keyArn = "", currentPolicy: keyPolicy = emitted.keyPolicy } = emitted;
      return operation({ ...emitted, keyArn, keyPolicy });
    },
  ]),
);

export const SIGNING_KEY: Readonly<Record<string, Operation>> = {
  sign: on("kms:Sign", { "kms:MessageType": "RAW", "kms:SigningAlgorithm": "ECDSA_SHA_256" }),
  verify: on("kms:Verify", { "kms:MessageType": "RAW", "kms:SigningAlgorithm": "ECDSA_SHA_256" }),
  "see public key": on("kms:GetPublicKey"),
  "see metadata": on("kms:DescribeKey"),
  "see policy": on("kms:GetKeyPolicy"),
  "change policy": on("kms:PutKeyPolicy"),
  "create a grant": on("kms:CreateGrant"),
  disable: on("kms:DisableKey"),
  enable: on("kms:EnableKey"),
  delete: on("kms:ScheduleKeyDeletion", { "kms:ScheduleKeyDeletionPendingWindowInDays": "30" }),
  "delete, 7 days": on("kms:ScheduleKeyDeletion", { "kms:ScheduleKeyDeletionPendingWindowInDays": "7" }),
  restore: on("kms:CancelKeyDeletion"),
  replicate: on("kms:ReplicateKey"),
  "import material": on("kms:ImportKeyMaterial"),
  "move alias": moveAlias("ledger-enterprise/acme-prod/settlement-bot", on("kms:UpdateAlias")),
  tag: on("kms:TagResource"),
};

export const WORKSPACE_KEY: Readonly<Record<string, Operation>> = {
  "decrypt directly": directly("kms:Decrypt"),
  "re-encrypt directly": directly("kms:ReEncryptFrom"),
  "encrypt directly": directly("kms:Encrypt"),
  "decrypt for a secret of the workspace": viaSecretsManager("kms:Decrypt", ownSecret),
  "decrypt for another secret": viaSecretsManager("kms:Decrypt", foreignSecret),
  "decrypt for another workspace": viaSecretsManager("kms:Decrypt", otherWorkspace),
  "encrypt for a secret of the workspace": viaSecretsManager("kms:GenerateDataKey", ownSecret),
  "encrypt for another secret": viaSecretsManager("kms:GenerateDataKey", foreignSecret),
  "create a secret with it": all(
    (emitted) => [{ action: "secretsmanager:CreateSecret", resource: secretArn(emitted.place, "new-bot") }],
    viaSecretsManager("kms:GenerateDataKey", (emitted) => secretArn(emitted.place, "new-bot"), TRIAL),
    viaSecretsManager("kms:Decrypt", (emitted) => secretArn(emitted.place, "new-bot"), TRIAL),
  ),
  "create a grant": onWorkspaceKey("kms:CreateGrant"),
  "see metadata": onWorkspaceKey("kms:DescribeKey"),
  "change policy": onWorkspaceKey("kms:PutKeyPolicy"),
  disable: onWorkspaceKey("kms:DisableKey"),
  delete: onWorkspaceKey("kms:ScheduleKeyDeletion", { "kms:ScheduleKeyDeletionPendingWindowInDays": "30" }),
  "delete, 7 days": onWorkspaceKey("kms:ScheduleKeyDeletion", {
    "kms:ScheduleKeyDeletionPendingWindowInDays": "7",
  }),
  restore: onWorkspaceKey("kms:CancelKeyDeletion"),
  "switch rotation": onWorkspaceKey("kms:EnableKeyRotation"),
  replicate: onWorkspaceKey("kms:ReplicateKey"),
  "move alias": moveAlias("ledger-enterprise/acme-prod", onWorkspaceKey("kms:UpdateAlias")),
};
