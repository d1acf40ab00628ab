/** Which key it is that a user gets: pinned, taken in, or no longer there. */

import { type Change, entry, found, output, plan, resource, review, secret } from "../../../support/cli/plan";
import { PUBLIC_KEY } from "../../../support/keys/public-key";

const SECRET = "aws_secretsmanager_secret";
const OUTPUT = { "settlement bot": entry() };
const SIGNS = { customer_master_key_spec: "ECC_NIST_P256", policy: "{}" };

/** A user of custody kms, with its key and alias. */
const KEY = "sweep-bot_Generation1_Key_BC1E33B3";
const ALIAS = { name: "alias/ledger-enterprise/acme/sweep-bot/generation-1", target_key_id: "k" };
const kmsEntry = (more = {}) => ({
  "sweep bot": entry({
    username: "sweep bot",
    custody: "kms",
    keyArn: "arn",
    publicKey: PUBLIC_KEY,
    ...more,
  }),
});
const stays = (type: string, name: string, values: Change["after"]): Change => ({
  ...{ type, name, before: values, after: values },
  actions: ["no-op"],
});
const KEPT = [
  stays("aws_kms_key", KEY, SIGNS),
  stays("aws_kms_alias", "sweep-bot_Generation1_Key_Alias_1", ALIAS),
];
const check = (status: string, address = `check.${KEY}`) => ({
  checks: [{ address: { kind: "check", name: "x", to_display: address }, status, instances: [] }],
});

describe("a public key that is pinned in YAML", () => {
  test("and is not the one of its KMS key closes the gate, with its user named", async () => {
    expect(found([plan(KEPT, check("fail"))])).toMatchObject({
      code: 1,
      kinds: new Set(["weakened"]),
      text: "weakened: acme/sweep-bot: the public key that is pinned for it in YAML is not the one of its KMS key",
    });
  });

  test.each(["unknown", "error"])("and could not be compared (%s) does, too", async (status) => {
    const { code, text } = found([plan(KEPT, { ...output(kmsEntry(), kmsEntry()), ...check(status) })]);
    expect({ code, text }).toEqual({
      code: 1,
      text: expect.stringMatching(
        /^weakened: acme\/sweep bot: .* could not be compared with the one of its KMS key$/,
      ),
    });
  });

  test("and is its own passes; a check of somebody else's that fails closes the gate", async () => {
    expect((await review([plan(KEPT, check("pass"))])).stdout).toContain("nothing changes");
    for (const [status, kind] of [
      ["unknown", "notice"],
      ["fail", "weakened"],
      ["error", "weakened"],
    ]) {
      const { code, text } = found([plan(KEPT, check(String(status), "check.health"))]);
      expect(text).toBe(`${kind}: check.health: this check does not pass: ${status}`);
      expect(code).toBe(kind === "notice" ? 0 : 1);
    }
  });

  const made = [
    { type: "aws_kms_key", name: KEY, after: SIGNS, unknown: { arn: true } },
    { type: "aws_kms_alias", name: "sweep-bot_Generation1_Key_Alias_1", after: ALIAS },
  ];

  test("before the key exists closes the gate, with its fingerprint", async () => {
    const { code, text } = found([plan(made, { ...output(null, kmsEntry()), ...check("unknown") })]);
    expect(code).toBe(1);
    expect(text).toMatch(
      /^weakened: acme\/sweep bot: its public key is pinned in YAML before its KMS key exists, .*: fingerprint ([0-9a-f]{4} ?){8}$/m,
    );
    expect(text).not.toContain("could not be compared");
  });

  test("does not where it will be known after apply only, or the KMS key is an old one", async () => {
    const { text } = found([plan(made, output(null, kmsEntry({ publicKey: undefined })))]);
    expect(text).not.toContain("pinned");
    expect(found([plan(KEPT, output(kmsEntry(), kmsEntry()))]).text).not.toContain("pinned");
  });

  test.each([
    ["no list", {}],
    ["entries that are none", [{}]],
  ])("in a plan whose checks are %s is refused", async (_, checks) => {
    expect((await review([plan([], { checks })])).code).toBe(2);
  });
});

