import type { IApiUser } from "../api-user/interface";
import { SIGN } from "../policies/actions";
import { keyAdministration } from "../policies/key-administration";
import { accountPrincipals, deny, type PolicyStatement } from "../policies/policy";

/**
 * The policy of a KMS key that signs: the same shape as that of a secret. Deny, not only absence of Allow, because
 * a grant would win over absence.
 */
export function signingKeyPolicy({ workspace, signers, removalProtection }: IApiUser): PolicyStatement[] {
  const { location, deployers, signerAccounts } = workspace;
  const statements: PolicyStatement[] = [
    deny("OnlySignersSign", "kms:Sign", signers),
    // Anyone of the account may compare the public key with the one that is registered.
    ...keyAdministration({ location, deployers, removalProtection, see: "kms:GetPublicKey" }),
  ];
  if (signers.length > 0) {
    statements.unshift({
      Sid: "SignersSign",
      Effect: "Allow",
      Principal: accountPrincipals(location.partition, [location.account, ...signerAccounts]),
      Action: SIGN,
      Resource: "*",
      Condition: { ArnEquals: { "aws:PrincipalArn": signers } },
    });
  }
  return statements;
}
