import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { TerraformVariable } from "cdktf";
import { ApiUser, ApiUserRole, LedgerWorkspace } from "../../../constructs";
import { ACCOUNT, KEY_SECRET, role, synthesize, synthesizeUser } from "../../support/synthesis";

describe("the secret of an API user", () => {
  test("is named after workspace and user, never after file or stack", () => {
    expect(synthesizeUser().one(...KEY_SECRET).name).toBe(
      "ledger-enterprise/acme-prod/settlement-bot/generation-1/private-key",
    );
  });

  test("has no version in Terraform, which would put the key in the state or read it at every plan", () => {
    expect(synthesizeUser().all("aws_secretsmanager_secret_version")).toEqual([]);
  });

  test("has its policy inline, so that no destroy takes the lock off before the secret is gone", () => {
    const template = synthesizeUser();
    expect(template.all("aws_secretsmanager_secret_policy")).toEqual([]);
    expect(template.one(...KEY_SECRET).policy).toContain("OnlySignersRead");
  });

  test("is kept the full recovery window when it is deleted", () => {
    expect(synthesizeUser().one(...KEY_SECRET).recovery_window_in_days).toBe(30);
  });

  test("ignores what would call UpdateSecret, which its policy denies", () => {
    expect(synthesizeUser().one(...KEY_SECRET).lifecycle.ignore_changes).toEqual([
      "description",
      "kms_key_id",
    ]);
  });
});

describe("the policy of the secret", () => {
  const statements = synthesizeUser().statements(...KEY_SECRET);

  test("denies reading to all but the signers", () => {
    expect(statements.get("OnlySignersRead")).toEqual({
      Sid: "OnlySignersRead",
      Effect: "Deny",
      Principal: "*",
      Action: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
      Resource: "*",
      Condition: { ArnNotEquals: { "aws:PrincipalArn": [role("settlement")] } },
    });
  });

  test("denies writing and moving labels to all but the generator", () => {
    expect(statements.get("OnlyWritersWrite")?.Action).toEqual([
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
    ]);
    expect(statements.get("OnlyWritersWrite")?.Condition?.["ArnNotEquals"]?.["aws:PrincipalArn"]).toEqual([
      expect.stringMatching(`:iam::${ACCOUNT}:role/ledger-acme-prod-eu-west-1-key-generator$`),
    ]);
  });

  test("denies update, rotation, replication and taking the policy off to everyone, protected or not", () => {
    const { Effect, Action, Condition } = statements.get("NobodyUpdatesRotatesReplicatesOrUnlocks") ?? {};
    expect([Effect, Condition]).toEqual(["Deny", undefined]);
    expect(Action).toEqual(
      expect.arrayContaining([
        "secretsmanager:UpdateSecret",
        "secretsmanager:DeleteResourcePolicy",
        "secretsmanager:RotateSecret",
        "secretsmanager:ReplicateSecretToRegions",
      ]),
    );
  });

  test("denies deletion to everyone under removal protection, which is the default", () => {
    expect(statements.get("NobodyDeletes")).toEqual({
      Sid: "NobodyDeletes",
      Effect: "Deny",
      Principal: "*",
      Action: "secretsmanager:DeleteSecret",
      Resource: "*",
    });
  });

  test("lets go of one user when its removal protection is off, and keeps hold of the workspace's key", () => {
    const template = synthesizeUser({ removalProtection: false });
    expect(template.statements(...KEY_SECRET).has("NobodyDeletes")).toBe(false);
    expect(template.one(...KEY_SECRET).lifecycle.prevent_destroy).toBe(false);
    expect(template.statements("aws_kms_key").has("NobodyDeletes")).toBe(true);
  });

  test("leaves policy, deletion and restoring to the deployers where any are declared", () => {
    const template = synthesizeUser({}, { deployers: [role("terraform")] });
    const statement = template.statements(...KEY_SECRET).get("OnlyDeployersAdminister");
    expect(statement?.Action).toEqual([
      "secretsmanager:DeleteSecret",
      "secretsmanager:PutResourcePolicy",
      "secretsmanager:RestoreSecret",
    ]);
    expect(statement?.Condition).toEqual({ ArnNotEquals: { "aws:PrincipalArn": [role("terraform")] } });
    expect(statements.has("OnlyDeployersAdminister")).toBe(false);
  });

  test("names no role as a principal, which would make the stack unplannable once the role is deleted", () => {
    for (const { Principal } of statements.values())
      expect(JSON.stringify(Principal)).not.toContain(":role/");
  });

  test("without signers lets nobody read", () => {
    const none = synthesizeUser({ signers: [] }).statements(...KEY_SECRET);
    expect(none.has("SignersRead")).toBe(false);
    expect(none.get("OnlySignersRead")?.Condition).toBeUndefined();
  });

  test("holds who was granted after the user was made", () => {
    const template = synthesize((stack) => {
      const workspace = new LedgerWorkspace(stack, "W", { name: "acme" });
      const user = new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR });
      user.grantSign(role("batch"));
      user.grantSign(role("batch"));
    });
    const condition = template.statements(...KEY_SECRET).get("OnlySignersRead")?.Condition;
    expect(condition).toEqual({ ArnNotEquals: { "aws:PrincipalArn": [role("batch")] } });
  });
});

