/** A second key of a user, from pending to current, back, and to the end of the first, in each custody. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { generateKeyPair } from "../../keys";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";

jest.setTimeout(240_000);

const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const STACK = "acme-team";
const USERS = ["bot", "sweep", "approver"] as const;
const pairs = [generateKeyPair(), generateKeyPair()] as const;

const deployment = new Deployment();
let secrets: SecretsManagerClient;
let registration: string;

beforeAll(async () => {
  deployment.write(
    "acme/workspace.yaml",
    `account: "${ACCOUNT}"\nregion: ${REGION}\nalerts: false\ncustodians: ["${role("custodian")}"]\n`,
  );
  declare("{ 1: current }");
  await deployment.start();
  secrets = new SecretsManagerClient(deployment.settings());
  registration = join(deployment.directory, "registration.json");
  await deployment.apply("acme-eu-west-1");
  await apply();
  await Promise.all([importKey(1), ...USERS.map((user) => store(user, 1))]);
});

afterAll(async () => {
  secrets?.destroy();
  for (const pair of pairs) pair.wipe();
  await deployment.end();
});

function declare(generations: string): void {
  const numbers = [...generations.matchAll(/\d+/g)].map(([number]) => Number(number));
  const publicKeys = numbers.map((number) => `${number}: "${pairs[number - 1]?.publicKey}"`).join(", ");
  const user = (name: string, more: string) =>
    `  - { username: ${name}, role: operator, signers: ["${role("signer")}"], generations: ${generations}${more} }\n`;
  deployment.write(
    "acme/team.yaml",
    `users:\n${user("bot", "")}${user("sweep", ", custody: kms")}${user("approver", `, custody: imported, publicKeys: { ${publicKeys} }`)}`,
  );
  deployment.synthesize();
}

async function apply(): Promise<void> {
  await deployment.apply(STACK);
  const { stdout } = await deployment.run(STACK, "output", "-json");
  writeFileSync(registration, stdout);
}

/** As a custodian does, with what the registration says. */
async function store(user: string, generation: number): Promise<void> {
  const credentials = {
    LEDGER_ENTERPRISE_API_KEY_ID: `id-${user}-${generation}`,
    LEDGER_ENTERPRISE_API_KEY_SECRET: `secret-${user}-${generation}-0123456789abcdef`,
  };
  const of = ["--generation", String(generation), "--registration", registration];
  expect(
    await deployment.command(["credentials", "put", user, ...of], JSON.stringify(credentials)),
  ).toMatchObject({
    code: 0,
    stderr: "",
  });
}

async function importKey(generation: 1 | 2): Promise<void> {
  const file = join(deployment.directory, `approver-${generation}.pem`);
  writeFileSync(file, pairs[generation === 1 ? 0 : 1].privateKeyPem, { mode: 0o600 });
  const of = ["--generation", String(generation), "--registration", registration];
  expect(await deployment.command(["import-key", "approver", file, ...of])).toMatchObject({ code: 0 });
}

/** What a service reads that follows the pointer. */
async function current(user: string) {
  const { SecretString = "{}" } = await secrets.send(
    new GetSecretValueCommand({
      SecretId: `ledger-enterprise/acme/${user}/current`,
      VersionStage: "AWSCURRENT",
    }),
  );
  return JSON.parse(SecretString);
}

/** Every user's pointer, and the registration, are at a generation, with its own key and credentials. */
async function expectCurrent(generation: number): Promise<void> {
  const users = await deployment.registration(STACK);
  for (const user of USERS) {
    const { generations, ...entry } = users[user];
    const { publicKey, keyArn, credentialsArn } = generations[generation];
    expect(await current(user)).toMatchObject({ generation, publicKey, keyArn, credentialsArn });
    expect(entry).toMatchObject({ generation, publicKey, keyArn, credentialsArn });
  }
}

