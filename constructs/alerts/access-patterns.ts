import { NAME_PREFIX } from "../../rules/aws-names";
import type { ILedgerWorkspace } from "../workspace/interface";
import { DENIED, DONE, type EventPattern, NOT_DENIED, notBy } from "./pattern";
import { aliasRecords, generatorSession, keyRecords, secretRecords } from "./subjects";

/** What the patterns need to know beside the workspace. */
export interface Watched {
  readonly workspace: ILedgerWorkspace;
  /** Ids of the KMS keys that the workspace's secrets and alerts are encrypted with. */
  readonly keyIds: readonly string[];
  readonly topicArn: string;
}

/** What changes who may use a KMS key, or whether it can be used. */
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
 * Somebody was denied. A record of that may have no request parameters: then its message has the secret as the caller wrote
 * it, or the key's ARN. Left out are the first attempts of the generator, whose role's policy takes seconds to spread:
 * what it calls, and neither what a generator with other code would nor another function with its role.
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

/** Somebody but a deployer changed the lock of a secret, or had it deleted, restored, made anew or carried elsewhere. */
export function secretPattern({ workspace }: Watched): EventPattern {
  return {
    source: ["aws.secretsmanager"],
    detail: {
      eventName: SECRET_TAMPERING,
      errorCode: DONE,
      ...notBy(workspace.deployers),
      $or: secretRecords(workspace),
    },
  };
}

/**
 * A value was written, or a label moved, by other than the generator's function and the custodians (whom each secret's policy
 * holds to their own). And whoever did it: a key was written with other labels than the first one's, such as a later
 * generation's or AWSCURRENT, or without any; or a key's label was moved, which nobody needs to. Credentials are put again
 * whenever the workspace regenerates them, which is a custodian's everyday and wakes nobody.
 */
export function writePattern({ workspace }: Watched): EventPattern {
  const [bySecretId] = secretRecords(workspace);
  return {
    source: ["aws.secretsmanager"],
    detail: {
      eventName: ["PutSecretValue", "UpdateSecretVersionStage"],
      errorCode: DONE,
      $or: [
        { ...notBy(workspace.custodians, generatorSession(workspace)), ...bySecretId },
        {
          requestParameters: {
            secretId: [{ wildcard: `*${NAME_PREFIX}/${workspace.name}/*/private-key*` }],
            // One label that is another is enough. UpdateSecretVersionStage has no list of them.
            versionStages: [
              { "anything-but": { wildcard: ["generation-1", "public-key-*"] } },
              { exists: false },
            ],
          },
        },
      ],
    },
  };
}

/** Somebody but a deployer changed a KMS key of the workspace, or an alias of it or of its users' keys. */
export function keyPattern({ workspace, keyIds }: Watched): EventPattern {
  return {
    source: ["aws.kms"],
    detail: {
      eventName: KEY_TAMPERING,
      errorCode: DONE,
      ...notBy(workspace.deployers),
      $or: [...keyRecords(keyIds), aliasRecords(workspace)],
    },
  };
}

/** The access journal: all that is done with the secrets, by whomever. Who was denied is there by `deniedPattern`. */
export function accessPattern({ workspace }: Watched): EventPattern {
  return {
    source: ["aws.secretsmanager"],
    detail: { errorCode: NOT_DENIED, $or: secretRecords(workspace) },
  };
}
