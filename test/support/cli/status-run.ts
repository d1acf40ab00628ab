import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from "@aws-sdk/client-cloudtrail";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { addStatus } from "../../../cli/commands/status/command";
import { generatorZip } from "../../../functions/key-generator/zip";
import { GENERATOR } from "../../../rules/key-generator";
import { startWorkspace, type Workspace } from "../workspace";
import { CustodyAccount, type Entry, REGION } from "./custody-account";

// A test file that imports this has an account with all its guards, and for each test a new live workspace.

export const ACCOUNT = "123456789012";
export const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

export let account: CustodyAccount;
export let workspace: Workspace;
export let iam: IAMClient;
export let lambda: LambdaClient;
let logs: CloudWatchLogsClient;
let sns: SNSClient;
export let cloudTrail: CloudTrailClient;
export let events: EventBridgeClient;
export let settlement: Entry;
export let sweep: Entry;
export let topic: string;

export const JOURNAL = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/events/ledger-enterprise/acme-prod`;
export const ruleName = (name: string) => `ledger-enterprise.acme-prod.${name}`;

export async function putRule(name: string, arns: string[]) {
  const Rule = ruleName(name);
  const State = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
  await events.send(new PutRuleCommand({ Name: Rule, State, EventPattern: '{"source":["aws.kms"]}' }));
  const Targets = arns.map((Arn) => ({ Id: Arn === JOURNAL ? "journal" : "page", Arn }));
  await events.send(new PutTargetsCommand({ Rule, Targets }));
}

export const FUNCTION = "ledger-enterprise-acme-prod-key-generator";
const GENERATOR_ROLE = `ledger-acme-prod-${REGION}-key-generator`;

/** Publishes the key generator as the workspace's stack does. */
export const makeGenerator = () =>
  lambda.send(
    new CreateFunctionCommand({
      FunctionName: FUNCTION,
      Role: role(GENERATOR_ROLE),
      Runtime: GENERATOR.runtime,
      Architectures: [GENERATOR.architecture],
      Handler: GENERATOR.handler,
      Timeout: GENERATOR.timeout,
      MemorySize: GENERATOR.memorySize,
      Code: { ZipFile: readFileSync(generatorZip()) },
      Publish: true,
    }),
  );

const logGroupName = JOURNAL.split("log-group:")[1];
const logStreamName = "rule";

/** Writes into the access journal what its rule would. */
export const journal = (...messages: unknown[]) =>
  logs.send(
    new PutLogEventsCommand({
      ...{ logGroupName, logStreamName },
      logEvents: messages.map((each) => ({
        timestamp: Date.now(),
        message: typeof each === "string" ? each : JSON.stringify(each),
      })),
    }),
  );

export const makeRole = (RoleName: string) =>
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
  lambda = new LambdaClient(settings);
  logs = new CloudWatchLogsClient(settings);
  await makeRole(GENERATOR_ROLE);
  await makeGenerator();
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
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
  for (const client of [iam, sns, cloudTrail, events, lambda, logs]) client?.destroy();
  await account?.stop();
});

/** CloudTrail wants a bucket: made by a plain request, for want of a client of S3's. */
async function bucket(): Promise<string> {
  const response = await fetch(`${account.aws.endpoint}/trail-logs-${ACCOUNT}`, {
    method: "PUT",
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  if (!response.ok) throw new Error(`no bucket: ${response.status}`);
  return `trail-logs-${ACCOUNT}`;
}

beforeEach(async () => {
  workspace = await startWorkspace();
  workspace.addUser({ username: "settlement bot", publicKey: settlement.publicKey });
});
afterEach(() => workspace.stop());

/** Runs `status` with the credentials of the settlement bot. */
export async function status(entries: Entry[], more: { args?: string[]; env?: Record<string, string> } = {}) {
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
export function fleet(yaml: string, settings = ""): string {
  const folder = join(account.directory, "fleet", "acme-prod");
  rmSync(join(account.directory, "fleet"), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const deployers = `deployers: [${role("terraform")}]\n`;
  writeFileSync(
    join(folder, "workspace.yaml"),
    `account: "${ACCOUNT}"\nregion: ${REGION}\n${settings.includes("deployers") ? "" : deployers}${settings}`,
  );
  writeFileSync(join(folder, "treasury.yaml"), `users:\n${yaml}`);
  return join(account.directory, "fleet");
}
export const declared = (username: string, more = "") =>
  `  - username: ${username}\n    role: operator\n    signers: [${role("settlement")}]\n${more}`;

export const live = (username: string, publicKey: string, more = {}) =>
  workspace.addUser({ username, publicKey, ...more });
