import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import * as fc from "fast-check";
import { handler } from "../../../functions/key-generator";
import { MOST_GENERATIONS } from "../../../keys";
import type { Call } from "../../../local-aws/emulator";
import { runs } from "../../support/for-all";
import { Account } from "../../support/generator-account";

jest.setTimeout(60_000);

const ANY_PUBLIC_KEY = `public-key-04${"ab".repeat(64)}`;

const account = new Account();
let output: string;

beforeAll(() => account.open());
afterAll(() => account.close());

beforeEach(() => {
  output = "";
  jest.spyOn(process.stdout, "write").mockImplementation((text) => {
    output += String(text);
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

/** Answers some of the function's calls in AWS's stead; returns how many. */
function answer(action: string, times: number, error: string, message = "no") {
  let answered = 0;
  const stop = account.aws.intercept((call: Call) => {
    if (call.action !== action || answered >= times) return undefined;
    answered++;
    return { status: 400, headers: { "x-amzn-errortype": error }, body: { __type: error, message } };
  });
  return { stop, answered: () => answered };
}

describe("the first generation", () => {
  test("is made in the form that Ledger Enterprise takes, current, and labelled with its public key", async () => {
    const secretArn = await account.emptySecret();
    const { "1": publicKey = "" } = await handler({ secretArn, generations: [1] });
    expect(publicKey).toMatch(/^04[0-9a-f]{128}$/);
    expect(await account.labelsOf(secretArn)).toEqual([
      ["AWSCURRENT", "generation-1", `public-key-${publicKey}`],
    ]);
    expect(await account.keyOf(secretArn, "AWSCURRENT")).toBe(publicKey);
  });

  test("is made once: asked again, the function answers the same", async () => {
    const secretArn = await account.emptySecret();
    const first = await handler({ secretArn, generations: [1] });
    expect(await handler({ secretArn, generations: [1] })).toEqual(first);
    expect(await account.labelsOf(secretArn)).toHaveLength(1);
  });

  test("is one key though many ask at the same time", async () => {
    const secretArn = await account.emptySecret();
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => handler({ secretArn, generations: [1] })),
    );
    expect(new Set(answers.map((each) => each["1"])).size).toBe(1);
    expect(await account.labelsOf(secretArn)).toHaveLength(1);
  });

  test("is found again after a function that died when it had put the key", async () => {
    const secretArn = await account.emptySecret();
    const stop = account.aws.intercept(async (call, forward) => {
      if (call.action !== "PutSecretValue") return undefined;
      await forward();
      return { status: 400, body: { __type: "ExpiredTokenException" } };
    });
    await expect(handler({ secretArn, generations: [1] })).rejects.toThrow(/ExpiredTokenException/);
    stop();
    const { "1": publicKey } = await handler({ secretArn, generations: [1] });
    expect(await account.labelsOf(secretArn)).toEqual([
      ["AWSCURRENT", "generation-1", `public-key-${publicKey}`],
    ]);
    expect(await account.keyOf(secretArn, "AWSCURRENT")).toBe(publicKey);
  });
});

describe("later generations", () => {
  test("are made beside the current one, which stays current", async () => {
    const secretArn = await account.emptySecret();
    const first = await handler({ secretArn, generations: [1] });
    const both = await handler({ secretArn, generations: [2, 1] });
    expect(both["1"]).toBe(first["1"]);
    expect(both["2"]).not.toBe(first["1"]);
    expect(await account.keyOf(secretArn, "AWSCURRENT")).toBe(first["1"]);
    expect(await account.keyOf(secretArn, "generation-2")).toBe(both["2"]);
  });

  test("are made in rising order", async () => {
    const secretArn = await account.emptySecret();
    const answer = await handler({ secretArn, generations: [3, 1, 2] });
    expect(await account.keyOf(secretArn, "AWSCURRENT")).toBe(answer["1"]);
  });

  test("close the door on older ones: a missing generation below the highest is refused", async () => {
    const secretArn = await account.emptySecret();
    await account.putVersion(secretArn, ["generation-2", ANY_PUBLIC_KEY]);
    await expect(handler({ secretArn, generations: [1, 2] })).rejects.toThrow(/never made again/);
    expect(await account.labelsOf(secretArn)).toHaveLength(1);
  });

  test("are as many as a secret has labels for, and none is out of reach afterwards", async () => {
    const secretArn = await account.emptySecret();
    const all = Array.from({ length: MOST_GENERATIONS }, (_, i) => i + 1);
    const answer = await handler({ secretArn, generations: all });
    expect(Object.keys(answer).map(Number)).toEqual(all);
    const labels = (await account.labelsOf(secretArn)).flat();
    expect(labels.length).toBeLessThanOrEqual(20 - ["AWSPREVIOUS"].length);
    expect(await handler({ secretArn, generations: [1, 2] })).toEqual({ "1": answer["1"], "2": answer["2"] });
  });
});

describe("labels that somebody moved", () => {
  test("are told, and no key is made in their place", async () => {
    const secretArn = await account.emptySecret();
    const { "1": publicKey } = await handler({ secretArn, generations: [1] });
    const [RemoveFromVersionId] = Object.keys(
      (await account.client.send(new DescribeSecretCommand({ SecretId: secretArn }))).VersionIdsToStages ??
        {},
    );
    for (const VersionStage of ["generation-1", `public-key-${publicKey}`]) {
      await account.client.send(
        new UpdateSecretVersionStageCommand({ SecretId: secretArn, VersionStage, RemoveFromVersionId }),
      );
    }
    await expect(handler({ secretArn, generations: [1] })).rejects.toThrow(/labels are gone/);
    expect(await account.keyOf(secretArn, "AWSCURRENT")).toBe(publicKey);
  });

  test("are told where a version has one of the two", async () => {
    const secretArn = await account.emptySecret();
    await account.putVersion(secretArn, ["generation-1"]);
    await expect(handler({ secretArn, generations: [1] })).rejects.toThrow(
      /1 generation and 0 public-key labels/,
    );
  });

  test.each([
    [
      "two public keys",
      ["generation-1", ANY_PUBLIC_KEY, ANY_PUBLIC_KEY.replace(/.$/, "f")],
      /1 generation and 2 public-key labels/,
    ],
    [
      "two generations",
      ["generation-1", "generation-2", ANY_PUBLIC_KEY],
      /2 generation and 1 public-key labels/,
    ],
  ])("are told where a version has %s: neither is answered", async (_, labels, message) => {
    const secretArn = await account.emptySecret();
    await account.putVersion(secretArn, labels);
    await expect(handler({ secretArn, generations: [1] })).rejects.toThrow(message);
  });
});

describe("faults", () => {
  test("an explicit deny is final", async () => {
    const secretArn = await account.emptySecret();
    const denied = answer(
      "PutSecretValue",
      9,
      "AccessDeniedException",
      "with an explicit deny in a resource-based policy",
    );
    await expect(handler({ secretArn, generations: [1] })).rejects.toThrow(
      /AccessDeniedException.*explicit deny/,
    );
    denied.stop();
    expect(denied.answered()).toBe(1);
  });

  test("a message that quotes what was sent is not passed on", async () => {
    const secretArn = await account.emptySecret();
    let sent = "";
    const stop = account.aws.intercept((call, _forward, body) => {
      if (call.action !== "PutSecretValue") return undefined;
      sent = (JSON.parse(String(body)) as { SecretString: string }).SecretString;
      const __type = "InvalidParameterException";
      return {
        status: 400,
        headers: { "x-amzn-errortype": __type },
        body: { __type, message: `Value '${sent}' at 'secretString'` },
      };
    });
    const error = await handler({ secretArn, generations: [1] }).catch((thrown: Error) => thrown);
    stop();
    expect(sent).toMatch(/^2d2d2d/);
    expect(String(error)).toMatch(/InvalidParameterException/);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + output).not.toContain(
      sent.slice(60, 90),
    );
  });

  test("a secret that waits for its deletion gets no key", async () => {
    const secretArn = await account.emptySecret();
    await account.client.send(new DeleteSecretCommand({ SecretId: secretArn, RecoveryWindowInDays: 7 }));
    await expect(handler({ secretArn, generations: [1] })).rejects.toThrow(
      /scheduled for deletion; restore it/,
    );
  });
});

describe("a secret that this package did not make as it is", () => {
  const encryptionKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

  test.each([
    ["under another KMS key", {}, /is encrypted with the account's default key, not with arn:aws:kms/],
    [
      "with a replica",
      { KmsKeyId: encryptionKeyArn, ReplicationStatus: [{ Region: "us-east-1" }] },
      /is replicated to us-east-1/,
    ],
    ["with rotation", { KmsKeyId: encryptionKeyArn, RotationEnabled: true }, /has rotation switched on/],
  ])("%s gets no key, and what is in it is not taken for one", async (_, answer, message) => {
    const secretArn = await account.emptySecret();
    await handler({ secretArn, generations: [1] }); // somebody, beforehand
    const made = await account.emptySecret();
    const stop = account.aws.intercept(async (call, forward) => {
      if (call.action !== "DescribeSecret") return undefined;
      const real = await forward();
      return { ...real, body: JSON.stringify({ ...JSON.parse(String(real.body)), ...answer }) };
    });
    for (const each of [secretArn, made])
      await expect(handler({ secretArn: each, generations: [1], encryptionKeyArn })).rejects.toThrow(message);
    stop();
    expect(await account.labelsOf(made)).toEqual([]);
  });

  const id = "11111111-2222-3333-4444-555555555555";

  /** What comes of asking for a key in a secret that was made with a KMS key by this name. */
  async function underKey(KmsKeyId: string): Promise<{ failure: string; versions: number }> {
    const { ARN: secretArn = "" } = await account.client.send(
      new CreateSecretCommand({ Name: `ledger-enterprise/acme/${randomUUID()}/private-key`, KmsKeyId }),
    );
    const asked = handler({ secretArn, generations: [1], encryptionKeyArn });
    const failure = await asked.then(() => "", String);
    return { failure, versions: (await account.labelsOf(secretArn)).length };
  }

  test("is known by the whole ARN of its KMS key", async () => {
    expect(await underKey(encryptionKeyArn)).toEqual({ failure: "", versions: 1 });
  });

  test.each([
    id,
    `key/${id}`,
    `alias/x/${id}`,
    `arn:aws:kms:eu-west-1:123456789012:alias/x/${id}`,
    `arn:aws:kms:eu-west-1:210987654321:key/${id}`,
    `arn:aws:kms:us-east-1:123456789012:key/${id}`,
    `arn:aws-cn:kms:eu-west-1:123456789012:key/${id}`,
    `${encryptionKeyArn}0`,
  ])("is made under %s, which ends like the workspace's key: it gets no key", async (key) => {
    expect(await underKey(key)).toEqual({
      failure: expect.stringContaining(`is encrypted with ${key}, not with ${encryptionKeyArn}`),
      versions: 0,
    });
  });
});

describe("an endpoint override", () => {
  afterEach(() => {
    process.env["AWS_ENDPOINT_URL"] = account.aws.endpoint;
    delete process.env["AWS_ENDPOINT_URL_SECRETS_MANAGER"];
  });

  test.each([
    ["AWS_ENDPOINT_URL", "https://collector.example"],
    ["AWS_ENDPOINT_URL_SECRETS_MANAGER", "https://secretsmanager.eu-west-1.amazonaws.com.collector.example"],
    ["AWS_ENDPOINT_URL", "https://abc123.execute-api.eu-west-1.amazonaws.com"],
    ["AWS_ENDPOINT_URL", "http://127.0.0.1.collector.example"],
  ])("%s=%s is refused before anything is sent", async (name, url) => {
    process.env[name] = url;
    const secretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-abcdef";
    await expect(handler({ secretArn, generations: [1] })).rejects.toThrow(
      `refusing to send to ${new URL(url).origin}: it is not the service's own host`,
    );
  });
});

describe("generations", () => {
  const secretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-abcdef";
  const refused = async (generations: readonly unknown[]) =>
    expect(handler({ secretArn, generations })).rejects.toThrow(
      "generations must be all whole numbers from 1 to the newest, which is at most 9",
    );

  test.each([
    [[9999]],
    [[2]],
    [[1, 3]],
    [[1, 1]],
    [[1, 2, 2]],
    [[1, 1.5]],
    [[1, "2"]],
    [[1, null]],
    [Array.from({ length: 10 }, (_, i) => i + 1)],
  ])("%j are refused before AWS is asked", async (generations) => {
    const calls = account.aws.calls().length;
    await refused(generations);
    expect(account.aws.calls()).toHaveLength(calls);
  });

  test("whatever is not 1 to n is refused", async () => {
    const any = fc.array(fc.integer({ min: -1, max: 11 }), { maxLength: 12 });
    const isBroken = (all: number[]) =>
      all.length === 0 || [...all].sort((a, b) => a - b).some((n, i) => n !== i + 1);
    for (const generations of fc.sample(any.filter(isBroken), { numRuns: runs(200), seed: 1 }))
      await refused(generations);
  });
});

test.each([
  [undefined],
  [{ secretArn: "settlement", generations: [1] }],
  [{ secretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x", generations: [] }],
  [{ secretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x", generations: [0] }],
  [{ secretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x", generations: "1" }],
  [
    {
      secretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x",
      generations: [1],
      encryptionKeyArn: "x",
    },
  ],
])("the input %j is refused", async (event) => {
  await expect(handler(event)).rejects.toThrow(/must be/);
});

test("the log says what was done and never private material", async () => {
  const secretArn = await account.emptySecret();
  const { "1": publicKey } = await handler({ secretArn, generations: [1] });
  const { SecretString = "" } = await account.client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  expect(
    output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([{ message: "key made", secretArn, generation: 1, publicKey }]);
  expect(output).not.toContain(SecretString.slice(60, 90));
});