describe("signers", () => {
  const refused = (props: object, workspaceProps = {}) => {
    return () => synthesizeUser(props, workspaceProps);
  };

  test.each([
    ["*", /signers\[0\].*wildcard/],
    [`arn:aws:iam::${ACCOUNT}:role/*`, /wildcard/],
    [`arn:aws:iam::${ACCOUNT}:role/settlement?`, /wildcard/],
    [`arn:aws:iam::${ACCOUNT}:root`, /whole account/],
    [ACCOUNT, /whole account/],
    [`arn:aws:sts::${ACCOUNT}:assumed-role/settlement/me`, /session.*role\/settlement/],
    [`arn:aws:iam::${ACCOUNT}:user/alice`, /IAM user/],
    ["settlement", /not the ARN of an IAM role/],
    [role("settlement", "210987654321"), /account 210987654321.*signerAccounts/],
  ])("%s is refused at synthesis", (arn, message) => {
    expect(refused({ signers: [arn] })).toThrow(message);
  });

  test("readers are held to the same", () => {
    expect(refused({ readers: ["*"] })).toThrow(/readers\[0\].*wildcard/);
  });

  test("may be roles of other accounts that the workspace lists", () => {
    const foreign = role("settlement", "210987654321");
    const template = synthesizeUser({ signers: [foreign] }, { signerAccounts: ["210987654321"] });
    const principal = template.statements(...KEY_SECRET).get("SignersRead")?.Principal;
    expect(JSON.stringify(principal)).toContain(":iam::210987654321:root");
  });

  test("that are tokens are held to the same by a precondition", () => {
    const template = synthesize((stack) => {
      const workspace = new LedgerWorkspace(stack, "W", { name: "acme", account: ACCOUNT });
      const signer = new TerraformVariable(stack, "signer", { type: "string" });
      const signers = [role("settlement"), signer.stringValue];
      new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR, signers });
    });
    const { precondition } = template.one(...KEY_SECRET).lifecycle;
    const conditions = precondition.map(({ condition }: { condition: string }) => condition);
    expect(conditions).toContainEqual(expect.stringContaining("var.signer"));
    expect(JSON.stringify(conditions)).not.toContain("role/settlement");
    expect(template.one(...KEY_SECRET).policy).toContain("${var.signer}");
  });

  test("may not be one token for the whole list, which would hide how many may sign", () => {
    const make = () =>
      synthesize((stack) => {
        const workspace = new LedgerWorkspace(stack, "W", { name: "acme", account: ACCOUNT });
        const signers = new TerraformVariable(stack, "signers", { type: "list(string)" }).listValue;
        new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR, signers });
      });
    expect(make).toThrow(/signers: is a token; give a list/);
  });
});

describe("a user name", () => {
  test("with ${ in it reaches Terraform as text", () => {
    const { json } = synthesizeUser({ username: "bot ${timestamp()} %{ if true }" });
    expect(Object.keys(json.output.registration.value)).toEqual(["bot $${timestamp()} %%{ if true }"]);
  });

  test("that is a token names the secret by Terraform's own functions", () => {
    const template = synthesize((stack) => {
      const workspace = new LedgerWorkspace(stack, "W", { name: "acme" });
      const data = new DataAwsIamRole(stack, "R", { name: "x" });
      new ApiUser(stack, "U", { workspace, username: data.description, role: ApiUserRole.OPERATOR });
    });
    expect(template.one(...KEY_SECRET).name).toBe(
      'ledger-enterprise/acme/${lower(replace(data.aws_iam_role.R.description, "/[^0-9A-Za-z_]+/", "-"))}/generation-1/private-key',
    );
  });

  test("that has another user's name in AWS is refused", () => {
    const make = () =>
      synthesize((stack) => {
        const workspace = new LedgerWorkspace(stack, "W", { name: "acme" });
        new ApiUser(stack, "A", { workspace, username: "bot 1", role: ApiUserRole.OPERATOR });
        new ApiUser(stack, "B", { workspace, username: "BOT-1", role: ApiUserRole.OPERATOR });
      });
    expect(make).toThrow(/test\/B and test\/A have the same name in AWS, acme\/bot-1/);
  });

  test("must not be empty", () => {
    expect(() => synthesizeUser({ username: "  " })).toThrow(/username: is empty/);
  });
});

