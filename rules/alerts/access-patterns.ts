import { NAME_PREFIX } from "../aws-names";
import { DENIED, DONE, type EventPattern, NOT_DENIED, notBy, parameter, tamperPattern } from "./pattern";
import { aliasRecords, generatorSession, keyRecords, secretRecords } from "./subjects";
import type { Watched } from "./watched";

/** The events that change who may use a KMS key, or whether it can be used. */
export const KEY_TAMPERING = [
  "CancelKeyDeletion",
  "CreateAlias",
  "CreateGrant",
  "DeleteAlias",
  "DeleteImportedKeyMaterial",
  "DisableKey",
  "DisableKeyRotation",
  "EnableKey",
  "ImportKeyMaterial",
  "PutKeyPolicy",
  "ReplicateKey",
  "ScheduleKeyDeletion",
  "UpdateAlias",
  "UpdatePrimaryRegion",
];

const SECRET_TAMPERING = [
  "CancelRotateSecret",
  "CreateSecret",
  "DeleteResourcePolicy",
  "DeleteSecret",
  "PutResourcePolicy",
  "RemoveRegionsFromReplication",
  "ReplicateSecretToRegions",
  "RestoreSecret",
  "RotateSecret",
  "StopReplicationToReplica",
  "UpdateSecret",
];

/**
 * A call was denied. Its record may have no request parameters; then its message has the secret as the caller wrote it, or the
 * key's ARN. The generator's first attempts are left out, because its role's policy takes seconds to take effect: only the
 * calls that this package's code makes, and only from the function itself.
 */
export function deniedPattern({ workspace, keyIds }: Watched): EventPattern {
  return {
    source: ["aws.secretsmanager", "aws.kms"],
    detail: {
      errorCode: DENIED,
      $or: [
        ...secretRecords(workspace),
        ...keyRecords(keyIds),
        {
          errorMessage: [
            { wildcard: `*${NAME_PREFIX}/${workspace.name}/*` },
            ...keyIds.map((id) => ({ wildcard: `*key/${id}*` })),
          ],
        },
      ],
    },
    $or: [
      {
        detail: { eventName: [{ "anything-but": ["DescribeSecret", "GenerateDataKey", "PutSecretValue"] }] },
      },
      { detail: notBy([], generatorSession(workspace)) },
    ],
  };
}

/** Someone other than a deployer changed a secret's policy, or deleted, restored, created, rotated or replicated a secret. */
export function secretPattern({ workspace }: Watched): EventPattern {
  const records = secretRecords(workspace);
  return tamperPattern("aws.secretsmanager", SECRET_TAMPERING, workspace.deployers, records);
}

/** The label under which the generator puts a value of the pointer beside the current one, before it moves AWSCURRENT. */
const POINTER_CANDIDATE = "candidate";

/**
 * A value was written or a label moved, and the caller is neither the generator's function nor a custodian (each secret's policy
 * limits those to their own secrets). Or, for any caller: a key was written with other labels than its generation and public key,
 * such as AWSCURRENT, or without labels; or a key's label was moved, which nothing needs. No pattern can compare the generation of a
 * label with that in a name, so that only those of the first are compared. Custodians put credentials again whenever the workspace
 * regenerates them; that pages no one. What says which generation is current is moved by the generator alone, so that custodians page
 * there too.
 */
export function writePattern({ workspace }: Watched): EventPattern {
  const [bySecretId] = secretRecords(workspace);
  const labelled = [
    ...["generation-1", "generation-*"].map(
      (generation) => [`${generation}/private-key`, [generation, "public-key-*"]] as const,
    ),
    ["current", [POINTER_CANDIDATE]] as const,
  ];
  return {
    source: ["aws.secretsmanager"],
    detail: {
      eventName: ["PutSecretValue", "UpdateSecretVersionStage"],
      errorCode: DONE,
      $or: [
        { ...notBy(workspace.custodians, generatorSession(workspace)), ...bySecretId },
        {
          ...notBy([], generatorSession(workspace)),
          ...parameter("secretId", { wildcard: `*${NAME_PREFIX}/${workspace.name}/*/current*` }),
        },
        ...labelled.map(([secret, labels]) => ({
          requestParameters: {
            secretId: [{ wildcard: `*${NAME_PREFIX}/${workspace.name}/*/${secret}*` }],
            // One other label is enough to match. UpdateSecretVersionStage has no such list, and matches by that.
            versionStages: [{ "anything-but": { wildcard: labels } }, { exists: false }],
          },
        })),
      ],
    },
  };
}

/** Someone other than a deployer changed a KMS key of the workspace, or an alias of it or of its users' keys. */
export function keyPattern({ workspace, keyIds }: Watched): EventPattern {
  const records = [...keyRecords(keyIds), aliasRecords(workspace)];
  return tamperPattern("aws.kms", KEY_TAMPERING, workspace.deployers, records);
}

/** For the access journal: every call about the secrets, by any caller. Denied calls are there by `deniedPattern`. */
export function accessPattern({ workspace }: Watched): EventPattern {
  return {
    source: ["aws.secretsmanager"],
    detail: { errorCode: NOT_DENIED, $or: secretRecords(workspace) },
  };
}
