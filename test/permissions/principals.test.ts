import { TerraformVariable } from "cdktf";
import { ApiUser, ApiUserRole, LedgerWorkspace, type LedgerWorkspaceOptions } from "../../constructs";
import { ACCOUNT, KEY_SECRET, role, synthesize, synthesizeUser } from "../support/synthesis";

const USER = `arn:aws:iam::${ACCOUNT}:user/ops/alice`;

describe("allowUsers", () => {
  test("permits IAM users as signers and readers", () => {
    const template = synthesizeUser({ signers: [USER], readers: [USER] }, { allowUsers: true });
    const condition = template.statements(...KEY_SECRET).get("OnlySignersRead")?.Condition;
    expect(condition).toEqual({ ArnNotEquals: { "aws:PrincipalArn": [USER] } });
  });

  test("is off unless it is asked for", () => {
    expect(() => synthesizeUser({ signers: [USER] })).toThrow(/signers\[0\].*is an IAM user/);
  });

  test("permits no user as deployer or custodian", () => {
    for (const prop of ["deployers", "custodians"]) {
      expect(() => synthesizeUser({}, { allowUsers: true, [prop]: [USER] })).toThrow(/is an IAM user/);
    }
  });

  test.each([
    ["a user of another account", "arn:aws:iam::210987654321:user/alice", /user of account 210987654321/],
    ["a wildcard", `arn:aws:iam::${ACCOUNT}:user/*`, /wildcard/],
    ["a group", `arn:aws:iam::${ACCOUNT}:group/ops`, /not the ARN of an IAM role/],
    ["a federated user", `arn:aws:sts::${ACCOUNT}:federated-user/alice`, /session/],
    ["the root user", `arn:aws:iam::${ACCOUNT}:root`, /whole account/],
  ])("does not permit %s", (_, arn, message) => {
    expect(() => synthesizeUser({ signers: [arn] }, { allowUsers: true })).toThrow(message);
  });
});

/** The preconditions of the workspace's KMS key and of the user's secret, with tokens made of variables. */
function conditions(options: (token: (name: string) => string) => Partial<LedgerWorkspaceOptions>) {
  const template = synthesize((stack) => {
    const token = (name: string) => new TerraformVariable(stack, name, { type: "string" }).stringValue;
    const fixed = { name: "acme", account: ACCOUNT, region: "eu-west-1", alerts: false };
    const workspace = new LedgerWorkspace(stack, "W", { ...fixed, ...options(token) });
    const signers = [role("settlement"), token("signer")];
    new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR, signers });
  });
  const of = (...[type, end]: readonly [string, string?]): string[] =>
    (template.one(type, end).lifecycle.precondition ?? []).map(
      ({ condition }: { condition: string }) => condition,
    );
  return { key: of("aws_kms_key"), secret: of(...KEY_SECRET) };
}

describe("what is a token is held by preconditions to the rule for literals", () => {
  test.each([
    ["deployer", (token: (name: string) => string) => ({ deployers: [token("x")] })],
    ["custodian", (token: (name: string) => string) => ({ custodians: [token("x")] })],
    ["signer account", (token: (name: string) => string) => ({ signerAccounts: [token("x")] })],
    ["workspace's name", (token: (name: string) => string) => ({ name: token("x") })],
    ["role path", (token: (name: string) => string) => ({ rolePath: token("x") })],
  ])("%s, before key and secret are made", (_, options) => {
    const { key, secret } = conditions(options);
    expect(key.filter((condition) => condition.includes("var.x"))).toHaveLength(1);
    expect(secret.filter((condition) => condition.includes("var.x"))).not.toEqual([]);
  });

  test("a literal needs none", () => {
    const { key, secret } = conditions(() => ({ deployers: [role("terraform")] }));
    expect(key).toEqual([]);
    expect(secret).toHaveLength(1);
  });

  test("a literal is held to an account that is a token, and its text gets into no expression", () => {
    const template = synthesize((stack) => {
      const workspace = new LedgerWorkspace(stack, "W", { name: "acme", region: "eu-west-1", alerts: false });
      const signers = [role(`a"b\\c'/x`), role("settlement"), role("other", "210987654321")];
      new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR, signers });
    });
    const { precondition } = template.one(...KEY_SECRET).lifecycle;
    const ofAccount = (account: string) => ({
      condition: expect.stringMatching(
        new RegExp(
          `^\\$\\{\\(contains\\(\\[data\\.aws_caller_identity\\.\\w+\\.account_id\\], "${account}"\\) && \\("aws" == data\\.aws_partition\\.`,
        ),
      ),
      error_message: expect.stringContaining("A signer or reader"),
    });
    expect(precondition).toEqual([ofAccount(ACCOUNT), ofAccount("210987654321")]);
  });

  test("a signer may be a user only where users are allowed", () => {
    expect(conditions(() => ({})).secret[0]).toContain(":role/(?:[!-#");
    expect(conditions(() => ({ allowUsers: true })).secret[0]).toContain(":(role|user)/(?:[!-#");
  });
});

describe("a workspace refuses at synthesis", () => {
  test.each([
    "/*/",
    "/cust?dy/",
    "custody",
    "/a b/",
  ])("the role path %j, which its policies would read otherwise", (rolePath) => {
    expect(() => synthesizeUser({}, { rolePath })).toThrow(/rolePath: .* is not a path/);
  });

  test.each(["*", "acme", "12345"])("the signer account %j", (id) => {
    expect(() => synthesizeUser({}, { signerAccounts: [id] })).toThrow(/signerAccounts\[0\].*12 digits/);
  });

  test.each([
    "deployers",
    "custodians",
    "signerAccounts",
  ])("%s that are one token, which would hide how many", (prop) => {
    const make = () =>
      synthesize((stack) => {
        const list = new TerraformVariable(stack, "list", { type: "list(string)" }).listValue;
        new LedgerWorkspace(stack, "W", { name: "acme", account: ACCOUNT, [prop]: list });
      });
    expect(make).toThrow(new RegExp(`${prop}: is a token; give a list`));
  });
});
