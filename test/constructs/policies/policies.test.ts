/** The policies whole, where few variants of a user's declaration lead to them. What they mean, test/permissions says. */
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { TerraformStack, TerraformVariable, Token } from "cdktf";
import { ApiUser, ApiUserRole, LedgerWorkspace, type LedgerWorkspaceOptions } from "../../../constructs";
import { keyAdministration } from "../../../constructs/policies/key-administration";
import { deny } from "../../../constructs/policies/policy";
import { checkPolicySize, longestLength, policySize } from "../../../constructs/policies/policy-size";
import { ACCOUNT, KEY_SECRET, role, synthesize, type Template } from "../../support/synthesis";
import { testingApp } from "../../support/testing-app";

const location = { partition: "aws", account: ACCOUNT, region: "eu-west-1" };
const ROOT = { AWS: [`arn:aws:iam::${ACCOUNT}:root`] };
const DEPLOYERS = [role("terraform")];

describe("who administers a KMS key", () => {
  const of = (deployers: readonly string[], removalProtection: boolean, recoveryWindowInDays = 30) => {
    const statements = keyAdministration({ location, deployers, removalProtection, recoveryWindowInDays });
    return new Map(statements.map((statement) => [statement.Sid, statement]));
  };

  test("without deployers, the account; it may see the key in any case", () => {
    const found = of([], true);
    expect([...found.keys()]).toEqual(["AccountSees", "AccountAdministers", "NobodyGrants", "NobodyDeletes"]);
    for (const [sid, first, last] of [
      ["AccountSees", "kms:DescribeKey", "kms:ListResourceTags"],
      ["AccountAdministers", "kms:CancelKeyDeletion", "kms:UpdateKeyDescription"],
    ] as const) {
      const { Effect, Principal, Action, Resource, Condition } = found.get(sid) ?? {};
      expect([Effect, Principal, Action?.[0], Action?.at(-1), Resource, Condition]).toEqual([
        "Allow",
        ROOT,
        first,
        last,
        "*",
        undefined,
      ]);
    }
  });

  test("with deployers, they alone, and they alone change its policy", () => {
    const found = of(DEPLOYERS, true);
    expect(found.get("DeployersAdminister")).toMatchObject({
      Principal: ROOT,
      Condition: { ArnEquals: { "aws:PrincipalArn": DEPLOYERS } },
    });
    expect(found.get("OnlyDeployersChangeThePolicy")).toEqual(
      deny("OnlyDeployersChangeThePolicy", "kms:PutKeyPolicy", DEPLOYERS),
    );
    expect([...found.keys()]).toHaveLength(5);
  });

  test.each([
    [30, "30"],
    [14, "14"],
    [7, "7"],
    // AWS takes no fewer.
    [0, "7"],
  ])("unprotected, with a recovery window of %d days, it is deleted after %s and no sooner", (window, days) => {
    expect([...of(DEPLOYERS, false, window).values()].at(-1)).toEqual({
      Sid: "NobodyShortensTheWaitingPeriod",
      Effect: "Deny",
      Principal: "*",
      Action: "kms:ScheduleKeyDeletion",
      Resource: "*",
      Condition: { NumericLessThan: { "kms:ScheduleKeyDeletionPendingWindowInDays": days } },
    });
  });
});

const user = (options: Partial<LedgerWorkspaceOptions>, signers = [role("settlement")]): Template =>
  synthesize((stack) => {
    const workspace = new LedgerWorkspace(stack, "W", {
      name: "acme",
      account: ACCOUNT,
      region: "eu-west-1",
      alerts: false,
      ...options,
    });
    new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR, signers });
  });

