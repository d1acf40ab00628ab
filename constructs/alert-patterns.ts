import { DENIED, DONE, type EventPattern, type Filter, NOT_DENIED, notBy, parameter } from "./alert-pattern";
import { functionRecords, keyRecords, secretRecords } from "./alert-subjects";
import type { ILedgerWorkspace } from "./ledger-workspace";
import {
  accessJournalName,
  alertRuleName,
  generatorFunctionName,
  NAME_PREFIX,
  workspaceKeyAlias,
} from "./names";

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
  "DisableKey",
  "DisableKeyRotation",
  "EnableKey",
  "PutKeyPolicy",
  "ScheduleKeyDeletion",
  "UpdateAlias",
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

const TRAIL_TAMPERING = ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"];

/** Of the services that carry alerts: what goes on without anybody changing them, and the function's own invocations. */
const EVERYDAY = ["ConfirmSubscription", "CreateLogStream", "Invoke", "Publish", "PutLogEvents"];
const NOT_EVERYDAY: Filter[] = [{ "anything-but": EVERYDAY }];

/**
 * Somebody was denied. A record of that may have no request parameters: then its message has the secret as the caller wrote
 * it, or the key's ARN. Left out are the first attempts of the generator, whose role's policy takes seconds to spread:
 * what it calls, and not what a generator with other code would.
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
      { detail: notBy([workspace.generatorRoleArn]) },
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
 * A value was written, or a label moved, by other than the generator and the custodians (whom each secret's policy holds
 * to their own); or a key was written after the first: one of a later generation, or one without its label. Credentials
 * are put again whenever the workspace regenerates them, which is a custodian's everyday and wakes nobody.
 */
export function writePattern({ workspace }: Watched): EventPattern {
  const [bySecretId] = secretRecords(workspace);
  const laterGenerations = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19].map((digits) => ({
    prefix: `generation-${digits}`,
  }));
  return {
    source: ["aws.secretsmanager"],
    detail: {
      errorCode: DONE,
      $or: [
        {
          eventName: ["PutSecretValue", "UpdateSecretVersionStage"],
          ...notBy([workspace.generatorRoleArn, ...workspace.custodians]),
          ...bySecretId,
        },
        {
          eventName: ["PutSecretValue"],
          requestParameters: {
            secretId: [{ wildcard: `*${NAME_PREFIX}/${workspace.name}/*/private-key*` }],
            versionStages: [...laterGenerations, { exists: false }],
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

/** Somebody but a deployer changed the generator's code, configuration or permissions. (Its role: see `RoleWatch`.) */
export function generatorPattern({ workspace }: Watched): EventPattern {
  return {
    source: ["aws.lambda"],
    detail: {
      // Whatever changes it: the events' names carry versions, UpdateFunctionCode20150331v2, that AWS may raise.
      readOnly: [false],
      eventName: NOT_EVERYDAY,
      errorCode: DONE,
      ...notBy(workspace.deployers),
      $or: functionRecords(workspace, generatorFunctionName(workspace.name)),
    },
  };
}

/** Somebody but a deployer changed these rules, the topic or the journal. */
export function alertsPattern(watched: Watched): EventPattern {
  return {
    source: ["aws.events", "aws.sns", "aws.logs"],
    detail: {
      readOnly: [false],
      eventName: NOT_EVERYDAY,
      errorCode: DONE,
      ...notBy(watched.workspace.deployers),
      $or: alertRecords(watched),
    },
  };
}

/**
 * Somebody but a deployer changed a trail: without one, no rule gets any record. Of which trail logs here nothing is known,
 * so any counts. And it watches the rule that watches the rules, which does not see its own end.
 */
export function trailPattern({ workspace }: Watched): EventPattern {
  const alerts = alertRuleName(workspace.name, "alerts");
  return {
    source: ["aws.cloudtrail", "aws.events"],
    detail: {
      readOnly: [false],
      errorCode: DONE,
      ...notBy(workspace.deployers),
      $or: [{ eventName: TRAIL_TAMPERING }, parameter("name", alerts), parameter("rule", alerts)],
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

/** The access journal: every change of what guards the secrets, by whomever, deployers too. */
export function changePattern(watched: Watched): EventPattern {
  const { workspace, keyIds } = watched;
  return {
    source: ["aws.cloudtrail", "aws.events", "aws.kms", "aws.lambda", "aws.logs", "aws.sns"],
    detail: {
      readOnly: [false],
      eventName: NOT_EVERYDAY,
      errorCode: NOT_DENIED,
      $or: [
        ...keyRecords(keyIds),
        aliasRecords(workspace),
        ...functionRecords(workspace, generatorFunctionName(workspace.name)),
        ...alertRecords(watched),
        { eventSource: ["cloudtrail.amazonaws.com"] },
      ],
    },
  };
}

function aliasRecords({ name }: ILedgerWorkspace): EventPattern {
  const alias = workspaceKeyAlias(name);
  return parameter("aliasName", alias, { prefix: `${alias}/` });
}

/** The rules by their names, users' stacks' too; the topic; the journal and the policy that lets EventBridge write it. */
function alertRecords({ workspace, topicArn }: Watched): EventPattern[] {
  const rules: Filter = { prefix: alertRuleName(workspace.name, "") };
  return [
    parameter("name", rules),
    parameter("rule", rules),
    parameter("topicArn", topicArn),
    parameter("subscriptionArn", { prefix: `${topicArn}:` }),
    parameter("logGroupName", accessJournalName(workspace.name)),
    parameter("policyName", alertRuleName(workspace.name, "journal")),
  ];
}
