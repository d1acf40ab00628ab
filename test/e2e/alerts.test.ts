import {
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  ListSubscriptionsByTopicCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { RoleWatch, WorkspaceTrail } from "../../constructs";
import { type Case, CODE_SIGNING, cases } from "../support/alerts/cases";
import { ACCOUNT, CUSTODIAN, DEPLOYER, REGION } from "../support/alerts/records";
import { Deployment } from "../support/e2e/deployment";
import { callByHand } from "../support/embedded-aws";

jest.setTimeout(240_000);

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});

const WORKSPACE = `
account: "${ACCOUNT}"
region: ${REGION}
deployers: [${DEPLOYER}]
custodians: [${CUSTODIAN}]
alertEmails: [custody-security@acme.example]
codeSigningConfig: ${CODE_SIGNING}
`;
const SETTLEMENT = `
  - username: settlement bot
    role: operator
    signers: [arn:aws:iam::${ACCOUNT}:role/settlement]
`;
const SWEEP = `
  - username: sweep bot
    role: operator
    custody: kms
    signers: [arn:aws:iam::${ACCOUNT}:role/sweep]
`;
const OPENER = `
  - username: account opener
    role: administrator
    signers: [arn:aws:iam::${ACCOUNT}:role/opener]
`;

const deployment = new Deployment();
let events: EventBridgeClient;

beforeAll(async () => {
  deployment.write("acme-prod/workspace.yaml", WORKSPACE);
  deployment.write("acme-prod/treasury.yaml", `users:${SETTLEMENT}${SWEEP}`);
  deployment.synthesize();
  await deployment.start();
  events = new EventBridgeClient(deployment.settings());
  await deployment.apply("acme-prod-eu-west-1");
  await deployment.apply("acme-prod-treasury");
});

afterAll(async () => {
  events?.destroy();
  await deployment.end();
});