test.each([
  undefined,
  29,
  7,
])("an unprotected secret is deleted after its full recovery window of %p days and no sooner", (recoveryWindowInDays) => {
  const template = user({ removalProtection: false, recoveryWindowInDays });
  const statements = template.statements(...KEY_SECRET);
  expect([...statements.values()].slice(-2)).toEqual([
    {
      ...deny("NobodyDeletesAtOnce", "secretsmanager:DeleteSecret"),
      Condition: { Bool: { "secretsmanager:ForceDeleteWithoutRecovery": "true" } },
    },
    {
      ...deny("NobodyShortensTheRecoveryWindow", "secretsmanager:DeleteSecret"),
      Condition: {
        NumericLessThan: { "secretsmanager:RecoveryWindowInDays": String(recoveryWindowInDays ?? 30) },
      },
    },
  ]);
});

const DELETION = /Delete|RecoveryWindow|WaitingPeriod/;
/** What a stack says of deletion: of each secret and KMS key its window, and the statements about it. */
const deletions = (template: Template) =>
  [...template.all("aws_secretsmanager_secret"), ...template.all("aws_kms_key")].map((each) => [
    each.recovery_window_in_days ?? each.deletion_window_in_days,
    JSON.parse(each.policy)
      .Statement.map(({ Sid }: { Sid: string }) => Sid)
      .filter((sid: string) => DELETION.test(sid)),
  ]);

test("without a recovery window secrets are deleted at once, and KMS keys after the seven days that AWS asks for", () => {
  const found = deletions(user({ removalProtection: false, recoveryWindowInDays: 0, alerts: true }));
  expect(found).toHaveLength(4);
  expect(found.slice(0, 2)).toEqual([
    [0, []],
    [0, []],
  ]);
  for (const each of found.slice(2)) expect(each).toEqual([7, ["NobodyShortensTheWaitingPeriod"]]);
});

test("a user that is protected is so without a recovery window too", () => {
  const template = synthesize((stack) => {
    const options = { name: "acme", removalProtection: false, recoveryWindowInDays: 0, alerts: false };
    const workspace = new LedgerWorkspace(stack, "W", options);
    new ApiUser(stack, "U", {
      ...{ workspace, username: "bot", role: ApiUserRole.OPERATOR, removalProtection: true },
    });
  });
  expect(deletions(template).slice(0, 2)).toEqual([
    [0, ["NobodyDeletes"]],
    [0, ["NobodyDeletes"]],
  ]);
});

test.each([
  [1, {}, /recoveryWindowInDays: is 1; write 7 to 30, or 0 for a sandbox/],
  [6, {}, /recoveryWindowInDays: is 6/],
  [31, {}, /recoveryWindowInDays: is 31/],
  [-1, {}, /recoveryWindowInDays: is -1/],
  [7.5, {}, /recoveryWindowInDays: is 7.5/],
  [
    0,
    {},
    /recoveryWindowInDays: is 0, which deletes keys at once, and removal protection is on; write removalProtection: false/,
  ],
  [0, { removalProtection: true }, /removal protection is on/],
])("a recovery window of %p days beside %j is refused", (recoveryWindowInDays, more, message) => {
  expect(() => user({ recoveryWindowInDays, ...more })).toThrow(message);
});

