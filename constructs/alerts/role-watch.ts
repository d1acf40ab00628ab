import { Fn, Op, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";
import { ROLE_ADVICE } from "../../rules/alerts/advice";
import { MAX_PATTERN_LENGTH } from "../../rules/alerts/pattern";
import { GLOBAL_REGIONS, rolePattern } from "../../rules/alerts/role-pattern";
import { alertRuleName } from "../../rules/aws-names";
import { emailProblem, topicArnProblem, workspaceNameProblem } from "../../rules/formats";
import { roleArnProblem } from "../../rules/principal-arns";
import { WORKSPACE_TAG } from "../../rules/tags";
import { longestLength } from "../policies/policy-size";
import { type AwsLocation, awsLocationOf } from "../terraform/aws-location";
import { type Checks, checkProps, FLAG, optional, tagMap, text, texts } from "../terraform/checks";
import { literalMap } from "../terraform/literal";
import { AlertRule } from "./rule";
import { AlertTopic } from "./topic";

/** Which roles are watched, and who is paged. */
export interface RoleWatchProps {
  /** The workspace's name: 1 to 24 lower-case letters, digits and hyphens, not at the ends. */
  readonly workspace: string;
  /** ARNs of the roles to watch: signers, deployers, custodians, the generator's. */
  readonly roles: readonly string[];
  /**
   * ARNs of the roles whose changes do not page.
   * @default - none: every change pages
   */
  readonly deployers?: readonly string[];
  /**
   * ARN of an SNS topic in the same region that receives the alerts.
   * @default - a topic of its own, encrypted
   */
  readonly alertTopic?: string;
  /**
   * E-mail addresses that receive the alerts. Each must confirm the subscription that AWS sends it.
   * @default - none: subscribe to the topic in another way
   */
  readonly alertEmails?: readonly string[];
  /**
   * Whether the policy of the topic's KMS key denies its deletion to everyone.
   * @default true
   */
  readonly removalProtection?: boolean;
  /**
   * Tags on everything that is made here, beside the AWS provider's.
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

const ROLES = texts((arn: string) => roleArnProblem(arn));

const ROLE_WATCH_CHECKS: Checks<RoleWatchProps> = {
  workspace: text(workspaceNameProblem),
  roles: {
    ...ROLES,
    problems: (roles, place, props) =>
      roles.length === 0
        ? [`${place}: is empty, so nothing would be watched; name the roles`]
        : (ROLES.problems?.(roles, place, props) ?? []),
  },
  deployers: optional(ROLES),
  alertTopic: optional(text(topicArnProblem)),
  alertEmails: optional(texts(emailProblem)),
  removalProtection: optional(FLAG),
  tags: optional(tagMap()),
};

/**
 * Pages people when a role that can sign, deploy or make keys is created or its trust or policies change. Policies match roles
 * by name, so that a role that is deleted and created again is still the signer; this detects it.
 *
 * IAM's records reach EventBridge in only one region of each partition: put this into a stack whose AWS provider is in
 * `us-east-1`, `cn-north-1` or `us-gov-west-1`. A new version of a managed policy that a role has is not detected.
 */
export class RoleWatch extends Construct {
  /** @throws Error if a prop is of a wrong type; what else is wrong with props is reported at synthesis */
  constructor(scope: Construct, id: string, props: RoleWatchProps) {
    super(scope, id);
    checkProps(this, props, ROLE_WATCH_CHECKS);
    const { deployers = [] } = props;
    const tags = literalMap({ ...props.tags, [WORKSPACE_TAG]: props.workspace });
    const location = awsLocationOf(this);
    const topic = new AlertTopic(this, "Topic", {
      name: `${props.workspace}-roles`,
      location,
      deployers,
      removalProtection: props.removalProtection ?? true,
      tags,
      existing: props.alertTopic,
      emails: props.alertEmails ?? [],
    });
    for (const [index, names] of groupsOf([...new Set(props.roles.map(roleName))], deployers).entries()) {
      new AlertRule(this, `roles${index}`, {
        name: alertRuleName(props.workspace, `roles-${index}`),
        description: "A role that can sign, deploy or make keys was made, trusted or widened",
        workspace: props.workspace,
        declaration: () => ({ pattern: rolePattern(names, deployers), page: ROLE_ADVICE, journal: false }),
        places: { topicArn: topic.arn },
        conditions: [isGlobal(location)],
        tags,
      });
    }
  }
}

/** IAM's records have only the name, without the path; names are unique in an account. */
function roleName(arn: string): string {
  return Token.isUnresolved(arn)
    ? Fn.element(Fn.reverse(Fn.split("/", arn)), 0)
    : arn.slice(arn.lastIndexOf("/") + 1);
}

/** In a partition that is not known here, any region will do. */
function isGlobal({ partition, region }: AwsLocation): Precondition {
  return {
    condition: Op.eq(Fn.lookup(GLOBAL_REGIONS, partition, region), region),
    errorMessage:
      "IAM's records reach EventBridge in one region alone: put RoleWatch into a stack whose AWS provider is of us-east-1, cn-north-1 or us-gov-west-1.",
  };
}

/** Groups of names, each as large as fits into a pattern. */
function groupsOf(names: readonly string[], deployers: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const name of names) {
    const group = groups.at(-1);
    const pattern = rolePattern([...(group ?? []), name], deployers);
    const fits = group && longestLength(JSON.stringify(pattern)) <= MAX_PATTERN_LENGTH;
    if (fits) group.push(name);
    else groups.push([name]);
  }
  return groups;
}
