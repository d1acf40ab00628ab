import {
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from "@aws-sdk/client-cloudtrail";
import { DeleteRuleCommand, DisableRuleCommand, RemoveTargetsCommand } from "@aws-sdk/client-eventbridge";
import { DeleteRoleCommand } from "@aws-sdk/client-iam";
import { generateKeyPair } from "../../../../keys";
import type { Entry } from "../../../support/cli/custody-account";
import {
  ACCOUNT,
  account,
  cloudTrail,
  declared,
  events,
  fleet,
  iam,
  JOURNAL,
  live,
  makeRole,
  putRule,
  role,
  ruleName,
  settlement,
  status,
  sweep,
  topic,
} from "../../../support/cli/status-run";

jest.setTimeout(120_000);

/** Each is planted alone; it is found, it alone, and the exit code is 1. */
describe("an alarm", () => {
  async function only(expected: RegExp, entries: Entry[], more?: Parameters<typeof status>[1]) {
    const { code, problems } = await status(entries, more);
    expect(problems).toEqual([expect.stringMatching(expected)]);
    expect(code).toBe(1);
  }

  test("another public key is registered than ours; in another case it is the same", async () => {
    live("sweep bot", generateKeyPair().publicKey);
    await only(/^alarm: .*sweep bot: is registered with another public key/, [settlement, sweep]);
  });

  test("an API user that nobody declared; of one that is revoked nothing is said", async () => {
    live("mallory", generateKeyPair().publicKey);
    live("old bot", generateKeyPair().publicKey, { status: "REVOKED" });
    await only(/^alarm: workspace acme-prod: has the API user "mallory" \(ACTIVE\), which nobody declared/, [
      settlement,
    ]);
  });

  test("another role, and a request that expires soon, as the workspace has them", async () => {
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const more = { role: "ADMIN", status: "PENDING_APPROVAL", lastRequest: { expires_at } };
    live("sweep bot", sweep.publicKey, more);
    const { code, problems } = await status([settlement, sweep]);
    expect(problems).toEqual([
      expect.stringMatching(/^alarm: .*: is declared as operator and registered as ADMIN/),
      `alarm: acme-prod-treasury/sweep bot: its request expires on ${expires_at}`,
    ]);
    expect(code).toBe(1);
  });

  test("our key under another name", async () => {
    live("sweeper", sweep.publicKey);
    const { problems } = await status([settlement, sweep]);
    expect(problems).toEqual([
      expect.stringMatching(/sweep bot: its public key is registered under another name, "sweeper"/),
      expect.stringMatching(/"sweeper" \(ACTIVE\), which nobody declared/),
    ]);
  });

  test("one that is applied and not declared", async () => {
    live("sweep bot", sweep.publicKey);
    const users = fleet(declared("settlement bot"));
    await only(/^alarm: .*sweep bot: is applied, but not declared/, [settlement, sweep], {
      args: ["--users", users],
    });
  });

  test("a signer's role that does not exist", async () => {
    await only(
      /^alarm: arn:aws:iam::123456789012:role\/gone: .*settlement bot, is not in the account of your AWS credentials/,
      [{ ...settlement, signers: [role("gone")] }],
    );
    await makeRole("gone");
    expect((await status([{ ...settlement, signers: [role("gone")] }])).problems).toEqual([]);
    await iam.send(new DeleteRoleCommand({ RoleName: "gone" }));
  });

  test("a subscription that nobody confirmed, and one that is declared and not there", async () => {
    const stop = account.aws.intercept((call) =>
      call.action === "ListSubscriptionsByTopic" ? PENDING() : undefined,
    );
    await only(/^alarm: .*alerts: security@acme\.example has not confirmed/, [settlement]);
    stop();
    const users = fleet(declared("settlement bot"), "alertEmails: [night@acme.example]\n");
    await only(/night@acme\.example is declared, but not subscribed/, [settlement], {
      args: ["--users", users],
    });
  });

  /** moto confirms every subscription at once; AWS answers like this until somebody clicks. */
  const PENDING = () => ({
    status: 200,
    headers: { "content-type": "text/xml" },
    body: `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions><member><TopicArn>${topic}</TopicArn><Protocol>email</Protocol><SubscriptionArn>PendingConfirmation</SubscriptionArn><Owner>${ACCOUNT}</Owner><Endpoint>security@acme.example</Endpoint></member></Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
  });

  test("a trail that leaves KMS out, or reads; and one that is off", async () => {
    const select = (more = {}) =>
      cloudTrail.send(
        new PutEventSelectorsCommand({
          TrailName: "main",
          EventSelectors: [{ IncludeManagementEvents: true, ReadWriteType: "All", ...more }],
        }),
      );
    await select({ ExcludeManagementEventSources: ["kms.amazonaws.com"] });
    await only(/^alarm: trail of .*: no trail logs what alerts need: .*main leaves out KMS/, [settlement]);
    await select({ ReadWriteType: "WriteOnly" });
    await only(/main logs only reads or only writes/, [settlement]);
    await select();
    await cloudTrail.send(new StopLoggingCommand({ Name: "main" }));
    await only(/main is off/, [settlement]);
    await cloudTrail.send(new StartLoggingCommand({ Name: "main" }));
    expect((await status([settlement])).problems).toEqual([]);
  });

  test("no trail at all: the fix is to make one", async () => {
    const stop = account.aws.intercept((call) =>
      call.action === "DescribeTrails" ? { status: 200, body: { trailList: [] } } : undefined,
    );
    await only(
      /^alarm: trail of 123456789012 in eu-west-1: the account has no CloudTrail trail here: alerts receive nothing$/,
      [settlement],
    );
    stop();
  });

  test("a rule that is off, one without its target, and one that is gone", async () => {
    const subject = "^alarm: alert rules of acme-prod in eu-west-1: they miss events: ";
    const faults = (text: string) => only(new RegExp(`${subject}${text}$`), [settlement]);
    await events.send(new DisableRuleCommand({ Name: ruleName("access") }));
    await faults("access is DISABLED");
    await putRule("access", [JOURNAL]);
    await events.send(new RemoveTargetsCommand({ Rule: ruleName("denied"), Ids: ["page"] }));
    await faults("denied does not page");
    await events.send(new RemoveTargetsCommand({ Rule: ruleName("denied"), Ids: ["journal"] }));
    await faults("denied does not page; denied does not write the journal");
    await putRule("denied", [topic, JOURNAL]);
    await events.send(new RemoveTargetsCommand({ Rule: ruleName("trail"), Ids: ["page"] }));
    await events.send(new DeleteRuleCommand({ Name: ruleName("trail") }));
    await faults("trail is missing");
    await putRule("trail", [topic]);
    expect((await status([settlement])).problems).toEqual([]);
  });

  test("a rule of a user's stack that is off, and one that pages another topic than the declared", async () => {
    await putRule("kms-use-1a2b3c-0", [JOURNAL]);
    await putRule("kms-denied-1a2b3c-0", [topic, JOURNAL]);
    expect((await status([settlement])).problems).toEqual([]);
    await events.send(new DisableRuleCommand({ Name: ruleName("kms-denied-1a2b3c-0") }));
    await only(/events: kms-denied-1a2b3c-0 is DISABLED$/, [settlement]);
    await putRule("kms-denied-1a2b3c-0", [topic, JOURNAL]);
    await putRule("keys", [`${topic}-of-mallory`]);
    const args = ["--users", fleet(declared("settlement bot"))];
    await only(/events: keys does not page$/, [settlement], { args });
    await putRule("keys", [topic]);
    const off = ["--users", fleet(declared("settlement bot"), "alerts: false\n")];
    expect((await status([settlement], { args: off })).problems).toEqual([]);
  });

  test("a key that is another than the registered one", async () => {
    const { publicKey } = generateKeyPair();
    const { problems } = await status([{ ...settlement, publicKey }]);
    expect(problems[0]).toMatch(
      /^alarm: .*settlement bot: the public key registered for .* is not the one in its custody/,
    );
  });
});
