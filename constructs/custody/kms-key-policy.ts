import type { IApiUser } from "../api-user/interface";
import { SIGN } from "../policies/actions";
import { keyAdministration } from "../policies/key-administration";
import { accountPrincipals, deny, type PolicyStatement } from "../policies/policy";

/**
 * The policy of a KMS key that signs, in the same shape as a secret's. It denies, because a grant could allow what is merely
 * not allowed.
 */
export function signingKeyPolicy({ workspace, signers, removalProtection }: IApiUser): PolicyStatement[] {
  const { location, deployers, signerAccounts } = workspace;
  const statements: PolicyStatement[] = [
    deny("OnlySignersSign", "kms:Sign", signers),
    // Anyone in the account may compare the public key with the registered one.
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
