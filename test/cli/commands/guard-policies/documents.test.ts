import { guardPolicies, LIMIT, type PolicyDocument } from "../../../../cli/commands/guard-policies/documents";
import type { WorkspaceDeclaration } from "../../../../fleet";
import { ACTORS, type Actor } from "../../../permissions/actors";
import { COMMERCIAL } from "../../../permissions/emitted";
import { variants } from "../../../permissions/matrix";
import { attached, declaration } from "../../../permissions/organization";
import { mayDo } from "../../../permissions/simulate";

const SETTINGS = { organization: "o-exampleorgid", roleAdmins: [], partition: "aws" };
const policiesOf = (workspaces: WorkspaceDeclaration[], more = {}) =>
  guardPolicies(workspaces, { ...SETTINGS, ...more });
const role = (name: string, account = "123456789012") => `arn:aws:iam::${account}:role/${name}`;

interface Shape {
  readonly account?: string;
  readonly deployers?: string[];
  readonly signers?: string[];
}
function workspace(
  name: string,
  { account = "123456789012", deployers, signers = [] }: Shape,
): WorkspaceDeclaration {
  const one = declaration(COMMERCIAL);
  return {
    ...one,
    ...{ name, account, deployers: deployers ?? [role("terraform", account)], custodians: [] },
    signerAccounts: [...new Set(signers.map((arn) => arn.split(":")[4] ?? ""))].filter(
      (each) => each !== account,
    ),
    files: one.files.map((file) => ({
      ...file,
      users: file.users.map((user) => ({ ...user, signers, readers: [] })),
    })),
  };
}

const statementsOf = ({ text }: PolicyDocument): { Sid: string; Resource: string[] }[] =>
  JSON.parse(text).Statement;

/** Each policy fits and is well formed, and each role is protected in its account. */
function check(policies: PolicyDocument[], roles: string[]): void {
  for (const policy of policies) {
    expect([policy.file, policy.text.length <= LIMIT]).toEqual([policy.file, true]);
    const sids = statementsOf(policy).map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    for (const sid of sids) expect(sid).toMatch(/^[A-Za-z0-9]+$/);
  }
  expect(new Set(policies.map(({ file }) => file)).size).toBe(policies.length);
  const scps = policies.filter(({ type }) => type === "SERVICE_CONTROL_POLICY");
  for (const arn of roles) {
    const its = scps.filter(({ accounts }) => accounts.includes(arn.split(":")[4] ?? ""));
    expect([
      arn,
      its.some((scp) => statementsOf(scp).some(({ Resource }) => Resource.includes(arn))),
    ]).toEqual([arn, true]);
  }
}

describe("a large fleet", () => {
  test("of many signers in one account has several policies, each of which fits", () => {
    const signers = Array.from({ length: 400 }, (_, i) => role(`settlement-service-${i}`));
    const policies = policiesOf([workspace("acme", { signers })]);
    check(policies, [...signers, role("terraform")]);
    const files = policies.map(({ file }) => file);
    expect(files.length).toBeGreaterThan(4);
    expect(files.slice(0, 2)).toEqual(["scp-1.json", "scp-2.json"]);
  });

  test("of many signers in another account has several policies for that account", () => {
    const signers = Array.from({ length: 200 }, (_, i) => role(`team/${i}/settlement`, "210987654321"));
    const policies = policiesOf([workspace("acme", { signers })]);
    check(policies, signers);
    expect(
      policies.filter(({ file }) => /^scp-signer-accounts-\d+\.json$/.test(file)).length,
    ).toBeGreaterThan(1);
    expect(policies.find(({ file }) => file === "scp.json")?.accounts).toEqual(["123456789012"]);
  });

  test("of many accounts shares policies, and attaches each account's to it alone", () => {
    const accounts = Array.from({ length: 120 }, (_, i) => String(100_000_000_000 + i));
    const signers = accounts.map((account) => role("settlement", account));
    const fleet = accounts.map((account, i) =>
      workspace(`w${i}`, { account, signers: [role("settlement", account)] }),
    );
    const policies = policiesOf(fleet);
    check(policies, signers);
    const scps = policies.filter(({ type }) => type === "SERVICE_CONTROL_POLICY");
    expect(scps.length).toBeLessThan(accounts.length / 3);
    expect(scps.flatMap((scp) => scp.accounts).sort()).toEqual(accounts);
    expect(policies.filter(({ file }) => file.startsWith("rcp"))).toHaveLength(1);
  });

  test("whose deployers alone fill a policy is refused", () => {
    const deployers = Array.from({ length: 120 }, (_, i) => role(`terraform-number-${i}`));
    expect(() => policiesOf([workspace("acme", { deployers })])).toThrow(
      /a policy that excepts 120 roles is longer than 5120 characters, .*; name fewer deployers/,
    );
  });
});

test("a workspace that is not declared yet is protected too", () => {
  const [scp] = policiesOf([workspace("acme", {})]);
  expect(scp?.text).not.toContain("acme");
});

test("patterns that another covers are left out", () => {
  const [scp] = policiesOf([workspace("acme", {})]);
  expect(scp?.text).toContain('alias/ledger-enterprise/*"');
  expect(scp?.text).not.toContain("alias/ledger-enterprise/*/*");
});

test("a signer that is an IAM user is protected as roles are", () => {
  const user = "arn:aws:iam::123456789012:user/alice";
  check(policiesOf([workspace("acme", { signers: [user] })]), [user]);
});

describe("the deployers of one workspace change nothing of another in the same account", () => {
  const own = workspace("acme", { deployers: [role("terraform")], signers: [role("settlement")] });
  const other = workspace("acme-prod-2", { deployers: [role("other-ci")], signers: [role("payouts")] });
  const organization = attached(policiesOf([own, other]));
  const [emitted] = variants("secrets-manager", COMMERCIAL);
  const administrator = emitted && (ACTORS["deployer that is an administrator"]?.(emitted) as Actor);
  const at = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:123456789012:${resource}`;
  const changes = (name: string, signer: string) => [
    {
      action: "lambda:UpdateFunctionCode",
      resource: at("lambda", `function:ledger-enterprise-${name}-key-generator`),
    },
    { action: "events:DeleteRule", resource: at("events", `rule/ledger-enterprise.${name}.denied`) },
    { action: "sns:Subscribe", resource: at("sns", `ledger-enterprise-${name}-alerts`) },
    { action: "iam:PassRole", resource: role(`ledger-${name}-eu-west-1-key-generator`) },
    {
      action: "secretsmanager:DeleteSecret",
      resource: at("secretsmanager", `secret:ledger-enterprise/${name}/x/generation-1/credentials-AbCdEf`),
    },
    { action: "iam:UpdateAssumeRolePolicy", resource: role(signer) },
  ];

  test.each([...changes("acme", "settlement")])("may: $action on its own", async (call) => {
    expect(administrator && (await mayDo(administrator, [call], organization))).toBe(true);
  });

  test.each([...changes("acme-prod-2", "payouts")])("may not: $action on the other's", async (call) => {
    expect(administrator && (await mayDo(administrator, [call], organization))).toBe(false);
  });
});
