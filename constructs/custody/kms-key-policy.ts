import type { IApiUser } from "../api-user/interface";
import { keyAdministration } from "../policies/key-administration";
import { accountPrincipals, deny, type PolicyStatement } from "../policies/policy";

/** What a signer does with its key. */
export const SIGN = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify"];

/**
 * The policy of a KMS key that signs: the same shape as that of a secret. Deny, not only absence of Allow, because
 * a grant would win over absence.
 */
export function signingKeyPolicy({ workspace, signers, removalProtection }: IApiUser): PolicyStatement[] {
  const { partition, account } = workspace.location;
  const statements: PolicyStatement[] = [
    deny("OnlySignersSign", "kms:Sign", signers),
    // Anyone of the account may compare the public key with the one that is registered.
    ...keyAdministration({ workspace, removalProtection, see: ["kms:GetPublicKey"] }),
  ];
  if (signers.length > 0) {
    statements.unshift({
      Sid: "SignersSign",
      Effect: "Allow",
      Principal: accountPrincipals(partition, [account, ...workspace.signerAccounts]),
      Action: SIGN,
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": signers } },
    });
  }
  return statements;
}
