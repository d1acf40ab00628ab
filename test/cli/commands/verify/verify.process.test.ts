import { DisableKeyCommand, EnableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { addVerify } from "../../../../cli/commands/verify/command";
import { fingerprint, formatFingerprint, generateKeyPair, PROOF_PREFIX, verify } from "../../../../keys";
import { REGION } from "../../../support/cli/custody-account";
import { ledgerApiUserProcess } from "../../../support/cli/process";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { account, imported, run, settlement, staking, sweep } from "../../../support/cli/verify-run";

jest.setTimeout(60_000);

/** Answers every call of an action with an error of AWS's. */
const refuse = (action: string, name: string, message = "no", times = Number.POSITIVE_INFINITY) => {
  let left = times;
  return account.aws.intercept((call) =>
    call.action === action && left-- > 0
      ? { status: 400, headers: { "x-amzn-errortype": name }, body: { __type: name, message } }
      : undefined,
  );
};

describe("where every registered public key is the one in custody, the exit code is 0", () => {
  test("by metadata: no key is used, and each is looked for in the region of its ARN", async () => {
    const { result, actions, regions } = await account.callsDuring(() =>
      run([settlement, staking, imported]),
    );
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout.split("\n")).toEqual([
      expect.stringMatching(
        /^acme-prod-treasury\/settlement bot: ok: secrets-manager, generation 1, fingerprint ([0-9a-f]{4} ?){8}$/,
      ),
      expect.stringMatching(/^acme-prod-treasury\/staking bot: ok: kms, /),
      expect.stringMatching(/^acme-prod-treasury\/vault bot: ok: imported, /),
      expect.stringMatching(
        /^Each of the 3 registered public keys is the one in custody \(by custody's metadata/,
      ),
      "",
    ]);
    expect(actions.sort()).toEqual(["DescribeKey", "DescribeSecret", "DescribeSecret", "GetPublicKey"]);
    expect(regions).toEqual(new Set([REGION]));
  });

  test("with --proof each key signs a fresh message, which --json hands on for others to check", async () => {
    const entries = [settlement, staking, imported];
    const first = await run(entries, "--proof", "--json");
    expect(first).toMatchObject({ code: 0, stderr: "" });
    const answer = JSON.parse(first.stdout);
    expect(answer).toMatchObject({ ok: true, proof: true });
    for (const [index, { username, publicKey }] of entries.entries()) {
      const user = answer.users[index];
      expect(user).toMatchObject({ stack: "acme-prod-treasury", username, publicKey, state: "ok" });
      expect(user.proof.message.startsWith(PROOF_PREFIX + publicKey)).toBe(true);
      expect(verify(publicKey, user.proof.message, Buffer.from(user.proof.signature, "hex"))).toBe(true);
    }
    const second = JSON.parse((await run([settlement], "--proof", "--json")).stdout);
    expect(second.users[0].proof.message).not.toBe(answer.users[0].proof.message);
  });

  test("--user takes some of them, by name or STACK/NAME, and nobody else's key is looked at", async () => {
    const { result, actions } = await account.callsDuring(() =>
      run([settlement, sweep, staking], "--user", "Sweep Bot", "acme-prod-treasury/sweep bot"),
    );
    expect(result).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^acme-prod-treasury\/sweep bot: ok.*\nThe registered public key is/),
    });
    expect(actions).toEqual(["DescribeSecret"]);
  });

  test("the registration may be terraform output -json on standard input", async () => {
    const output = { registration: { sensitive: false, type: "map", value: { "sweep bot": sweep } } };
    const { code, stdout } = await account.command(["verify", "--registration", "-"], JSON.stringify(output));
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("acme-prod/sweep bot: ok"),
    });
  });

  test("although AWS throttles for a while", async () => {
    const stop = refuse("DescribeSecret", "ThrottlingException", "Rate exceeded", 2);
    const { code } = await run([settlement]);
    stop();
    expect(code).toBe(0);
  });

  test("for hundreds of users, who keep their order, a few at a time", async () => {
    const many = Array.from({ length: 300 }, (_, i) => ({
      ...settlement,
      workspace: undefined,
      username: `user ${i}`,
      generation: 1,
    }));
    let now = 0;
    let most = 0;
    const labels = { [`${"0".repeat(64)}`]: [] };
    const stop = account.aws.intercept(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      return { status: 200, body: { ARN: settlement.keyArn, VersionIdsToStages: labels } };
    });
    const { code, stdout } = await run(many);
    stop();
    expect(code).toBe(1);
    expect(stdout.match(/user \d+: missing/g)).toEqual(many.map(({ username }) => `${username}: missing`));
    expect(most).toBeLessThanOrEqual(16);
    expect(most).toBeGreaterThan(4);
  });
});

