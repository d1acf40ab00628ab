import {
  GetSubscriptionAttributesCommand,
  ListSubscriptionsByTopicCommand,
  type SNSClient,
  type Subscription,
} from "@aws-sdk/client-sns";
import { nameOf } from "../../aws/failure";
import { type Filters, hasFilter, isConfirmed, isSubscribed } from "../../rules/alerts/subscriptions";
import { GeneratorError, withPatience } from "./faults";

/**
 * Refuses a topic that people do not hear of: where a declared recipient is not subscribed, or its subscription has a filter, or
 * every subscription has one. Whether a recipient has confirmed by now is `status`'s to say: the first keys are made minutes
 * after the e-mails are sent.
 */
export async function requireRecipients(client: SNSClient, topic: string, emails: readonly string[]) {
  const subscriptions = await subscriptionsOf(client, topic);
  const filtered = async ({ SubscriptionArn }: Subscription) => {
    const command = new GetSubscriptionAttributesCommand({ SubscriptionArn });
    const { Attributes } = await ask(() => client.send(command));
    return hasFilter(Attributes as Filters | undefined);
  };
  let heard = false;
  for (const email of emails) {
    const own = subscriptions.filter((each) => isSubscribed(each, email));
    if (own.length === 0) throw refused(topic, `${email} is not subscribed to`, "which subscribes it");
    for (const each of own.filter(isConfirmed)) {
      if (await filtered(each))
        throw refused(topic, `a filter policy keeps alerts from ${email} in`, REMOVED);
      heard = true;
    }
  }
  const confirmed = subscriptions.filter(isConfirmed);
  if (heard || confirmed.length === 0) return;
  for (const each of confirmed) if (!(await filtered(each))) return;
  throw refused(topic, "a filter policy keeps alerts from every subscriber in", REMOVED);
}

const REMOVED = "and set the FilterPolicy of its subscriptions to {}";

/** As many as SNS lists. A topic that has more than these has a purpose beside ours. */
const MOST = 1000;

async function subscriptionsOf(client: SNSClient, TopicArn: string): Promise<Subscription[]> {
  const found: Subscription[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListSubscriptionsByTopicCommand({ TopicArn, NextToken });
    const page = await ask(() => client.send(command));
    found.push(...(page.Subscriptions ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && found.length < MOST);
  return found;
}

async function ask<T>(request: () => Promise<T>): Promise<T> {
  const asked = async () => {
    try {
      return await request();
    } catch (error) {
      if (!nameOf(error).startsWith("NotFound")) throw error;
      throw new GeneratorError(
        "the topic of the alerts, or a subscription, is missing",
        "apply the workspace's stack",
      );
    }
  };
  return withPatience(asked, "SNS");
}

const refused = (topic: string, fault: string, then: string) =>
  new GeneratorError(
    `no key is made while ${fault} the alert topic ${topic}`,
    `apply the workspace's stack, ${then}, then apply again; if somebody else changed it, see docs/alerts.md`,
  );