/** A call in AWS's JSON protocol, for services whose SDK nothing else here needs. */
// biome-ignore lint/suspicious/noExplicitAny: the answer has the shape that the action gives it
async function call(service: string, target: string, body: object): Promise<any> {
  const response = await callByHand(deployment.env(), service, "/", {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": target },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${target}: ${JSON.stringify(answer)}`);
  return answer;
}

async function rules() {
  const { Rules = [] } = await events.send(
    new ListRulesCommand({ NamePrefix: "ledger-enterprise.acme-prod." }),
  );
  return Rules.map(({ Name = "", State }) => ({ name: Name, state: State }));
}

describe("after terraform apply", () => {
  test("all rules are on, for read-only events too", async () => {
    const states = (await rules()).map(({ state }) => state);
    expect(states).toEqual(Array(13).fill("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"));
  });

  test("the alerts were on before a key was asked for, and the generator looked before it made one", () => {
    const order = deployment.aws.calls().map(({ action }) => action);
    const targets = order.slice(0, order.indexOf("Invoke")).filter((action) => action === "PutTargets");
    expect(targets.length).toBeGreaterThanOrEqual(11);
    expect(order.indexOf("Invoke")).toBeLessThan(order.indexOf("PutSecretValue"));
    expect(order.indexOf("DescribeRule", order.indexOf("Invoke"))).toBeLessThan(
      order.indexOf("PutSecretValue"),
    );
  });
});

describe("while a rule is off", () => {
  const RULE = "ledger-enterprise.acme-prod.access";

  test("no key is made", async () => {
    await events.send(new DisableRuleCommand({ Name: RULE }));
    deployment.write("acme-prod/treasury.yaml", `users:${SETTLEMENT}${SWEEP}${OPENER}`);
    deployment.synthesize();
    const puts = () => deployment.aws.calls().filter(({ action }) => action === "PutSecretValue").length;
    const putsBefore = puts();
    await expect(deployment.apply("acme-prod-treasury")).rejects.toThrow(
      /no key is made while the alert rule ledger-enterprise\.acme-prod\.access is DISABLED/,
    );
    expect(puts()).toBe(putsBefore);
  });

  test("applying the workspace's stack turns it on, and the key is made", async () => {
    const changes = Object.entries(await deployment.plan("acme-prod-eu-west-1"));
    expect(changes).toEqual([
      [expect.stringMatching(/^aws_cloudwatch_event_rule\.Workspace_Alerts_access_/), "update"],
    ]);
    await deployment.apply("acme-prod-eu-west-1");
    const { State } = await events.send(new DescribeRuleCommand({ Name: RULE }));
    expect(State).toBe("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
    await deployment.apply("acme-prod-treasury");
    const { "account opener": entry } = await deployment.registration("acme-prod-treasury");
    expect(entry.publicKey).toMatch(/^04[0-9a-f]{128}$/);
  });
});

describe("while the alerts lie", () => {
  const NIGHT = `
  - username: night bot
    role: operator
    signers: [arn:aws:iam::${ACCOUNT}:role/night]
`;
  const puts = () => deployment.aws.calls().filter(({ action }) => action === "PutSecretValue").length;

  /** Applies one user more, in which no key may be made. */
  async function refusal(): Promise<string> {
    deployment.write("acme-prod/treasury.yaml", `users:${SETTLEMENT}${SWEEP}${OPENER}${NIGHT}`);
    deployment.synthesize();
    const before = puts();
    const failure = await deployment.apply("acme-prod-treasury").then(
      () => "no refusal",
      (error) => String(error.message).replace(/[\s│]+/g, " "),
    );
    expect([failure, puts()]).toEqual([failure, before]);
    return failure;
  }

  async function alarms(): Promise<string[]> {
    const { stdout } = await deployment.command(["status", "--users", deployment.users, "--json"]);
    const { problems } = JSON.parse(stdout) as {
      problems: { level: string; subject: string; problem: string }[];
    };
    return problems
      .filter(({ level, subject }) => level === "alarm" && /alert/.test(subject))
      .map(({ problem }) => problem);
  }

  const PATTERNS = [
    "denied",
    "secrets",
    "writes",
    "keys",
    "generator",
    "alerts",
    "trail",
    "access",
    "changes",
    "code",
  ];

  test("status is content before", async () => {
    expect(await alarms()).toEqual([]);
  });

  test("patterns that match nothing: no key is made, and status says which", async () => {
    const client = new EventBridgeClient(deployment.settings());
    for (const name of PATTERNS)
      await client.send(
        new PutRuleCommand({
          Name: `ledger-enterprise.acme-prod.${name}`,
          State: "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS",
          EventPattern: '{"source":["no.such.source"]}',
        }),
      );
    client.destroy();
    expect(await refusal()).toMatch(
      /no key is made while the alert rule ledger-enterprise\.acme-prod\.\w+ differs from what is declared/,
    );
    expect(await alarms()).toEqual([
      `they miss events: ${PATTERNS.map((name) => `${name} has another event pattern than declared`).join("; ")}`,
    ]);
    await deployment.apply("acme-prod-eu-west-1");
    expect(await alarms()).toEqual([]);
  });

  test("a filter policy that lets nothing through: no key is made, status says whose, and an apply takes it off", async () => {
    const sns = new SNSClient(deployment.settings());
    const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:ledger-enterprise-acme-prod-alerts`;
    const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
    for (const { SubscriptionArn } of Subscriptions)
      await sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn,
          AttributeName: "FilterPolicy",
          AttributeValue: '{"never":["seen"]}',
        }),
      );
    sns.destroy();
    expect(await refusal()).toContain(
      "no key is made while a filter policy keeps alerts from custody-security@acme.example in the alert topic",
    );
    expect(await alarms()).toEqual([
      "the subscription of custody-security@acme.example has a filter policy: it receives no alerts",
    ]);
    const changes = Object.entries(await deployment.plan("acme-prod-eu-west-1"));
    expect(changes).toEqual([[expect.stringMatching(/^aws_sns_topic_subscription\./), "update"]]);
    await deployment.apply("acme-prod-eu-west-1");
    expect(await alarms()).toEqual([]);
    await deployment.apply("acme-prod-treasury");
    const { "night bot": entry } = await deployment.registration("acme-prod-treasury");
    expect(entry.publicKey).toMatch(/^04[0-9a-f]{128}$/);
  });
});

/**
 * The records of test/support/alerts/cases.ts through moto's EventBridge and the deployed rules. A rule's topic is swapped for a
 * queue, which moto can deliver to; each record is known by an event id of its own.
 */
describe("of all records together", () => {
  let sent: (Case & { readonly id: string })[];
  const paged = new Map<string, string[]>();
  let journaled: string[];

  beforeAll(async () => {
    const { QueueUrl } = await call("sqs", "AmazonSQS.CreateQueue", { QueueName: "pages" });
    for (const { name } of await rules()) await swapTopic(name);
    sent = (await deployedCases()).map((each, i) => ({ ...each, id: `record-${i}` }));
    for (let i = 0; i < sent.length; i += 10) {
      const Entries = sent.slice(i, i + 10).map(({ event, id }) => ({
        Source: event.source,
        DetailType: event["detail-type"],
        Detail: JSON.stringify({ ...event.detail, eventID: id }),
      }));
      await events.send(new PutEventsCommand({ Entries }));
    }
    for (;;) {
      const received = { QueueUrl, MaxNumberOfMessages: 10 };
      const { Messages = [] } = await call("sqs", "AmazonSQS.ReceiveMessage", received);
      if (Messages.length === 0) break;
      for (const { Body, ReceiptHandle } of Messages as { Body: string; ReceiptHandle: string }[]) {
        const { rule, id } = JSON.parse(Body) as { rule: string; id: string };
        paged.set(id, [...(paged.get(id) ?? []), rule]);
        await call("sqs", "AmazonSQS.DeleteMessage", { QueueUrl, ReceiptHandle });
      }
    }
    const logGroupName = "/aws/events/ledger-enterprise/acme-prod";
    const { events: lines } = await call("logs", "Logs_20140328.FilterLogEvents", {
      logGroupName,
      limit: 10_000,
    });
    journaled = (lines as { message: string }[]).map(({ message }) => JSON.parse(message).detail.eventID);
  });

  async function swapTopic(rule: string): Promise<void> {
    const { Targets = [] } = await events.send(new ListTargetsByRuleCommand({ Rule: rule }));
    const page = Targets.find(({ Id }) => Id === "page");
    if (!page) return;
    expect(page.Arn).toBe(`arn:aws:sns:${REGION}:${ACCOUNT}:ledger-enterprise-acme-prod-alerts`);
    expect(page.InputTransformer?.InputTemplate).toMatch(
      /^"LEDGER KEY ALERT: [A-Z ,]+ in workspace acme-prod"\n"What: /,
    );
    const short = rule.replace("ledger-enterprise.acme-prod.", "").replace(/-[0-9a-f]{6}-\d+$/, "");
    await events.send(
      new PutTargetsCommand({
        Rule: rule,
        Targets: [
          {
            Id: "page",
            Arn: `arn:aws:sqs:${REGION}:${ACCOUNT}:pages`,
            InputTransformer: {
              InputPathsMap: { id: "$.detail.eventID" },
              InputTemplate: JSON.stringify({ rule: short, id: "<id>" }),
            },
          },
        ],
      }),
    );
  }

  async function deployedCases(): Promise<Case[]> {
    const { "sweep bot": sweep } = await deployment.registration("acme-prod-treasury");
    const alias = { KeyId: "alias/ledger-enterprise/acme-prod" };
    const { KeyMetadata } = await call("kms", "TrentService.DescribeKey", alias);
    return cases({ encryptionKey: KeyMetadata.Arn, signingKey: sweep.keyArn });
  }

  test("those page people that must, and no others", () => {
    const told = sent.map(({ what, id }) => [what, (paged.get(id) ?? []).sort()]);
    expect(told).toEqual(sent.map(({ what, pages }) => [what, [...pages].sort()]));
  });

  test("those are in the access journal that must, once, and no others", () => {
    const kept = sent.map(({ what, id }) => [what, journaled.filter((each) => each === id).length]);
    expect(kept).toEqual(sent.map(({ what, journal }) => [what, journal ? 1 : 0]));
  });
});

describe("a trail and the watch over roles, in an app of one's own", () => {
  const roles = [DEPLOYER, `arn:aws:iam::${ACCOUNT}:role/settlement`];

  function stackIn(region: string, name: string): TerraformStack {
    const stack = new TerraformStack(new App({ outdir: deployment.directory }), name);
    // An emulator has no names for buckets below its address.
    new AwsProvider(stack, "aws", { region, s3UsePathStyle: true });
    const made = new IamRole(stack, "made", { name: "made", assumeRolePolicy: TRUST });
    new RoleWatch(stack, "Roles", {
      workspace: "acme-prod",
      roles: [...roles, made.arn],
      deployers: [DEPLOYER],
    });
    return stack;
  }

  test("are applied in the global region, roles of the same stack too, and a second plan is empty", async () => {
    const stack = stackIn("us-east-1", "global");
    new WorkspaceTrail(stack, "Trail");
    App.of(stack).synth();
    // Moto's CloudTrail starts a trail by its name only, and Terraform by its ARN.
    const stop = deployment.aws.intercept(({ service, action }) => {
      if (service !== "cloudtrail" || !/^(StartLogging|GetTrailStatus)$/.test(action)) return undefined;
      return { status: 200, body: action === "StartLogging" ? {} : { IsLogging: true } };
    });
    await deployment.apply("global");
    expect(await deployment.plan("global")).toEqual({});
    stop();
    const client = new EventBridgeClient({ ...deployment.settings(), region: "us-east-1" });
    const rule = await client.send(new DescribeRuleCommand({ Name: "ledger-enterprise.acme-prod.roles-0" }));
    client.destroy();
    expect(JSON.parse(rule.EventPattern ?? "").detail.requestParameters.roleName).toEqual([
      ...roles.map((arn) => arn.split("/").at(-1)),
      "made",
    ]);
  });

  test("the watch is refused where IAM's records do not come", async () => {
    App.of(stackIn("eu-west-1", "elsewhere")).synth();
    await deployment.run("elsewhere", "init");
    await expect(deployment.run("elsewhere", "plan")).rejects.toThrow(
      /IAM's records reach EventBridge in one region\s+alone/,
    );
  });
});
