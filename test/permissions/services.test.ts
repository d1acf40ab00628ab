/** Alerts reach people, and the generator's role does nothing else than it must: all that is allowed, written down by hand. */
import type { Actor } from "./actors";
import { COMMERCIAL, type Emitted, emit } from "./emitted";
import { DEPLOYER, OTHERS } from "./every-action";
import { mark, variants } from "./matrix";
import {
  ALERTS,
  ANOTHER_SERVICE,
  DELETE_TOPIC_KEY_SOON,
  EVENT_BRIDGE,
  GENERATOR_ROLE,
  IN_THE_FUNCTION,
  LOG_DELIVERY,
  NOT_IN_THE_FUNCTION,
  type ServiceCell,
} from "./services";
import { mayDo } from "./simulate";

const emitted = (vpc: boolean) =>
  emit({ custody: "secrets-manager", deployers: true, removalProtection: true, place: COMMERCIAL, vpc });

async function allowed(actor: Actor, cells: readonly ServiceCell[], of: Emitted): Promise<string[]> {
  const found: string[] = [];
  for (const { what, call } of cells) if (await mayDo(actor, [call(of)])) found.push(what);
  return found;
}

const WRITES_THE_JOURNAL = ["logs:CreateLogStream on the journal", "logs:PutLogEvents on the journal"];

test.each([
  [
    "EventBridge",
    EVENT_BRIDGE,
    [
      "sns:Publish on the topic",
      "kms:Decrypt with the topic's key",
      "kms:GenerateDataKey with the topic's key",
      ...WRITES_THE_JOURNAL,
    ],
  ],
  ["the delivery of logs", LOG_DELIVERY, WRITES_THE_JOURNAL],
  ["another service", ANOTHER_SERVICE, []],
])("for alerts, %s may", async (_, actor, expected) => {
  expect(await allowed(actor, ALERTS, emitted(false))).toEqual(expected);
});

test.each([
  ...DEPLOYER,
  ...OTHERS,
])("the key of the topic cannot be deleted in 7 days by a %s", async (actor) => {
  expect(await mark(variants("kms", COMMERCIAL), actor, DELETE_TOPIC_KEY_SOON)).toBe("–");
});

const OWN_LOG_AND_ALERTS = [
  "logs:CreateLogStream on its own log",
  "logs:PutLogEvents on its own log",
  "events:DescribeRule on a rule of the alerts",
  "events:ListTargetsByRule on a rule of the alerts",
  "sns:GetSubscriptionAttributes on the topic",
  "sns:ListSubscriptionsByTopic on the topic",
  "kms:DescribeKey by the alias of a user's key",
];
const NETWORK = [
  "ec2:AssignPrivateIpAddresses for the network",
  "ec2:CreateNetworkInterface for the network",
  "ec2:DeleteNetworkInterface for the network",
  "ec2:DescribeNetworkInterfaces for the network",
  "ec2:DescribeSecurityGroups for the network",
  "ec2:DescribeSubnets for the network",
  "ec2:DescribeVpcs for the network",
  "ec2:UnassignPrivateIpAddresses for the network",
];

test.each([
  ["the generator's code", IN_THE_FUNCTION, false, OWN_LOG_AND_ALERTS],
  ["the generator's code, in a network", IN_THE_FUNCTION, true, OWN_LOG_AND_ALERTS],
  ["whoever has the role's credentials elsewhere", NOT_IN_THE_FUNCTION, false, []],
  ["Lambda, with the role of a generator in a network", NOT_IN_THE_FUNCTION, true, NETWORK],
])("beside making keys, %s may", async (_, make, vpc, expected) => {
  const of = emitted(vpc);
  expect(make && (await allowed(make(of), GENERATOR_ROLE, of))).toEqual(expected);
});
