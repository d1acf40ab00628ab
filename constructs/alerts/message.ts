import { accessJournalName } from "../../rules/aws-names";
import type { Advice } from "./advice";

export interface AlertMessage extends Advice {
  readonly workspace: string;
  /** More lines, such as which key belongs to which user. */
  readonly notes?: readonly string[];
}

/**
 * The fields of a record that an alert shows. Fields that a caller can fill at will, such as the user agent, are left out: a
 * quotation mark in one could break the message and so the alert.
 */
export const ALERT_FIELDS = {
  who: "$.detail.userIdentity.arn",
  kind: "$.detail.userIdentity.type",
  service: "$.detail.userIdentity.invokedBy",
  what: "$.detail.eventName",
  at: "$.detail.eventSource",
  secret: "$.detail.requestParameters.secretId",
  name: "$.detail.requestParameters.name",
  key: "$.detail.requestParameters.keyId",
  alias: "$.detail.requestParameters.aliasName",
  function: "$.detail.requestParameters.functionName",
  role: "$.detail.requestParameters.roleName",
  rule: "$.detail.requestParameters.rule",
  topic: "$.detail.requestParameters.topicArn",
  resource: "$.detail.requestParameters.resourceArn",
  group: "$.detail.requestParameters.logGroupName",
  groupToo: "$.detail.requestParameters.logGroupIdentifier",
  signing: "$.detail.requestParameters.codeSigningConfigArn",
  said: "$.detail.errorMessage",
  from: "$.detail.sourceIPAddress",
  time: "$.detail.eventTime",
  region: "$.region",
  account: "$.account",
  id: "$.detail.eventID",
};

/** What the call was about. A record has one of these fields; the others stay empty. */
const THING = "<secret><name><key><alias><function><role><rule><topic><resource><group><groupToo><signing>";

/**
 * The alert as people read it, with `ALERT_FIELDS` in angle brackets. EventBridge sends each quoted string as a line of its
 * own, with its quotation marks (EventBridge guide, "Input transformation").
 */
export function alertTemplate(message: AlertMessage): string {
  const lines = [
    `LEDGER KEY ALERT: ${message.title} in workspace ${message.workspace}`,
    "Who:   <who><service> (<kind>)",
    "What:  <what> at <at>",
    `On:    ${THING}`,
    "AWS:   <said>",
    "From:  <from>",
    "When:  <time>, in <region>, account <account>",
    ...(message.notes ?? []),
    ...message.advice.map((sentence, i) => `${i === 0 ? "To do: " : "       "}${sentence}`),
    `Record: CloudTrail event <id>; log group ${accessJournalName(message.workspace)}; handbook: docs/alerts.md`,
  ];
  return lines.map((line) => `"${line.replace(/["\\]/g, "'")}"`).join("\n");
}
