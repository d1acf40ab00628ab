/** What the generator asks of AWS and makes of its answers, without an AWS: `key-generator.process.test.ts` has one. */
import { createHash } from "node:crypto";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { handler } from "../../../functions/key-generator";
import { parsePrivateKey } from "../../../keys";
import { canonicalRule } from "../../../rules/alerts/canonical";

const SECRET =
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/bot/generation-3/private-key-AbCdEf";
const KMS_KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";
const TOPIC = "arn:aws:sns:eu-west-1:123456789012:alerts";
const ON = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";
const PATTERN = { source: ["aws.secretsmanager"] };
/** The id of the version that a key is put as. */
const OWN = createHash("sha256").update(SECRET).digest("hex");
const ANY_PUBLIC_KEY = `04${"ab".repeat(64)}`;

type Input = Record<string, unknown>;
type Answers = Record<string, (input: Input) => unknown>;

const failing = (name: string, message = "no", more: object = {}) =>
  Object.assign(new Error(message), { name }, more);
const thrower = (error: unknown) => () => {
  throw error;
};

/** A secret with its versions, and an AWS that has nothing else. */
let versions: Record<string, string[]>;
let put: Input[];
let asked: string[];
let inputs: Record<string, Input>;
let clients: unknown[];
let waits: number[];
let output: string[];
let answers: Answers;

beforeEach(() => {
  versions = {};
  put = [];
  asked = [];
  inputs = {};
  clients = [];
  waits = [];
  output = [];
  answers = {
    DescribeSecret: () => ({ VersionIdsToStages: versions }),
    PutSecretValue: (input) => {
      put.push(input);
      const { ClientRequestToken, VersionStages } = input as {
        ClientRequestToken: string;
        VersionStages: [];
      };
      if (versions[ClientRequestToken]) throw failing("ResourceExistsException");
      versions[ClientRequestToken] = VersionStages;
      return {};
    },
  };
  const send = async function (this: unknown, command: { constructor: { name: string }; input: Input }) {
    const action = command.constructor.name.replace(/Command$/, "");
    asked.push(action);
    inputs[action] = command.input;
    clients.push(this);
    const answer = answers[action];
    if (!answer) throw new Error(`nothing answers ${action}`);
    return answer(command.input);
  };
  for (const { prototype } of [SecretsManagerClient, EventBridgeClient, SNSClient])
    jest.spyOn(prototype as { send: unknown } as never, "send").mockImplementation(send as never);
  jest.spyOn(globalThis, "setTimeout").mockImplementation(((done: () => void, ms: number) => {
    waits.push(ms);
    setImmediate(done);
  }) as never);
  jest.spyOn(process.stdout, "write").mockImplementation((text) => output.push(String(text)) > 0);
});
afterEach(() => jest.restoreAllMocks());

const ask = (more: object = {}) => handler({ secretArn: SECRET, ...more });
const refusalOf = (event: unknown = { secretArn: SECRET }): Promise<Error> =>
  handler(event).then(
    (answer) => {
      throw new Error(`answered ${JSON.stringify(answer)}`);
    },
    (error) => error,
  );
const logged = () => output.map((line) => JSON.parse(line));

