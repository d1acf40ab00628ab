/**
 * What is a token at synthesis, Terraform checks: its own evaluation of the preconditions that synthesis emits, for values that
 * the tokens may turn out to be.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TerraformVariable } from "cdktf";
import * as fc from "fast-check";
import { ApiUser, ApiUserRole, LedgerWorkspace, type LedgerWorkspaceOptions } from "../../../constructs";
import { Terraform } from "../../../local-aws/terraform/terraform";
import { rolePathProblem, workspaceNameProblem } from "../../../rules/formats";
import { principalArnProblem } from "../../../rules/principal-arns";
import { escapeTemplate } from "../../../rules/terraform-text";
import { brokenArns, roleArns, userArns } from "../../support/iam-arns";
import { ACCOUNT, KEY_SECRET, role, synthesize } from "../../support/synthesis";

const SIGNER_ACCOUNT = "210987654321";
const SSO = "AWSReservedSSO_Admin_0123456789abcdef";

/** A condition of synthesis on `var.token`, in the place of the secret's other preconditions. */
function conditionOn(options: (token: string) => Partial<LedgerWorkspaceOptions>, signers?: "token"): string {
  const template = synthesize((stack) => {
    const token = new TerraformVariable(stack, "token", { type: "string" }).stringValue;
    const workspace = new LedgerWorkspace(stack, "W", {
      name: "acme",
      account: ACCOUNT,
      region: "eu-west-1",
      alerts: false,
      signerAccounts: [SIGNER_ACCOUNT],
      ...options(token),
    });
    new ApiUser(stack, "U", {
      workspace,
      username: "bot",
      role: ApiUserRole.OPERATOR,
      signers: signers ? [token] : [role("settlement")],
    });
  });
  const { precondition = [] } = template.one(...KEY_SECRET).lifecycle;
  const found = precondition.filter(({ condition }: { condition: string }) =>
    condition.includes("var.token"),
  );
  expect(found).toHaveLength(1);
  return found[0].condition;
}

const CONDITIONS = {
  signer: conditionOn(() => ({}), "token"),
  "signer, where users are allowed": conditionOn(() => ({ allowUsers: true }), "token"),
  deployer: conditionOn((token) => ({ deployers: [token] })),
  custodian: conditionOn((token) => ({ custodians: [token] })),
  "signer account": conditionOn((token) => ({ signerAccounts: [token] })),
  name: conditionOn((token) => ({ name: token })),
  rolePath: conditionOn((token) => ({ rolePath: token })),
};
type What = keyof typeof CONDITIONS;

/** By hand: what each takes, and what it refuses. */
const CASES: readonly (readonly [What, string, boolean])[] = [
  ...(["signer", "signer, where users are allowed", "deployer", "custodian"] as const).flatMap((what) => {
    const ofAnyAccount = what.startsWith("signer");
    const users = what === "signer, where users are allowed";
    const cases: [string, boolean][] = [
      [role("settlement"), true],
      [role("ops/team/settlement+=,.@-_"), true],
      [role("settlement", SIGNER_ACCOUNT), ofAnyAccount],
      [role("settlement", "999999999999"), false],
      [role("*"), false],
      [role("settle*"), false],
      [role("settlemen?"), false],
      [role("*/settlement"), false],
      [role("settlement", "*"), false],
      [role("settlement", "12345678901?"), false],
      [role("settlement").replace("arn:aws:", "arn:*:"), false],
      [role("settlement").replace("arn:aws:", "arn:aws-cn:"), false],
      [role("settlement").replace("arn:aws:", "arn:aws-us-gov:"), false],
      [role("settlement").replace("iam::", "iam:eu-west-1:"), false],
      [role("settlement").replace(":iam:", ":sts:"), false],
      [`arn:aws:sts::${ACCOUNT}:assumed-role/settlement/session`, false],
      [`arn:aws:iam::${ACCOUNT}:user/alice`, users],
      [`arn:aws:iam::${ACCOUNT}:user/*`, false],
      [`arn:aws:iam::${ACCOUNT}:group/ops`, false],
      [`arn:aws:iam::${ACCOUNT}:root`, false],
      [ACCOUNT, false],
      ["*", false],
      ["", false],
      [` ${role("settlement")}`, false],
      [`${role("settlement")}\n`, false],
      [`${role("settlement")}\n${role("other")}`, false],
      [`${role("settlement")},${role("other")} x`, false],
      [role(""), false],
      [role("settlement/"), false],
      [role("/settlement"), false],
      [role("ops//settlement"), false],
      [role("x".repeat(64)), true],
      [role("x".repeat(65)), false],
      [role(`${"x/".repeat(255)}y`), true],
      [role(`${"x/".repeat(256)}y`), false],
      [role("a:b/settlement"), true],
      [role("$" + "{x}/settlement"), false],
      [role("%{x}/settlement"), false],
      [role(`aws-reserved/sso.amazonaws.com/${SSO}`), true],
      [role(`aws-reserved/sso.amazonaws.com/eu-west-1/${SSO}`), true],
      [role(SSO), false],
      [role(`ci/${SSO}`), false],
      [role("aws-reserved/sso.amazonaws.com/terraform"), false],
      [`x${role("settlement")}`, false],
    ];
    return cases.map(([value, accepted]) => [what, value, accepted] as const);
  }),
  ["signer account", SIGNER_ACCOUNT, true],
  ...["*", "21098765432?", "21098765432", "2109876543210", "", "acme", `${SIGNER_ACCOUNT}\n`].map(
    (value) => ["signer account", value, false] as const,
  ),
  ["name", "acme-prod", true],
  ...["*", "acme*", "acm?", "Acme", "acme prod", "", "-acme", "a".repeat(25), "acme\n"].map(
    (value) => ["name", value, false] as const,
  ),
  ["rolePath", "/", true],
  ["rolePath", "/custody/keys/", true],
  ...["", "/*/", "/cust?dy/", "custody", "/custody", "custody/", "//", "/a b/", "/custody/\n"].map(
    (value) => ["rolePath", value, false] as const,
  ),
];

