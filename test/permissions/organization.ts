/** The policies that `guard-policies` writes for the workspace of the matrix, and what they are asked about. */
import { guardPolicies, type PolicyDocument } from "../../cli/commands/guard-policies/documents";
import type { UserDeclaration, WorkspaceDeclaration } from "../../fleet";
import { ORGANIZATION } from "./actors";
import {
  ACCOUNT,
  type Emitted,
  GENERATOR_FUNCTION,
  GENERATOR_ROLE,
  type Place,
  type Policy,
  roleArn,
  SIGNER_ACCOUNT,
  WORKSPACE,
} from "./emitted";
import type { Call, Operation } from "./operations";
import type { Organization } from "./simulate";

/** A role that may change signers' roles in the signer account. */
export const roleAdmin = (place: Place) => roleArn(place, "platform", SIGNER_ACCOUNT);

/** The workspace of `emit`, as its YAML would declare it. */
export function declaration(place: Place, more: Partial<WorkspaceDeclaration> = {}): WorkspaceDeclaration {
  const user: UserDeclaration = {
    ...({ username: "settlement bot", awsName: "settlement-bot", role: "operator" } as const),
    ...({ generations: { 1: "current" }, generation: 1, line: 1 } as const),
    ...({ custody: "secrets-manager", removalProtection: true } as const),
    ...{ groups: [], accountRules: [], adminRules: [] },
    signers: [roleArn(place, "settlement"), roleArn(place, "settlement", SIGNER_ACCOUNT)],
    readers: [roleArn(place, "reporting"), roleArn(place, "reporting", SIGNER_ACCOUNT)],
  };
  const { region } = place;
  return {
    ...{ name: WORKSPACE, file: "workspace.yaml", account: ACCOUNT, region, rolePath: "/", tags: {} },
    deployers: [roleArn(place, "terraform")],
    custodians: [roleArn(place, "custodian")],
    signerAccounts: [SIGNER_ACCOUNT],
    ...{
      alertEmails: [],
      removalProtection: true,
      recoveryWindowInDays: 30,
      allowUsers: false,
      alerts: true,
      lookedInto: [],
    },
    files: [{ name: "team", stackName: `${WORKSPACE}-team`, file: "team.yaml", region, users: [user] }],
    ...more,
  };
}

/** Policies attached as their files say. */
export function attached(policies: readonly PolicyDocument[]): Organization {
  const parsed = policies.map((policy) => ({ ...policy, policy: JSON.parse(policy.text) as Policy }));
  const of = (type: PolicyDocument["type"]) => (account: string) =>
    parsed
      .filter((each) => each.type === type && each.accounts.includes(account))
      .map(({ policy }) => policy);
  return { scps: of("SERVICE_CONTROL_POLICY"), rcps: of("RESOURCE_CONTROL_POLICY") };
}

const made = new Map<string, Organization>();

/** What an organization has that attached the policies of the workspace of the matrix. */
export function guarded(place: Place): Organization {
  const { partition } = place;
  const settings = { organization: ORGANIZATION, roleAdmins: [roleAdmin(place)], partition };
  const organization = made.get(partition) ?? attached(guardPolicies([declaration(place)], settings));
  made.set(partition, organization);
  return organization;
}

const calls =
  (
    service: string,
    actions: string,
    resource: (place: Place) => string,
    more: Partial<Call> = {},
  ): Operation =>
  ({ place }: Emitted) =>
    actions
      .trim()
      .split(/\s+/)
      .map((action) => ({ action: `${service}:${action}`, resource: resource(place), ...more }));

const regional =
  (service: string, resource: string) =>
  ({ partition, region }: Place) =>
    `arn:${partition}:${service}:${region}:${ACCOUNT}:${resource}`;

const CHANGES_OF_A_ROLE = `AttachRolePolicy CreateRole DeleteRole DeleteRolePermissionsBoundary DeleteRolePolicy DetachRolePolicy
  PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy UpdateRole UpdateRoleDescription`;
/** Enough to see that a role is among those that are protected. */
const SOME_CHANGES = "CreateRole PutRolePolicy UpdateAssumeRolePolicy";
const generatorRole = (place: Place) => roleArn(place, GENERATOR_ROLE(place));
const FUNCTION = regional("lambda", `function:${GENERATOR_FUNCTION}`);
const VERSION = regional("lambda", `function:${GENERATOR_FUNCTION}:1`);
const RULE = regional("events", `rule/ledger-enterprise.${WORKSPACE}.denied`);
const TOPIC = regional("sns", `ledger-enterprise-${WORKSPACE}-alerts`);
const JOURNAL = regional("logs", `log-group:/aws/events/ledger-enterprise/${WORKSPACE}`);
const SECRET = regional(
  "secretsmanager",
  `secret:ledger-enterprise/${WORKSPACE}/new-bot/generation-1/private-key-AbCdEf`,
);

