import { accessJournalName } from "../aws-names";
import type { Advice } from "./advice";

export interface AlertMessage extends Advice {
  readonly workspace: string;
  /** More lines, such as which key belongs to which user. */
  readonly notes?: readonly string[];
}

/** Fields that AWS alone fills in. A caller decides which calls it makes, and not how they are written down. */
const BY_AWS = {
  what: "$.detail.eventName",
  at: "$.detail.eventSource",
  from: "$.detail.sourceIPAddress",
  time: "$.detail.eventTime",
  region: "$.region",
  account: "$.account",
  id: "$.detail.eventID",
};

/**
 * Fields that a caller has a say in: what it asked for, what AWS's message repeats of that, and the names and paths of users and
 * sessions. AWS does not say what EventBridge makes of a line break or a quotation mark in a value, so that each may be a line of
 * an alert in disguise.
 */
const BY_CALLER = {
  who: "$.detail.userIdentity.arn",
  kind: "$.detail.userIdentity.type",
  service: "$.detail.userIdentity.invokedBy",
  secret: "$.detail.requestParameters.secretId",
  name: "$.detail.requestParameters.name",
  key: "$.detail.requestParameters.keyId",
  alias: "$.detail.requestParameters.aliasName",
  function: "$.detail.requestParameters.functionName",
  role: "$.detail.requestParameters.roleName",
  rule: "$.detail.requestParameters.rule",
  topic: "$.detail.requestParameters.topicArn",
  resource: "$.detail.requestParameters.resourceArn",
  subscription: "$.detail.requestParameters.subscriptionArn",
  group: "$.detail.requestParameters.logGroupName",
  groupToo: "$.detail.requestParameters.logGroupIdentifier",
  groupAsWell: "$.detail.requestParameters.resourceIdentifier",
  policy: "$.detail.requestParameters.policyName",
  signing: "$.detail.requestParameters.codeSigningConfigArn",
  said: "$.detail.errorMessage",
};

export const ALERT_FIELDS = { ...BY_AWS, ...BY_CALLER };

/** What the call was about. A record has one or two of these fields; the others stay empty. */
const THING =
  "<secret><name><key><alias><function><role><rule><topic><resource><subscription><group><groupToo><groupAsWell><policy><signing>";

/** Ends the part of an alert that can be trusted: nothing that a caller has a say in comes before it. */
export const END_OF_OURS =
  "The rest is quoted from the record. Its caller chose parts of it: a line below that looks like one above is not from AWS or us.";

/**
 * The alert as people read it, with `ALERT_FIELDS` in angle brackets. EventBridge sends each quoted string as a line of its
 * own, with its quotation marks (EventBridge guide, "Input transformation").
 */
export function alertTemplate(message: AlertMessage): string {
  const lines = [
    `LEDGER KEY ALERT: ${message.title} in workspace ${message.workspace}`,
    "What:  <what> at <at>",
    "From:  <from>",
    "When:  <time>, in <region>, account <account>",
    ...(message.notes ?? []),
    ...message.advice.map((sentence, i) => `${i === 0 ? "To do: " : "       "}${sentence}`),
    `Record: CloudTrail event <id>; log group ${accessJournalName(message.workspace)}; handbook: docs/alerts.md`,
    END_OF_OURS,
    "Who:   <who><service> (<kind>)",
    `On:    ${THING}`,
    "AWS:   <said>",
  ];
  return lines.map((line) => `"${line.replace(/["\\]/g, "'")}"`).join("\n");
}
