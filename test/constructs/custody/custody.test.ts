import { TerraformVariable } from "cdktf";
import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../../constructs";
import { generateKeyPair } from "../../../keys";
import { ACCOUNT, KEY_SECRET, role, synthesize, synthesizeUser } from "../../support/synthesis";

const { publicKey } = generateKeyPair();

/** The only KMS key that signs; the other is the workspace's. */
function signingKey(template: ReturnType<typeof synthesizeUser>) {
  // biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
  return template.all("aws_kms_key").find((key: any) => key.key_usage === "SIGN_VERIFY");
}

describe("custody kms", () => {
  const custody = KeyCustody.kms();
  const template = synthesizeUser({ custody }, { deployers: [role("terraform")] });
  const policy: { Sid: string; Effect: string; Action: string | string[]; Condition?: object }[] = JSON.parse(
    signingKey(template).policy,
  ).Statement;
  const statement = (sid: string) => policy.find(({ Sid }) => Sid === sid);

  test("is a P-256 key of KMS that signs, with the full deletion window", () => {
    expect(signingKey(template)).toMatchObject({
      customer_master_key_spec: "ECC_NIST_P256",
      deletion_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
  });

  test("denies signing to all but the signers, grants to everyone, and deletion to everyone", () => {
    const only = { ArnNotEquals: { "aws:PrincipalArn": [role("settlement")] } };
    expect(statement("OnlySignersSign")).toMatchObject({
      Effect: "Deny",
      Action: "kms:Sign",
      Condition: only,
    });
    expect(statement("NobodyGrants")).toMatchObject({ Effect: "Deny", Action: "kms:CreateGrant" });
    expect(statement("NobodyGrants")?.Condition).toBeUndefined();
    expect(statement("NobodyDeletes")?.Action).toEqual([
      "kms:DeleteAlias",
      "kms:DisableKey",
      "kms:ScheduleKeyDeletion",
    ]);
    expect(statement("OnlyDeployersChangeThePolicy")?.Action).toBe("kms:PutKeyPolicy");
  });

  test("allows signers what they need, by name of action, and administrators no signing", () => {
    expect(statement("SignersSign")?.Action).toEqual([
      "kms:DescribeKey",
      "kms:GetPublicKey",
      "kms:Sign",
      "kms:Verify",
    ]);
    expect(statement("DeployersAdminister")?.Action).not.toContain("kms:Sign");
    expect(statement("AccountSees")?.Action).not.toContain("kms:Sign");
    expect(JSON.stringify(policy)).not.toMatch(/kms:\*/);
  });

  test("makes no function, no secret but that of the credentials, and an alias that holds workspace and user", () => {
    expect(template.all("aws_lambda_function")).toEqual([]);
    expect(template.one("aws_secretsmanager_secret").name).toMatch(/\/credentials$/);
    const names = template.all("aws_kms_alias").map((alias) => alias.name);
    expect(names).toContain("alias/ledger-enterprise/acme-prod/settlement-bot/generation-1");
  });

  test("asks KMS for the public key by way of a local, so that a pending change does not hide it", () => {
    const { aws_kms_public_key: data } = template.json.data;
    expect(JSON.stringify(data)).toMatch(/"key_id":"\$\{local\./);
    expect(template.json.output.registration.value["settlement bot"].publicKey).toMatch(/^\$\{local\./);
  });

  test("pinned, does not ask at plan, and compares in a check, which stops nothing", () => {
    const pinned = synthesizeUser({ custody: KeyCustody.kms({ publicKey: publicKey.toUpperCase() }) });
    expect(pinned.json.data.aws_kms_public_key).toBeUndefined();
    expect(pinned.json.output.registration.value["settlement bot"].publicKey).toBe(publicKey);
    expect(JSON.stringify(pinned.json.check)).toContain(`== \\"${publicKey}\\"`);
  });
});

describe("custody imported", () => {
  const custody = KeyCustody.imported({ publicKey });
  const template = synthesizeUser({ custody }, { custodians: [role("custodian")] });

  test("makes the secret empty and locked, to be written by custodians only, and no function", () => {
    const writers = template.statements(...KEY_SECRET).get("OnlyWritersWrite");
    expect(writers?.Condition).toEqual({ ArnNotEquals: { "aws:PrincipalArn": [role("custodian")] } });
    const readers = template.statements(...KEY_SECRET).get("OnlySignersRead");
    expect(readers?.Condition).toEqual({ ArnNotEquals: { "aws:PrincipalArn": [role("settlement")] } });
    expect(template.all("aws_lambda_function")).toEqual([]);
    expect(template.all("aws_secretsmanager_secret_version")).toEqual([]);
  });

  test("registers the declared public key, and says whether the key is there", () => {
    const entry = template.json.output.registration.value["settlement bot"];
    expect(entry.publicKey).toBe(publicKey);
    expect(entry.keyStatus).toMatch(/"generation-1"\) \? "in custody" : "awaiting key"/);
  });

  test("gives the custodian's role the least that it needs, and no read", () => {
    const { custodianPolicy } = template.json.output.registration.value["settlement bot"];
    const actions = custodianPolicy.Statement.flatMap(({ Action }: { Action: string[] }) => Action);
    expect(actions).toEqual([
      "secretsmanager:DescribeSecret",
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
      "kms:Decrypt",
      "kms:GenerateDataKey",
    ]);
    const restore = custodianPolicy.Statement.find(
      ({ Sid }: { Sid: string }) => Sid === "RestoreCredentials",
    );
    expect(restore.Resource).toMatch(/Credentials/);
  });

  test("needs custodians", () => {
    expect(() => synthesizeUser({ custody })).toThrow(/the workspace has no custodians/);
  });

  test.each([
    ["compressed", `02${publicKey.slice(2, 66)}`],
    ["off the curve", `${publicKey.slice(0, -2)}${publicKey.endsWith("00") ? "01" : "00"}`],
  ])("refuses a public key that is %s", (_, wrong) => {
    expect(() => KeyCustody.imported({ publicKey: wrong })).toThrow(/^custody imported: publicKey: /);
  });

  test("takes a token as the public key", () => {
    const withToken = synthesize((stack) => {
      const key = new TerraformVariable(stack, "key", { type: "string" }).stringValue;
      const custodians = [role("custodian")];
      const workspace = new LedgerWorkspace(stack, "W", { name: "acme", account: ACCOUNT, custodians });
      const custody = KeyCustody.imported({ publicKey: key });
      new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR, custody });
    });
    expect(withToken.json.output.registration.value["bot"].publicKey).toBe("${var.key}");
  });
});
