import type { ApiUser } from "./api-user";
import { KEY_ADMINISTRATION } from "./key-administration";
import { accountPrincipals, deny, type PolicyStatement } from "./policy";

/** What a signer does with its key. */
const SIGN = ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign", "kms:Verify"];

/**
 * The policy of a KMS key that signs: the same shape as that of a secret. Deny, not only absence of Allow, because
 * a grant would win over absence.
 */
export function signingKeyPolicy({ workspace, signers, removalProtection }: ApiUser): PolicyStatement[] {
  const { partition, account } = workspace.surroundings;
  const statements: PolicyStatement[] = [
    {
      Sid: "AccountAdministers",
      Effect: "Allow",
      Principal: accountPrincipals(partition, [account]),
      Action: [...KEY_ADMINISTRATION, "kms:GetPublicKey"],
      Resource: "*",
    },
    deny("OnlySignersSign", "kms:Sign", signers),
    deny("NobodyGrants", "kms:CreateGrant"),
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
  if (workspace.deployers.length > 0) {
    statements.push(deny("OnlyDeployersChangeThePolicy", "kms:PutKeyPolicy", workspace.deployers));
  }
  if (removalProtection) {
    statements.push(deny("NobodyDeletes", ["kms:DisableKey", "kms:ScheduleKeyDeletion"]));
  }
  return statements;
}
