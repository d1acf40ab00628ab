import { accessJournalName, alertTopicName } from "../../rules/aws-names";
import type { AwsLocation } from "../terraform/aws-location";
import type { LedgerWorkspaceOptions } from "../workspace/options";

/** Where the rules of a workspace send their events: found by name from any stack. */
export interface AlertTargets {
  /** ARN of the topic that pages people. */
  readonly topicArn: string;
  /** ARN of the log group that is the access journal. */
  readonly journalArn: string;
}

/** Where a deployed workspace's alerts go; `undefined` where they are switched off. */
export function alertTargetsOf(
  { name, alerts = true, alertTopic }: LedgerWorkspaceOptions,
  { partition, region, account }: AwsLocation,
): AlertTargets | undefined {
  if (!alerts) return undefined;
  return {
    topicArn: alertTopic ?? `arn:${partition}:sns:${region}:${account}:${alertTopicName(name)}`,
    journalArn: `arn:${partition}:logs:${region}:${account}:log-group:${accessJournalName(name)}`,
  };
}