test("a user whose name looks like another's of the workspace is warned of, and synthesized", () => {
  const warnings: string[] = [];
  const template = synthesize((stack) => {
    const [acme, zeta] = ["acme", "zeta"].map(
      (name) => new LedgerWorkspace(stack, name, { name, account: ACCOUNT, alerts: false }),
    );
    const user = (id: string, workspace: LedgerWorkspace | undefined, username: string) =>
      new ApiUser(stack, id, {
        workspace: workspace as LedgerWorkspace,
        username,
        role: ApiUserRole.OPERATOR,
        signers: [role("settlement")],
      });
    const users = [
      user("A", acme, "pay bot"),
      user("B", zeta, "pay b\u043et"),
      user("C", acme, "p\u0430y bot"),
      user("D", acme, "other"),
    ];
    warnings.push(
      ...users.flatMap(({ node }) => node.metadata.map(({ data }) => `${node.id}: ${String(data)}`)),
    );
  });
  expect(warnings).toEqual([
    'C: "p\u0430y bot" looks like "pay bot" at test/A (U+0430); rename one, if it is not meant',
  ]);
  expect(template.all(KEY_SECRET[0]).length).toBeGreaterThan(4);
});

describe("the registration", () => {
  test("has what an admin registers and what a service needs", () => {
    const { json } = synthesizeUser({ assignments: { groups: ["Treasury Operations"] } });
    expect(json.output.registration.value["settlement bot"]).toMatchObject({
      workspace: "acme-prod",
      username: "settlement bot",
      role: "operator",
      uiLabel: "Operator - Via Self Managed Key Pair",
      custody: "secrets-manager",
      generation: 1,
      publicKey: expect.stringContaining("aws_lambda_invocation"),
      keyArn: expect.stringContaining("aws_secretsmanager_secret"),
      groups: ["Treasury Operations"],
      signers: [role("settlement")],
    });
    expect(json.output.registration.sensitive).toBeUndefined();
  });

  test("calls an administrator what the workspace's page calls it", () => {
    const { json } = synthesizeUser({ role: ApiUserRole.ADMINISTRATOR });
    const { uiLabel } = json.output.registration.value["settlement bot"];
    expect(uiLabel).toBe("API Administrator - Via Self Managed Key Pair");
  });

  test("gives a signer's role the least that it needs, action by action", () => {
    const { json } = synthesizeUser();
    const { signerPolicy, custodianPolicy } = json.output.registration.value["settlement bot"];
    const actions = signerPolicy.Statement.flatMap(
      (statement: { Action: string | string[] }) => statement.Action,
    );
    expect(actions).toEqual([
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "kms:Decrypt",
    ]);
    expect(JSON.stringify(signerPolicy)).not.toContain('"Resource":"*"');
    expect(custodianPolicy).toBeUndefined();
  });
});

test("the generator is asked with public data only", () => {
  const { input } = synthesizeUser().one("aws_lambda_invocation");
  expect(input).toMatch(
    /^\$\{jsonencode\(\{"secretArn" = aws_secretsmanager_secret\.[\w.]+, "encryptionKeyArn" = aws_kms_key\.\w+\.arn\}\)\}$/,
  );
});

test("a key is made only once the generator has its permissions and every alert is on", () => {
  const needs: string[] = synthesizeUser({}, { alerts: true }).one("aws_lambda_invocation").depends_on;
  expect(needs).toContainEqual(expect.stringMatching(/^aws_iam_role_policy\./));
  expect(needs).toContainEqual(expect.stringMatching(/^aws_cloudwatch_event_rule\./));
  expect(needs).toContainEqual(expect.stringMatching(/^aws_cloudwatch_event_target\./));
});
