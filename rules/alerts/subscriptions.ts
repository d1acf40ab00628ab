/** What SNS says of a topic's subscriptions. */

/** As in an answer of `ListSubscriptionsByTopic`. */
export interface Subscribed {
  readonly SubscriptionArn?: string;
  readonly Protocol?: string;
  readonly Endpoint?: string;
}

/** As in an answer of `GetSubscriptionAttributes`. */
export type Filters = Readonly<Record<string, string>>;

export const isConfirmed = ({ SubscriptionArn = "" }: Subscribed): boolean =>
  SubscriptionArn.startsWith("arn:");

/** Whether an e-mail address is subscribed, confirmed or not. SNS still lists what was deleted, as `Deleted`. */
export const isSubscribed = (
  { SubscriptionArn, Protocol, Endpoint = "" }: Subscribed,
  email: string,
): boolean =>
  SubscriptionArn !== "Deleted" && Protocol === "email" && Endpoint.toLowerCase() === email.toLowerCase();

/**
 * Whether a filter decides what a subscription gets, by whichever scope. EventBridge gives its messages no attributes and ours
 * are no JSON, so that no filter lets some of them through: it is of no use but to stop them. An empty policy is none (SNS
 * guide, "Removing a subscription filter policy").
 */
export function hasFilter({ FilterPolicy = "" }: Filters = {}): boolean {
  return !["", "{}", "null"].includes(FilterPolicy.replace(/\s/g, ""));
}
