import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { handler } from "../../../functions/key-generator";
import type { Call } from "../../../local-aws/emulator";
import { Account } from "../../support/generator-account";

jest.setTimeout(60_000);

const ANY_PUBLIC_KEY = `public-key-04${"ab".repeat(64)}`;

const SECRET =
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/x/generation-1/private-key-AbCdEf";

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

describe("the key", () => {
  test("is made in the form that Ledger Enterprise takes, current, and labelled with its public key", async () => {
    const secretArn = await account.emptySecret();
    const { publicKey } = await handler({ secretArn });
    expect(publicKey).toMatch(/^04[0-9a-f]{128}$/);
    expect(await account.labelsOf(secretArn)).toEqual([
      ["AWSCURRENT", "generation-1", `public-key-${publicKey}`],
    ]);
    expect(await account.keyOf(secretArn, "AWSCURRENT")).toBe(publicKey);
  });

  test("is made once: asked again, the function answers the same", async () => {
    const secretArn = await account.emptySecret();
    const first = await handler({ secretArn });
    expect(await handler({ secretArn })).toEqual(first);
    expect(await account.labelsOf(secretArn)).toHaveLength(1);
  });

  test("is one key though many ask at the same time", async () => {
    const secretArn = await account.emptySecret();
    const answers = await Promise.all(Array.from({ length: 12 }, () => handler({ secretArn })));
    expect(new Set(answers.map((each) => each.publicKey)).size).toBe(1);
    expect(await account.labelsOf(secretArn)).toHaveLength(1);
  });

  test("is found again after a function that died when it had put the key", async () => {
    const secretArn = await account.emptySecret();
    const stop = account.aws.intercept(async (call, forward) => {
      if (call.action !== "PutSecretValue") return undefined;
      await forward();
      return { status: 400, body: { __type: "ExpiredTokenException" } };
    });
    await expect(handler({ secretArn })).rejects.toThrow(/ExpiredTokenException/);
    stop();
    const { publicKey } = await handler({ secretArn });
    expect(await account.labelsOf(secretArn)).toEqual([
      ["AWSCURRENT", "generation-1", `public-key-${publicKey}`],
    ]);
    expect(await account.keyOf(secretArn, "AWSCURRENT")).toBe(publicKey);
  });
});

describe("a second key", () => {
  test("is not made beside a version that others put", async () => {
    const secretArn = await account.emptySecret();
    await account.putVersion(secretArn, ["generation-2", ANY_PUBLIC_KEY]);
    await expect(handler({ secretArn })).rejects.toThrow(/not the key of generation 1/);
    expect(await account.labelsOf(secretArn)).toHaveLength(1);
  });

  test("cannot be asked for: what an invoker adds to the input changes nothing", async () => {
    const secretArn = await account.emptySecret();
    const first = await handler({ secretArn });
    expect(await handler({ secretArn, generation: 2, generations: [2] })).toEqual(first);
    expect(await account.labelsOf(secretArn)).toHaveLength(1);
  });
});

describe("labels that somebody moved", () => {
  test("are told, and no key is made in their place", async () => {
    const secretArn = await account.emptySecret();
    const { publicKey } = await handler({ secretArn });
    const [RemoveFromVersionId] = Object.keys(
      (await account.client.send(new DescribeSecretCommand({ SecretId: secretArn }))).VersionIdsToStages ??
        {},
    );
    for (const VersionStage of ["generation-1", `public-key-${publicKey}`]) {
      await account.client.send(
        new UpdateSecretVersionStageCommand({ SecretId: secretArn, VersionStage, RemoveFromVersionId }),
      );
    }
    await expect(handler({ secretArn })).rejects.toThrow(/labels are gone/);
    expect(await account.keyOf(secretArn, "AWSCURRENT")).toBe(publicKey);
  });

  test("are told where a version has one of the two", async () => {
    const secretArn = await account.emptySecret();
    await account.putVersion(secretArn, ["generation-1"]);
    await expect(handler({ secretArn })).rejects.toThrow(/1 generation and 0 public-key labels/);
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
    await expect(handler({ secretArn })).rejects.toThrow(message);
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
    await expect(handler({ secretArn })).rejects.toThrow(/AccessDeniedException.*explicit deny/);
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
    const error = await handler({ secretArn }).catch((thrown: Error) => thrown);
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
    await expect(handler({ secretArn })).rejects.toThrow(
      /scheduled for deletion; declare the next generation, or restore it/,
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
    await handler({ secretArn }); // somebody, beforehand
    const made = await account.emptySecret();
    const stop = account.aws.intercept(async (call, forward) => {
      if (call.action !== "DescribeSecret") return undefined;
      const real = await forward();
      return { ...real, body: JSON.stringify({ ...JSON.parse(String(real.body)), ...answer }) };
    });
    for (const each of [secretArn, made])
      await expect(handler({ secretArn: each, encryptionKeyArn })).rejects.toThrow(message);
    stop();
    expect(await account.labelsOf(made)).toEqual([]);
  });

  const id = "11111111-2222-3333-4444-555555555555";

  /** What comes of asking for a key in a secret that was made with a KMS key by this name. */
  async function underKey(KmsKeyId: string): Promise<{ failure: string; versions: number }> {
    const { ARN: secretArn = "" } = await account.client.send(
      new CreateSecretCommand({
        Name: `ledger-enterprise/acme/${randomUUID()}/generation-1/private-key`,
        KmsKeyId,
      }),
    );
    const asked = handler({ secretArn, encryptionKeyArn });
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
    await expect(handler({ secretArn: SECRET })).rejects.toThrow(
      `refusing to send to ${new URL(url).origin}: it is not the service's own host`,
    );
  });
});

test.each([
  [undefined],
  [{ secretArn: "settlement" }],
  [{ secretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-AbCdEf" }],
  [{ secretArn: SECRET, encryptionKeyArn: "x" }],
])("the input %j is refused", async (event) => {
  await expect(handler(event)).rejects.toThrow(/must be/);
});

test("the log says what was done and never private material", async () => {
  const secretArn = await account.emptySecret();
  const { publicKey } = await handler({ secretArn });
  const { SecretString = "" } = await account.client.send(new GetSecretValueCommand({ SecretId: secretArn }));
  expect(
    output
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([{ message: "key made", secretArn, generation: 1, publicKey }]);
  expect(output).not.toContain(SecretString.slice(60, 90));
});
