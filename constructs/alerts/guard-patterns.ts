import { accessJournalName, alertRuleName, generatorFunctionName } from "../../rules/aws-names";
import type { Watched } from "./access-patterns";
import { DONE, type EventPattern, type Filter, NOT_DENIED, notBy, parameter } from "./pattern";
import { aliasRecords, functionRecords, keyRecords } from "./subjects";

/** The patterns that watch what guards the keys: the generator, the alerts themselves, the trail. */

const TRAIL_TAMPERING = ["DeleteTrail", "PutEventSelectors", "StopLogging", "UpdateTrail"];

/**
 * Of the services that carry alerts: what goes on without anybody changing them, the function's own invocations, and tags,
 * which decide nothing here.
 */
const EVERYDAY = [
  ...["ConfirmSubscription", "CreateLogStream", "Invoke", "Publish", "PutLogEvents"],
  ...["TagResource", "UntagResource"],
];
const NOT_EVERYDAY: Filter[] = [{ "anything-but": EVERYDAY }];

/** The bus that AWS's own events come by: with a KMS key that is of no use, none comes. */
const BUS = "default";

/**
 * Somebody but a deployer changed the generator's code, configuration or permissions, or gave its role to a function,
 * whatever that is called. (The role itself: see `RoleWatch`.)
 */
export function generatorPattern(watched: Watched): EventPattern {
  return {
    source: ["aws.lambda"],
    detail: {
      // Whatever changes it: the events' names carry versions, UpdateFunctionCode20150331v2, that AWS may raise.
      readOnly: [false],
      eventName: NOT_EVERYDAY,
      errorCode: DONE,
      ...notBy(watched.workspace.deployers),
      $or: generatorRecords(watched),
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
 * so any counts. Or the bus that the records come by. And it watches the rule that watches the rules, which does not see
 * its own end.
 */
export function trailPattern({ workspace }: Watched): EventPattern {
  const alerts = alertRuleName(workspace.name, "alerts");
  return {
    source: ["aws.cloudtrail", "aws.events"],
    detail: {
      readOnly: [false],
      errorCode: DONE,
      ...notBy(workspace.deployers),
      $or: [
        { eventName: TRAIL_TAMPERING },
        { eventName: ["UpdateEventBus"], ...parameter("name", BUS, { exists: false }) },
        parameter("name", alerts),
        parameter("rule", alerts),
      ],
    },
  };
}

/** The access journal: every change of what guards the secrets, by whomever, deployers too. Of the generator: `codePattern`. */
export function changePattern(watched: Watched): EventPattern {
  const { workspace, keyIds } = watched;
  return {
    source: ["aws.cloudtrail", "aws.events", "aws.kms", "aws.logs", "aws.sns"],
    detail: {
      readOnly: [false],
      eventName: NOT_EVERYDAY,
      errorCode: NOT_DENIED,
      $or: [
        ...keyRecords(keyIds),
        aliasRecords(workspace),
        ...alertRecords(watched),
        parameter("name", BUS),
        { eventSource: ["cloudtrail.amazonaws.com"] },
      ],
    },
  };
}

/** The access journal: every change of the generator, by whomever. A pattern has no room for all changes together. */
export function codePattern(watched: Watched): EventPattern {
  return {
    source: ["aws.lambda"],
    detail: {
      readOnly: [false],
      eventName: NOT_EVERYDAY,
      errorCode: NOT_DENIED,
      $or: generatorRecords(watched),
    },
  };
}

function generatorRecords({ workspace }: Watched): EventPattern[] {
  const { codeSigningConfig } = workspace.options;
  return [
    ...functionRecords(workspace, generatorFunctionName(workspace.name)),
    parameter("role", workspace.generatorRoleArn),
    // A change of the configuration itself, and not of another function that it is put on.
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

/** The rules by their names, users' stacks' too; the topic; the journal and the policy that lets EventBridge write it. */
function alertRecords({ workspace, topicArn }: Watched): EventPattern[] {
  const rules: Filter = { prefix: alertRuleName(workspace.name, "") };
  const journal = accessJournalName(workspace.name);
  return [
    parameter("name", rules),
    parameter("rule", rules),
    parameter("topicArn", topicArn),
    parameter("resourceArn", topicArn), // of PutDataProtectionPolicy
    parameter("subscriptionArn", { prefix: `${topicArn}:` }),
    parameter("logGroupName", journal),
    parameter("logGroupIdentifier", journal, { suffix: `:log-group:${journal}` }),
    parameter("policyName", alertRuleName(workspace.name, "journal")),
  ];
}
