import { NAME_PREFIX } from "../../../rules/aws-names";
import { WORKSPACE_TAG } from "../../../rules/tags";
import { type Guarded, type GuardedAccount, unique } from "./guarded";

/** A statement of an SCP or RCP, as AWS's JSON has it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Deny";
  readonly Principal?: "*";
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * What anyone may do with what a workspace makes, as far as other policies allow it. A list of what is denied would miss the
 * actions that AWS adds. Writing values is for generator and custodians, and the secrets' policies deny it to all others.
 */
const ALLOWED = [
  ...["cloudtrail:CreateTrail", "cloudtrail:Describe*", "cloudtrail:Get*", "cloudtrail:List*"],
  ...["cloudtrail:StartLogging", "events:Describe*", "events:List*", "events:PutEvents"],
  ...["iam:Generate*", "iam:Get*", "iam:List*", "iam:Simulate*", "lambda:Get*", "lambda:List*"],
  ...["logs:CreateLogStream", "logs:Describe*", "logs:Filter*", "logs:Get*", "logs:List*"],
  ...["logs:PutLogEvents", "logs:Start*", "logs:Stop*", "s3:Get*", "s3:List*"],
  ...["secretsmanager:BatchGet*", "secretsmanager:Describe*", "secretsmanager:Get*"],
  ...["secretsmanager:List*", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"],
  ...["sns:Get*", "sns:List*", "sts:*"],
];

/** What anyone may do with a role that the YAML names. Whoever passes one to a service of theirs has the role. */
const ALLOWED_ON_ROLES = ["iam:Generate*", "iam:Get*", "iam:List*", "iam:Simulate*", "sts:*"];

/** The use of a workspace's KMS keys, which their own policies narrow. */
const USE_OF_KEYS = [
  ...["kms:Decrypt", "kms:Describe*", "kms:GenerateDataKey*", "kms:Get*", "kms:List*", "kms:Sign"],
  "kms:Verify",
];

/** What takes an account from under its policies, or everything in a region with it. */
const NEVER = ["account:CloseAccount", "account:DisableRegion", "organizations:LeaveOrganization"];

/** Principals are always of the account that a policy is attached to, so several accounts can have theirs in one list. */
const exceptFor = (roles: readonly string[]): NonNullable<Statement["Condition"]> =>
  roles.length > 0 ? { ArnNotEquals: { "aws:PrincipalArn": roles } } : {};

function deny(
  Sid: string,
  NotAction: readonly string[],
  { resources, mayChange }: Guarded,
  more: Statement["Condition"] = {},
): Statement {
  const Condition = { ...exceptFor(mayChange), ...more };
  const conditional = Object.keys(Condition).length > 0 && { Condition };
  return { Sid, Effect: "Deny", NotAction, Resource: resources, ...conditional };
}

/** The statements of an SCP that is attached to some accounts. */
export function serviceControls(accounts: readonly GuardedAccount[], partition: string): Statement[] {
  const made = accounts.flatMap((account) => account.made);
  const [any, narrower] = [made.filter(isAny), made.filter((each) => !isAny(each))];
  const roles = accounts.flatMap((account) => account.roles);
  // Roles of one account with deployers of their own stand in statements of their own; those of several accounts share one.
  const shared = accounts.every((account) => account.roles.length === 1) ? [merged(roles)] : roles;
  const keys = (workspaces: readonly string[], { mayChange }: Guarded) =>
    deny(
      "OnlyDeployersChangeKeys",
      USE_OF_KEYS,
      { resources: [`arn:${partition}:kms:*:*:key/*`], mayChange },
      {
        StringLike: { [`aws:ResourceTag/${WORKSPACE_TAG}`]: workspaces },
      },
    );
  return numbered([
    ...(any.length > 0
      ? [deny("OnlyDeployersChangeWorkspaces", ALLOWED, merged(any)), keys(["*"], merged(any))]
      : []),
    ...narrower.flatMap((each) => [
      deny("OnlyDeployersChangeWorkspaces", ALLOWED, each),
      keys(each.workspaces, each),
    ]),
    ...shared.map((each) => deny("OnlyTheirAdminsChangeRoles", ALLOWED_ON_ROLES, each)),
    { Sid: "NobodyTakesTheAccountAway", Effect: "Deny", Action: NEVER, Resource: ["*"] },
  ]);
}

const isAny = ({ workspaces }: { readonly workspaces: readonly string[] }) => workspaces.includes("*");

const merged = (all: readonly Guarded[]): Guarded => ({
  resources: unique(all.flatMap(({ resources }) => resources)),
  mayChange: unique(all.flatMap(({ mayChange }) => mayChange)),
});

/** Sids are unique in a policy. */
export function numbered(statements: readonly Statement[]): Statement[] {
  const seen = new Map<string, number>();
  return statements.map((statement) => {
    const Sid = statement.Sid.replace(/\d+$/, "");
    const n = (seen.get(Sid) ?? 0) + 1;
    seen.set(Sid, n);
    return { ...statement, Sid: n > 1 ? `${Sid}${n}` : Sid };
  });
}

/**
 * The statements of an RCP: no principal of another organization, or of none, reaches the secrets and KMS keys, whatever their own
 * policies came to allow. AWS's services in their own name are of no organization: EventBridge uses the topic's key.
 */
export function resourceControls(organization: string, partition: string): Statement[] {
  const outside = {
    StringNotEqualsIfExists: { "aws:PrincipalOrgID": organization },
    BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
  };
  const deny = { Effect: "Deny", Principal: "*" } as const;
  return [
    {
      Sid: "OnlyTheOrganizationReachesSecrets",
      ...deny,
      Action: ["secretsmanager:*"],
      Resource: [`arn:${partition}:secretsmanager:*:*:secret:${NAME_PREFIX}/*`],
      Condition: outside,
    },
    {
      Sid: "OnlyTheOrganizationReachesKeys",
      ...deny,
      Action: ["kms:*"],
      Resource: [`arn:${partition}:kms:*:*:key/*`],
      Condition: { ...outside, StringLike: { [`aws:ResourceTag/${WORKSPACE_TAG}`]: "*" } },
    },
  ];
}
