import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  CloudTrailClient,
  CreateTrailCommand,
  PutEventSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from "@aws-sdk/client-cloudtrail";
import {
  DeleteRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { addStatus } from "../../cli/status";
import { generateKeyPair } from "../../keys";
import { startWorkspace, type Workspace } from "../workspace";
import { type Answer, rateLimited } from "../workspace/answers";
import { CustodyAccount, type Entry, REGION } from "./custody-account";

jest.setTimeout(120_000);

const ACCOUNT = "123456789012";
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

let account: CustodyAccount;
let workspace: Workspace;
let iam: IAMClient;
let sns: SNSClient;
let cloudTrail: CloudTrailClient;
let events: EventBridgeClient;
let settlement: Entry;
let sweep: Entry;
let topic: string;

const JOURNAL = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/events/ledger-enterprise/acme-prod`;
const ruleName = (name: string) => `ledger-enterprise.acme-prod.${name}`;

async function putRule(name: string, arns: string[]) {
  const Rule = ruleName(name);
  const State = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
  await events.send(new PutRuleCommand({ Name: Rule, State, EventPattern: '{"source":["aws.kms"]}' }));
  const Targets = arns.map((Arn) => ({ Id: Arn === JOURNAL ? "journal" : "page", Arn }));
  await events.send(new PutTargetsCommand({ Rule, Targets }));
}

const makeRole = (RoleName: string) =>
  iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: "{}" }));

beforeAll(async () => {
  account = await CustodyAccount.start();
  const credentials = { accessKeyId: ACCOUNT, secretAccessKey: "local" };
  const settings = { endpoint: account.aws.endpoint, region: REGION, credentials };
  [iam, sns, cloudTrail] = [new IAMClient(settings), new SNSClient(settings), new CloudTrailClient(settings)];
  events = new EventBridgeClient(settings);
  const { TopicArn = "" } = await sns.send(
    new CreateTopicCommand({ Name: "ledger-enterprise-acme-prod-alerts" }),
  );
  topic = TopicArn;
  for (const name of ["denied", "secrets", "writes", "keys", "generator", "alerts", "trail"])
    await putRule(name, name === "denied" ? [topic, JOURNAL] : [topic]);
  for (const name of ["access", "changes", "code"]) await putRule(name, [JOURNAL]);
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:pager`,
      ReturnSubscriptionArn: true,
    }),
  );
  await makeRole("settlement");
  await cloudTrail.send(new CreateTrailCommand({ Name: "main", S3BucketName: await bucket() }));
  await cloudTrail.send(new StartLoggingCommand({ Name: "main" }));
  [settlement, sweep] = await Promise.all([
    account.secretUser("settlement bot"),
    account.kmsUser("sweep bot"),
  ]);
  settlement = { ...settlement, signers: [role("settlement")] };
  sweep = { ...sweep, signers: [role("settlement")] };
});
afterAll(async () => {
  for (const client of [iam, sns, cloudTrail, events]) client?.destroy();
  await account?.stop();
});

