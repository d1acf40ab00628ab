import { UpdateAliasCommand } from "@aws-sdk/client-kms";
import { fingerprint, generateKeyPair } from "../../../../keys";
import type { Entry } from "../../../support/cli/custody-account";
import { account, imported, run, settlement, staking, sweep } from "../../../support/cli/verify-run";

jest.setTimeout(60_000);

type Answer = Record<string, object>;

let approver: Entry;
beforeAll(async () => {
  approver = await account.kmsUser("approver");
});

describe("a public key that is not the one in custody is a mismatch, and the exit code is 1", () => {
  const swap = (a: Entry, b: Entry): [Entry, Entry] => [
    { ...a, publicKey: b.publicKey },
    { ...b, publicKey: a.publicKey },
  ];

  test("two that were swapped: both users are named, for each custody and between them", async () => {
    for (const [a, b] of [
      [settlement, sweep],
      [staking, approver],
      [imported, staking],
    ] as const) {
      for (const more of [[], ["--proof"]]) {
        const { code, stdout } = await run(swap(a, b), ...more);
        expect(code).toBe(1);
        const [first, second] = [a, b].map(({ username }) => `"acme-prod-treasury/${username}"`);
        expect(stdout).toContain(
          `the public key registered for ${first} is the one in ${second}'s custody, and the one in ${first}'s custody is registered for ${second}: they were swapped; register none of these`,
        );
        expect(stdout).toContain(`registered for ${second} is the one in ${first}'s custody`);
        expect(stdout).toContain("0 of 2 are as registered: 2 mismatch");
      }
    }
  });

  test("swapped, with the fingerprints left as they were", async () => {
    const withPrint = (entry: Entry) => ({ ...entry, fingerprint: fingerprint(entry.publicKey) });
    const { code, stdout } = await run(swap(withPrint(settlement), withPrint(sweep)));
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining("they were swapped") });
  });

  test("swapped, when only one of the two is asked for", async () => {
    const { code, stdout } = await run(swap(settlement, sweep), "--user", "sweep bot");
    expect(code).toBe(1);
    expect(stdout).toContain(
      `the one in "acme-prod-treasury/sweep bot"'s custody is registered for "acme-prod-treasury/settlement bot"`,
    );
  });

  test("one that replaced the right one: the fingerprint of what is in custody is told", async () => {
    const { code, stdout } = await run([{ ...settlement, publicKey: generateKeyPair().publicKey }, sweep]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `the one in its custody, whose fingerprint is ${fingerprint(settlement.publicKey).slice(0, 4)} `,
    );
    expect(stdout).toContain("1 of 2 are as registered: 1 mismatch");
  });

  test("one user's key, registered for another as well", async () => {
    const { code, stdout } = await run([settlement, { ...sweep, publicKey: settlement.publicKey }]);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `registered for "acme-prod-treasury/sweep bot" is the one in "acme-prod-treasury/settlement bot"'s custody`,
    );
    expect(stdout).toMatch(/settlement bot: ok/);
  });

  test("key and ARN swapped together: custody agrees, the secrets' names do not", async () => {
    const both = ({ publicKey, keyArn }: Entry) => ({ publicKey, keyArn });
    const entries = [
      { ...settlement, ...both(sweep) },
      { ...sweep, ...both(settlement) },
    ];
    const { code, stdout } = await run(entries);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `the secret registered for "acme-prod-treasury/settlement bot" is "acme-prod-treasury/sweep bot"'s, not ledger-enterprise/acme-prod/settlement-bot/generation-1/private-key`,
    );
  });

  test("an alias that points to another user's KMS key: who signs by it signs with that", async () => {
    const AliasName = "alias/ledger-enterprise/acme-prod/staking-bot/generation-1";
    await account.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: approver.keyArn }));
    const { code, stdout } = await run([staking, approver]);
    await account.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: staking.keyArn }));
    expect(code).toBe(1);
    expect(stdout).toContain(
      `${AliasName} points to "acme-prod-treasury/approver"'s key, not to the key registered for`,
    );
  });

  test("a fingerprint that is not the public key's", async () => {
    const { code, stdout } = await run([{ ...settlement, fingerprint: fingerprint(sweep.publicKey) }]);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("fingerprint beside it"),
    });
  });

  test("a label that lies is found by --proof only", async () => {
    const liar = await account.emptySecretUser("liar", "secrets-manager", "");
    const label = generateKeyPair().publicKey;
    await account.putKey(liar.keyArn, 1, { label });
    const entry = { ...liar, publicKey: label };
    expect((await run([entry])).code).toBe(0);
    const { code, stdout } = await run([entry], "--proof", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      users: [{ state: "mismatch", problem: expect.stringContaining("whatever its label says") }],
    });
  });

  test.each<[string, string, (body: Answer) => object, RegExp]>([
    [
      "a secret that is replicated",
      "DescribeSecret",
      (body) => ({ ...body, ReplicationStatus: [{ Region: "us-east-1" }] }),
      /is replicated to us-east-1, where nothing watches it/,
    ],
    [
      "a secret that is rotated",
      "DescribeSecret",
      (body) => ({ ...body, RotationEnabled: true }),
      /has rotation switched on/,
    ],
    [
      "a KMS key that may have replicas",
      "DescribeKey",
      (body) => ({ KeyMetadata: { ...body["KeyMetadata"], MultiRegion: true } }),
      /is a multi-Region key/,
    ],
    [
      "a KMS key that was brought there",
      "DescribeKey",
      (body) => ({ KeyMetadata: { ...body["KeyMetadata"], Origin: "EXTERNAL" } }),
      /was not made in KMS \(origin EXTERNAL\), so somebody may have a copy/,
    ],
  ])("%s", async (_, action, change, problem) => {
    const stop = account.aws.intercept(async (call, forward) => {
      if (call.action !== action) return undefined;
      return { status: 200, body: change(JSON.parse(String((await forward()).body))) };
    });
    const { code, stdout } = await run([action === "DescribeKey" ? staking : settlement]).finally(stop);
    expect(code).toBe(1);
    expect(stdout).toMatch(problem);
  });

  test("a version that neither generator nor import-key made, though it is labelled like one", async () => {
    const replaced = await account.emptySecretUser("replaced", "secrets-manager", "");
    const publicKey = await account.putKey(replaced.keyArn, 1, { version: "a".repeat(64) });
    const { code, stdout } = await run([{ ...replaced, publicKey }]);
    expect({ code, stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/mismatch: .*neither the key generator nor/),
    });
  });
});

