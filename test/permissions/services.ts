/** What AWS's services do with the alerts and with the generator's role, and what the generator does beside making keys. */
import { ACTORS, type Actor } from "./actors";
import { ACCOUNT, type Emitted, type Place, WORKSPACE } from "./emitted";
import type { Call, Operation } from "./operations";

const service = (name: string): Actor => ({
  principal: name,
  identity: [],
  context: { "aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": name },
});

export const EVENT_BRIDGE = service("events.amazonaws.com");
export const LOG_DELIVERY = service("delivery.logs.amazonaws.com");
export const ANOTHER_SERVICE = service("lambda.amazonaws.com");

const arn = ({ partition, region }: Place, of: string, resource: string) =>
  `arn:${partition}:${of}:${region}:${ACCOUNT}:${resource}`;

export interface ServiceCell {
  readonly what: string;
  readonly call: (emitted: Emitted) => Call;
}

const on = (what: string, actions: readonly string[], more: (emitted: Emitted) => Omit<Call, "action">) =>
  actions.map(
    (action): ServiceCell => ({
      what: `${action} ${what}`,
      call: (emitted) => ({ action, ...more(emitted) }),
    }),
  );

const LOG_ACTIONS = [
  "logs:CreateLogStream",
  "logs:DeleteLogStream",
  "logs:GetLogEvents",
  "logs:PutLogEvents",
];
const stream = (place: Place, group: string) => arn(place, "logs", `log-group:${group}:log-stream:stream`);

/** What may be asked of topic, its key and the journal. */
export const ALERTS: readonly ServiceCell[] = [
  ...on("on the topic", ["sns:Publish", "sns:SetTopicAttributes"], ({ topicArn, topicPolicy }) => ({
    resource: topicArn,
    policy: topicPolicy,
  })),
  ...on(
    "with the topic's key",
    ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"],
    ({ workspaceKeyArn, topicKeyPolicy }) => ({ resource: workspaceKeyArn, policy: topicKeyPolicy }),
  ),
  ...on("on the journal", LOG_ACTIONS, ({ place, journalPolicy }) => ({
    resource: stream(place, `/aws/events/ledger-enterprise/${WORKSPACE}`),
    policy: journalPolicy,
  })),
  ...on("on another log", LOG_ACTIONS, ({ place, journalPolicy }) => ({
    resource: stream(place, "/payroll"),
    policy: journalPolicy,
  })),
];

const EVENTS = ["events:DescribeRule", "events:DisableRule", "events:ListTargetsByRule", "events:PutTargets"];
const SUBSCRIPTIONS = [
  "sns:GetSubscriptionAttributes",
  "sns:ListSubscriptionsByTopic",
  "sns:Publish",
  "sns:Subscribe",
];
const NETWORK: readonly (readonly [action: string, resource: string])[] = [
  ["ec2:AssignPrivateIpAddresses", "network-interface/eni-1"],
  ["ec2:CreateNetworkInterface", "network-interface/eni-1"],
  ["ec2:DeleteNetworkInterface", "network-interface/eni-1"],
  ["ec2:DescribeNetworkInterfaces", "*"],
  ["ec2:DescribeSecurityGroups", "*"],
  ["ec2:DescribeSubnets", "*"],
  ["ec2:DescribeVpcs", "*"],
  ["ec2:RunInstances", "instance/i-1"],
  ["ec2:UnassignPrivateIpAddresses", "network-interface/eni-1"],
];

/** What may be asked with the generator's role, beside secrets and the keys that encrypt them. */
const byAlias = ({ workspaceKeyArn, workspaceKeyPolicy }: Emitted, alias: string) => ({
  resource: workspaceKeyArn,
  policy: workspaceKeyPolicy,
  context: { "kms:RequestAlias": `alias/ledger-enterprise/${alias}` },
});

export const GENERATOR_ROLE: readonly ServiceCell[] = [
  ...on("on its own log", LOG_ACTIONS, ({ place }) => ({
    resource: stream(place, `/aws/lambda/ledger-enterprise-${WORKSPACE}-key-generator`),
  })),
  ...on("on another log", LOG_ACTIONS, ({ place }) => ({ resource: stream(place, "/payroll") })),
  ...on("on a rule of the alerts", EVENTS, ({ place }) => ({
    resource: arn(place, "events", `rule/ledger-enterprise.${WORKSPACE}.denied`),
  })),
  ...on("on another rule", EVENTS, ({ place }) => ({ resource: arn(place, "events", "rule/payroll") })),
  ...on("on the topic", SUBSCRIPTIONS, ({ topicArn }) => ({ resource: topicArn })),
  ...on("on another topic", SUBSCRIPTIONS, ({ place }) => ({ resource: arn(place, "sns", "payroll") })),
  ...on("by the alias of a user's key", ["kms:DescribeKey"], (emitted) =>
    byAlias(emitted, `${WORKSPACE}/bot/generation-1`),
  ),
  ...on("by another alias", ["kms:DescribeKey"], (emitted) => byAlias(emitted, "payroll")),
  ...on("by such an alias in another region", ["kms:DescribeKey"], (emitted) => ({
    ...byAlias(emitted, `${WORKSPACE}/bot/generation-1`),
    resource: emitted.workspaceKeyArn.replace(emitted.place.region, "eu-central-1"),
  })),
  ...NETWORK.flatMap(([action, resource]) =>
    on("for the network", [action], ({ place }) => ({
      resource: resource === "*" ? "*" : arn(place, "ec2", resource),
    })),
  ),
];

/** To delete the topic's key sooner than in 30 days. */
export const DELETE_TOPIC_KEY_SOON: Operation = ({ workspaceKeyArn, topicKeyPolicy }) => [
  {
    action: "kms:ScheduleKeyDeletion",
    resource: workspaceKeyArn,
    policy: topicKeyPolicy,
    context: { "kms:ScheduleKeyDeletionPendingWindowInDays": "7" },
  },
];

/** The generator's role, as its code has it and as Lambda itself uses it. */
export const IN_THE_FUNCTION = ACTORS["generator, in its function"];
export const NOT_IN_THE_FUNCTION = ACTORS["generator's credentials, used elsewhere"];
