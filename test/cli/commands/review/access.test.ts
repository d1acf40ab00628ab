/** Who gains and loses which right, and new keys without a lock: facts, by themselves. */
import { accessFindings } from "../../../../cli/commands/review/access";
import type { OwnedChange } from "../../../../cli/commands/review/finding";
import { role } from "../../../support/cli/plan";

type Values = Record<string, unknown>;
const [A, B, C] = [role("a"), role("b"), role("c")];
const KMS = "aws_kms_key";
const SECRET = "aws_secretsmanager_secret";
const KEY = { name: "ledger-enterprise/acme/bot/generation-1/private-key" };
const SIGNING = { customer_master_key_spec: "ECC_NIST_P256" };

/** A policy that allows an action to roles, and denies it to all others. */
const policy = (action: string, roles: readonly string[], ...more: Values[]) =>
  JSON.stringify({
    Statement: [
      {
        Sid: "S",
        Effect: "Allow",
        Principal: "*",
        Action: action,
        Resource: "*",
        Condition: { ArnEquals: { "aws:PrincipalArn": roles } },
      },
      {
        Sid: "L",
        Effect: "Deny",
        Principal: "*",
        Action: action,
        Resource: "*",
        Condition: { ArnNotEquals: { "aws:PrincipalArn": roles } },
      },
      ...more,
    ],
  });
const deny = (Action: string): Values => ({
  Sid: "D",
  Effect: "Deny",
  Principal: "*",
  Action,
  Resource: "*",
});
const change = (type: string, before: Values | undefined, after: Values | undefined, more: object = {}) =>
  ({
    ...{ address: `${type}.X`, type, before, after, unknown: new Set<string>() },
    actions: before ? ["update"] : ["create"],
    ...more,
  }) as unknown as OwnedChange;
const facts = (given: OwnedChange, declared?: object) =>
  accessFindings(given, declared as never).map(({ kind, fact, tells }) => {
    expect(tells).toEqual(["policy"]);
    return { kind, ...fact };
  });

describe.each([
  ["kms:Sign", KMS, SIGNING, "sign"],
  ["secretsmanager:GetSecretValue", SECRET, KEY, "read the private key"],
  ["secretsmanager:GetSecretValue", SECRET, { name: "x/credentials" }, "read the credentials"],
  ["secretsmanager:GetSecretValue", SECRET, { name: "x" }, { read: "x" }],
])("%s of %s", (action, type, values, right) => {
  const of = (roles: readonly string[], ...more: Values[]) => ({
    ...values,
    policy: policy(action, roles, ...more),
  });

  test("is gained and lost, by those alone for whom it changes", () => {
    expect(facts(change(type, of([A, B]), of([B, C])))).toEqual([
      { kind: "access", fact: "gains", role: C, right },
      { kind: "access", fact: "loses", role: A, right },
    ]);
    expect(facts(change(type, of([A]), of([A])))).toEqual([]);
  });

  test("is gained by those of a new one", () => {
    expect(facts(change(type, undefined, of([A], deny("secretsmanager:DeleteSecret"))))).toEqual([
      { kind: "access", fact: "gains", role: A, right },
    ]);
    expect(facts(change(type, undefined, of([A])))).toEqual([
      { kind: "access", fact: "gains", role: A, right },
      { kind: "notice", fact: "made without removal protection" },
    ]);
  });

  test("is open to others where a new one has no lock", () => {
    const open = { ...values, policy: JSON.stringify({ Statement: [deny("kms:DisableKey")] }) };
    expect(facts(change(type, undefined, open))).toEqual([
      { kind: "weakened", fact: "made without lock", right },
    ]);
    const own = { Sid: "L", Effect: "Deny", Action: action, Resource: "*" };
    const ofNobody = {
      ...values,
      policy: JSON.stringify({ Statement: [own, deny("kms:ScheduleKeyDeletion")] }),
    };
    expect(facts(change(type, undefined, ofNobody))).toEqual([
      { kind: "weakened", fact: "made without lock", right },
    ]);
  });

  test("is given to one role at a time", () => {
    for (const wide of ["arn:aws:iam::123456789012:role/*", `x${A}`, `${A} x`, "*"])
      expect(facts(change(type, of([A]), of([A, wide])))).toContainEqual({
        ...{ kind: "weakened", fact: "not a single role", role: wide, right },
      });
    const user = "arn:aws-cn:iam::123456789012:user/ops/a+=,.@-_";
    expect(facts(change(type, of([A]), of([A, user]))).map(({ fact }) => fact)).toEqual(["gains"]);
  });

  test("is known later", () => {
    const later = { unknown: new Set(["policy"]) };
    expect(facts(change(type, of([A]), values, later))).toEqual([
      { kind: "weakened", fact: "policy known later" },
    ]);
    expect(facts(change(type, undefined, values, later))).toEqual([
      { kind: "notice", fact: "policy known later", right },
    ]);
  });

  test("is signed for by those whom the registration names", () => {
    const declared = { entry: { signers: [A] } };
    const unregistered = { kind: "weakened", fact: "signer not registered", role: B, right };
    const found = facts(change(type, of([]), of([A, B])), declared);
    const signs = right === "sign" || right === "read the private key";
    expect(found.filter(({ fact }) => fact === "signer not registered")).toEqual(signs ? [unregistered] : []);
    expect(facts(change(type, of([]), of([B])), { entry: {} }).map(({ fact }) => fact)).toEqual(["gains"]);
  });
});

