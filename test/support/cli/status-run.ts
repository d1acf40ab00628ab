import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from "@aws-sdk/client-cloudtrail";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { addStatus } from "../../../cli/commands/status/command";
import { generatorZip } from "../../../functions/key-generator/zip";
import { type AlertRuleDeclaration, targetsOf } from "../../../rules/alerts/rule";
import { type SigningKeyRule, signingKeyRuleName, signingKeyRules } from "../../../rules/alerts/signing-keys";
import { WORKSPACE_RULES, type WorkspaceRule, workspaceRule } from "../../../rules/alerts/workspace-rules";
import { GENERATOR } from "../../../rules/key-generator";
import { makeBucket } from "../embedded-aws";
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
export let sns: SNSClient;
export let cloudTrail: CloudTrailClient;
export let events: EventBridgeClient;
export let settlement: Entry;
export let sweep: Entry;
export let topic: string;

export const JOURNAL = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/events/ledger-enterprise/acme-prod`;
export const ruleName = (name: string) => `ledger-enterprise.acme-prod.${name}`;

const DEPLOYERS = [role("terraform")];

/** Ids of the KMS keys of the workspace's secrets and of its topic. */
let keyIds: string[];

async function put(
  name: string,
  { pattern }: Pick<AlertRuleDeclaration, "pattern">,
  Targets: { Id: string; Arn: string }[],
) {
  const Name = ruleName(name);
  const State = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
  await events.send(new PutRuleCommand({ Name, State, EventPattern: JSON.stringify(pattern) }));
  await events.send(new PutTargetsCommand({ Rule: Name, Targets }));
}

/** A rule as the workspace of `fleet` declares it; or with other targets. */
export async function putRule(name: string, arns?: string[]) {
  const declared = WORKSPACE_RULES.includes(name as WorkspaceRule)
    ? workspaceRule(name as WorkspaceRule, {
        workspace: {
          name: "acme-prod",
          location: { account: ACCOUNT, region: REGION, partition: "aws" },
          deployers: DEPLOYERS,
          custodians: [],
          generatorRoleArn: role(`ledger-acme-prod-${REGION}-key-generator`),
          options: {},
        },
        keyIds,
        topicArn: topic,
      })
    : { pattern: { source: ["aws.kms"] }, journal: false };
  const others = arns?.map((Arn) => ({ Id: Arn === JOURNAL ? "journal" : "page", Arn }));
  await put(
    name,
    declared,
    others ?? targetsOf(declared, "acme-prod", { topicArn: topic, journalArn: JOURNAL }),
  );
}

/** The rules that watch the key of the sweep bot, in the stack of its file. */
export async function putSigningKeyRules() {
  const alias = "alias/ledger-enterprise/acme-prod/sweep-bot/generation-1";
  const key = { username: "sweep-bot", keyId: sweep.keyArn.split("/")[1] ?? "", alias };
  for (const [name, rule] of Object.entries(signingKeyRules([key], DEPLOYERS))) {
    const targets = targetsOf(rule, "acme-prod", { topicArn: topic, journalArn: JOURNAL });
    await put(signingKeyRuleName(name as SigningKeyRule, "acme-prod-treasury", 0), rule, targets);
  }
}

export async function dropRules(...names: string[]) {
  for (const name of names) {
    const Name = ruleName(name);
    await events.send(new RemoveTargetsCommand({ Rule: Name, Ids: ["page", "journal"] }));
    await events.send(new DeleteRuleCommand({ Name }));
  }
}

export const dropSigningKeyRules = () =>
  dropRules(
    ...(["denied", "tamper", "use"] as const).map((rule) =>
      signingKeyRuleName(rule, "acme-prod-treasury", 0),
    ),
  );

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
  const settings = account.settings();
  [iam, sns, cloudTrail] = [new IAMClient(settings), new SNSClient(settings), new CloudTrailClient(settings)];
  events = new EventBridgeClient(settings);
  const { TopicArn = "" } = await sns.send(
    new CreateTopicCommand({ Name: "ledger-enterprise-acme-prod-alerts" }),
  );
  topic = TopicArn;
  keyIds = [];
  for (const AliasName of ["alias/ledger-enterprise/acme-prod", "alias/ledger-enterprise-acme-prod-alerts"]) {
    const { KeyMetadata } = await account.kms.send(new CreateKeyCommand({}));
    await account.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }));
    keyIds.push(KeyMetadata?.KeyId ?? "");
  }
  for (const name of WORKSPACE_RULES) await putRule(name);
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: "sqs",
      Endpoint: `arn:aws:sqs:${REGION}:${ACCOUNT}:pager`,
      ReturnSubscriptionArn: true,
    }),
  );
  await makeRole("settlement");
  const S3BucketName = `trail-logs-${ACCOUNT}`;
  await makeBucket(account.env(), S3BucketName);
  await cloudTrail.send(new CreateTrailCommand({ Name: "main", S3BucketName }));
  lambda = new LambdaClient(settings);
  logs = new CloudWatchLogsClient(settings);
  await makeRole(GENERATOR_ROLE);
  await makeGenerator();
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
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
  const deployers = `deployers: [${DEPLOYERS.join(", ")}]\n`;
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