describe("a key", () => {
  test("is put once, with its labels and a token that follows from the secret", async () => {
    const { publicKey } = await ask();
    const token = createHash("sha256").update(SECRET).digest("hex");
    const [{ SecretString, ...rest } = {}, ...others] = put;
    expect(others).toEqual([]);
    expect(rest).toEqual({
      SecretId: SECRET,
      ClientRequestToken: token,
      VersionStages: ["generation-3", `public-key-${publicKey}`],
    });
    expect(parsePrivateKey(String(SecretString)).publicKey).toBe(publicKey);
    expect(logged()).toEqual([{ message: "key made", secretArn: SECRET, generation: 3, publicKey }]);
    expect(output).toEqual([expect.stringMatching(/\}\n$/)]);
  });

  test("that is there is answered, and no alert is looked at", async () => {
    versions = { [OWN]: ["generation-3", `public-key-${ANY_PUBLIC_KEY}`] };
    expect(await ask({ alertRules: { rule: "0".repeat(64) } })).toEqual({ publicKey: ANY_PUBLIC_KEY });
    expect(asked).toEqual(["DescribeSecret"]);
    expect(logged()).toMatchObject([{ message: "key exists", generation: 3, publicKey: ANY_PUBLIC_KEY }]);
  });

  test.each([[undefined], [failing("LimitExceededException")]])("is wiped (%#)", async (error) => {
    if (error) answers["PutSecretValue"] = thrower(error);
    const fill = jest.spyOn(Buffer.prototype, "fill");
    await ask().catch(() => {});
    // The PEM of a key has 227 bytes.
    expect(fill.mock.contexts.filter(({ length }) => length === 227)).toHaveLength(1);
    expect(fill.mock.contexts.flatMap((bytes) => [...bytes]).every((byte) => byte === 0)).toBe(true);
  });

  test.each<[string, Record<string, string[]>, RegExp]>([
    [
      "a version that others put",
      { v: ["AWSCURRENT"] },
      /holds version v, which is not the key of generation 3; find/,
    ],
    [
      "one with the labels of a key",
      { v: ["AWSCURRENT", "generation-3", `public-key-${ANY_PUBLIC_KEY}`] },
      /holds version v/,
    ],
    [
      "another one than the key",
      { [OWN]: ["generation-3", `public-key-${ANY_PUBLIC_KEY}`], v: ["AWSCURRENT"] },
      /holds version v/,
    ],
    [
      "the label of another generation",
      { [OWN]: ["generation-2", `public-key-${ANY_PUBLIC_KEY}`] },
      /has the label of generation 2/,
    ],
  ])("is neither made nor answered where the secret has %s", async (_, others, message) => {
    versions = others;
    const error = await refusalOf();
    expect([error.name, error.message]).toEqual(["GeneratorError", expect.stringMatching(message)]);
    expect(put).toEqual([]);
  });

  test("is made though a version without labels is about to go", async () => {
    versions = { v: [] };
    await ask();
    expect(put).toHaveLength(1);
  });

  test("that somebody else puts first is answered, once its labels are seen", async () => {
    let looks = 0;
    answers["PutSecretValue"] = thrower(failing("ResourceExistsException"));
    answers["DescribeSecret"] = () =>
      ++looks > 3 ? { VersionIdsToStages: { [OWN]: ["generation-3", `public-key-${ANY_PUBLIC_KEY}`] } } : {};
    expect(await ask()).toEqual({ publicKey: ANY_PUBLIC_KEY });
    expect(waits).toEqual([0, 200, 500]);
    expect(logged()).toMatchObject([{ message: "key was made by another invocation", generation: 3 }]);
  });

  test("whose labels are gone is named", async () => {
    answers["PutSecretValue"] = thrower(failing("ResourceExistsException"));
    expect((await refusalOf()).message).toMatch(
      /there is a key in .* labels are gone.*; put them back, or declare the next generation/,
    );
    expect(waits).toEqual([0, 200, 500, 1000, 2000]);
  });
});

describe("a secret", () => {
  test.each([
    [
      "that waits for its deletion",
      {},
      { DeletedDate: new Date() },
      /scheduled for deletion; declare the next generation, or restore it/,
    ],
    [
      "whose labels were moved",
      {},
      { VersionIdsToStages: { [OWN]: ["generation-3"] } },
      /somebody moved them; see who/,
    ],
    [
      "under the default key",
      { encryptionKeyArn: KMS_KEY },
      {},
      /with the account's default key, not with arn:/,
    ],
    ["under another", { encryptionKeyArn: KMS_KEY }, { KmsKeyId: `${KMS_KEY}0` }, /55550, not with arn:/],
    [
      "with replicas",
      { encryptionKeyArn: KMS_KEY },
      { KmsKeyId: KMS_KEY, ReplicationStatus: [{ Region: "us-east-1" }, { Region: "us-east-2" }] },
      /is replicated to us-east-1, us-east-2/,
    ],
    [
      "with rotation",
      { encryptionKeyArn: KMS_KEY },
      { KmsKeyId: KMS_KEY, RotationEnabled: true },
      /has rotation switched on/,
    ],
  ])("%s gets no key", async (_, more, answer, message) => {
    answers["DescribeSecret"] = () => answer;
    const error = await refusalOf({ secretArn: SECRET, ...more });
    expect([error.name, error.message]).toEqual(["GeneratorError", expect.stringMatching(message)]);
    expect(put).toEqual([]);
  });

  test.each([
    [{ encryptionKeyArn: KMS_KEY }, { KmsKeyId: KMS_KEY, ReplicationStatus: [], RotationEnabled: false }],
    [{}, { KmsKeyId: "alias/x", RotationEnabled: true }],
  ])("as this package makes it, or where none is declared, gets one (%#)", async (more, answer) => {
    answers["DescribeSecret"] = () => answer;
    await ask(more);
    expect(put).toHaveLength(1);
  });

  test("whose labels cannot be read for another reason fails with that", async () => {
    answers["DescribeSecret"] = () => ({ VersionIdsToStages: { [OWN]: 5 } });
    expect((await refusalOf()).name).toBe("TypeError");
  });
});

