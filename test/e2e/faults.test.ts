/** Faults of AWS while a stack is applied, and states that are lost: after all of them, each user has the one key. */
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DescribeKeyCommand, KMSClient, ListAliasesCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";
import { FAULTS, IN_KMS, strike } from "../support/e2e/faults";

jest.setTimeout(300_000);

const USERS = Object.keys(FAULTS);
const IN_SECRETS = USERS.filter((name) => !IN_KMS.includes(name));

const deployment = new Deployment();
let secrets: SecretsManagerClient;
let kms: KMSClient;
let struck: Record<string, number>;
/** What Terraform said of the first apply. */
let said: string;
/** What it said of the users' stack while the workspace's was not applied. */
let saidTooEarly: string;

/** What Terraform says of an apply that fails. */
const failure = (stack: string) =>
  deployment.run(stack, "apply", "-auto-approve").then(
    () => "",
    (error: Error) => error.message,
  );

beforeAll(async () => {
  const user = (name: string) =>
    `  - { username: ${name}, role: operator, custody: ${IN_KMS.includes(name) ? "kms" : "secrets-manager"}, signers: ["arn:aws:iam::${ACCOUNT}:role/${name}"] }\n`;
  deployment.write("acme/workspace.yaml", `account: "${ACCOUNT}"\nregion: ${REGION}\n`);
  deployment.write("acme/faults.yaml", `users:\n${USERS.map(user).join("")}`);
  deployment.synthesize();
  await deployment.start();
  secrets = new SecretsManagerClient(deployment.settings());
  kms = new KMSClient(deployment.settings());
  await deployment.run("acme-faults", "init");
  saidTooEarly = await failure("acme-faults");
  await deployment.apply("acme-eu-west-1");
  struck = strike(deployment.aws);
  said = await failure("acme-faults");
});

afterAll(async () => {
  secrets?.destroy();
  kms?.destroy();
  await deployment.end();
});

/** The public keys of a user's secret, by the labels of its versions. */
async function publicKeysOf(user: string): Promise<string[]> {
  const SecretId = `ledger-enterprise/acme/${user}/generation-1/private-key`;
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  const labels = Object.values(VersionIdsToStages).flat();
  return labels.filter((label) => label.startsWith("public-key-")).map((label) => label.slice(11));
}

/** The ids of the users' KMS keys, by their aliases. */
async function namedKeys(): Promise<Map<string, string>> {
  const { Aliases = [] } = await kms.send(new ListAliasesCommand({}));
  const prefix = "alias/ledger-enterprise/acme/";
  const own = Aliases.filter(({ AliasName }) => AliasName?.startsWith(prefix));
  return new Map(
    own.map(({ AliasName = "", TargetKeyId = "" }) => [
      AliasName.slice(prefix.length, -"/generation-1".length),
      TargetKeyId,
    ]),
  );
}

/** How many keys sign and have no name. */
async function strays(named: ReadonlyMap<string, string>): Promise<number> {
  const { Keys = [] } = await kms.send(new ListKeysCommand({}));
  const all = await Promise.all(Keys.map(({ KeyId }) => kms.send(new DescribeKeyCommand({ KeyId }))));
  const ids = new Set(named.values());
  return all.filter(({ KeyMetadata: key }) => key?.KeyUsage === "SIGN_VERIFY" && !ids.has(key.KeyId ?? ""))
    .length;
}

const since = (calls: number) =>
  deployment.aws
    .calls()
    .slice(calls)
    .map(({ action }) => action);

