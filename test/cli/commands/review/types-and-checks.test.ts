/** Resources that this package never makes, and Terraform's own checks: facts, by themselves. */
import { checkFindings, pinnedFindings } from "../../../../cli/commands/review/checks";
import type { OwnedChange } from "../../../../cli/commands/review/finding";
import { typeFindings } from "../../../../cli/commands/review/types";

const change = (type: string, after: object | undefined, more: object = {}) =>
  ({
    ...{
      address: `${type}.X`,
      type,
      before: undefined,
      after,
      unknown: new Set<string>(),
      actions: ["create"],
    },
    ...more,
  }) as unknown as OwnedChange;

describe("a type", () => {
  const facts = (given: OwnedChange, ...others: OwnedChange[]) =>
    typeFindings(given, [given, ...others]).map(({ kind, fact }) => ({ kind, ...fact }));

  test("that this package never makes is told, whatever becomes of it", () => {
    for (const actions of [["create"], ["no-op"], ["delete"]])
      expect(facts(change("aws_iam_user", {}, { actions }))).toEqual([
        { kind: "weakened", fact: "foreign type", type: "aws_iam_user" },
      ]);
    expect(facts(change("aws_sns_topic", {}))).toEqual([]);
  });

  const ROLE = "ledger-acme-eu-west-1-key-generator";
  const role = (name = ROLE, more = {}) => change("aws_iam_role", { name, ...more });
  const own = change("aws_iam_role_policy", { name: "make-keys", role: ROLE });
  const further = (name: string | null) => [
    { kind: "weakened", fact: "further policy of a role", role: name },
  ];

  test("of the generator's own policy is none of these", () => {
    const another = change("aws_iam_role_policy", { name: "make-keys", role: `${ROLE}2` });
    const gone = change("aws_iam_role_policy", undefined, { actions: ["delete"] });
    expect(
      facts(own, role(), another, change("aws_sns_topic", { name: "make-keys", role: ROLE }), gone),
    ).toEqual([]);
  });

  test.each<[string, OwnedChange, OwnedChange[], string | null]>([
    ["another name", change("aws_iam_role_policy", { name: "more", role: ROLE }), [role()], ROLE],
    ["no role that is known", change("aws_iam_role_policy", { name: "make-keys" }), [role()], null],
    [
      "a role that begins otherwise",
      change("aws_iam_role_policy", { name: "make-keys", role: `x${ROLE}` }),
      [role(`x${ROLE}`)],
      `x${ROLE}`,
    ],
    [
      "a role that ends otherwise",
      change("aws_iam_role_policy", { name: "make-keys", role: `${ROLE}x` }),
      [role(`${ROLE}x`)],
      `${ROLE}x`,
    ],
    ["a role of another stack", own, [], ROLE],
    ["a role of another name", own, [role("other")], ROLE],
    ["what is no role", own, [change("aws_sns_topic", { name: ROLE })], ROLE],
    ["a role that goes", own, [change("aws_iam_role", undefined, { before: { name: ROLE } })], ROLE],
    [
      "a second one of its name",
      own,
      [role(), change("aws_iam_role_policy", { name: "make-keys", role: ROLE })],
      ROLE,
    ],
  ])("further policy of a role: %s", (_, given, others, name) => {
    expect(facts(given, ...others)).toEqual(further(name));
  });

  test("is told where it is written, also at an import", () => {
    const policy = (more: object) => change("aws_iam_role_policy", { name: "n", role: "r" }, more);
    expect(facts(policy({ actions: ["update"] }))).toEqual(further("r"));
    expect(facts(policy({ actions: ["no-op"], imported: true }))).toEqual(further("r"));
    expect(facts(policy({ actions: ["no-op"] }))).toEqual([]);
    expect(facts(change("aws_iam_role_policy", undefined, { actions: ["delete"] }))).toEqual([]);
    expect(facts(change("aws_iam_role_policy", undefined, { actions: ["update"] }))).toEqual(further(null));
  });

  test("of a role that is made with more permissions is told", () => {
    const more = [{ kind: "weakened", fact: "role with further permissions" }];
    expect(facts(role("r", { managed_policy_arns: ["arn"] }))).toEqual(more);
    expect(facts(role("r", { inline_policy: [{}] }))).toEqual(more);
    for (const none of [[], null, undefined, "x"])
      expect(facts(role("r", { managed_policy_arns: none, inline_policy: none }))).toEqual([]);
    const topic = change("aws_sns_topic", { inline_policy: [{}] });
    expect(facts(topic)).toEqual([]);
    // A change of it is a change of a guard: see protection.ts.
    expect(facts(change("aws_iam_role", { inline_policy: [{}] }, { actions: ["update"] }))).toEqual([]);
  });
});