test("what comes with signing is reported once, as that", () => {
  const also = ["kms:Sign", "kms:DescribeKey", "kms:GetPublicKey", "kms:Verify"];
  const of = (roles: string[]) => ({
    ...SIGNING,
    policy: JSON.stringify({
      Statement: [
        {
          Sid: "S",
          Effect: "Allow",
          Principal: "*",
          Action: also,
          Resource: "*",
          Condition: { ArnEquals: { "aws:PrincipalArn": roles } },
        },
      ],
    }),
  });
  expect(facts(change(KMS, of([A]), of([A, B])))).toEqual([
    { kind: "access", fact: "gains", role: B, right: "sign" },
  ]);
});

test("the name of a secret that is known later is that which it had", () => {
  const before = { ...KEY, policy: policy("secretsmanager:GetSecretValue", [A]) };
  const after = { policy: policy("secretsmanager:GetSecretValue", [A, B]) };
  expect(facts(change(SECRET, before, after))).toMatchObject([
    { fact: "gains", right: "read the private key" },
  ]);
  expect(facts(change(SECRET, undefined, { policy: before.policy }))).toMatchObject([
    { fact: "gains", right: { read: "" } },
    { fact: "made without removal protection" },
  ]);
});

describe("a policy of something else", () => {
  test("gives no right to a key", () => {
    const of = (roles: string[]) => ({ policy: policy("kms:Sign", roles) });
    const other = { customer_master_key_spec: "SYMMETRIC_DEFAULT", ...of([A]) };
    for (const [type, values] of [
      ["aws_sns_topic", { ...SIGNING, ...of([A]) }],
      [KMS, other],
    ] as const)
      expect(facts(change(type, undefined, values))).toEqual([]);
    expect(facts(change(KMS, undefined, {}, { unknown: new Set(["policy"]) }))).toEqual([]);
  });

  test("is compared where there are two of it", () => {
    const before = { policy: JSON.stringify({ Statement: [deny("sns:Publish")] }) };
    const lost = {
      kind: "weakened",
      statement: "D",
      effect: "Deny",
      fact: "denies less",
      actions: ["sns:Publish"],
    };
    expect(facts(change("aws_sns_topic", before, { policy: "" }))).toEqual([lost]);
    expect(facts(change("aws_sns_topic", before, { policy: "{" }))).toEqual([
      { kind: "weakened", fact: "policy not comparable" },
    ]);
    expect(facts(change("aws_sns_topic", { policy: "{" }, { policy: "{" }))).toEqual([]);
    expect(facts(change("aws_sqs_queue", before, { policy: "" }))).toEqual([]);
  });

  test("that goes is no change of rights; one that is replaced is", () => {
    const before = { ...SIGNING, policy: policy("kms:Sign", [A]) };
    const after = { ...SIGNING, policy: policy("kms:Sign", [B]) };
    expect(facts(change(KMS, before, undefined, { actions: ["delete"] }))).toEqual([]);
    expect(facts(change(KMS, before, after, { actions: ["delete"] }))).toEqual([]);
    expect(facts(change(KMS, before, after, { actions: ["delete", "create"] }))).toHaveLength(2);
  });
});

test.each([
  "secretsmanager:DeleteSecret",
  "kms:ScheduleKeyDeletion",
  "kms:DisableKey",
])("protection by denying %s is turned off", (action) => {
  const of = (...more: Values[]) => ({
    ...KEY,
    policy: policy("secretsmanager:GetSecretValue", [A], ...more),
  });
  expect(facts(change(SECRET, of(deny(action)), of()))).toEqual([
    { kind: "weakened", fact: "removal protection off", actions: [action] },
  ]);
  expect(facts(change(SECRET, of(), of(deny(action))))).toEqual([]);
});