const sidsOf = async (SecretId: string) => {
  const { ResourcePolicy } = await secrets.send(new GetResourcePolicyCommand({ SecretId }));
  return JSON.parse(ResourcePolicy ?? "{}").Statement.map(({ Sid }: { Sid: string }) => Sid);
};

const changes = async () => Object.entries(await deployment.plan(STACK));

test("a second generation is added, and changes nothing of the first", async () => {
  const before = await deployment.registration(STACK);
  declare("{ 1: current, 2: pending }");
  expect((await changes()).filter(([address]) => address.includes("Generation1"))).toEqual([]);
  await apply();
  expect(await changes()).toEqual([]);
  await expectCurrent(1);
  const after = await deployment.registration(STACK);
  for (const user of USERS) {
    const { keyStatus: _, ...first } = before[user].generations[1];
    expect(after[user].generations[1]).toEqual({ ...first, keyStatus: "in custody" });
    expect(after[user].generations[2].publicKey).not.toBe(after[user].publicKey);
  }
});

test("it is not promoted without credentials, and nothing has moved then", async () => {
  declare("{ 1: previous, 2: current }");
  await expect(deployment.apply(STACK)).rejects.toThrow(/no credentials are stored for it/);
  for (const user of USERS) expect((await current(user)).generation).toBe(1);
  expect((await deployment.registration(STACK))["bot"].generation).toBe(1);
  // Nor is an imported one without its key.
  await Promise.all(USERS.map((user) => store(user, 2)));
  await expect(deployment.apply(STACK)).rejects.toThrow(/its key is not in custody/);
  expect((await current("approver")).generation).toBe(1);
});

test("it is promoted once it has both, and only the pointers and the registration change", async () => {
  await importKey(2);
  for (const [address] of await changes())
    expect(address).toMatch(/^aws_lambda_invocation\.\S+_Current_Move_/);
  await apply();
  await expectCurrent(2);
  expect(await changes()).toEqual([]);
  const { stdout, code } = await deployment.command([
    "verify",
    "--registration",
    registration,
    "--user",
    "bot",
    "sweep",
  ]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("Each of the 4 registered public keys")]);
});

test("it is rolled back, not retired and promoted in one apply, and promoted again", async () => {
  declare("{ 1: current, 2: pending }");
  await apply();
  await expectCurrent(1);
  // Retired and promoted in one apply: refused, and services can still read what they follow.
  declare("{ 1: retired, 2: current }");
  await expect(deployment.apply(STACK)).rejects.toThrow(/generation 1 is current/);
  const { bot } = await deployment.registration(STACK);
  for (const arn of [bot.keyArn, bot.credentialsArn])
    expect(await sidsOf(arn)).toContainEqual(expect.stringMatching(/^Signers/));
  await expectCurrent(1);
  declare("{ 1: previous, 2: current }");
  await apply();
  await expectCurrent(2);
});

test("the first is retired: nobody reads it, and it may go", async () => {
  declare("{ 1: retired, 2: current }");
  for (const [address] of await changes()) expect(address).toContain("Generation1");
  await apply();
  const { bot } = await deployment.registration(STACK);
  for (const arn of [bot.generations[1].keyArn, bot.generations[1].credentialsArn]) {
    const sids = await sidsOf(arn);
    expect(sids).not.toContain("NobodyDeletes");
    expect(sids.filter((sid: string) => sid.startsWith("Signers"))).toEqual([]);
  }
  expect(await sidsOf(bot.generations[2].keyArn)).toContain("NobodyDeletes");
});

test("the first is removed, and the pointer stays", async () => {
  declare("{ 2: current }");
  for (const [address, action] of await changes())
    expect([address, action]).toEqual([expect.stringContaining("Generation1"), "delete"]);
  await apply();
  await expectCurrent(2);
  expect(await changes()).toEqual([]);
  const { DeletedDate } = await secrets.send(
    new DescribeSecretCommand({ SecretId: "ledger-enterprise/acme/bot/generation-1/private-key" }),
  );
  expect(DeletedDate).toBeDefined();
});
