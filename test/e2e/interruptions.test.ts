/** Crashes, repetitions, runs at the same time, and users who are taken out and come back: the key stays the one that it is. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { DescribeKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { environmentWithoutAws } from "../../local-aws/emulator/environment";
import { breakOff } from "../support/e2e/breaking-off";
import { IS_SOAK, REMOVALS } from "../support/e2e/breaks";
import { denials } from "../support/e2e/denials";
import { ACCOUNT, Deployment, REGION } from "../support/e2e/deployment";

jest.setTimeout(IS_SOAK ? 3_600_000 : 240_000);

const GENERATOR = "ledger-enterprise-acme-key-generator";
const deployment = new Deployment();
let client: SecretsManagerClient;
let kms: KMSClient;

beforeAll(async () => {
  const deployers = `[arn:aws:iam::${ACCOUNT}:role/terraform]`;
  deployment.write(
    "acme/workspace.yaml",
    `account: "${ACCOUNT}"\nregion: ${REGION}\nalerts: false\ndeployers: ${deployers}\n`,
  );
  for (const name of ["kill", "race"]) declare(name, user(name));
  declare("crash", user("other"), user("crash"), user("kept", KMS));
  deployment.synthesize();
  await deployment.start();
  client = new SecretsManagerClient(deployment.settings());
  kms = new KMSClient(deployment.settings());
  await deployment.apply("acme-eu-west-1");
});

afterAll(async () => {
  client?.destroy();
  kms?.destroy();
  await deployment.end();
});

function declare(file: string, ...users: string[]): void {
  deployment.write(`acme/${file}.yaml`, `users:\n${users.join("")}`);
}

const user = (name: string, more = "") =>
  `  - { username: ${name}, role: operator, signers: ["arn:aws:iam::${ACCOUNT}:role/signer"]${more} }\n`;

const KMS = ", custody: kms";
const OFF = ", removalProtection: false";

const describeSecret = (user: string) =>
  client.send(
    new DescribeSecretCommand({ SecretId: `ledger-enterprise/acme/${user}/generation-1/private-key` }),
  );

/** There is one key, and it is the one that is registered. */
async function expectOneKey(stack: string, user: string): Promise<void> {
  const { [user]: entry } = await deployment.registration(stack);
  const { VersionIdsToStages = {} } = await describeSecret(user);
  expect(Object.values(VersionIdsToStages).map((labels) => [...labels].sort())).toEqual([
    ["AWSCURRENT", "generation-1", `public-key-${entry.publicKey}`],
  ]);
}

test("a generator that dies after it put the key, and is invoked again by the next apply, gives that key", async () => {
  const stop = deployment.aws.intercept(async (call, forward) => {
    if (call.action !== "PutSecretValue") return undefined;
    const answer = await forward();
    deployment.aws.killFunction(GENERATOR);
    return answer;
  });
  await expect(deployment.apply("acme-crash")).rejects.toThrow(/Runtime exited/);
  stop();
  await deployment.apply("acme-crash");
  await expectOneKey("acme-crash", "crash");
});

test("an invocation that Terraform repeats gives the same key", async () => {
  const before = await deployment.registration("acme-crash");
  const { stdout } = await deployment.run("acme-crash", "state", "list");
  const invocation =
    stdout.split("\n").find((address) => /^aws_lambda_invocation\.user-crash_/.test(address)) ?? "";
  const invoked = () => deployment.aws.calls().filter(({ action }) => action === "Invoke").length;
  const calls = invoked();
  await deployment.run("acme-crash", "apply", "-auto-approve", `-replace=${invocation}`);
  expect(invoked()).toBe(calls + 1);
  expect(await deployment.registration("acme-crash")).toEqual(before);
  await expectOneKey("acme-crash", "crash");
});

