import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SNSClient } from "@aws-sdk/client-sns";
import { Failure } from "../../../../messages/failure";
import { partitionOf } from "../../../../rules/partitions";
import type { Planned } from "../plan";
import { Absent, type Found } from "./found";

export async function findRule({ address, name }: Planned, client: EventBridgeClient): Promise<Found> {
  const { DescribeRuleCommand } = await import("@aws-sdk/client-eventbridge");
  const { Arn, State } = await client.send(new DescribeRuleCommand({ Name: name }));
  return { arn: Arn, imports: [{ address, id: name, remarks: [`state ${State}`], holds: false }] };
}

export async function findTarget(
  { address, name, after }: Planned,
  client: EventBridgeClient,
): Promise<Found> {
  const { ListTargetsByRuleCommand } = await import("@aws-sdk/client-eventbridge");
  const { rule } = after;
  if (typeof rule !== "string") throw new Absent();
  const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: rule }));
  const target = Targets.find(({ Id }) => Id === name);
  if (!target) throw new Absent();
  const remarks = [`sends to ${target.Arn}`];
  return { imports: [{ address, id: `${rule}/${name}`, remarks, holds: false }] };
}

export async function findTopic(
  planned: Planned,
  region: string,
  accounts: readonly string[],
  client: SNSClient,
): Promise<Found> {
  const { GetTopicAttributesCommand } = await import("@aws-sdk/client-sns");
  const TopicArn = topicArn(planned, region, accounts);
  const { Attributes = {} } = await client.send(new GetTopicAttributesCommand({ TopicArn }));
  const remarks = [`${Attributes["SubscriptionsConfirmed"]} confirmed subscriptions`];
  return { arn: TopicArn, imports: [{ address: planned.address, id: TopicArn, remarks, holds: false }] };
}

/** SNS finds topics by their ARNs only. A topic's own policy names it, where the plan knows that. */
function topicArn({ name, after }: Planned, region: string, accounts: readonly string[]): string {
  const [account] = accounts;
  if (account !== undefined) return `arn:${partitionOf(region)}:sns:${region}:${account}:${name}`;
  const [, arn] = /"(arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+)"/.exec(String(after["policy"])) ?? [];
  if (arn?.endsWith(`:${name}`)) return arn;
  throw new Failure(
    `the plan does not say which account the topic ${name} is in`,
    "pin the provider to the account (allowedAccountIds), plan again and run this again",
  );
}
