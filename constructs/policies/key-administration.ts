import type { ILedgerWorkspace } from "../workspace/interface";
import { accountPrincipals, deny, type PolicyStatement } from "./policy";

/** What shows a KMS key and changes nothing. */
const SEE = [
  "kms:DescribeKey",
  "kms:GetKeyPolicy",
  "kms:GetKeyRotationStatus",
  "kms:ListGrants",
  "kms:ListKeyRotations",
  "kms:ListResourceTags",
];

/** Managing a KMS key, action by action; nothing here uses the key. */
const ADMINISTER = [
  "kms:CancelKeyDeletion",
  "kms:CreateAlias",
  "kms:DeleteAlias",
  "kms:DisableKey",
  "kms:EnableKey",
  "kms:PutKeyPolicy",
  "kms:RevokeGrant",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateKeyDescription",
];

export interface KeyAdministrationProps {
  readonly workspace: Pick<ILedgerWorkspace, "location" | "deployers">;
  readonly removalProtection: boolean;
  /** More that whoever administers this kind of key may do. */
  readonly administer?: readonly string[];
  /** More that the account may see of this kind of key. */
  readonly see?: readonly string[];
}

/**
 * Who manages a KMS key: the deployers where any are declared, else whom the account's identity policies allow to.
 * Nothing that is not said here can be allowed by an identity policy, as a key's policy has the first word; replication,
 * import of key material and rotation on demand are thus nobody's.
 *
 * CreateKey and PutKeyPolicy are refused by KMS itself where the policy would not let their caller put the next one
 * (its lockout check): a role that applies and is not among the declared deployers fails before it locks anyone out.
 */
export function keyAdministration(props: KeyAdministrationProps): PolicyStatement[] {
  const { workspace, removalProtection, administer = [], see = [] } = props;
  const { partition, account } = workspace.location;
  const { deployers } = workspace;
  const declared = deployers.length > 0;
  const Principal = accountPrincipals(partition, [account]);
  return [
    { Sid: "AccountSees", Effect: "Allow", Principal, Action: [...SEE, ...see], Resource: "*" },
    {
      Sid: declared ? "DeployersAdminister" : "AccountAdministers",
      Effect: "Allow",
      Principal,
      Action: [...ADMINISTER, ...administer],
      Resource: "*",
      ...(declared && { Condition: { ArnEquals: { "aws:PrincipalArn": deployers } } }),
    },
    // A grant would win over what no policy allows; no service that we use needs one.
    deny("NobodyGrants", "kms:CreateGrant"),
    ...(declared ? [deny("OnlyDeployersChangeThePolicy", "kms:PutKeyPolicy", deployers)] : []),
    removalProtection
      ? deny("NobodyDeletes", ["kms:DeleteAlias", "kms:DisableKey", "kms:ScheduleKeyDeletion"])
      : {
          ...deny("NobodyShortensTheWaitingPeriod", "kms:ScheduleKeyDeletion"),
          Condition: { NumericLessThan: { "kms:ScheduleKeyDeletionPendingWindowInDays": "30" } },
        },
  ];
}