describe("what is not in custody is missing, and the exit code is 1", () => {
  test("an imported key that no custodian has loaded yet: who does what", async () => {
    const { publicKey } = generateKeyPair();
    const waiting = await account.emptySecretUser("waiting", "imported", publicKey);
    const { code, stdout } = await run([waiting]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      "waiting: missing: it is awaiting its key; have a custodian load it: npx cdktf-ledger-api-user import-key acme-prod-treasury/waiting FILE",
    );
  });

  test.each(["secret", "kms"])("a generation, secret or key that is not there (%s)", async (kind) => {
    const entry = kind === "kms" ? staking : settlement;
    const gone = { ...entry, keyArn: entry.keyArn.slice(0, -6) + (kind === "kms" ? "000000" : "ZZZZZZ") };
    const { code, stdout } = await run([gone]);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/: missing: there is no arn:.*credentials of account 123456789012/),
    });
    if (kind === "secret")
      expect((await run([{ ...settlement, generation: 2 }])).stdout).toContain(
        "has no generation 2; it has 1",
      );
  });

  test("with credentials of another account", async () => {
    const registration = account.registrationOf(settlement);
    const { code, stdout } = await account.run(
      addVerify,
      ["verify", "--registration", registration],
      account.env("210987654321"),
    );
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("credentials of account 123456789012"),
    });
  });

  test("an ARN of another region than the key's", async () => {
    const moved = { ...settlement, keyArn: settlement.keyArn.replace("eu-west-1", "eu-central-1") };
    expect(await run([moved])).toMatchObject({ code: 1, stdout: expect.stringContaining("missing") });
  });
});

describe("what cannot be read is not verified: the exit code is 1", () => {
  test("a role without the right: what AWS said, and what it needs", async () => {
    const said =
      "User: arn:aws:sts::123456789012:assumed-role/ci/x is not authorized to perform: secretsmanager:DescribeSecret";
    const key = generateKeyPair().publicKey;
    const stop = refuse("DescribeSecret", "AccessDeniedException", `${said}\u001b[2J ${key}`);
    const { code, stdout } = await run([settlement, staking]);
    stop();
    expect(code).toBe(1);
    expect(stdout).toContain(`unreadable: AWS denies access to its key (${said}`);
    expect(stdout).not.toMatch(/\p{Cc}(?<!\n)/u);
    expect(stdout).not.toContain(key);
    expect(stdout).toContain("1 of 2 are as registered: 1 unreadable");
  });

  test("--proof by a role that is no signer", async () => {
    const stop = refuse("GetSecretValue", "AccessDeniedException", "with an explicit deny");
    const { code, stdout } = await run([settlement], "--proof");
    stop();
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/unreadable: .*signers/),
    });
  });

  test("a KMS key that is disabled, and one that is to be deleted", async () => {
    const user = await account.kmsUser("disabled");
    await account.kms.send(new DisableKeyCommand({ KeyId: user.keyArn.split("/")[1] }));
    const stop = refuse("GetPublicKey", "DisabledException"); // moto answers all the same
    expect(await run([user])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/unreadable: its KMS key is disabled.*enable-key/),
    });
    stop();
    await account.kms.send(new EnableKeyCommand({ KeyId: user.keyArn.split("/")[1] }));
    await account.kms.send(new ScheduleKeyDeletionCommand({ KeyId: user.keyArn.split("/")[1] }));
    const stopDeleted = refuse("GetPublicKey", "KMSInvalidStateException");
    expect(await run([user])).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("cancel-key-deletion"),
    });
    stopDeleted();
  });

  test("a secret that is scheduled for deletion", async () => {
    const user = await account.secretUser("deleted");
    await account.secrets.send(new DeleteSecretCommand({ SecretId: user.keyArn }));
    expect(await run([user])).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/unreadable: .*restore-secret/),
    });
  });

  test("an alias that cannot be read is a note only", async () => {
    const stop = refuse("DescribeKey", "AccessDeniedException");
    const { code, stdout } = await run([staking]);
    stop();
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        "note: whether alias/ledger-enterprise/acme-prod/staking-bot/generation-1 points",
      ),
    });
  });
});

