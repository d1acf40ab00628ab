import {
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from "@aws-sdk/client-cloudtrail";
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { DeleteRoleCommand } from "@aws-sdk/client-iam";
import { SetSubscriptionAttributesCommand, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import { generateKeyPair } from "../../../../keys";
import { ALL_MANAGEMENT_EVENTS as ON } from "../../../../rules/alerts/pattern";
import { signingKeyRuleName } from "../../../../rules/alerts/signing-keys";
import { WORKSPACE_RULES } from "../../../../rules/alerts/workspace-rules";
import type { Entry } from "../../../support/cli/custody-account";
import {
  ACCOUNT,
  account,
  cloudTrail,
  declared,
  dropRules,
  dropSigningKeyRules,
  events,
  fleet,
  iam,
  JOURNAL,
  live,
  makeRole,
  putRule,
  putSigningKeyRules,
  role,
  ruleName,
  settlement,
  sns,
  status,
  sweep,
  topic,
  workspace,
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
    const alice = live("alice", "", { role: "ADMIN", isApi: false });
    const { id } = workspace.addRequest({
      ...{ expiresInSeconds: 3600, quorum: 2, approvers: [alice.id, 1, null, null], approvedBy: [1] },
    });
    live("sweep bot", sweep.publicKey, { role: "ADMIN", status: "PENDING_APPROVAL", lastRequest: id });
    const { code, problems, users } = await status([settlement, sweep]);
    expect(problems).toEqual([
      expect.stringMatching(/^alarm: .*: is declared as operator and registered as ADMIN/),
      expect.stringMatching(
        /^alarm: acme-prod-treasury\/sweep bot: is PENDING_APPROVAL: request 29 waits for 1 more of "alice", 2 whom these credentials may not see; it expires on 20/,
      ),
    ]);
    expect(users[1]).toMatchObject({
      request: { id, waitsFor: { approvals: 1, of: ["alice"], unseen: 2 } },
    });
    expect(code).toBe(1);
  });

  test("a request that the workspace does not show is not seen", async () => {
    live("sweep bot", sweep.publicKey, { status: "PENDING_APPROVAL", lastRequest: 404 });
    const { problems } = await status([settlement, sweep]);
    expect(problems).toContainEqual(
      expect.stringMatching(
        /^not seen: .*whether its request still waits .* request 404 is \(HTTP 404: not found\)/,
      ),
    );
  });

  test("reporting keys are listed, and are no alarm, unless one of them is declared as a user", async () => {
    const key = { role: "READ_ONLY_API_KEY", publicKey: "" };
    for (const state of ["ACTIVE", "PENDING_SECRET", "SUSPENDED", "ABORTED"])
      live(`reports ${state}`, "", { ...key, status: state, isApi: state === "ACTIVE" });
    const { code, problems, answer } = await status([settlement]);
    expect({ code, problems }).toEqual({ code: 0, problems: [] });
    expect(answer.askedAs).toBe("settlement bot");
    expect(answer.reportingKeys).toHaveLength(4);
    live("odd key", "", { ...key, status: "FROZEN" });
    live("sweep bot", "", key);
    expect((await status([settlement, sweep])).problems).toEqual([
      expect.stringMatching(/sweep bot: is registered without a public key/),
      expect.stringMatching(/sweep bot: is declared as operator and registered as READ_ONLY_API_KEY/),
      expect.stringMatching(/has the API user "odd key" \(FROZEN\), which nobody declared/),
    ]);
  });

  test("credentials of another workspace: its users are not compared", async () => {
    const claims = { workspace: "acme-test" };
    const { apiKeyId, apiKeySecret } = live("stranger", "", { claims });
    const env = {
      ...workspace.env("settlement bot"),
      LEDGER_ENTERPRISE_API_KEY_ID: apiKeyId,
      LEDGER_ENTERPRISE_API_KEY_SECRET: apiKeySecret,
    };
    const { code, problems, answer } = await status([settlement], { env });
    expect({ code, seen: answer.workspaceSeen }).toEqual({ code: 1, seen: false });
    expect(problems).toEqual([
      expect.stringMatching(
        /^not seen: workspace acme-prod: was not asked: .* log in to the workspace "acme-test"/,
      ),
    ]);
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
    await putRule("access");
    await events.send(new RemoveTargetsCommand({ Rule: ruleName("denied"), Ids: ["page"] }));
    await faults("denied does not page");
    await events.send(new RemoveTargetsCommand({ Rule: ruleName("denied"), Ids: ["journal"] }));
    await faults("denied does not page; denied does not write the journal");
    await putRule("denied");
    await events.send(new RemoveTargetsCommand({ Rule: ruleName("trail"), Ids: ["page"] }));
    await events.send(new DeleteRuleCommand({ Name: ruleName("trail") }));
    await faults("trail is missing");
    await putRule("trail");
    expect((await status([settlement])).problems).toEqual([]);
  });

  test("a rule of a user's stack that is off, and one that pages another topic than the declared", async () => {
    await putRule("kms-use-1a2b3c-0", [JOURNAL]);
    await putRule("kms-denied-1a2b3c-0", [topic, JOURNAL]);
    expect((await status([settlement])).problems).toEqual([]);
    await events.send(new DisableRuleCommand({ Name: ruleName("kms-denied-1a2b3c-0") }));
    await only(/events: kms-denied-1a2b3c-0 is DISABLED$/, [settlement]);
    await putRule("kms-denied-1a2b3c-0", [topic, JOURNAL]);
    await dropRules("kms-use-1a2b3c-0", "kms-denied-1a2b3c-0");
    await putRule("keys", [`${topic}-of-mallory`]);
    const args = ["--users", fleet(declared("settlement bot"))];
    await only(/events: keys does not page$/, [settlement], { args });
    await putRule("keys");
    const off = ["--users", fleet(declared("settlement bot"), "alerts: false\n")];
    expect((await status([settlement], { args: off })).problems).toEqual([]);
  });

  describe("with the YAML, a rule", () => {
    const withYaml = () => ({ args: ["--users", fleet(declared("settlement bot"))] });
    const faults = (text: string) =>
      only(
        new RegExp(`^alarm: alert rules of acme-prod in eu-west-1: they miss events: ${text}$`),
        [settlement],
        withYaml(),
      );
    const replace = (name: string, EventPattern: string) =>
      events.send(new PutRuleCommand({ Name: ruleName(name), State: ON, EventPattern }));

    test("that is as declared is fine", async () => {
      expect((await status([settlement], withYaml())).problems).toEqual([]);
    });

    test("with a pattern that matches nothing, each of them", async () => {
      for (const name of WORKSPACE_RULES) await replace(name, '{"source":["no.such.source"]}');
      await faults(
        WORKSPACE_RULES.map((name) => `${name} has another event pattern than declared`).join("; "),
      );
      for (const name of WORKSPACE_RULES) await putRule(name);
    });

    test("with one exception more in its pattern", async () => {
      const { EventPattern = "" } = await events.send(new DescribeRuleCommand({ Name: ruleName("denied") }));
      const pattern = JSON.parse(EventPattern);
      pattern.detail.userIdentity = { userName: [{ "anything-but": ["mallory"] }] };
      await replace("denied", JSON.stringify(pattern));
      await faults("denied has another event pattern than declared");
      await putRule("denied");
    });

    test("whose page has another text, goes elsewhere too, or is given up", async () => {
      const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: ruleName("keys") }));
      const [page] = Targets;
      const change = (...targets: Target[]) =>
        events.send(new PutTargetsCommand({ Rule: ruleName("keys"), Targets: targets }));
      await change({ Id: "page", Arn: topic, Input: '"all is well"' });
      await faults("keys sends its page otherwise than declared");
      await change({ Id: "page", Arn: topic, ...page, RetryPolicy: { MaximumRetryAttempts: 0 } });
      await faults("keys sends its page otherwise than declared");
      await putRule("keys");
      await change({ Id: "mallory", Arn: `${topic}-of-mallory` });
      await faults(`keys has a target that is not declared, ${topic}-of-mallory`);
      await events.send(new RemoveTargetsCommand({ Rule: ruleName("keys"), Ids: ["mallory"] }));
      expect((await status([settlement], withYaml())).problems).toEqual([]);
    });

    test("that nobody declared", async () => {
      await putRule("mine", [topic]);
      await faults("mine is not declared");
      await dropRules("mine");
    });

    test("of a user's KMS key, which the registration or else the alias names", async () => {
      live("sweep bot", sweep.publicKey);
      const yaml = fleet(declared("settlement bot") + declared("sweep bot", "    custody: kms\n"));
      const args = { args: ["--users", yaml] };
      await only(
        /kms-denied-\w+-0 is missing; kms-tamper-\w+-0 is missing; kms-use-\w+-0 is missing$/,
        [settlement, sweep],
        args,
      );
      await putSigningKeyRules();
      expect((await status([settlement, sweep], args)).problems).toEqual([]);
      expect((await status([], args)).problems).toEqual([]);
      const name = signingKeyRuleName("tamper", "acme-prod-treasury", 0);
      await replace(name, '{"source":["aws.kms"],"detail":{"eventName":["NoSuchCall"]}}');
      await only(
        /events: kms-tamper-\w+-0 has another event pattern than declared$/,
        [settlement, sweep],
        args,
      );
      await dropSigningKeyRules();
    });

    test("cannot be compared while a KMS key that it must name is not there", async () => {
      const stop = account.aws.intercept((call) =>
        call.action === "DescribeKey" ? { status: 400, body: { __type: "NotFoundException" } } : undefined,
      );
      const { code, problems } = await status([settlement], withYaml());
      stop();
      expect(problems).toEqual([
        expect.stringMatching(
          /^not seen: alert rules of acme-prod in eu-west-1: a KMS key that denied, .* must name is not in AWS/,
        ),
      ]);
      expect(code).toBe(1);
    });
  });

  test("a subscription with a filter policy, which lets nothing through", async () => {
    const subscribe = (Endpoint: string) =>
      sns.send(
        new SubscribeCommand({ TopicArn: topic, Protocol: "email", Endpoint, ReturnSubscriptionArn: true }),
      );
    const { SubscriptionArn } = await subscribe("night@acme.example");
    const filter = (AttributeValue: string) =>
      sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn,
          AttributeName: "FilterPolicy",
          AttributeValue,
        }),
      );
    const args = {
      args: ["--users", fleet(declared("settlement bot"), "alertEmails: [night@acme.example]\n")],
    };
    expect((await status([settlement], args)).problems).toEqual([]);
    await filter('{"never":["seen"]}');
    await only(
      /^alarm: .*alerts: the subscription of night@acme\.example has a filter policy: it receives no alerts$/,
      [settlement],
      args,
    );
    await only(/the subscription of night@acme\.example has a filter policy/, [settlement]);
    await filter("{}");
    expect((await status([settlement], args)).problems).toEqual([]);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  });

  test("a key that is another than the registered one", async () => {
    const { publicKey } = generateKeyPair();
    const { problems } = await status([{ ...settlement, publicKey }]);
    expect(problems[0]).toMatch(
      /^alarm: .*settlement bot: the public key registered for .* is not the one in its custody/,
    );
  });
});