const both =
  (...operations: Operation[]): Operation =>
  (emitted) =>
    operations.flatMap((operation) => operation(emitted));

/** The columns of the table in docs/organization.md. */
export const GUARDED: Readonly<Record<string, Operation>> = {
  "change the generator": calls(
    "lambda",
    `AddPermission CreateAlias CreateFunction CreateFunctionUrlConfig DeleteFunction DeleteFunctionConcurrency
    DeleteFunctionEventInvokeConfig PublishVersion PutFunctionConcurrency PutFunctionEventInvokeConfig
    PutFunctionRecursionConfig PutRuntimeManagementConfig RemovePermission TagResource
    UpdateAlias UpdateFunctionCode UpdateFunctionConfiguration UpdateFunctionEventInvokeConfig`,
    FUNCTION,
  ),
  "run the generator": both(
    ...[FUNCTION, VERSION].map((resource) => calls("lambda", "InvokeFunction", resource)),
  ),
  "change the generator's role": calls("iam", CHANGES_OF_A_ROLE, generatorRole),
  "pass the generator's role": both(
    ...["lambda.amazonaws.com", "ec2.amazonaws.com"].map((service) =>
      calls("iam", "PassRole", generatorRole, { context: { "iam:PassedToService": service } }),
    ),
  ),
  "change a signer's, reader's, custodian's or deployer's role": both(
    calls("iam", CHANGES_OF_A_ROLE, (place) => roleArn(place, "settlement")),
    ...["reporting", "custodian", "terraform"].map((name) =>
      calls("iam", SOME_CHANGES, (place) => roleArn(place, name)),
    ),
  ),
  "pass a signer's role": calls("iam", "PassRole", (place) => roleArn(place, "settlement"), {
    context: { "iam:PassedToService": "ecs-tasks.amazonaws.com" },
  }),
  "change a signer's role of a signer account, or pass it": both(
    ...["settlement", "reporting"].map((name) =>
      calls("iam", `${SOME_CHANGES} PassRole`, (place) => roleArn(place, name, SIGNER_ACCOUNT), {
        account: SIGNER_ACCOUNT,
      }),
    ),
  ),
  "change a SAML provider": calls(
    "iam",
    "CreateSAMLProvider DeleteSAMLProvider UpdateSAMLProvider",
    ({ partition }) => `arn:${partition}:iam::${ACCOUNT}:saml-provider/corporate`,
  ),
  "stop or change a trail": both(
    calls(
      "cloudtrail",
      "DeleteTrail PutEventSelectors PutInsightSelectors StopLogging UpdateTrail",
      regional("cloudtrail", "trail/any"),
    ),
    calls("s3", "DeleteBucketPolicy PutBucketPolicy PutLifecycleConfiguration", bucket),
    calls("s3", "DeleteObject DeleteObjectVersion", (place) => `${bucket(place)}/AWSLogs/1.json.gz`),
  ),
  "change an alert rule": both(
    calls("events", "DeleteRule DisableRule PutRule PutTargets RemoveTargets", RULE),
    calls("events", "UpdateEventBus", regional("events", "event-bus/default")),
  ),
  "change the topic": both(
    calls("sns", "DeleteTopic RemovePermission SetTopicAttributes Subscribe", TOPIC),
    calls("sns", "SetSubscriptionAttributes Unsubscribe", TOPIC),
  ),
  "change the journal": calls(
    "logs",
    "AssociateKmsKey DeleteLogGroup DeleteRetentionPolicy PutRetentionPolicy",
    JOURNAL,
  ),
  "take a name": both(
    calls("secretsmanager", "CreateSecret", SECRET),
    calls("kms", "CreateAlias", regional("kms", `alias/ledger-enterprise/${WORKSPACE}/new-bot`)),
  ),
  "take the account out of the organization": both(
    calls("organizations", "LeaveOrganization", () => "*"),
    calls(
      "account",
      "CloseAccount DisableRegion",
      ({ partition }) => `arn:${partition}:account::${ACCOUNT}:account`,
    ),
  ),
};

function bucket({ partition, region }: Place): string {
  return `arn:${partition}:s3:::ledger-enterprise-trail-${ACCOUNT}-${region}`;
}
