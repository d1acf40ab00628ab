import { Token } from "cdktf";
import {
  accountProblem,
  apiUrlProblem,
  codeSigningConfigProblem,
  emailProblem,
  kmsKeyArnProblem,
  logRetentionProblem,
  policyArnProblem,
  regionProblem,
  rolePathProblem,
  securityGroupProblem,
  subnetProblem,
  topicArnProblem,
  workspaceNameProblem,
} from "../../rules/formats";
import { roleArnProblem } from "../../rules/principal-arns";
import { recoveryWindowProblem } from "../../rules/recovery-window";
import {
  type Checks,
  FLAG,
  listsOfTexts,
  number,
  optional,
  placed,
  type TextRule,
  tagMap,
  text,
  texts,
} from "../terraform/checks";

/** The network that the key generator runs in. */
export interface GeneratorVpc {
  /** Ids of the subnets, `subnet-…`. */
  readonly subnetIds: readonly string[];
  /** Ids of the security groups, `sg-…`. */
  readonly securityGroupIds: readonly string[];
}

/** What a workspace's users need to know of it, in whichever stack they are. */
export interface LedgerWorkspaceOptions {
  /**
   * The workspace's name, for names in AWS and for the registration.
   * 1 to 24 lower-case letters, digits and hyphens, not at the ends.
   */
  readonly name: string;
  /**
   * The account, 12 digits.
   * @default - the account of the AWS provider
   */
  readonly account?: string;
  /**
   * The region.
   * @default - the region of the AWS provider
   */
  readonly region?: string;
  /**
   * ARNs of the roles that run Terraform. If any are given, only they may change the policies of the workspace's keys and
   * secrets, delete them once they are unprotected, and restore them. Include the role that applies.
   * @default - any principal whose identity policy allows it; synthesis warns
   */
  readonly deployers?: readonly string[];
  /**
   * ARNs of the roles that may load credentials and imported keys. They can read neither.
   * @default - none: no one can store API credentials; synthesis warns
   */
  readonly custodians?: readonly string[];
  /**
   * Other accounts, 12 digits each, whose roles may be signers or readers.
   * @default - none: signers and readers are roles of the workspace's own account
   */
  readonly signerAccounts?: readonly string[];
  /**
   * Whether IAM users may be signers and readers, as roles may. Their access keys do not expire.
   * @default false
   */
  readonly allowUsers?: boolean;
  /**
   * Whether the policies of keys and secrets deny their deletion to everyone. Removing a user then takes two reviewed
   * changes: apply with this off, then remove the user.
   * @default true
   */
  readonly removalProtection?: boolean;
  /**
   * How many days a deleted key or secret can be restored, 7 to 30; its policy denies a shorter window to everyone. Or 0, for a
   * sandbox: secrets are deleted at once and for good, and a KMS key after the seven days that AWS asks for. 0 needs
   * `removalProtection: false`. Ledger Enterprise still trusts a key that is lost: revoke its user.
   * @default 30
   */
  readonly recoveryWindowInDays?: number;
  /**
   * Whether access to the workspace's keys is watched: denials and tampering page people, and every use is in a journal.
   * Switch it off only if the account's own monitoring does the same; the generator then requires no alerts. While removal
   * protection is on, no one can delete the KMS key of the alerts, so that switching them off takes the same two steps.
   * @default true
   */
  readonly alerts?: boolean;
  /**
   * ARN of an SNS topic of the same region that receives the alerts. Its policy, and that of its KMS key, must let
   * `events.amazonaws.com` publish (docs/alerts.md).
   * @default - a topic of the workspace's own, encrypted
   */
  readonly alertTopic?: string;
  /**
   * E-mail addresses that receive the alerts. Each must confirm the subscription that AWS sends it. No key is made while one
   * of them is not subscribed, or its subscription has a filter.
   * @default - none: subscribe to the topic in another way; synthesis warns unless there is an `alertTopic`
   */
  readonly alertEmails?: readonly string[];
  /**
   * The address of the Ledger Enterprise API, `https://HOST` or `https://HOST/PATH`. It is stored with each user's
   * credentials as `LEDGER_ENTERPRISE_API_URL`, and `credentials put --check` logs in there.
   * @default - not stored; configure it in the services
   */
  readonly apiUrl?: string;
  /**
   * ARN of the Lambda code signing configuration for the generator; it should enforce. The package's zip is not signed: sign
   * and deploy it with the pipeline that the configuration trusts. A key is made only if the function has this package's code
   * or this configuration.
   * @default - none: the function must have this package's code
   */
  readonly codeSigningConfig?: string;
  /**
   * The network that the generator runs in. It must reach Secrets Manager and, with alerts, EventBridge and SNS.
   * @default - Lambda's own network
   */
  readonly vpc?: GeneratorVpc;
  /**
   * The path of the roles that the workspace makes, beginning and ending with `/`.
   * @default "/"
   */
  readonly rolePath?: string;
  /**
   * Tags on everything that the workspace and its users make, beside the AWS provider's.
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What makes a workspace: its options, and what its users need not know. */
export interface LedgerWorkspaceProps extends LedgerWorkspaceOptions {
  /**
   * ARN of the IAM policy that is the permissions boundary of the roles that the workspace makes.
   * @default - none
   */
  readonly permissionsBoundary?: string;
  /**
   * Whether to make the key generator even if no user of this stack needs it: for a workspace whose users are in other
   * stacks.
   * @default false - made with the first user of this stack whose key it makes
   */
  readonly keyGenerator?: boolean;
  /**
   * How many days CloudWatch Logs keeps the key generator's log; a value that it takes, such as 400 or 731.
   * @default 400 - the shortest that covers a year and its audit
   */
  readonly logRetentionInDays?: number;
  /**
   * How many days CloudWatch Logs keeps the access journal; a value that it takes, such as 400 or 731.
   * @default 400 - the shortest that covers a year and its audit
   */
  readonly journalRetentionInDays?: number;
  /**
   * ARN of the KMS key that encrypts the generator's log and the access journal. Its policy must let
   * `logs.REGION.amazonaws.com` use it (CloudWatch Logs guide, "Encrypt log data").
   * @default - encryption by CloudWatch Logs itself
   */
  readonly logKmsKey?: string;
}

const ownRole: TextRule<LedgerWorkspaceOptions> = (arn, { account }) =>
  roleArnProblem(arn, account === undefined || Token.isUnresolved(account) ? undefined : [account]);

/** EventBridge, Lambda and CloudWatch Logs use only what is in their own region. */
const ofRegion: TextRule<LedgerWorkspaceOptions> = (arn, { region: own }) => {
  const region = arn.split(":")[3];
  if (own === undefined || Token.isUnresolved(own) || regionProblem(own) || region === own) return undefined;
  return { what: `is of the region ${region}, and the workspace is in ${own}`, fix: `name one of ${own}` };
};

export const WORKSPACE_OPTION_CHECKS: Checks<LedgerWorkspaceOptions> = {
  name: text(workspaceNameProblem),
  account: optional(text(accountProblem)),
  region: optional(text(regionProblem)),
  deployers: optional(texts(ownRole)),
  custodians: optional(texts(ownRole)),
  signerAccounts: optional(texts(accountProblem)),
  allowUsers: optional(FLAG),
  removalProtection: optional(FLAG),
  recoveryWindowInDays: optional({
    ...number(() => undefined),
    problems: (days, place, props) =>
      Token.isUnresolved(days)
        ? [`${place}: is a token; give a number, which the policies hold`]
        : placed(place, recoveryWindowProblem(props)),
  }),
  alerts: optional(FLAG),
  alertTopic: optional(text(topicArnProblem, ofRegion)),
  alertEmails: optional(texts(emailProblem)),
  apiUrl: optional(text(apiUrlProblem)),
  codeSigningConfig: optional(text(codeSigningConfigProblem, ofRegion)),
  vpc: optional(
    listsOfTexts<GeneratorVpc, unknown>({
      subnetIds: texts(subnetProblem),
      securityGroupIds: texts(securityGroupProblem),
    }),
  ),
  rolePath: optional(text(rolePathProblem)),
  tags: optional(tagMap()),
};

export const WORKSPACE_CHECKS: Checks<LedgerWorkspaceProps> = {
  ...WORKSPACE_OPTION_CHECKS,
  permissionsBoundary: optional(text(policyArnProblem)),
  keyGenerator: optional(FLAG),
  logRetentionInDays: optional(number(logRetentionProblem)),
  journalRetentionInDays: optional(number(logRetentionProblem)),
  logKmsKey: optional(text(kmsKeyArnProblem, ofRegion)),
};