describe("a request that AWS does not take", () => {
  const WAITS = [500, 1000, 2000, 4000, 6000, 8000, 8500];
  const failsWith = (error: unknown, times = Infinity) => {
    let failed = 0;
    const { PutSecretValue } = answers;
    answers["PutSecretValue"] = (input) => {
      if (failed++ < times) throw error;
      return PutSecretValue?.(input);
    };
  };

  test.each<[string, object?]>([
    ["AccessDeniedException"],
    ["AuthorizationErrorException"],
    ["InternalErrorException"],
    ["InternalServiceError"],
    ["RequestTimeout"],
    ["ServiceUnavailable"],
    ["ServiceUnavailableException"],
    ["ThrottledException"],
    ["ThrottlingException"],
    ["TooManyRequestsException"],
    ["Error", { code: "ECONNRESET" }],
    ["Error", { code: "EPIPE" }],
  ])("%s is asked again, for half a minute (%#)", async (name, more: { code?: string } = {}) => {
    failsWith(failing(name, "no", more), 2);
    await ask();
    expect(waits).toEqual(WAITS.slice(0, 2));
    failsWith(failing(name, "no", more));
    waits = [];
    versions = {};
    const { message } = await refusalOf();
    expect(message).toContain(`Secrets Manager refused the request with ${name}`);
    const isPublic = /^(AccessDenied|AuthorizationError|Throttling)Exception$/.test(name);
    expect(message).toContain(isPublic ? ": no; remove" : `${name}; remove`);
    expect(waits).toEqual(WAITS);
  });

  test.each([
    [
      failing("AccessDeniedException", "with an explicit deny"),
      /AccessDeniedException: with an explicit deny; /,
    ],
    [failing("DecryptionFailure", "the key"), /DecryptionFailure: the key; /],
    [failing("EncryptionFailure", "the key"), /EncryptionFailure: the key; /],
    [failing("LimitExceededException", "20 labels"), /LimitExceededException: 20 labels; /],
    [failing("ResourceNotFoundException", "the secret"), /ResourceNotFoundException: the secret; /],
    [failing("InvalidParameterException", "2d2d2d"), /InvalidParameterException; remove the cause/],
    [failing("Error", "no", { code: "xECONNRESET" }), /with Error; /],
    [failing("Error", "no", { code: "EPIPES" }), /with Error; /],
    [failing("TimeoutError"), /Secrets Manager does not answer; .*a key that was put is found/],
    ["a text", /with unknown error; /],
    [{ name: "AccessDeniedException", message: "of no class" }, /with AccessDeniedException; /],
  ])("another is not asked again, and its message is shown if it is public (%#)", async (error, message) => {
    failsWith(error);
    expect((await refusalOf()).message).toMatch(message);
    expect(waits).toEqual([]);
  });
});

