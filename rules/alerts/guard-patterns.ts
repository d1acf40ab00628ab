import { accessJournalName, alertRuleName, generatorFunctionName } from "../aws-names";
import { doneByOthers, type EventPattern, type Filter, NOT_DENIED, parameter } from "./pattern";
import { aliasRecords, functionRecords, keyRecords } from "./subjects";
import type { Watched } from "./watched";

/** The patterns that watch what protects the keys: the generator, the alerts themselves, the trail. */

const TRAIL_TAMPERING = ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"];

/**
 * Events of the watched services that change nothing: their normal operation, the function's invocations, and tags, on which
 * nothing here depends.
 */
const EVERYDAY = [
  ...["ConfirmSubscription", "CreateLogStream", "Invoke", "Publish", "PutLogEvents"],
  ...["TagResource", "UntagResource"],
];
const NOT_EVERYDAY: Filter[] = [{ "anything-but": EVERYDAY }];

/** The bus that carries AWS's own events. Encrypted with an unusable KMS key, it delivers none. */
const BUS = "default";

/**
 * Someone other than a deployer changed the generator's code, configuration or permissions, or gave its role to any other
 * function. (`RoleWatch` watches the role itself.)
 */
export function generatorPattern(watched: Watched): EventPattern {
  return changes(["aws.lambda"], doneByOthers(watched.workspace.deployers), generatorRecords(watched));
}

/** Someone other than a deployer changed these rules, the topic or the journal. */
export function alertsPattern(watched: Watched): EventPattern {
  const source = ["aws.events", "aws.sns", "aws.logs"];
  return changes(source, doneByOthers(watched.workspace.deployers), alertRecords(watched));
}

/**
 * Someone other than a deployer changed a trail, without which no rule receives any record; any trail counts, because it is not
 * known which one logs here. Or the bus that carries the records. Or the rule that watches the rules, which does not see its
 * own removal.
 */
export function trailPattern({ workspace }: Watched): EventPattern {
  const alerts = alertRuleName(workspace.name, "alerts");
  return {
    source: ["aws.cloudtrail", "aws.events"],
    detail: {
      readOnly: [false],
      ...doneByOthers(workspace.deployers),
      $or: [
        { eventName: TRAIL_TAMPERING },
        { eventName: ["UpdateEventBus"], ...parameter("name", BUS, { exists: false }) },
        parameter("name", alerts),
        parameter("rule", alerts),
      ],
    },
  };
}

/** For the access journal: every change of the alerts and of trails, by any caller. */
export function changePattern(watched: Watched): EventPattern {
  const source = ["aws.cloudtrail", "aws.events", "aws.logs", "aws.sns"];
  return changes(source, { errorCode: NOT_DENIED }, [
    ...alertRecords(watched),
    parameter("name", BUS),
    { eventSource: ["cloudtrail.amazonaws.com"] },
  ]);
}

/** For the access journal: every change of the generator and of KMS keys, by any caller. One pattern has no room for all changes. */
export function codePattern(watched: Watched): EventPattern {
  const { workspace, keyIds } = watched;
  return changes(["aws.kms", "aws.lambda"], { errorCode: NOT_DENIED }, [
    ...generatorRecords(watched),
    ...keyRecords(keyIds),
    aliasRecords(workspace),
  ]);
}

/** Not by the names of the changes: Lambda's contain versions that AWS may raise, as in UpdateFunctionCode20150331v2. */
function changes(source: string[], callers: EventPattern, records: EventPattern[]): EventPattern {
  return { source, detail: { readOnly: [false], eventName: NOT_EVERYDAY, ...callers, $or: records } };
}

function generatorRecords({ workspace }: Watched): EventPattern[] {
  const { codeSigningConfig } = workspace.options;
  return [
    functionRecords(workspace, generatorFunctionName(workspace.name)),
    parameter("role", workspace.generatorRoleArn),
    // A change of the configuration itself, not its use for another function.
    ...(codeSigningConfig
      ? [
          {
            requestParameters: {
              codeSigningConfigArn: [codeSigningConfig],
              functionName: [{ exists: false }],
            },
          },
        ]
      : []),
  ];
}

/**
 * The rules by their names, also those in users' stacks; the topic; the journal and the policy that lets EventBridge write it.
 * Whatever changes a log group names it by one of these four parameters, as its name or as an ARN with or without `:*` (CloudWatch
 * Logs API, 2014-03-28); lists of log groups are for calls that read. A policy for all log groups of the account names none. The
 * name is matched by its end in either form: there is little room.
 */
function alertRecords({ workspace, topicArn }: Watched): EventPattern[] {
  const rules: Filter = { prefix: alertRuleName(workspace.name, "") };
  const journal = accessJournalName(workspace.name);
  const journals: Filter[] = [{ suffix: journal }, { suffix: `${journal}:*` }];
  return [
    parameter("name", rules),
    parameter("rule", rules),
    parameter("topicArn", topicArn),
    parameter("resourceArn", topicArn, ...journals),
    parameter("subscriptionArn", { prefix: `${topicArn}:` }),
    parameter("logGroupName", journal),
    parameter("logGroupIdentifier", ...journals),
    parameter("resourceIdentifier", ...journals),
    parameter("policyType", { exists: true }), // of PutAccountPolicy
    parameter("policyName", alertRuleName(workspace.name, "journal")),
  ];
}
