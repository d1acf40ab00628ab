import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { ROLE_ADVICE } from "../../../../rules/alerts/advice";
import { ALL_MANAGEMENT_EVENTS, type EventPattern } from "../../../../rules/alerts/pattern";
import { rolePattern } from "../../../../rules/alerts/role-pattern";
import { targetsOf } from "../../../../rules/alerts/rule";
import { ACCOUNT, account, declared, fleet, role, settlement, status } from "../../../support/cli/status-run";
import { clientSettings } from "../../../support/embedded-aws";

jest.setTimeout(120_000);

const DEPLOYERS = [role("terraform"), role("break-glass")];
const TOPIC = `arn:aws:sns:us-east-1:${ACCOUNT}:ledger-enterprise-acme-prod-roles-alerts`;
const PAGE = { pattern: {}, page: ROLE_ADVICE, journal: false };
const [TARGET] = targetsOf(PAGE, "acme-prod", { topicArn: TOPIC });
const Name = "ledger-enterprise.acme-prod.roles-0";
const SUBJECT = "role watch of acme-prod in us-east-1";
let events: EventBridgeClient;

beforeAll(() => {
  events = new EventBridgeClient(clientSettings(account.aws.env(ACCOUNT, "us-east-1")));
});

afterAll(() => events?.destroy());

/** What `status` says of a RoleWatch's rule in the partition's global region. */
async function said(
  pattern: EventPattern,
  targets: Target[] = [TARGET as Target],
  State = ALL_MANAGEMENT_EVENTS,
) {
  const rule = { Name, EventPattern: JSON.stringify(pattern), State: State as never };
  await events.send(new PutRuleCommand(rule));
  await events.send(new PutTargetsCommand({ Rule: Name, Targets: targets }));
  const users = fleet(declared("settlement bot"), `deployers: [${DEPLOYERS.join(", ")}]\n`);
  const { problems } = await status([settlement], { args: ["--users", users] });
  await events.send(new RemoveTargetsCommand({ Rule: Name, Ids: targets.map(({ Id = "" }) => Id) }));
  await events.send(new DeleteRuleCommand({ Name }));
  return problems.filter((problem) => problem.startsWith(SUBJECT, problem.indexOf(": ") + 2));
}

const OURS = ["settlement", "terraform"];
const alarm = (text: string) => [`alarm: ${SUBJECT}: ${text}`];

test("a RoleWatch as its construct makes it is fine, with all deployers exempt or some, in any order", async () => {
  for (const exempt of [DEPLOYERS, [...DEPLOYERS].reverse(), DEPLOYERS.slice(1), []])
    expect(await said(rolePattern(OURS, exempt))).toEqual([]);
});

test.each<[string, EventPattern, string]>([
  [
    "that matches nothing",
    { source: ["no.such.source"] },
    "roles-0 has another event pattern than a RoleWatch",
  ],
  [
    "that exempts a role that is no deployer",
    rolePattern(OURS, [...DEPLOYERS, role("mallory")]),
    "roles-0 has another event pattern than a RoleWatch",
  ],
  [
    "that watches roles of nobody here",
    rolePattern(["nobody"], DEPLOYERS),
    "it watches none of the roles that the YAML names",
  ],
])("one %s is an alarm", async (_, pattern, text) => {
  expect(await said(pattern)).toEqual(alarm(text));
});

test("one that is off, sends another text, or to somebody else too, is an alarm", async () => {
  const pattern = rolePattern(OURS, DEPLOYERS);
  expect(await said(pattern, undefined, "DISABLED")).toEqual(alarm("roles-0 is DISABLED"));
  const otherwise = alarm("roles-0 sends its page otherwise than a RoleWatch");
  expect(await said(pattern, [{ Id: "page", Arn: TOPIC, Input: '"all is well"' }])).toEqual(otherwise);
  const mallory = { Id: "x", Arn: `${TOPIC}-of-mallory` };
  expect(await said(pattern, [TARGET as Target, mallory])).toEqual(otherwise);
});