describe("a check", () => {
  const KEY = "aws_kms_key.X";
  const key = (actions: string[]) => change("aws_kms_key", {}, { actions });
  const found = (address: string, status: string, ...changes: OwnedChange[]) =>
    checkFindings([{ address, status }] as never, changes).map(({ kind, fact }) => ({ kind, ...fact }));

  test("that passes is not told", () => {
    expect(found("check.X", "pass", key(["update"]))).toEqual([]);
  });

  test("of a pinned key", () => {
    const pinned = (is: string) => [{ kind: "weakened", fact: "pinned key", is }];
    expect(found("check.X", "fail", key(["update"]))).toEqual(pinned("another key"));
    expect(
      found("module.a.check.X", "fail", change("aws_kms_key", {}, { address: `module.a.${KEY}` })),
    ).toEqual(pinned("another key"));
    expect(found("check.X", "unknown", key(["update"]))).toEqual(pinned("not compared"));
    expect(found("check.X", "unknown", key(["create"]))).toEqual([]);
    expect(found("check.X", "fail", key(["create"]))).toEqual(pinned("another key"));
  });

  test("of something else", () => {
    const other = (kind: string, status: string) => [{ kind, fact: "check does not pass", status }];
    expect(found("check.Y", "unknown", key(["update"]))).toEqual(other("notice", "unknown"));
    expect(found("check.Y", "fail", key(["update"]))).toEqual(other("weakened", "fail"));
    expect(found("check.Y", "error")).toEqual(other("weakened", "error"));
    expect(found("xcheck.X", "fail", key(["update"]))).toEqual(other("weakened", "fail"));
    // A condition of a resource: what is to change is checked at apply, which it ends.
    expect(found(KEY, "unknown", key(["update"]))).toEqual([]);
    expect(found(KEY, "unknown", key(["no-op", "update"]))).toEqual([]);
    expect(found(KEY, "unknown", key(["no-op"]))).toEqual(other("weakened", "unknown"));
    expect(found(KEY, "fail", key(["update"]))).toEqual(other("weakened", "fail"));
    expect(found("aws_kms_key.Z", "unknown", key(["update"]))).toEqual(other("weakened", "unknown"));
  });
});

describe("a key that is pinned before it is there", () => {
  const owner = { workspace: "acme", username: "bot" };
  const user = (entry: object) => ({ ...owner, entry }) as never;
  const PUBLIC = `04${"ab".repeat(64)}`;
  const pinned = user({ custody: "kms", publicKey: PUBLIC });
  const count = (users: never[], ...changes: OwnedChange[]) =>
    pinnedFindings(users, changes).map(({ kind, fact }) => [kind, fact.fact]);

  test("is told, where this plan makes it", () => {
    const made = change("aws_kms_key", {}, { owner });
    expect(count([pinned], made)).toEqual([["weakened", "pinned before the key exists"]]);
    expect(count([pinned], change("aws_sns_topic", {}, { owner }))).toEqual([]);
    expect(count([pinned], change("aws_kms_key", {}, { owner, actions: ["update"] }))).toEqual([]);
    expect(count([pinned], change("aws_kms_key", {}, { owner, imported: true }))).toEqual([]);
    expect(count([pinned], change("aws_kms_key", {}))).toEqual([]);
    expect(count([pinned], change("aws_kms_key", {}, { owner: { ...owner, username: "other" } }))).toEqual(
      [],
    );
    expect(count([user({ custody: "imported", publicKey: PUBLIC })], made)).toEqual([]);
    expect(count([user({ custody: "kms" })], made)).toEqual([]);
    expect(count([], made)).toEqual([]);
  });
});