test.each([
  "KEY_AGREEMENT",
  undefined,
])("a KMS key of usage %s, though its public key is the registered one, is a mismatch", async (KeyUsage) => {
  const stop = account.aws.intercept(async ({ action }, forward) => {
    if (action !== "GetPublicKey") return undefined;
    const real = await forward();
    return { ...real, body: JSON.stringify({ ...JSON.parse(String(real.body)), KeyUsage }) };
  });
  const { code, stdout } = await run([staking]).finally(stop);
  expect(code).toBe(1);
  expect(stdout).toContain(`and usage ${KeyUsage}, not ECC_NIST_P256 and SIGN_VERIFY`);
});

test("another secret, which AWS answers with where the ARN is the beginning of its own, is a mismatch", async () => {
  const stop = account.aws.intercept(async ({ action }, forward) => {
    if (action !== "DescribeSecret") return undefined;
    const { ARN, ...body } = JSON.parse(String((await forward()).body));
    return { status: 200, body: { ...body, ARN: `${ARN}-a1b2c3` } };
  });
  const { code, stdout } = await run([settlement]).finally(stop);
  expect(code).toBe(1);
  expect(stdout).toContain(
    `AWS has the secret ${settlement.keyArn}-a1b2c3 where ${settlement.keyArn} was asked for`,
  );
});
