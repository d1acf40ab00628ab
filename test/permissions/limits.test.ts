import { TerraformVariable } from "cdktf";
import { ApiUser, ApiUserRole, KeyCustody, LedgerWorkspace } from "../../constructs";
import { KEY_POLICY_LIMIT, policySize, SECRET_POLICY_LIMIT } from "../../constructs/policies/policy-size";
import { CREDENTIALS_SECRET, KEY_SECRET, role, synthesize, synthesizeUser } from "../support/synthesis";
import { COMMERCIAL, emit } from "./emitted";

const signers = (count: number) =>
  Array.from({ length: count }, (_, i) => role(`settlement-service-${i + 1000}`));

describe("a policy that AWS would refuse for its size", () => {
  test("is refused at synthesis, with the user's name, its size and AWS's limit", () => {
    expect(() => synthesizeUser({ signers: signers(200) })).toThrow(
      /the policy of the secret of settlement bot would have \d{5} characters, and AWS takes 20480; it names 200 signers; name fewer/,
    );
    expect(() => synthesizeUser({ signers: signers(350), custody: KeyCustody.kms() })).toThrow(
      /the policy of the KMS key of settlement bot would have \d{5} characters, and AWS takes 32768/,
    );
  });

  test("counts the signers that were granted later", () => {
    const make = () =>
      synthesize((stack) => {
        const workspace = new LedgerWorkspace(stack, "W", { name: "acme", alerts: false });
        const user = new ApiUser(stack, "U", { workspace, username: "bot", role: ApiUserRole.OPERATOR });
        for (const arn of signers(200)) user.grantSign(arn);
      });
    expect(make).toThrow(/secret of bot would have .*it names 200 signers/);
  });

  test("is refused for a workspace with too many signer accounts", () => {
    const signerAccounts = Array.from({ length: 900 }, (_, i) => String(100000000000 + i));
    expect(() => synthesizeUser({}, { signerAccounts })).toThrow(
      /KMS key of the workspace acme-prod would have/,
    );
  });

  test("counts signers and readers for the credentials, whatever the custody of the key", () => {
    const make = (readers: number) => () =>
      synthesizeUser({
        signers: signers(100),
        readers: signers(readers + 100).slice(100),
        custody: KeyCustody.kms(),
      });
    expect(make(50)).not.toThrow();
    expect(make(100)).toThrow(
      /secret of the credentials of settlement bot would have .*it names 200 signers and readers; name fewer/,
    );
  });

  test("is not refused while it fits: 150 signers", () => {
    const template = synthesizeUser({ signers: signers(150) });
    for (const [type, end] of [KEY_SECRET, CREDENTIALS_SECRET])
      expect(template.one(type, end).policy.length).toBeLessThanOrEqual(SECRET_POLICY_LIMIT);
    expect(() => synthesizeUser({ signers: signers(150), custody: KeyCustody.kms() })).not.toThrow();
  });
});

describe("what is counted", () => {
  test("is no less than what AWS is given", () => {
    for (const custody of ["secrets-manager", "imported", "kms"] as const) {
      const emitted = emit({ custody, deployers: true, removalProtection: false, place: COMMERCIAL });
      const { keyPolicy, credentialsPolicy, workspaceKeyPolicy } = emitted;
      const surroundings = { partition: "aws", account: "123456789012", region: "eu-west-1" };
      for (const policy of [keyPolicy, credentialsPolicy, workspaceKeyPolicy]) {
        const size = policySize(policy.Statement as never, surroundings);
        expect(size).toBeGreaterThanOrEqual(JSON.stringify(policy).length);
        expect(size).toBeLessThan(JSON.stringify(policy).length * 1.3);
      }
      expect(JSON.stringify(workspaceKeyPolicy).length).toBeLessThan(KEY_POLICY_LIMIT / 4);
    }
  });

  test("is 128 characters for a token that stands for a role", () => {
    const many = (count: number) =>
      synthesize((stack) => {
        const workspace = new LedgerWorkspace(stack, "W", { name: "acme", alerts: false });
        const tokens = Array.from(
          { length: count },
          (_, i) => new TerraformVariable(stack, `s${i}`, {}).stringValue,
        );
        const props = { workspace, username: "bot", role: ApiUserRole.OPERATOR, signers: tokens };
        new ApiUser(stack, "U", props);
      });
    expect(() => many(60)).not.toThrow();
    expect(() => many(80)).toThrow(/would have 2\d{4} characters/);
  });
});

test("the generator's inline policy stays far below 10,240 characters", () => {
  const { generatorPolicy } = emit({
    custody: "secrets-manager",
    deployers: true,
    removalProtection: true,
    place: COMMERCIAL,
  });
  expect(JSON.stringify(generatorPolicy).length).toBeLessThan(4500);
});

test("the policies of a signer, a reader and a custodian are below 1,250 characters for each user", () => {
  for (const custody of ["secrets-manager", "imported", "kms"] as const) {
    const emitted = emit({ custody, deployers: true, removalProtection: true, place: COMMERCIAL });
    const { signerPolicy, readerPolicy, custodianPolicy } = emitted;
    const sizes = [signerPolicy, readerPolicy, custodianPolicy].map((one) => JSON.stringify(one).length);
    expect(Math.max(...sizes)).toBeLessThan(1250);
  }
});

test("no ARN of ours names a partition", () => {
  const template = synthesizeUser({ signers: [], custody: KeyCustody.secretsManager() }, { deployers: [] });
  expect(template.text).not.toMatch(/arn:aws/);
  expect(synthesizeUser({ signers: [], custody: KeyCustody.kms() }).text).not.toMatch(/arn:aws/);
});
