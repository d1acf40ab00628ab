import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CloudTrailClient, CreateTrailCommand, StartLoggingCommand } from "@aws-sdk/client-cloudtrail";
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { addStatus } from "../../../cli/commands/status/command";
import { makeBucket } from "../embedded-aws";
import { startWorkspace, type Workspace } from "../workspace";
import { CustodyAccount, type Entry, REGION } from "./custody-account";

// A test file that imports this has an account with all its guards, and for each test a new live workspace.

export const ACCOUNT = "123456789012";
export const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

export let account: CustodyAccount;
export let workspace: Workspace;
export let iam: IAMClient;
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
  const S3BucketName = `trail-logs-${ACCOUNT}`;
  await makeBucket(account.env(), S3BucketName);
  await cloudTrail.send(new CreateTrailCommand({ Name: "main", S3BucketName }));
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
  writeFileSync(join(folder, "workspace.yaml"), `account: "${ACCOUNT}"\nregion: ${REGION}\n${settings}`);
  writeFileSync(join(folder, "treasury.yaml"), `users:\n${yaml}`);
  return join(account.directory, "fleet");
}
export const declared = (username: string, more = "") =>
  `  - username: ${username}\n    role: operator\n    signers: [${role("settlement")}]\n${more}`;

export const live = (username: string, publicKey: string, more = {}) =>
  workspace.addUser({ username, publicKey, ...more });
