import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../../constructs";
import { generateKeyPair } from "../../../keys";
import {
  ACCOUNT,
  CREDENTIALS_SECRET,
  KEY_SECRET,
  role,
  synthesize,
  synthesizeUser,
} from "../../support/synthesis";

const workspaceProps = {
  deployers: [role("terraform")],
  custodians: [role("custody-admin")],
  apiUrl: "https://api.vault.ledger.com",
};
const template = synthesizeUser({ readers: [role("reporting"), role("settlement")] }, workspaceProps);
const statements = template.statements(...CREDENTIALS_SECRET);
const only = (...roles: string[]) => ({ ArnNotEquals: { "aws:PrincipalArn": roles } });
// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON
const entryOf = ({ json }: { json: any }) => json.output.registration.value["settlement bot"];

describe("the secret of a user's credentials", () => {
  test("is named after workspace and user, beside the key's", () => {
    const { name } = template.one(...CREDENTIALS_SECRET);
    expect(name).toBe("ledger-enterprise/acme-prod/settlement-bot/generation-1/credentials");
  });

  test("is made for every custody", () => {
    const imported = KeyCustody.imported({ publicKey: generateKeyPair().publicKey });
    for (const custody of [KeyCustody.secretsManager(), KeyCustody.kms(), imported]) {
      const secret = synthesizeUser({ custody }, workspaceProps).one(...CREDENTIALS_SECRET);
      expect(secret.policy).toContain("OnlySignersAndReadersRead");
    }
  });

  test("is empty, and locked when it is made", () => {
    expect(template.all("aws_secretsmanager_secret_version")).toEqual([]);
    expect(template.all("aws_secretsmanager_secret_policy")).toEqual([]);
  });

  test("is read by signers and readers, and everyone else is denied", () => {
    const both = [role("settlement"), role("reporting")];
    expect(statements.get("SignersAndReadersRead")).toMatchObject({
      Effect: "Allow",
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      Condition: { ArnEquals: { "aws:PrincipalArn": both } },
    });
    expect(statements.get("OnlySignersAndReadersRead")).toMatchObject({
      Effect: "Deny",
      Action: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
      Condition: only(...both),
    });
  });

  test("lets no reader at the key", () => {
    const { policy } = template.one(...KEY_SECRET);
    expect(policy).not.toContain("reporting");
  });

  test("is written and restored by custodians, the generator and everyone else is denied", () => {
    expect(statements.get("OnlyWritersWrite")).toMatchObject({
      Effect: "Deny",
      Action: ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
      Condition: only(role("custody-admin")),
    });
  });

  test("is locked in all else as the key's is", () => {
    const key = template.statements(...KEY_SECRET);
    for (const sid of ["NobodyUpdatesRotatesReplicatesOrUnlocks", "NobodyDeletes", "OnlyDeployersAdminister"])
      expect(statements.get(sid)).toEqual(key.get(sid));
    const { recovery_window_in_days, lifecycle } = template.one(...CREDENTIALS_SECRET);
    expect(recovery_window_in_days).toBe(30);
    expect(lifecycle).toMatchObject({
      prevent_destroy: true,
      ignore_changes: ["description", "kms_key_id"],
    });
  });

  test("without custodians lets nobody write, and gives no policy to a custodian", () => {
    const none = synthesizeUser({}, { custodians: [] });
    expect(none.statements(...CREDENTIALS_SECRET).get("OnlyWritersWrite")?.Condition).toBeUndefined();
    expect(entryOf(none).custodianPolicy).toBeUndefined();
  });

  test("holds who was granted signing after the user was made", () => {
    const later = synthesize((stack) => {
      const workspace = new LedgerWorkspace(stack, "W", { name: "acme", account: ACCOUNT });
      const user = new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR });
      user.grantSign(role("batch"));
    });
    const { Condition } = later.statements(...CREDENTIALS_SECRET).get("OnlySignersAndReadersRead") ?? {};
    expect(Condition).toEqual(only(role("batch")));
  });
});

describe("the registration", () => {
  const entry = entryOf(template);
  const actions = ({ Statement }: { Statement: { Action: string | string[] }[] }) =>
    Statement.flatMap(({ Action }) => Action);

  test("has the secret's ARN, and the API's address where it is declared", () => {
    expect(entry.credentialsArn).toMatch(/^\$\{aws_secretsmanager_secret\.\w*Credentials\w*\.arn\}$/);
    expect(entry.apiUrl).toBe("https://api.vault.ledger.com");
    expect(entryOf(synthesizeUser())).not.toHaveProperty("apiUrl");
  });

  test("gives a reader's role the credentials and nothing else", () => {
    expect(actions(entry.readerPolicy)).toEqual([
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "kms:Decrypt",
    ]);
    expect(JSON.stringify(entry.readerPolicy)).not.toContain(entry.keyArn);
  });

  test("gives a signer's role key and credentials by one statement", () => {
    expect(entry.signerPolicy.Statement[0].Resource).toEqual([entry.keyArn, entry.credentialsArn]);
    const kms = entryOf(synthesizeUser({ custody: KeyCustody.kms() }, workspaceProps));
    expect(actions(kms.signerPolicy)).toEqual(
      expect.arrayContaining(["kms:Sign", "secretsmanager:GetSecretValue"]),
    );
  });

  test("gives a custodian's role the loading of what custodians load, and no read", () => {
    expect(actions(entry.custodianPolicy).join()).not.toMatch(/GetSecretValue|UpdateSecret,|\*/);
    expect(JSON.stringify(entry.custodianPolicy)).not.toContain(entry.keyArn);
    const custody = KeyCustody.imported({ publicKey: generateKeyPair().publicKey });
    const imported = entryOf(synthesizeUser({ custody }, workspaceProps));
    expect(imported.custodianPolicy.Statement[0].Resource).toEqual([
      imported.keyArn,
      imported.credentialsArn,
    ]);
  });
});
