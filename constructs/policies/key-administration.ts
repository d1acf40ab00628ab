import { keyDeletionWindow } from "../../rules/recovery-window";
import type { AwsLocation } from "../terraform/aws-location";
import { ADMINISTER_KMS_KEY, DELETE_OR_DISABLE_KMS_KEY, SEE_KMS_KEY } from "./actions";
import { accountPrincipals, allow, deny, isOneOf, type PolicyStatement } from "./policy";

export interface KeyAdministrationProps {
  readonly location: AwsLocation;
  readonly deployers: readonly string[];
  readonly removalProtection: boolean;
  readonly recoveryWindowInDays: number;
  /** An action that whoever administers this kind of key may also do. */
  readonly administer?: string;
  /** An action by which the account may also see this kind of key. */
  readonly see?: string;
}

/**
 * Who manages a KMS key: the deployers if any are declared, otherwise whoever the account's identity policies allow.
 * An identity policy can allow nothing that is not listed here, because KMS asks the key's policy first. So nobody can
 * replicate the key, import key material, or rotate it on demand.
 *
 * KMS itself refuses CreateKey and PutKeyPolicy if the new policy would not let the caller change it again (its lockout
 * check): a role that applies and is not among the declared deployers fails before it locks anyone out.
 */
export function keyAdministration(props: KeyAdministrationProps): PolicyStatement[] {
  const { location, deployers, removalProtection, recoveryWindowInDays, administer = [], see = [] } = props;
  const declared = deployers.length > 0;
  const Principal = accountPrincipals(location.partition, [location.account]);
  return [
    allow("AccountSees", SEE_KMS_KEY.concat(see), { Principal }),
    allow(declared ? "DeployersAdminister" : "AccountAdministers", ADMINISTER_KMS_KEY.concat(administer), {
      Principal,
      Condition: declared ? isOneOf(deployers) : undefined,
    }),
    // A grant would allow what no policy allows; no service that we use needs one.
    deny("NobodyGrants", "kms:CreateGrant"),
    ...(declared ? [deny("OnlyDeployersChangeThePolicy", "kms:PutKeyPolicy", deployers)] : []),
    removalProtection
      ? deny("NobodyDeletes", DELETE_OR_DISABLE_KMS_KEY)
      : {
          ...deny("NobodyShortensTheWaitingPeriod", "kms:ScheduleKeyDeletion"),
          Condition: {
            NumericLessThan: {
              "kms:ScheduleKeyDeletionPendingWindowInDays": String(keyDeletionWindow(recoveryWindowInDays)),
            },
          },
        },
  ];
}