test("Terraform that is killed while the key is made finds the key when it is run again", async () => {
  await deployment.runAlone("acme-kill", "init");
  const { binary, settings: mirror } = deployment.terraform;
  const env = { ...environmentWithoutAws(), ...mirror, ...deployment.env() };
  const terraform = spawn(binary, ["apply", "-auto-approve", "-input=false"], {
    cwd: deployment.stack("acme-kill"),
    env,
    detached: true,
    stdio: "ignore",
  });
  const stop = deployment.aws.intercept(async (call, forward) => {
    if (call.action !== "PutSecretValue") return undefined;
    const answer = await forward();
    // The whole group: its provider too, which has the invocation under way.
    process.kill(-Number(terraform.pid), "SIGKILL");
    return answer;
  });
  expect(await once(terraform, "exit")).toEqual([null, "SIGKILL"]);
  stop();
  await deployment.runAlone("acme-kill", "apply", "-auto-approve");
  await expectOneKey("acme-kill", "kill");
});

test("two pipelines that apply one stack at the same time, without a lock, make one key; one of them is told so", async () => {
  await deployment.run("acme-race", "init");
  cpSync(deployment.stack("acme-race"), deployment.stack("acme-race-too"), { recursive: true });
  const runs = await Promise.allSettled(
    ["acme-race", "acme-race-too"].map((stack) => deployment.run(stack, "apply", "-auto-approve")),
  );
  const told = runs.flatMap((run) => (run.status === "rejected" ? [String(run.reason)] : []));
  expect(told.join("\n")).toMatch(/race\/generation-1\/(private-key|credentials) already exists/);
  // Each may have made what the other wants: who goes on adopts it.
  const { stdout } = await deployment.adopt("acme-race");
  await deployment.applyWith("acme-race", stdout);
  await expectOneKey("acme-race", "race");
});

test("two invocations at a time give one key", async () => {
  const { ARN: secretArn = "" } = await client.send(
    new CreateSecretCommand({ Name: "ledger-enterprise/acme/twice/generation-1/private-key" }),
  );
  const lambda = new LambdaClient(deployment.settings());
  const Payload = JSON.stringify({ secretArn });
  const answers = await Promise.all(
    [1, 2].map(() => lambda.send(new InvokeCommand({ FunctionName: GENERATOR, Payload }))),
  );
  lambda.destroy();
  const [one, two] = answers.map((answer) => answer.Payload?.transformToString());
  expect(one).toMatch(/^\{"publicKey":"04[0-9a-f]{128}"\}$/);
  expect(two).toBe(one);
});

