import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { Annotations, type ITerraformDependable, Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { type GeneratorVpc, KeyGenerator } from "./key-generator";
import {
  generatorFunctionName,
  generatorRoleName,
  WORKSPACE_NAME,
  WORKSPACE_NAME_RULE,
  workspaceKeyAlias,
} from "./names";
import { ROLE_PATH, roleArnProblem } from "./principals";
import { type Surroundings, surroundingsOf } from "./surroundings";
import { literal, literalMap } from "./text";
import { type AlertTargets, alertRuleNames, alertTargetsOf, WorkspaceAlerts } from "./workspace-alerts";
import { WorkspaceKey } from "./workspace-key";

/** What stands in the policies of a workspace's users, whichever stack they are in. */
export interface LedgerWorkspaceOptions {
  /**
   * The workspace's name: in names in AWS, and in the registration.
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
   * ARNs of the roles that run Terraform. Where any are given, they alone may change the policies of the
   * workspace's keys and secrets, delete them once they are unprotected, and restore them. The role that applies must
   * be among them.
   * @default - any principal that its identity policy allows to
   */
  readonly deployers?: readonly string[];
  /**
   * ARNs of the roles that may load credentials and imported keys. They can read neither.
   * @default - none: nobody can store API credentials, of which synthesis warns
   */
  readonly custodians?: readonly string[];
  /**
   * Other accounts (12 digits each) whose roles may be signers or readers.
   * @default - none: signers and readers are roles of the workspace's own account
   */
  readonly signerAccounts?: readonly string[];
  /**
   * Whether IAM users, whose access keys do not expire, may be signers and readers as roles may.
   * @default false
   */
  readonly allowUsers?: boolean;
  /**
   * Whether the policies of keys and secrets deny their deletion to everyone. Removing a user then takes two
   * reviewed changes: this off, applied; and the user taken out.
   * @default true
   */
  readonly removalProtection?: boolean;
  /**
   * Whether access to the workspace's keys is watched: denials and tampering told to people, every use in a journal.
   * Off for an account whose own monitoring does as much; then the generator asks for no alerts either. While removal
   * protection is on, nobody deletes the KMS key of the alerts, so that switching them off takes the same two steps.
   * @default true
   */
  readonly alerts?: boolean;
  /**
   * ARN of an SNS topic of the same region that takes the alerts. Its policy, and that of its KMS key, must let
   * `events.amazonaws.com` publish (docs/alerts.md).
   * @default - a topic of the workspace's own, encrypted
   */
  readonly alertTopic?: string;
  /**
   * The address of the Ledger Enterprise API, `https://HOST` or `https://HOST/PATH`: stored with each user's credentials
   * as `LEDGER_ENTERPRISE_API_URL`, and where `credentials put --check` logs in.
   * @default - not stored: services know it otherwise
   */
  readonly apiUrl?: string;
  /**
   * The path of the roles that the workspace makes, beginning and ending with `/`.
   * @default "/"
   */
  readonly rolePath?: string;
  /**
   * Tags on everything that the workspace and its users make.
   * @default - those of the AWS provider
   */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface LedgerWorkspaceProps extends LedgerWorkspaceOptions {
  /**
   * ARN of the policy that bounds the roles that the workspace makes.
   * @default - none
   */
  readonly permissionsBoundary?: string;
  /**
   * Whether to make the key generator though no user of this stack needs it: for a workspace whose users
   * are in other stacks.
   * @default false - made for the first user of this stack whose key it makes
   */
  readonly keyGenerator?: boolean;
  /**
   * How many days CloudWatch Logs keeps the key generator's log; one of the values that it takes.
   * @default 400 - the least that covers a year and its audit
   */
  readonly logRetentionInDays?: number;
  /**
   * E-mail addresses that are paged. Each must confirm the subscription that AWS sends it.
   * @default - none: subscribe to the topic in another way
   */
  readonly alertEmails?: readonly string[];
  /**
   * How many days CloudWatch Logs keeps the access journal; one of the values that it takes.
   * @default 400 - the least that covers a year and its audit
   */
  readonly journalRetentionInDays?: number;
  /**
   * ARN of the KMS key that encrypts the generator's log and the access journal. Its policy must let
   * `logs.REGION.amazonaws.com` use it (CloudWatch Logs guide, "Encrypt log data").
   * @default - CloudWatch Logs' own encryption
   */
  readonly logKmsKey?: string;
  /**
   * The network that the generator runs in, which must reach Secrets Manager and, with alerts, EventBridge.
   * @default - Lambda's own
   */
  readonly vpc?: GeneratorVpc;
  /**
   * ARN of the Lambda code signing configuration that the generator's code is held to. The package's zip is not signed:
   * sign and deploy it by the pipeline that the configuration trusts, or let it only warn.
   * @default - none
   */
  readonly codeSigningConfig?: string;
}

/** A workspace as its users need it, in this stack or deployed by another. */
export interface ILedgerWorkspace
  extends IConstruct,
    Required<Omit<LedgerWorkspaceOptions, "account" | "region" | "alerts" | "alertTopic" | "apiUrl">>,
    Pick<LedgerWorkspaceOptions, "apiUrl"> {
  readonly surroundings: Surroundings;
  /** ARN of the KMS key that encrypts the workspace's secrets. */
  readonly encryptionKeyArn: string;
  /** ARN of the key generator's role, the only one that may write a generated key. */
  readonly generatorRoleArn: string;
  /** Where alerts go; `undefined` where they are switched off. */
  readonly alerts?: AlertTargets;
  /** Names of the EventBridge rules that must be on before a key is made; none where alerts are switched off. */
  readonly alertRules: readonly string[];
  /** The key generator's function name. Asking for it makes the generator where it is this stack's to make. */
  generatorFunctionName(): string;
  /** What must be there before the generator is asked for a key: its permissions, and the alerts. */
  generatorNeeds(): ITerraformDependable[];
}

/** A warning and no error: a workspace may begin with keys, and name its custodians when its users are registered. */
const NO_CUSTODIANS =
  "custodians: are none, so nobody can store the API credentials of the workspace's users; name the roles that may";

/** As the fleet's schema has it: over TLS, with neither user, query nor fragment. */
const API_URL = /^https:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/;

abstract class LedgerWorkspaceBase extends Construct implements ILedgerWorkspace {
  readonly name: string;
  readonly deployers: readonly string[];
  readonly custodians: readonly string[];
  readonly signerAccounts: readonly string[];
  readonly allowUsers: boolean;
  readonly removalProtection: boolean;
  readonly apiUrl?: string;
  readonly rolePath: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly surroundings: Surroundings;
  readonly generatorRoleArn: string;
  readonly alertRules: readonly string[];
  abstract readonly alerts?: AlertTargets;
  abstract readonly encryptionKeyArn: string;

  constructor(scope: Construct, id: string, options: LedgerWorkspaceOptions) {
    super(scope, id);
    this.name = options.name;
    this.deployers = options.deployers ?? [];
    this.custodians = options.custodians ?? [];
    this.signerAccounts = options.signerAccounts ?? [];
    this.allowUsers = options.allowUsers ?? false;
    this.removalProtection = options.removalProtection ?? true;
    this.apiUrl = options.apiUrl;
    this.rolePath = options.rolePath ?? "/";
    this.tags = literalMap({ ...options.tags, "ledger-enterprise:workspace": options.name });
    this.surroundings = surroundingsOf(this, options.account, options.region);
    const { partition, account, region } = this.surroundings;
    this.generatorRoleArn = `arn:${partition}:iam::${account}:role${literal(this.rolePath)}${generatorRoleName(this.name, region)}`;
    this.alertRules = (options.alerts ?? true) ? alertRuleNames(this.name) : [];
    this.node.addValidation({ validate: () => this.problems(options) });
    if (this.custodians.length === 0) Annotations.of(this).addWarning(NO_CUSTODIANS);
  }

  abstract generatorFunctionName(): string;
  abstract generatorNeeds(): ITerraformDependable[];

  private problems(options: LedgerWorkspaceOptions): string[] {
    const { name, account, deployers = [], custodians = [], signerAccounts = [] } = options;
    const problems: string[] = [];
    for (const [prop, list] of Object.entries({ deployers, custodians, signerAccounts })) {
      if (Token.isUnresolved(list))
        problems.push(`${prop}: is a token; give a list, whose elements may be tokens`);
    }
    signerAccounts.forEach((id, i) => {
      if (Token.isUnresolved(id) || /^\d{12}$/.test(id)) return;
      problems.push(`signerAccounts[${i}]: ${JSON.stringify(id)} is not an AWS account; write its 12 digits`);
    });
    if (!Token.isUnresolved(name) && !WORKSPACE_NAME.test(name)) {
      problems.push(`name: ${JSON.stringify(name)} is not a workspace name; use ${WORKSPACE_NAME_RULE}`);
    }
    for (const [prop, arns] of Object.entries({ deployers, custodians })) {
      arns.forEach((arn, i) => {
        const own = account && !Token.isUnresolved(account) ? [account] : undefined;
        const problem = Token.isUnresolved(arn) ? undefined : roleArnProblem(arn, own);
        if (problem) problems.push(`${prop}[${i}]: ${problem}`);
      });
    }
    problems.push(...this.regionalProblems(options));
    if (this.apiUrl && !Token.isUnresolved(this.apiUrl) && !API_URL.test(this.apiUrl)) {
      problems.push("apiUrl: is not an https address; write one such as https://api.vault.ledger.com");
    }
    if (!Token.isUnresolved(this.rolePath) && !new RegExp(ROLE_PATH).test(this.rolePath)) {
      problems.push(
        `rolePath: ${JSON.stringify(this.rolePath)} is not a path; begin and end it with a slash and use letters, digits and _+=,.@-, as in /custody/`,
      );
    }
    return problems;
  }

  /** EventBridge, Lambda and CloudWatch Logs use what is in their own region only. */
  private regionalProblems(options: LedgerWorkspaceOptions & Partial<LedgerWorkspaceProps>): string[] {
    const { alertTopic, logKmsKey, codeSigningConfig } = options;
    return Object.entries({ alertTopic, logKmsKey, codeSigningConfig }).flatMap(([prop, arn]) => {
      const region = arn && !Token.isUnresolved(arn) ? arn.split(":")[3] : undefined;
      const own = options.region;
      if (region === undefined || own === undefined || Token.isUnresolved(own) || region === own) return [];
      return [`${prop}: is of the region ${region}, and the workspace is in ${own}; name one of ${own}`];
    });
  }
}

/**
 * What the users of a Ledger Enterprise workspace share in one account and region: the KMS key that encrypts
 * their secrets and the function that makes their keys.
 */
export class LedgerWorkspace extends LedgerWorkspaceBase {
  /** A workspace that another stack deploys, found by its names in AWS. Give it the same options. */
  static fromName(scope: Construct, id: string, options: LedgerWorkspaceOptions): ILedgerWorkspace {
    return new DeployedWorkspace(scope, id, options);
  }

  readonly encryptionKeyArn: string;
  readonly alerts?: WorkspaceAlerts;
  private readonly props: LedgerWorkspaceProps;
  private generator?: KeyGenerator;

  constructor(scope: Construct, id: string, props: LedgerWorkspaceProps) {
    super(scope, id, props);
    this.props = props;
    this.encryptionKeyArn = new WorkspaceKey(this, "EncryptionKey", { workspace: this }).keyArn;
    if (props.alerts ?? true) {
      this.alerts = new WorkspaceAlerts(this, "Alerts", {
        workspace: this,
        emails: props.alertEmails ?? [],
        topic: props.alertTopic,
        journalRetentionInDays: props.journalRetentionInDays ?? 400,
        logKmsKey: props.logKmsKey,
      });
    }
    if (props.keyGenerator) this.generatorFunctionName();
  }

  generatorFunctionName(): string {
    this.generator ??= new KeyGenerator(this, "KeyGenerator", {
      workspace: this,
      permissionsBoundary: this.props.permissionsBoundary,
      logRetentionInDays: this.props.logRetentionInDays,
      logKmsKey: this.props.logKmsKey,
      vpc: this.props.vpc,
      codeSigningConfig: this.props.codeSigningConfig,
    });
    return this.generator.functionName;
  }

  generatorNeeds(): ITerraformDependable[] {
    // Keys are made only once the alerts are on.
    return [...(this.generator?.parts ?? []), ...(this.alerts?.parts ?? [])];
  }
}

class DeployedWorkspace extends LedgerWorkspaceBase {
  readonly encryptionKeyArn: string;
  readonly alerts?: AlertTargets;

  constructor(scope: Construct, id: string, options: LedgerWorkspaceOptions) {
    super(scope, id, options);
    const key = new DataAwsKmsKey(this, "EncryptionKey", { keyId: workspaceKeyAlias(this.name) });
    this.encryptionKeyArn = key.arn;
    this.alerts = alertTargetsOf(options, this.surroundings);
  }

  generatorFunctionName(): string {
    return generatorFunctionName(this.name);
  }

  /** Nothing: the other stack was deployed as a whole. */
  generatorNeeds(): ITerraformDependable[] {
    return [];
  }
}