describe("alerts", () => {
  const target = (Arn: string, Id = Arn) => ({ Id, Arn });
  const TARGETS = [target(TOPIC), target("arn:aws:logs:eu-west-1:123456789012:log-group:x")];
  const digest = (targets: object[] = TARGETS, pattern: object = PATTERN) =>
    createHash("sha256").update(canonicalRule(pattern, targets)).digest("hex");
  const confirmed = (Endpoint: string, n = 1) => ({
    SubscriptionArn: `${TOPIC}:${n}`,
    Protocol: "email",
    Endpoint,
  });
  const EMAIL = "ops@acme.example";
  const event = { secretArn: SECRET, alertRules: { rule: digest() }, alertEmails: [EMAIL] };

  let filters: Record<string, object | undefined>;
  beforeEach(() => {
    filters = {};
    Object.assign(answers, {
      DescribeRule: () => ({ State: ON, EventPattern: JSON.stringify(PATTERN) }),
      ListTargetsByRule: () => ({ Targets: TARGETS }),
      ListSubscriptionsByTopic: () => ({ Subscriptions: [confirmed(EMAIL)] }),
      GetSubscriptionAttributes: ({ SubscriptionArn }: Input) => ({
        Attributes: filters[String(SubscriptionArn)],
      }),
    } satisfies Answers);
  });

  test("that are as declared let a key be made, once they were all looked at", async () => {
    await handler(event);
    expect(asked).toEqual([
      "DescribeSecret",
      "DescribeRule",
      "ListTargetsByRule",
      "ListSubscriptionsByTopic",
      "GetSubscriptionAttributes",
      "PutSecretValue",
    ]);
    expect(inputs).toMatchObject({
      DescribeSecret: { SecretId: SECRET },
      DescribeRule: { Name: "rule" },
      ListTargetsByRule: { Rule: "rule" },
      ListSubscriptionsByTopic: { TopicArn: TOPIC },
      GetSubscriptionAttributes: { SubscriptionArn: `${TOPIC}:1` },
    });
    // A function has a minute: the SDK's own attempts must end well before.
    for (const client of clients as { config: { maxAttempts(): Promise<number> } }[])
      expect(await client.config.maxAttempts()).toBe(3);
  });

  const none = failing("ResourceNotFoundException");
  test.each<[string, Answers, RegExp]>([
    ["a rule that is missing", { DescribeRule: thrower(none) }, /alert rule rule is missing; apply/],
    ["one that is off", { DescribeRule: () => ({ State: "DISABLED" }) }, /is DISABLED/],
    ["one for fewer events", { DescribeRule: () => ({ State: "ENABLED" }) }, /is ENABLED/],
    ["no targets", { ListTargetsByRule: () => ({}) }, /has lost its targets/],
    ["a rule that goes meanwhile", { ListTargetsByRule: thrower(none) }, /has lost its targets/],
    [
      "a target less",
      { ListTargetsByRule: () => ({ Targets: TARGETS.slice(1) }) },
      /differs from what is declared/,
    ],
    ["no pattern", { DescribeRule: () => ({ State: ON }) }, /differs/],
    ["another", { DescribeRule: () => ({ State: ON, EventPattern: '{"source":["x"]}' }) }, /differs/],
    [
      "a schedule",
      { DescribeRule: () => ({ State: ON, EventPattern: JSON.stringify(PATTERN), ScheduleExpression: "x" }) },
      /differs/,
    ],
    ["EventBridge denies", { DescribeRule: thrower(failing("ValidationException")) }, /EventBridge refused/],
    ["SNS denies", { ListSubscriptionsByTopic: thrower(failing("InvalidParameter")) }, /SNS refused/],
    [
      "no topic",
      { ListSubscriptionsByTopic: thrower(failing("NotFoundException")) },
      /topic of the alerts.*missing; apply/,
    ],
    [
      "no subscription",
      { GetSubscriptionAttributes: thrower(failing("NotFound")) },
      /or a subscription, is missing/,
    ],
    [
      "a recipient too few",
      { ListSubscriptionsByTopic: () => ({ Subscriptions: [confirmed("x@acme.example")] }) },
      /ops@acme.example is not subscribed to the alert topic arn:.*which subscribes it/,
    ],
    ["a topic that lists nothing", { ListSubscriptionsByTopic: () => ({}) }, /is not subscribed/],
    [
      "a filter",
      { GetSubscriptionAttributes: () => ({ Attributes: { FilterPolicy: '{"a":["b"]}' } }) },
      /filter policy keeps alerts from ops@acme.example in .*FilterPolicy of its subscriptions to \{\}/,
    ],
  ])("with %s let none be made", async (_, more, message) => {
    Object.assign(answers, more);
    expect((await refusalOf(event)).message).toMatch(message);
    expect(put).toEqual([]);
  });

  test("with no pattern are not what is declared, though a digest of no pattern is", async () => {
    answers["DescribeRule"] = () => ({ State: ON, EventPattern: "{" });
    const rule = createHash("sha256").update(canonicalRule(undefined, TARGETS)).digest("hex");
    const alertRules = { rule };
    expect((await refusalOf({ ...event, alertRules })).message).toMatch(/differs/);
  });

  test("may be for nobody who is declared", async () => {
    answers["ListSubscriptionsByTopic"] = () => ({ Subscriptions: [] });
    const { alertEmails, ...nobody } = event;
    await handler(nobody);
    expect([alertEmails.length, put.length]).toEqual([1, 1]);
  });

  test("are read page by page", async () => {
    const pages = (all: readonly object[], member: string) => (input: Input) => {
      const at = Number(input["NextToken"] ?? 0);
      return { [member]: [all[at]], NextToken: at + 1 < all.length ? String(at + 1) : undefined };
    };
    answers["ListTargetsByRule"] = pages(TARGETS, "Targets");
    answers["ListSubscriptionsByTopic"] = pages(
      [confirmed("x@acme.example"), confirmed(EMAIL, 2)],
      "Subscriptions",
    );
    await handler(event);
    expect(asked.filter((action) => action.startsWith("List"))).toHaveLength(4);
  });

  test.each([
    ["ListTargetsByRule", "Targets", 10, 10],
    ["ListSubscriptionsByTopic", "Subscriptions", 100, 10],
  ])("%s without end comes to an end", async (action, member, size, pages) => {
    const page = Array.from({ length: size }, (_, i) => ({
      ...target(TOPIC, String(i)),
      ...confirmed(`${i}@x`, i),
    }));
    answers[action] = () => ({ [member]: page, NextToken: "more" });
    await refusalOf(event);
    expect(asked.filter((each) => each === action)).toHaveLength(pages);
  });

  test("to a topic of another account are not looked into; one topic is looked into once", async () => {
    const targets = [target(TOPIC.replace("123456789012", "210987654321"))];
    answers["ListTargetsByRule"] = () => ({ Targets: targets });
    await handler({ ...event, alertRules: { rule: digest(targets) } });
    expect(asked).not.toContain("ListSubscriptionsByTopic");
    versions = {};
    answers["ListTargetsByRule"] = () => ({ Targets: TARGETS });
    await handler({ ...event, alertRules: { rule: digest(), other: digest() } });
    expect(asked.filter((action) => action === "ListSubscriptionsByTopic")).toHaveLength(1);
  });

  test.each([
    ["nobody is declared, nobody subscribed", [], [], {}, true],
    [
      "who is declared has not confirmed",
      [EMAIL],
      [{ ...confirmed(EMAIL), SubscriptionArn: "Pending" }],
      {},
      true,
    ],
    ["one of two others has a filter", [], [confirmed("a@x", 1), confirmed("b@x", 2)], { 1: {} }, true],
    ["all others have one", [], [confirmed("a@x", 1), confirmed("b@x", 2)], { 1: {}, 2: {} }, false],
    [
      "who is declared has not confirmed, and all others have one",
      [EMAIL],
      [{ ...confirmed(EMAIL), SubscriptionArn: "Pending" }, confirmed("a@x", 1)],
      { 1: {} },
      false,
    ],
    [
      "who is declared has none, and another one",
      [EMAIL],
      [confirmed(EMAIL, 2), confirmed("a@x", 1)],
      { 1: {} },
      true,
    ],
    ["one of two of the declared", [EMAIL], [confirmed(EMAIL, 2), confirmed(EMAIL, 1)], { 1: {} }, false],
  ])("where %s", async (_, alertEmails, Subscriptions, filtered, made) => {
    answers["ListSubscriptionsByTopic"] = () => ({ Subscriptions });
    for (const n of Object.keys(filtered)) filters[`${TOPIC}:${n}`] = { FilterPolicy: '{"a":["b"]}' };
    const asking = handler({ ...event, alertEmails });
    if (made) await asking;
    else await expect(asking).rejects.toThrow(/filter policy keeps alerts/);
    expect(put).toHaveLength(made ? 1 : 0);
  });
});