/** In the order in which it happens to one user. */
describe("a user who is taken out of the YAML", () => {
  const STACK = "acme-crash";
  let before: Record<string, { keyArn: string; publicKey: string }>;
  let key: string | undefined;
  let lock: string | undefined;

  /** What a signer reads. */
  const storedKey = async (SecretId = before["crash"]?.keyArn) =>
    (await client.send(new GetSecretValueCommand({ SecretId, VersionStage: "AWSCURRENT" }))).SecretString;
  const policy = async (SecretId = before["crash"]?.keyArn) =>
    (await client.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;

  beforeAll(async () => {
    before = await deployment.registration(STACK);
    key = await storedKey();
  });

  /** Of custody kms: what the alias leads to, and the state of the key that was registered at first. */
  const aliasedKey = async (generation = 1) => {
    const KeyId = `alias/ledger-enterprise/acme/kept/generation-${generation}`;
    return (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.Arn;
  };
  const stateOfKept = async () =>
    (await kms.send(new DescribeKeyCommand({ KeyId: before["kept"]?.keyArn }))).KeyMetadata?.KeyState;

  async function withoutUser(): Promise<void> {
    declare("crash", user("other"));
    deployment.synthesize();
    const stop = deployment.aws.intercept(denials(deployment.settings()));
    await deployment.apply(STACK).finally(stop);
  }

  test("is not destroyed under removal protection: the policy as put denies it, and the key is unharmed", async () => {
    await expect(withoutUser()).rejects.toThrow(/explicit deny/);
    expect((await describeSecret("crash")).DeletedDate).toBeUndefined();
    expect(await storedKey()).toBe(key);
    expect(await stateOfKept()).toBe("Enabled");
    expect(await aliasedKey()).toBe(before["kept"]?.keyArn);
  });

  test("is destroyed in two steps, protection off first, with the full recovery window", async () => {
    declare("crash", user("other"), user("crash", OFF), user("kept", `${KMS}${OFF}`));
    deployment.synthesize();
    await deployment.apply(STACK);
    lock = await policy();
    await withoutUser();
    const days = (Number((await describeSecret("crash")).DeletedDate) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    expect(await stateOfKept()).toBe("PendingDeletion");
  });

  test("comes back with the next generation, which nothing of the first one blocks", async () => {
    const next = `${OFF}, generations: { 2: current }`;
    declare("crash", user("other"), user("crash", next), user("kept", `${KMS}${next}`));
    deployment.synthesize();
    await deployment.apply(STACK);
    const after = await deployment.registration(STACK);
    for (const name of ["crash", "kept"]) {
      expect(after[name]).toMatchObject({ generation: 2, publicKey: expect.stringMatching(/^04/) });
      expect(after[name].publicKey).not.toBe(before[name]?.publicKey);
    }
    expect(await storedKey(after["crash"].keyArn)).not.toBe(key);
    expect(await aliasedKey(2)).toBe(after["kept"].keyArn);
    expect(await deployment.plan(STACK)).toEqual({});
  });

  test("is removed by the same command, whatever a removal broke off at", async () => {
    const ways = [...REMOVALS];
    for (let generation = 2; ways.length > 0; generation++) {
      const next = `${OFF}, generations: { ${generation}: current }`;
      declare("crash", user("other"), user("crash", next), user("kept", `${KMS}${next}`));
      deployment.synthesize();
      await deployment.apply(STACK); // of generation 2, nothing is made
      const { crash, kept } = await deployment.registration(STACK);
      declare("crash", user("other"));
      deployment.synthesize();
      for (const way of ways.splice(0, IS_SOAK ? 1 : ways.length)) {
        const { struck, said } = await breakOff(deployment, STACK, way);
        expect({ way, struck, said: struck || said }).toEqual({ way, struck: true, said: true });
      }
      await withoutUser();
      expect(await deployment.plan(STACK)).toEqual({});
      expect(Object.keys(await deployment.registration(STACK))).toEqual(["other"]);
      for (const SecretId of [crash.keyArn, crash.credentialsArn, kept.credentialsArn]) {
        const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId }));
        expect((Number(DeletedDate) - Date.now()) / 86_400_000).toBeGreaterThan(29);
      }
      const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: kept.keyArn }));
      expect(KeyMetadata?.KeyState).toBe("PendingDeletion");
      await expect(aliasedKey(generation)).rejects.toThrow(/not found|NotFound/i);
    }
  });

  test("and comes back within it: is told that the name is blocked, restored, and has its key and its lock", async () => {
    declare("crash", user("other"), user("crash"), user("kept", KMS));
    deployment.synthesize();
    // AWS says that it is "already scheduled for deletion", moto that it exists.
    await expect(deployment.apply(STACK)).rejects.toThrow(/crash\/generation-1\/credentials.*already/);
    expect(await deployment.adopt(STACK)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^error: \S+ is scheduled for deletion; restore it \(aws secretsmanager restore-secret --secret-id \S+\), then run this again; or let it go, and declare the next generation\n$/,
      ),
    });
    for (const name of [
      "crash/generation-1/private-key",
      "crash/generation-1/credentials",
      "kept/generation-1/credentials",
    ])
      await client.send(new RestoreSecretCommand({ SecretId: `ledger-enterprise/acme/${name}` }));
    expect(await policy()).toBe(lock);
    const { code, stdout } = await deployment.adopt(STACK);
    expect(code).toBe(0);
    await deployment.applyWith(STACK, stdout);
    expect((await deployment.registration(STACK))["crash"]).toMatchObject(before["crash"] ?? {});
    expect(await storedKey()).toBe(key);
    expect(await policy()).toContain("NobodyDeletes");
  });

  test("but of custody kms comes back with another key: its alias went with the first one, which waits for its deletion", async () => {
    const { kept } = await deployment.registration(STACK);
    expect(kept.publicKey).not.toBe(before["kept"]?.publicKey);
    expect(await aliasedKey()).toBe(kept.keyArn);
    expect(await stateOfKept()).toBe("PendingDeletion");
  });
});
