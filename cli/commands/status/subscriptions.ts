import type { SNSClient, Subscription } from "@aws-sdk/client-sns";
import type { AwsClients } from "../../../aws/clients";
import { nameOf } from "../../../aws/failure";
import { alertTopicArn } from "../../../registration/read";
import { type Filters, hasFilter, isConfirmed, isSubscribed } from "../../../rules/alerts/subscriptions";
import type { Place } from "./api-users";
import { alarm, type Problem, unseen } from "./problem";

/** Whether somebody receives the alerts of a workspace: every declared recipient, with no filter in between. */
export async function subscriptionProblems(place: Place, clients: AwsClients): Promise<Problem[]> {
  const { workspace, region, account, declaration } = place;
  if (declaration?.alerts === false) return [];
  const topic = declaration?.alertTopic ?? alertTopicArn(workspace, region, account);
  const emails = declaration?.alertEmails ?? [];
  const client = await clients.sns(region);
  try {
    const found = await subscriptionsOf(topic, client);
    const missing = emails.filter((email) => !found.some((each) => isSubscribed(each, email)));
    const confirmed = found.filter(isConfirmed);
    const declared = confirmed.filter((each) => emails.some((email) => isSubscribed(each, email)));
    // A topic that is not ours may have subscribers whose filters are none of our business, but not they alone.
    const shared = declaration?.alertTopic !== undefined;
    const asked = shared && declared.length > 0 ? declared : confirmed;
    const filtered = await filteredOf(asked, client);
    const somebody = filtered.length < asked.length;
    const silenced = shared && declared.length === 0 && somebody ? [] : filtered;
    const problems = [
      ...found
        .filter((each) => !isConfirmed(each))
        .map(({ Endpoint = "?" }) =>
          alarm(
            topic,
            `${Endpoint} has not confirmed the subscription: it receives no alerts`,
            "have its owner follow the link in AWS's e-mail, or subscribe it again if that is over 3 days old",
          ),
        ),
      ...missing.map((email) =>
        alarm(topic, `${email} is declared, but not subscribed`, "apply the workspace's stack"),
      ),
      ...silenced.map(({ Endpoint = "?" }) =>
        alarm(
          topic,
          `the subscription of ${Endpoint} has a filter policy: it receives no alerts`,
          "find in CloudTrail who set it, and set its FilterPolicy to {} or apply the workspace's stack",
        ),
      ),
    ];
    if (found.length > 0 || missing.length > 0) return problems;
    const fix = "declare alertEmails, or subscribe your pager";
    return [alarm(topic, "nobody is subscribed: no one receives alerts", fix)];
  } catch (error) {
    if (/^NotFound/.test(nameOf(error))) {
      const fix = "apply the workspace's stack, or declare alerts: false";
      return [alarm(topic, "the alert topic does not exist", fix)];
    }
    const actions = "sns:ListSubscriptionsByTopic and GetSubscriptionAttributes";
    return [unseen(topic, "its subscriptions", { actions, region }, error)];
  }
}

async function subscriptionsOf(TopicArn: string, client: SNSClient): Promise<Subscription[]> {
  const { ListSubscriptionsByTopicCommand } = await import("@aws-sdk/client-sns");
  const found: Subscription[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn, NextToken }));
    found.push(...(page.Subscriptions ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && found.length < 10_000);
  // SNS lists for a while what somebody has ended.
  return found.filter(({ SubscriptionArn }) => SubscriptionArn !== "Deleted");
}

/** Those that have a filter. */
async function filteredOf(confirmed: readonly Subscription[], client: SNSClient): Promise<Subscription[]> {
  const { GetSubscriptionAttributesCommand } = await import("@aws-sdk/client-sns");
  const filtered: Subscription[] = [];
  for (const each of confirmed) {
    const { SubscriptionArn } = each;
    const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    if (hasFilter(Attributes as Filters | undefined)) filtered.push(each);
  }
  return filtered;
}