describe("the input", () => {
  const right = { secretArn: SECRET };
  const digest = "0".repeat(64);
  test.each<[string, unknown]>([
    ["secretArn", null],
    ["secretArn", {}],
    ...[
      5,
      [SECRET],
      `x${SECRET}`,
      `${SECRET}\n`,
      SECRET.replace("aws", ""),
      SECRET.replace("eu-west-1", ""),
      SECRET.replace("secretsmanager", "kms"),
      SECRET.replace("123456789012", "12345678901"),
      SECRET.replace("123456789012", "1234567890123"),
      SECRET.replace(/secret:.*/, "secret:"),
      SECRET.replace("private-key", "credentials"),
      SECRET.replace("generation-3/", ""),
      SECRET.replace("generation-3", "generation-03"),
      SECRET.replace("bot", "bot/x"),
      SECRET.replace("ledger-enterprise", "ledger"),
      SECRET.slice(0, -7),
    ].map((secretArn): [string, unknown] => ["secretArn", { ...right, secretArn }]),
    ...[
      5,
      "x",
      `x${KMS_KEY}`,
      `${KMS_KEY}\n`,
      KMS_KEY.replace("aws", ""),
      KMS_KEY.replace("eu-west-1", ""),
      KMS_KEY.replace("123456789012", "12345678901"),
      KMS_KEY.replace("123456789012", "1234567890123"),
      KMS_KEY.replace(/key.*/, "key/"),
      KMS_KEY.replace("key", "alias"),
    ].map((encryptionKeyArn): [string, unknown] => ["encryptionKeyArn", { ...right, encryptionKeyArn }]),
    ...[
      [],
      "x",
      { rule: 5 },
      { rule: "0" },
      { rule: `${digest}0` },
      { rule: `x${digest}` },
      { rule: "G".repeat(64) },
      { "": digest },
      { "a b": digest },
      { ["r".repeat(65)]: digest },
      { good: digest, rule: "bad" },
    ].map((alertRules): [string, unknown] => ["alertRules", { ...right, alertRules }]),
    ...["x", {}, [5], [5, "a@x"]].map((alertEmails): [string, unknown] => [
      "alertEmails",
      { ...right, alertEmails },
    ]),
  ])("of another form is refused before AWS is asked: %s (%#)", async (field, event) => {
    const { name, message } = await refusalOf(event);
    expect([name, message]).toEqual([
      "GeneratorError",
      expect.stringContaining(`the input's ${field} is malformed; ${field} must be `),
    ]);
    expect(asked).toEqual([]);
  });

  test("may have a rule's name of 64 characters", async () => {
    const alertRules = { [`a.b-c_${"r".repeat(58)}`]: digest };
    await refusalOf({ ...right, alertRules });
    expect(asked).toContain("DescribeRule");
  });
});

