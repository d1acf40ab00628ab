/** The policy of the topic that pages people, judged by the IAM simulator, with and without declared deployers. */
import { RoleWatch } from "../../../constructs";
import { ACTORS, type Actor } from "../../permissions/actors";
import { ACCOUNT, COMMERCIAL, emit, type Policy } from "../../permissions/emitted";
import { mayDo } from "../../permissions/simulate";
import { role, synthesize, synthesizeUser, type Template } from "../../support/synthesis";

/** With what the provider would say of itself. */
const policyOf = (template: Template): Policy =>
  JSON.parse(
    (template.one("aws_sns_topic").policy as string)
      .replace(/\$\{data\.aws_partition\.[^}]*\}/g, "aws")
      .replace(/\$\{data\.aws_region\.[^}]*\}/g, "us-east-1")
      .replace(/\$\{data\.aws_caller_identity\.[^}]*\}/g, ACCOUNT),
  );
const topicOf = (deployers: string[]) =>
  policyOf(synthesizeUser({}, { name: "acme-prod", alerts: true, deployers }));

const DECLARED = topicOf([role("terraform")]);
const OPEN = topicOf([]);
const WATCH = policyOf(
  synthesize((stack) => {
    const roles = [role("settlement")];
    new RoleWatch(stack, "Roles", { workspace: "acme-prod", roles, deployers: [role("terraform")] });
  }),
);

const SILENCING = ["AddPermission", "DeleteTopic", "PutDataProtectionPolicy", "RemovePermission"];
const ACTIONS = [...SILENCING, "SetTopicAttributes", "Subscribe"].map((name) => `sns:${name}`);
const ADMINISTRATORS = [
  "administrator of the account, a role",
  "administrator of the account, an IAM user",
  "root user of the account",
  "custodian that is an administrator",
  "generator whose role was widened to an administrator's",
];
const DEPLOYERS = ["deployer, with the policy of docs/deployer.md", "deployer that is an administrator"];
const EVENT_BRIDGE: Actor = {
  principal: "events.amazonaws.com",
  identity: [],
  context: { "aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": "events.amazonaws.com" },
};

const emitted = emit({
  custody: "secrets-manager",
  deployers: true,
  removalProtection: true,
  place: COMMERCIAL,
});
const actor = (name: string) => ACTORS[name]?.(emitted) ?? EVENT_BRIDGE;
const resourceOf = (policy: Policy) => String(policy.Statement[0]?.Resource);
const may = (who: Actor, action: string, policy: Policy) =>
  mayDo(who, [{ action, resource: resourceOf(policy), context: {}, policy }]);

describe.each([
  ["a workspace's", DECLARED],
  ["that of a watch over roles", WATCH],
])("the topic, %s, where deployers are declared", (_, policy) => {
  test.each(ADMINISTRATORS)("is not silenced by: %s", async (name) => {
    for (const action of ACTIONS)
      expect([action, await may(actor(name), action, policy)]).toEqual([action, false]);
  });

  test("takes EventBridge's alerts, and lets the account see who is subscribed", async () => {
    expect(await may(EVENT_BRIDGE, "sns:Publish", policy)).toBe(true);
    const [administrator = ""] = ADMINISTRATORS;
    expect(await may(actor(administrator), "sns:ListSubscriptionsByTopic", policy)).toBe(true);
  });

  test("names its own ARN, as SNS wants it in each statement", () => {
    for (const { Resource } of policy.Statement) expect(Resource).toMatch(/^arn:aws:sns:.*-alerts$/);
  });
});

test.each(DEPLOYERS)("is made, changed and subscribed to by: %s", async (name) => {
  for (const action of ["sns:SetTopicAttributes", "sns:DeleteTopic", "sns:Subscribe"])
    expect([action, await may(actor(name), action, DECLARED)]).toEqual([action, true]);
});

test("is the administrators' where no deployers are declared, and EventBridge's", async () => {
  const [administrator = ""] = ADMINISTRATORS;
  for (const action of ACTIONS)
    expect([action, await may(actor(administrator), action, OPEN)]).toEqual([action, true]);
  expect(await may(EVENT_BRIDGE, "sns:Publish", OPEN)).toBe(true);
});

describe("the generator", () => {
  const topic = resourceOf(DECLARED);
  const mayOn = (name: string, action: string, resource: string) =>
    mayDo(actor(name), [{ action, resource, context: {} }]);
  const IN_ITS_FUNCTION = "generator, in its function";

  // The simulator knows the topic as the resource of both, as AWS's service authorization reference does.
  test("sees the subscriptions of the topic, in its function only", async () => {
    for (const action of ["sns:ListSubscriptionsByTopic", "sns:GetSubscriptionAttributes"]) {
      expect([action, await mayOn(IN_ITS_FUNCTION, action, topic)]).toEqual([action, true]);
      expect(await mayOn("generator's credentials, used elsewhere", action, topic)).toBe(false);
      expect(await mayOn(IN_ITS_FUNCTION, action, `${topic}2`)).toBe(false);
    }
  });

  test("changes nothing there", async () => {
    for (const name of [
      "SetSubscriptionAttributes",
      "Unsubscribe",
      "Subscribe",
      "Publish",
      "SetTopicAttributes",
    ])
      expect([name, await mayOn(IN_ITS_FUNCTION, `sns:${name}`, topic)]).toEqual([name, false]);
  });
});