/** CloudTrail wants a bucket: made by a plain request, for want of a client of S3's. */
async function bucket(): Promise<string> {
  const response = await fetch(`${account.aws.endpoint}/trail-logs`, {
    method: "PUT",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  if (!response.ok) throw new Error(`no bucket: ${response.status}`);
  return "trail-logs";
}

beforeEach(async () => {
  workspace = await startWorkspace();
  workspace.addUser({ username: "settlement bot", publicKey: settlement.publicKey });
});
afterEach(() => workspace.stop());

/** Runs `status` with the credentials of the settlement bot. */
async function status(entries: Entry[], more: { args?: string[]; env?: Record<string, string> } = {}) {
  const { args = [], env = workspace.env("settlement bot") } = more;
  const given = entries.length > 0 ? ["--registration", account.registrationOf(...entries)] : [];
  const outcome = await account.run(addStatus, ["status", ...given, "--json", ...args], {
    ...account.env(),
    ...env,
  });
  const answer = outcome.stdout === "" ? { users: [], problems: [] } : JSON.parse(outcome.stdout);
  const problems = (answer.problems as Record<string, string>[]).map(
    ({ level, subject, problem }) => `${level}: ${subject}: ${problem}`,
  );
  return { ...outcome, answer, problems, users: answer.users as Record<string, string>[] };
}

/** A fleet that declares users beside those of the registration. */
function fleet(yaml: string, settings = ""): string {
  const folder = join(account.directory, "fleet", "acme-prod");
  rmSync(join(account.directory, "fleet"), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "workspace.yaml"), `account: "${ACCOUNT}"\nregion: ${REGION}\n${settings}`);
  writeFileSync(join(folder, "treasury.yaml"), `users:\n${yaml}`);
  return join(account.directory, "fleet");
}
const declared = (username: string, more = "") =>
  `  - username: ${username}\n    role: operator\n    signers: [${role("settlement")}]\n${more}`;

const live = (username: string, publicKey: string, more = {}) =>
  workspace.addUser({ username, publicKey, ...more });

describe("a fleet in order", () => {
  test("is active, without a problem, and the exit code is 0", async () => {
    live("sweep bot", sweep.publicKey);
    const { code, answer, problems, users } = await status([settlement, sweep]);
    expect({ code, problems }).toEqual({ code: 0, problems: [] });
    expect(answer).toMatchObject({ ok: true, workspaceSeen: true });
    expect(users.map(({ stage }) => stage)).toEqual(["active", "active"]);
    expect(users[0]).toMatchObject({
      key: "ready",
      credentials: "not declared yet",
      workspaceStatus: "ACTIVE",
    });
  });

  test("is a table for people, and uses no key", async () => {
    live("sweep bot", sweep.publicKey);
    const file = account.registrationOf(settlement, sweep);
    const { result, actions } = await account.callsDuring(() =>
      account.run(addStatus, ["status", "--registration", file], {
        ...account.env(),
        ...workspace.env("settlement bot"),
      }),
    );
    expect(result.stdout).toMatch(
      /^User +Custody +Key +Credentials +Workspace +Stage\nacme-prod-treasury\/settlement bot +secrets-manager +ready /,
    );
    expect(result.stdout).toMatch(/\n2 active; no alarm\.\n$/);
    expect(actions.filter((action) => /GetSecretValue|Sign$|Decrypt/.test(action))).toEqual([]);
  });

  test.each([
    ["PENDING_REGISTRATION", "registered", "to do"],
    ["PENDING_APPROVAL", "registered", "to do"],
    ["APPROVED", "approved", "to do"],
    ["ACTIVE", "active", undefined],
  ])("%s is the stage %s", async (state, stage, level) => {
    live("sweep bot", sweep.publicKey, { status: state });
    const { code, users, problems } = await status([settlement, sweep]);
    expect({ code, stage: users[1]?.["stage"] }).toEqual({ code: 0, stage });
    expect(problems.map((each) => each.split(":")[0])).toEqual(level ? [level] : []);
  });

  test("declared, not applied; applied, not registered", async () => {
    const users = fleet(
      `${declared("settlement bot")}${declared("new bot")}${declared("sweep bot", "    custody: kms\n")}`,
    );
    const { code, users: rows, problems } = await status([settlement, sweep], { args: ["--users", users] });
    expect(rows.map(({ username, stage }) => [username, stage])).toEqual([
      ["settlement bot", "active"],
      ["new bot", "declared"],
      ["sweep bot", "key ready"],
    ]);
    expect(problems).toEqual([
      "to do: acme-prod-treasury/new bot: is declared and not applied",
      "to do: acme-prod-treasury/sweep bot: is not registered",
    ]);
    expect(code).toBe(0);
  });

  test("credentials: none stored, then stored", async () => {
    const Name = "ledger-enterprise/acme-prod/settlement-bot/credentials";
    const { ARN } = await account.secrets.send(new CreateSecretCommand({ Name }));
    const entry = { ...settlement, credentialsArn: ARN };
    const before = await status([entry]);
    expect(before.users[0]).toMatchObject({ credentials: "none", stage: "approved" });
    expect(before.problems).toEqual(["to do: acme-prod-treasury/settlement bot: has no credentials stored"]);
    await account.secrets.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: "{}" }));
    const after = await status([entry]);
    expect(after.users[0]).toMatchObject({ credentials: "stored", stage: "active" });
    expect(after.code).toBe(0);
  });
});

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

  test.each([
    "ACCESS_SUSPENDED",
    "PENDING_REVOCATION",
    "REVOKED",
    "REJECTED",
  ])("a declared user is %s", async (state) => {
    live("sweep bot", sweep.publicKey, { status: state });
    await only(new RegExp(`^alarm: .*sweep bot: is declared, and ${state}`), [settlement, sweep]);
  });

  test("another role", async () => {
    live("sweep bot", sweep.publicKey, { role: "ADMIN" });
    await only(/^alarm: .*: is declared as operator and registered as ADMIN/, [settlement, sweep]);
  });

  test.each([
    [3_600_000, /its request expires on/],
    [-1000, /its request expired on/],
  ])("a request that ends in %d ms", async (milliseconds, message) => {
    const expires_at = new Date(Date.now() + milliseconds).toISOString();
    live("sweep bot", sweep.publicKey, { status: "PENDING_APPROVAL", lastRequest: { expires_at } });
    await only(message, [settlement, sweep]);
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
    await only(/^alarm: .*sweep bot: is applied and not declared/, [settlement, sweep], {
      args: ["--users", users],
    });
  });

  test("a signer's role that does not exist", async () => {
    await only(/^alarm: arn:aws:iam::123456789012:role\/gone: .*settlement bot, does not exist/, [
      { ...settlement, signers: [role("gone")] },
    ]);
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
    await only(/night@acme\.example is declared and not subscribed/, [settlement], {
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
    await only(/^alarm: trail of .*: no alert sees anything: .*main leaves KMS out/, [settlement]);
    await select({ ReadWriteType: "WriteOnly" });
    await only(/main logs reads or writes only/, [settlement]);
    await select();
    await cloudTrail.send(new StopLoggingCommand({ Name: "main" }));
    await only(/main is off/, [settlement]);
    await cloudTrail.send(new StartLoggingCommand({ Name: "main" }));
    expect((await status([settlement])).problems).toEqual([]);
  });

  test("a rule that is off, one without its target, and one that is gone", async () => {
    const subject = "^alarm: alert rules of acme-prod in eu-west-1: what they watch passes unseen: ";
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
    await only(/unseen: kms-denied-1a2b3c-0 is DISABLED$/, [settlement]);
    await putRule("kms-denied-1a2b3c-0", [topic, JOURNAL]);
    await putRule("keys", [`${topic}-of-mallory`]);
    const args = ["--users", fleet(declared("settlement bot"))];
    await only(/unseen: keys does not page$/, [settlement], { args });
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

/** Neither fine nor an alarm; the exit code is 1, and the rest is shown. */
describe("what cannot be read is not seen", () => {
  /** IAM and SNS answer in XML, the others in JSON. */
  const denial = (action: string): Answer =>
    action === "GetRole" || action === "ListSubscriptionsByTopic"
      ? {
          status: 403,
          headers: { "content-type": "text/xml" },
          body: "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
        }
      : {
          status: 400,
          headers: { "x-amzn-errortype": "AccessDeniedException" },
          body: { __type: "AccessDeniedException", message: "no" },
        };

  test.each([
    ["DescribeSecret", /^not seen: .*settlement bot: AWS denies access to its key/],
    ["GetRole", /^not seen: arn:.*role\/settlement: .*could not be read \(AWS denies it\)/],
    ["ListSubscriptionsByTopic", /^not seen: .*alerts: the subscriptions/],
    ["ListRules", /^not seen: alert rules of acme-prod in eu-west-1: whether they are on could not be read/],
    ["ListTargetsByRule", /^not seen: alert rules of acme-prod/],
    ["DescribeTrails", /^not seen: trail of .*: whether a trail logs could not be read/],
  ])("%s denied", async (action, message) => {
    const stop = account.aws.intercept((call) => (call.action === action ? denial(action) : undefined));
    const { code, problems, users } = await status([settlement]);
    stop();
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(code).toBe(1);
    if (action === "DescribeSecret") expect(users[0]).toMatchObject({ key: "not seen", stage: "declared" });
  });

  test("a signer's role in another account", async () => {
    const { problems } = await status([{ ...settlement, signers: ["arn:aws:iam::210987654321:role/x"] }]);
    expect(problems).toEqual([
      expect.stringMatching(/^not seen: arn:aws:iam::210987654321:role\/x: .*in another account/),
    ]);
  });

  test.each<[string, Parameters<Workspace["intercept"]>[0], RegExp]>([
    ["does not answer", () => "lost", /did not say who its users are: the workspace cannot be reached/],
    [
      "refuses",
      ({ path }) => (path === "/users" ? { status: 403, body: { message: "no" } } : undefined),
      /does not list its users \(HTTP 403: no\)/,
    ],
    [
      "answers with something else",
      ({ path }) => (path === "/users" ? { status: 200, body: { users: [] } } : undefined),
      /answers with something else than users/,
    ],
    [
      "repeats a page",
      ({ path }) =>
        path === "/users"
          ? { status: 200, body: { edges: [], page_info: { has_next_page: true } } }
          : undefined,
      /same page of users again/,
    ],
  ])("a workspace that %s: nobody is missing, and nobody is guessed", async (_, interceptor, message) => {
    workspace.intercept(interceptor);
    const { code, answer, problems, users } = await status([settlement]);
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(problems.join()).not.toContain("posted");
    expect({ code, seen: answer.workspaceSeen, row: users[0] }).toMatchObject({
      code: 1,
      seen: false,
      row: { workspaceStatus: "not seen", stage: "key ready" },
    });
  });

  test("a workspace that was not asked for is said, and no fault", async () => {
    const { code, answer, users } = await status([settlement], { env: {} });
    expect({ code, seen: answer.workspaceSeen }).toEqual({ code: 0, seen: false });
    expect(users[0]).toMatchObject({ workspaceStatus: "not seen" });
  });

  test("AWS where nobody listens: the workspace is shown all the same", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const env = { ...workspace.env("settlement bot"), AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
    const args = ["status", "--registration", account.registrationOf(settlement), "--json"];
    const { code, stdout } = await account.spawn(args, "", { ...account.env(), ...env });
    const { users, problems } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(users[0]).toMatchObject({ key: "not seen", workspaceStatus: "ACTIVE" });
    expect(
      problems.map(
        (each: Record<string, string>) => `${each["level"]}: ${each["subject"]}: ${each["problem"]}`,
      ),
    ).toEqual([
      expect.stringMatching(/^not seen: custody: AWS cannot be reached/),
      expect.stringMatching(/^not seen: guards: AWS cannot be reached/),
    ]);
  });
});

test("2,000 users behind a rate limit: it ends, and is right", async () => {
  const names = Array.from({ length: 2000 }, (_, i) => `bot ${i}`);
  const keys = names.map((_, i) => `04${i.toString(16).padStart(128, "0")}`);
  for (const [i, name] of names.entries())
    live(name, keys[i] ?? "", { status: i === 1234 ? "ACCESS_SUSPENDED" : "ACTIVE" });
  let calls = 0;
  workspace.intercept(({ path }) =>
    path === "/users" && ++calls % 4 === 0 ? rateLimited(calls % 8 === 0 ? "1" : "0") : undefined,
  );
  const yaml =
    names
      .filter((_, i) => i !== 777)
      .map((name) => declared(name))
      .join("") + declared("settlement bot");
  const { code, problems, users } = await status([], { args: ["--users", fleet(yaml)] });
  expect(users).toHaveLength(2000);
  expect(problems.filter((each) => !each.includes("signer"))).toEqual([
    expect.stringMatching(/bot 1234: is declared, and ACCESS_SUSPENDED/),
    expect.stringMatching(/has the API user "bot 777" \(ACTIVE\), which nobody declared/),
  ]);
  expect(code).toBe(1);
  expect(calls).toBeGreaterThan(21);
});

test("a rate limit beyond --max-wait ends it, as not seen", async () => {
  workspace.intercept(({ path }) => (path === "/users" ? rateLimited("5") : undefined));
  const { code, problems } = await status([settlement], { args: ["--max-wait", "2"] });
  expect(code).toBe(1);
  expect(problems).toEqual([expect.stringMatching(/^not seen: workspace acme-prod: .*limits the rate/)]);
});

test.each([
  ["nothing", [], {}, /nothing says whose status; give --users/],
  [
    "half of the credentials",
    ["--registration", "x"],
    { LEDGER_ENTERPRISE_WORKSPACE: "acme-prod" },
    /not set: LEDGER_ENTERPRISE_API_URL/,
  ],
  ["a file that is not there", ["--registration", "/nowhere"], {}, /cannot read the registration/],
  ["a fleet with a mistake", ["--users", "/nowhere"], {}, /mend the fleet/],
])("%s is bad usage", async (_, args, env, message) => {
  const { code, stderr, stdout } = await account.run(addStatus, ["status", ...args], {
    ...account.env(),
    ...env,
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
});
