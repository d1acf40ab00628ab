/** An environment to its end and back: README's removal of users, file and workspace, then the same YAML again and again. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EventBridgeClient, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { loadFleet } from "../../fleet";
import { encodePrivateKey, generateKeyPair } from "../../keys";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";
import { runs } from "../support/for-all";

jest.setTimeout(600_000);

const SHARED = `acme-${REGION}`;
const STACK = "acme-team";
const deployment = new Deployment();
const clients: { destroy(): void }[] = [];

const brought = generateKeyPair();
const signers = `signers: ["arn:aws:iam::${ACCOUNT}:role/signer"]`;
const USERS = `users:
  - { username: made bot, role: operator, ${signers} }
  - { username: kms bot, role: operator, custody: kms, ${signers} }
  - { username: brought bot, role: operator, custody: imported, publicKey: "${brought.publicKey}", ${signers} }
`;
const SANDBOX = "removalProtection: false\nrecoveryWindowInDays: 0\n";

function declare(settings: string, users: string): void {
  deployment.write(
    "acme/workspace.yaml",
    `account: "${ACCOUNT}"\nregion: ${REGION}\ncustodians: ["arn:aws:iam::${ACCOUNT}:role/custodian"]\n${settings}`,
  );
  deployment.write("acme/team.yaml", users);
  deployment.synthesize();
}

beforeAll(() => deployment.start());
afterAll(async () => {
  brought.wipe();
  for (const client of clients) client.destroy();
  await deployment.end();
});

/** What the account has of ours, KMS keys that wait for their deletion aside. */
async function left(): Promise<string[]> {
  const settings = deployment.settings();
  const [secrets, kms] = [new SecretsManagerClient(settings), new KMSClient(settings)];
  const [iam, lambda, events] = [
    new IAMClient(settings),
    new LambdaClient(settings),
    new EventBridgeClient(settings),
  ];
  clients.push(secrets, kms, iam, lambda, events);
  const { SecretList = [] } = await secrets.send(new ListSecretsCommand({ IncludePlannedDeletion: true }));
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const keys = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const { Rules = [] } = await events.send(new ListRulesCommand({ NamePrefix: "ledger" }));
  return [
    ...SecretList.map(({ Name }) => Name),
    ...Aliases.flatMap(({ AliasName }) => (AliasName?.includes("ledger") ? [AliasName] : [])),
    ...keys.flatMap(({ KeyMetadata: key }) =>
      key?.KeyManager === "CUSTOMER" && key.KeyState !== "PendingDeletion" ? [key.Arn] : [],
    ),
    ...Roles.flatMap(({ RoleName }) => (RoleName?.startsWith("ledger-") ? [RoleName] : [])),
    ...Functions.map(({ FunctionName }) => FunctionName),
    ...Rules.map(({ Name }) => Name),
  ].map(String);
}

const resourcesIn = async (stack: string) =>
  (await deployment.run(stack, "state", "list")).stdout.split("\n").filter((each) => /^aws_/.test(each));

/** The environment in one go, with the key in it that is brought from elsewhere. */
async function setUp(): Promise<void> {
  for (const stack of [SHARED, STACK]) await deployment.apply(stack);
  const registration = join(deployment.directory, "registration.json");
  writeFileSync(registration, JSON.stringify({ [STACK]: await deployment.registration(STACK) }));
  const args = ["import-key", "brought bot", "--registration", registration];
  const key = encodePrivateKey(brought.privateKeyPem);
  expect(await deployment.command(args, key)).toMatchObject({ code: 0, stderr: "" });
}

/** Of the keys that are made, which are others each time. */
async function publicKeys(): Promise<string[]> {
  const { "brought bot": awaited, ...users } = await deployment.registration(STACK);
  expect(awaited.publicKey).toBe(brought.publicKey);
  return Object.values(users).map(({ publicKey }) => publicKey);
}

const seen = new Set<string>();

test("README's removal works for the last user, the last file and the whole workspace", async () => {
  declare("", USERS);
  await setUp();
  for (const key of await publicKeys()) seen.add(key);
  expect(seen.size).toBe(2);

  declare(SANDBOX, USERS);
  for (const stack of [SHARED, STACK]) await deployment.apply(stack);
  expect(new Set(await publicKeys())).toEqual(seen);

  declare(SANDBOX, "users: []\n");
  await deployment.apply(STACK);
  expect(await resourcesIn(STACK)).toEqual([]);
  expect(await deployment.registration(STACK)).toEqual({});
  expect(await deployment.plan(STACK)).toEqual({});

  await deployment.run(SHARED, "destroy", "-auto-approve");
  expect(await resourcesIn(SHARED)).toEqual([]);
  rmSync(join(deployment.users, "acme/team.yaml"));
  expect(loadFleet(deployment.users).problems).toEqual([]);
  expect(await left()).toEqual([]);
});

// Ten in `npm run soak`.
test.each(
  Array.from({ length: Math.min(10, runs(1)) }, (_, index) => index + 1),
)("cycle %d: the same YAML is applied and destroyed, and no name is blocked", async () => {
  declare(SANDBOX, USERS);
  await setUp();
  const keys = await publicKeys();
  expect(keys.filter((key) => seen.has(key))).toEqual([]);
  for (const key of keys) seen.add(key);
  for (const stack of [STACK, SHARED]) await deployment.run(stack, "destroy", "-auto-approve");
  expect(await left()).toEqual([]);
});