/** ARNs that are right but for what a slip or an attacker would change. */
const piece = <T extends string>(right: T, ...wrong: string[]) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant<string>(right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
const arn = fc
  .tuple(
    piece("arn", "", "ARN", "arn:arn"),
    piece("aws", "aws-cn", "*", "", "aws?"),
    piece("iam", "sts", "*", ""),
    piece("", "eu-west-1", "*"),
    piece(ACCOUNT, SIGNER_ACCOUNT, "999999999999", "*", "12345678901", ""),
    fc.oneof(
      { weight: 3, arbitrary: fc.stringMatching(/^(role|user)\/[a-zA-Z0-9_+=,.@/*?: -]{0,12}$/) },
      {
        weight: 1,
        arbitrary: fc.constantFrom("root", "*", "role", "group/ops", "role/ok", "user/ok", "role/é"),
      },
    ),
  )
  .map((pieces) => pieces.join(":"));
const OURS = { partition: "aws", account: ACCOUNT };
const SAMPLES = [
  ...fc.sample(arn, { numRuns: 400, seed: 1 }),
  ...fc.sample(fc.oneof(roleArns(OURS), userArns(OURS)), { numRuns: 100, seed: 1 }),
  ...Object.values(brokenArns(OURS)).flatMap((arns) => fc.sample(arns, { numRuns: 5, seed: 1 })),
];

describe("Terraform's answer to the preconditions", () => {
  const directory = mkdtempSync(join(tmpdir(), "ledger-conditions-"));
  /** Its answers, in the order of the questions. */
  let answers: ReadonlyMap<string, boolean>;
  const question = (what: What, value: string) => JSON.stringify([what, value]);

  /** The same condition on a value of a list; all else in it is as synthesis emits it. */
  const onEach = (what: What) => {
    const condition = CONDITIONS[what]
      .replace(/^\$\{|\}$/g, "")
      .replaceAll("var.token", "value")
      .replace(/data\.aws_partition\.\w+\.partition/g, "local.partition");
    expect(condition).not.toMatch(/data\.|aws_/);
    return `\${[for value in local.values[${JSON.stringify(what)}] : ${condition}]}`;
  };

  beforeAll(async () => {
    const whats = Object.keys(CONDITIONS) as What[];
    const values = Object.fromEntries(
      whats.map((what) => [
        what,
        [
          ...CASES.filter(([each]) => each === what).map(([, value]) => value),
          ...(what.includes("account") ? [] : SAMPLES),
        ],
      ]),
    );
    const locals = {
      partition: "aws",
      // What a token turns out to be is never a template.
      values: Object.fromEntries(
        Object.entries(values).map(([what, each]) => [what, each.map(escapeTemplate)]),
      ),
      answers: Object.fromEntries(whats.map((what) => [what, onEach(what)])),
    };
    writeFileSync(join(directory, "main.tf.json"), JSON.stringify({ locals }));
    const { binary } = await Terraform.find(directory);
    const output = execFileSync(binary, ["console"], {
      cwd: directory,
      input: "jsonencode(local.answers)\n",
      encoding: "utf8",
    });
    const found = JSON.parse(JSON.parse(output)) as Record<What, boolean[]>;
    answers = new Map(
      whats.flatMap((what) =>
        (values[what] ?? []).map((value, i) => [question(what, value), found[what][i] as boolean]),
      ),
    );
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(CASES)("for a %s: %j is accepted: %s", (what, value, accepted) => {
    expect(answers.get(question(what, value))).toBe(accepted);
  });

  test("is the one that synthesis gives to the same ARN as a literal", () => {
    const accounts = [ACCOUNT, SIGNER_ACCOUNT];
    const ofPartition = (value: string) => value.startsWith("arn:aws:");
    const literal: Partial<Record<What, (value: string) => boolean>> = {
      signer: (value) => !principalArnProblem(value, { accounts }) && ofPartition(value),
      "signer, where users are allowed": (value) =>
        !principalArnProblem(value, { accounts, allowUsers: true }) && ofPartition(value),
      deployer: (value) => !principalArnProblem(value, { accounts: [ACCOUNT] }) && ofPartition(value),
      custodian: (value) => !principalArnProblem(value, { accounts: [ACCOUNT] }) && ofPartition(value),
      name: (value) => !workspaceNameProblem(value),
      rolePath: (value) => !rolePathProblem(value),
    };
    for (const [what, rule] of Object.entries(literal) as [What, (value: string) => boolean][])
      for (const value of SAMPLES)
        expect([what, value, answers.get(question(what, value))]).toEqual([what, value, rule(value)]);
    expect(SAMPLES.filter((value) => literal.signer?.(value)).length).toBeGreaterThan(10);
  });
});