describe("where AWS cannot be asked, or the input is bad: one line on standard error, and the exit code is 2", () => {
  const oneLine = /^error: [^\n]+; [^\n]+\n$/;

  test("no credentials", async () => {
    const { AWS_ACCESS_KEY_ID: _, ...env } = account.env();
    const registration = account.registrationOf(settlement, staking);
    const outcome = await account.run(addVerify, ["verify", "--registration", registration], {
      ...env,
      HOME: "/nonexistent",
    });
    expect(outcome).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(oneLine) });
    expect(outcome.stderr).toContain("no valid AWS credentials for eu-west-1");
  });

  test("an expired session", async () => {
    const stop = refuse("DescribeSecret", "ExpiredTokenException");
    expect(await run([settlement])).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(oneLine),
    });
    stop();
  });

  test("an endpoint where nobody listens, within seconds", async () => {
    const began = Date.now();
    const env = { ...account.env(), AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
    const registration = account.registrationOf(settlement, sweep, staking);
    const outcome = await ledgerApiUserProcess(["verify", "--registration", registration], { env });
    expect(outcome).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(oneLine) });
    expect(outcome.stderr).toContain(
      "AWS cannot be reached in eu-west-1 (ECONNREFUSED); AWS_ENDPOINT_URL is set",
    );
    expect(Date.now() - began).toBeLessThan(60_000);
  });

  test("no registration, none that can be read, one that is none, and an unknown user", async () => {
    const none = await account.run(addVerify, ["verify"]);
    expect(none).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("--registration <FILE>"),
    });
    const missing = await account.run(addVerify, ["verify", "--registration", "/nowhere.json"]);
    expect(missing).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/cannot read the registration from \/nowhere/),
    });
    const { privateKeyPem } = generateKeyPair();
    const key = await account.command(["verify", "--registration", "-"], privateKeyPem);
    expect(key).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(oneLine) });
    expect(key.stderr).not.toContain(privateKeyPem.toString().slice(40, 80));
    expect(await run([settlement], "--user", "setlement bot")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "settlement bot"?'),
    });
  });
});

test("on a terminal it is a table, then what is wrong, with colours unless NO_COLOR is set", async () => {
  const args = [
    "verify",
    "--registration",
    account.registrationOf(settlement, { ...staking, publicKey: sweep.publicKey }),
  ];
  const env = account.env();
  const coloured = await ledgerApiUser(args, { env, terminal: true });
  const plain = await ledgerApiUser(args, { env: { ...env, NO_COLOR: "1" }, terminal: true });
  const print = formatFingerprint(fingerprint(settlement.publicKey));
  const [head, first, second, , wrong] = plain.stdout.split("\n");
  expect(head).toMatch(/^User {2,}Custody {2,}Gen {2}Fingerprint of the registered key {2,}Result$/);
  expect(first).toBe(`acme-prod-treasury/settlement bot  secrets-manager  1    ${print}  ok`);
  expect(second).toMatch(/^acme-prod-treasury\/staking bot {5}kms {14}1 .* {2}mismatch$/);
  expect(wrong).toMatch(/^acme-prod-treasury\/staking bot: mismatch: /);
  expect(coloured.stdout.replace(/\p{Cc}\[\d+m/gu, "")).toBe(plain.stdout);
  expect(coloured.stdout).not.toBe(plain.stdout);
});

test("no private material is in any output, whatever happens", async () => {
  const user = await account.emptySecretUser("hunted", "secrets-manager", "");
  const pair = generateKeyPair();
  const hex = pair.privateKeyPem.toString("hex");
  const pem = pair.privateKeyPem.toString();
  await account.putKey(user.keyArn, 1, { pair });
  const entry = { ...user, publicKey: pair.publicKey };
  const outcomes = [await run([entry], "--proof"), await run([entry], "--proof", "--json")];
  const stop = refuse("GetSecretValue", "AccessDeniedException", `cannot give ${hex} nor ${pem}`);
  outcomes.push(await run([entry], "--proof"));
  stop();
  for (const { stdout, stderr } of outcomes) {
    expect(stdout + stderr).not.toContain(hex.slice(80, 120));
    expect(stdout + stderr).not.toContain(pem.split("\n")[1]?.slice(10, 40));
  }
});