describe("a fault while a stack is applied", () => {
  test("struck each user as often as it should", () => {
    const expected = Object.entries(FAULTS).map(([name, { times }]) => [name, times]);
    expect(struck).toEqual(Object.fromEntries(expected));
  });

  test.each([
    "create-throttled",
    "lock-throttled",
    "invoke-throttled",
    "invoke-lost",
    "alias-throttled",
    "key-lost",
  ])("%s: Terraform asks again, and needs nobody", (user) => {
    expect(said).not.toContain(user);
  });

  test.each([
    [
      "create-denied",
      /creating Secrets Manager Secret \(\S*create-denied\/generation-1\/private-key\).*AccessDenied/,
    ],
    ["create-lost", /create-lost\/generation-1\/private-key already exists/],
    [
      "lock-refused",
      /putting Secrets Manager Secret \(\S*lock-refused\/generation-1\/private-key-\S+\) policy.*AccessDenied/,
    ],
    ["invoke-timed-out", /user-invoke-timed-out_Generation1_Key_Invocation/],
    ["alias-lost", /An alias with the name \S*alias-lost\/generation-1 already exists/],
  ])("%s: Terraform says so", (_, message) => {
    expect(said).toMatch(message);
  });

  test.each([
    "create-lost",
    "lock-refused",
  ])("%s: no key is put into a secret whose lock is not known to be on", async (user) => {
    expect(await publicKeysOf(user)).toEqual([]);
  });

  test("lock-refused: Terraform would replace the secret, and may not; untainted, it gets its lock", async () => {
    expect(await failure("acme-faults")).toMatch(
      /Instance cannot be destroyed[\s\S]*user-lock-refused_Generation1_Key_Secret/,
    );
    const { stdout } = await deployment.run("acme-faults", "state", "list");
    const address =
      stdout.split("\n").find((each) => /user-lock-refused_Generation1_Key_Secret/.test(each)) ?? "";
    await deployment.run("acme-faults", "untaint", address);
  });

  test("create-lost and alias-lost: what AWS made, and nothing else, is adopted", async () => {
    const { code, stdout } = await deployment.adopt("acme-faults");
    expect(code).toBe(0);
    expect(stdout.match(/^ {2}to = .*$/gm)).toEqual([
      expect.stringMatching(/aws_kms_alias\.user-alias-lost_Generation1_Key_Alias_/),
      expect.stringMatching(/aws_secretsmanager_secret\.user-create-lost_Generation1_Key_Secret_/),
    ]);
    await deployment.applyWith("acme-faults", stdout);
  });

  test.each(IN_SECRETS)("%s: in the end there is one key, registered and locked", async (user) => {
    const { [user]: entry } = await deployment.registration("acme-faults");
    expect(await publicKeysOf(user)).toEqual([entry.publicKey]);
    const { ResourcePolicy = "" } = await secrets.send(
      new GetResourcePolicyCommand({ SecretId: entry.keyArn }),
    );
    expect(ResourcePolicy).toContain("OnlySignersRead");
  });

  test("key-lost: KMS makes a second key to whoever asks; the one that has the alias is registered", async () => {
    const registration = await deployment.registration("acme-faults");
    const named = await namedKeys();
    for (const user of IN_KMS) expect(registration[user].keyArn).toContain(named.get(user));
    expect(await strays(named)).toBe(1);
  });
});

test("a stack of users that is applied before its workspace's names the stack that comes first", () => {
  expect(saidTooEarly.replace(/[\s│]+/g, " ")).toContain(
    "The stack of the workspace acme comes first: apply it, then this one. A fleet calls it acme-eu-west-1.",
  );
});

test("a second workspace of the name, in another repository, is refused before it changes anything", async () => {
  const name = "acme-eu-west-1-second";
  cpSync(deployment.stack("acme-eu-west-1"), deployment.stack(name), { recursive: true });
  rmSync(join(deployment.stack(name), "terraform.tfstate"));
  const calls = deployment.aws.calls().length;
  expect(await failure(name)).toMatch(/ledger-enterprise\/acme.*ResourceAlreadyExistsException/s);
  expect(since(calls).filter((action) => !/^(Get|Describe|List)/.test(action))).toEqual(["CreateLogGroup"]);
});

describe("a state that was lost", () => {
  // biome-ignore lint/suspicious/noExplicitAny: the registration has the shape that the test asks it to have
  let before: any;
  let calls: number;

  beforeAll(async () => {
    before = await deployment.registration("acme-faults");
    rmSync(join(deployment.stack("acme-faults"), "terraform.tfstate"));
    calls = deployment.aws.calls().length;
  });

  test("applied without it, nothing that is there is replaced or made a second time, KMS keys among it", async () => {
    const message = await failure("acme-faults");
    expect(message.match(/already exists/g)).toHaveLength(USERS.length);
    expect(since(calls).filter((action) => /^(Create(?!Secret)|Put|Update|Delete|Tag)/.test(action))).toEqual(
      [],
    );
    const { stdout } = await deployment.run("acme-faults", "output", "-json");
    expect(JSON.parse(stdout)).toEqual({});
  });

  test("adopted, every user has the key that it had, and the next plan is empty", async () => {
    calls = deployment.aws.calls().length;
    const { code, stdout } = await deployment.adopt("acme-faults");
    expect(code).toBe(0);
    await deployment.applyWith("acme-faults", stdout);
    expect(await deployment.registration("acme-faults")).toEqual(before);
    const made = since(calls).filter((action) => /^(Create|PutSecretValue|UpdateSecret|Delete)/.test(action));
    expect(made).toEqual([]);
    expect(await deployment.plan("acme-faults")).toEqual({});
  });

  test("of the workspace, is adopted too: users' keys stay under the key that encrypts them", async () => {
    rmSync(join(deployment.stack("acme-eu-west-1"), "terraform.tfstate"));
    calls = deployment.aws.calls().length;
    const { code, stdout } = await deployment.adopt("acme-eu-west-1");
    expect(code).toBe(0);
    await deployment.applyWith("acme-eu-west-1", stdout);
    // The dashboard is put again as it is, and so is the function's code, since Terraform cannot see which file it came from.
    const changed = since(calls).filter((action) => !/^(Get|Describe|List|Invoke)/.test(action));
    expect(changed.sort()).toEqual(["PublishVersion", "PutDashboard", "UpdateFunctionCode"]);
    expect(await deployment.plan("acme-eu-west-1")).toEqual({});
    expect(await deployment.plan("acme-faults")).toEqual({});
  });
});