test("the policies of the registration name their statements", () => {
  const { custodianPolicy } = user({ custodians: [role("custody")] }).json.output.registration.value.bot;
  const { Statement } = custodianPolicy;
  expect(Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual([
    "LoadSecrets",
    "RestoreCredentials",
    "UseKmsKeyBySecretsManager",
  ]);
});

/** What Terraform makes of these, principal-conditions.process.test.ts sees. */
describe("what is a token is checked by a precondition", () => {
  interface Found {
    readonly condition: string;
    readonly error_message: string;
  }
  const conditionOn = (options: (token: string) => Partial<LedgerWorkspaceOptions>, signer = false) => {
    const template = synthesize((stack) => {
      const token = new TerraformVariable(stack, "token", { type: "string" }).stringValue;
      const workspace = new LedgerWorkspace(stack, "W", {
        name: "acme",
        account: ACCOUNT,
        region: "eu-west-1",
        alerts: false,
        signerAccounts: ["210987654321"],
        ...options(token),
      });
      const signers = [signer ? token : role("settlement")];
      new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR, signers });
    });
    const all: readonly Found[] = template.one(...KEY_SECRET).lifecycle.precondition ?? [];
    const [found, ...others] = all.filter(({ condition }) => condition.includes("var.token"));
    expect(others).toEqual([]);
    return { condition: found?.condition ?? "", message: found?.error_message ?? "" };
  };

  test.each([
    [{ allowUsers: false }, ":role/", /A signer or reader .* IAM role of /],
    [{ allowUsers: true }, ":(role|user)/", /A signer or reader .* IAM role or user of /],
  ])("a signer: %j", (options, kind, said) => {
    const { condition, message } = conditionOn(() => options, true);
    expect(condition).toContain(kind);
    expect(condition).toContain(
      `contains(["${ACCOUNT}", "210987654321"], element(split(":", var.token), 4))`,
    );
    expect(condition).toMatch(
      /element\(split\(":", var\.token\), 1\) == data\.aws_partition\.\w+\.partition/,
    );
    expect(message).toMatch(said);
  });

  test.each([
    ["deployer", (token: string) => ({ deployers: [token] })],
    ["custodian", (token: string) => ({ custodians: [token] })],
  ])("a %s is a role of the account", (who, options) => {
    const { condition, message } = conditionOn(options);
    expect(condition).toContain("::[0-9]{12}:role/");
    expect(condition).toContain(`contains(["${ACCOUNT}"], element(split(":", var.token), 4))`);
    expect(message).toContain(`A ${who} is not`);
  });

  test.each([
    ["signerAccounts", /12 digits\.$/, (token: string) => ({ signerAccounts: [token] })],
    ["name", /The workspace's name is not one/, (token: string) => ({ name: token })],
    ["rolePath", /without wildcards\.$/, (token: string) => ({ rolePath: token })],
  ])("%s", (what, said, options) => {
    const { condition, message } = conditionOn(options);
    expect(condition).toMatch(/^\$\{can\(regex\("\^.+\$", var\.token\)\)\}$/);
    if (what === "signerAccounts") expect(condition).toContain("^[0-9]{12}$");
    expect(message).toMatch(said);
  });
});

describe("the size of a policy", () => {
  const statement = (Resource: string) => [{ Sid: "S", Effect: "Allow", Action: "x:Y", Resource } as const];
  const empty = policySize(statement(""), location);

  test("counts tokens of the place as the longest that they can be, and others as an ARN", () => {
    const stack = new TerraformStack(testingApp(), "sizes");
    const [partition, account, region] = ["p", "a", "r"].map(
      (name) => new TerraformVariable(stack, name, {}).stringValue,
    ) as [string, string, string];
    const place = { partition, account, region };
    const size = (text: string) => policySize(statement(text), place) - empty;
    expect(size(partition)).toBe("aws-us-gov".length);
    expect(size(account)).toBe("123456789012".length);
    expect(size(region)).toBe("ap-southeast-1".length);
    expect(size(region + region)).toBe(2 * "ap-southeast-1".length);
    const other = new DataAwsPartition(stack, "Other").partition;
    expect(Token.isUnresolved(other)).toBe(true);
    expect(size(`x${other}`)).toBe(1 + 128);
    expect(longestLength(other + other)).toBe(2 * 128);
  });

  test("may be the limit, and no more", () => {
    const validate = (limit: number) => {
      const stack = new TerraformStack(testingApp(), "limits");
      const fix = () => "do less";
      checkPolicySize(stack, { what: "it", limit, fix, location, statements: () => statement("") });
      return stack.node.validate();
    };
    expect(validate(empty)).toEqual([]);
    expect(validate(empty - 1)).toEqual([
      `it would have ${empty} characters, and AWS takes ${empty - 1}; do less`,
    ]);
  });
});