test.each([
  ["SECRETS_MANAGER", "DescribeSecret"],
  ["EVENTBRIDGE", "DescribeRule"],
  ["SNS", "ListSubscriptionsByTopic"],
])("a client of %s that is led elsewhere sends nothing", async (service) => {
  const environment = {
    [`AWS_ENDPOINT_URL_${service}`]: "https://attacker.example",
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  jest.replaceProperty(process, "env", { ...process.env, ...environment });
  const client = { SECRETS_MANAGER: SecretsManagerClient, EVENTBRIDGE: EventBridgeClient, SNS: SNSClient }[
    service
  ];
  const target = { Id: "page", Arn: TOPIC };
  Object.assign(answers, {
    DescribeRule: () => ({ State: ON, EventPattern: JSON.stringify(PATTERN) }),
    ListTargetsByRule: () => ({ Targets: [target] }),
  });
  jest.spyOn(client?.prototype as { send: unknown } as never, "send").mockRestore();
  const rule = createHash("sha256")
    .update(canonicalRule(PATTERN, [target]))
    .digest("hex");
  const error = await refusalOf({ secretArn: SECRET, alertRules: { rule } });
  expect(error.message).toMatch(/refusing to send to https:\/\/attacker\.example.*; remove AWS_ENDPOINT_URL/);
});