describe("what a plan imports as it is", () => {
  const imported = (type: string, values: Change["after"], name = "X"): Change => ({
    ...stays(type, name, values),
    importing: "id",
  });

  test.each<[string, Change[], string]>([
    [
      "a secret",
      [imported(SECRET, secret())],
      "acme/settlement-bot: the secret of its private key is imported as it is: compare its public key with the registered one",
    ],
    [
      "credentials",
      [imported(SECRET, { name: "ledger-enterprise/acme/a/generation-1/credentials" })],
      "acme/a: the secret ledger-enterprise/acme/a/generation-1/credentials is imported as it is: find out who made it",
    ],
    [
      "a KMS key",
      [imported("aws_kms_key", SIGNS, KEY), ...KEPT.slice(1)],
      "acme/sweep-bot: its KMS key is imported as it is: compare its public key with the registered one",
    ],
    [
      "an alias",
      [imported("aws_kms_alias", ALIAS)],
      "acme/sweep-bot: the alias of its KMS key is imported as it is: compare its public key with the registered one",
    ],
    [
      "the key that encrypts",
      [imported("aws_kms_key", { customer_master_key_spec: "SYMMETRIC_DEFAULT", key_id: "k" })],
      "aws_kms_key.X: the KMS key k is imported as it is",
    ],
    ["a role", [imported("aws_iam_role", { name: "r" })], "aws_iam_role.X: the role r is imported as it is"],
    [
      "a function",
      [imported("aws_lambda_function", { function_name: "f" })],
      "aws_lambda_function.X: the function f is imported as it is",
    ],
  ])("closes the gate: %s", async (_, changes, message) => {
    const { code, text } = found([plan(changes)]);
    expect(code).toBe(1);
    expect(text).toContain(`weakened: ${message}`);
  });

  test("closes it too if it is anything else", async () => {
    const { code, text } = found([plan([imported("aws_cloudwatch_log_group", { name: "l" })])]);
    expect(code).toBe(1);
    expect(text).toBe("weakened: aws_cloudwatch_log_group.X: is imported as it is");
  });

  test("is not called generated, where the user's secret is not made by the plan", async () => {
    const invocation = {
      type: "aws_lambda_invocation",
      name: "user_Generation1_Key_Invocation_1",
      after: { function_name: "ledger-enterprise-acme-key-generator" },
    };
    const texts: string[] = [];
    for (const change of [
      imported(SECRET, secret(), "user_Generation1_Key_Secret_1"),
      stays(SECRET, "user_Generation1_Key_Secret_1", secret()),
      // At another address than the constructs give it.
      imported(SECRET, secret(), "elsewhere"),
    ])
      texts.push(found([plan([change, invocation])]).text);
    for (const text of texts) {
      expect(text).toContain(": its key is generated, or taken from the secret that is there already");
      expect(text).not.toContain("by the key generator");
    }
  });
});

describe("a key that is no longer found", () => {
  const gone = (...changes: Change[]) => ({ resource_drift: changes.map(resource) });

  test.each<[string, Change]>([
    ["acme/settlement bot", { type: SECRET, before: secret() }],
    ["acme/sweep-bot", { type: "aws_kms_key", name: KEY, before: SIGNS }],
    ["acme/sweep-bot", { type: "aws_kms_alias", before: ALIAS }],
    ["aws_kms_key.workspace", { type: "aws_kms_key", name: "workspace", before: {} }],
  ])("of %s closes the gate", async (subject, change) => {
    const { code, text } = found([plan(KEPT.slice(1), { ...gone(change), ...output(OUTPUT, OUTPUT) })]);
    expect(code).toBe(1);
    expect(text).toBe(
      `destroy: ${subject}: ${change.type}.${change.name ?? "X"} is no longer found where the stack looks: it was deleted by hand, or the stack's region or account changed; its key may still be registered and used`,
    );
  });

  test("and has another in its place to be registered, as when the region of a file changes", async () => {
    const later = { "settlement bot": entry({ keyArn: undefined, publicKey: undefined }) };
    const { code, text } = found([
      plan([{ type: SECRET, after: secret() }], {
        ...gone({ type: SECRET, before: secret() }),
        ...output({ "settlement bot": entry({ publicKey: PUBLIC_KEY }) }, later),
      }),
    ]);
    expect(code).toBe(1);
    expect(text).toMatch(/^destroy: acme\/settlement bot: .* is no longer found/m);
    expect(text).toMatch(
      /^weakened: acme\/settlement bot: the key to register is another: known after apply only; it was fingerprint /m,
    );
  });

  test("is another matter than one that was not known before: that user had none", async () => {
    const before = { "settlement bot": entry({ keyArn: undefined }) };
    const { code, text } = found([plan([], output(before, OUTPUT))]);
    expect(code).toBe(0);
    expect(text).toContain("key: acme/settlement bot: the key to register is another");
  });

  test("is not what a rule is that was deleted by hand", async () => {
    const { code, text } = found([plan([], gone({ type: "aws_cloudwatch_event_rule", before: {} }))]);
    expect(code).toBe(0);
    expect(text).toContain("was deleted outside Terraform");
  });
});
