import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { Token } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { KeyGenerator } from "./key-generator";
import {
  generatorFunctionName,
  generatorRoleName,
  WORKSPACE_NAME,
  WORKSPACE_NAME_RULE,
  workspaceKeyAlias,
} from "./names";
import { roleArnProblem } from "./principals";
import { type Surroundings, surroundingsOf } from "./surroundings";
import { literal, literalMap } from "./text";
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
   * workspace's keys and secrets. The role that applies must be among them.
   * @default - any principal that its identity policy allows to
   */
  readonly deployers?: readonly string[];
  /**
   * ARNs of the roles that may load credentials and imported keys. They can read neither.
   * @default - none
   */
  readonly custodians?: readonly string[];
  /**
   * Other accounts (12 digits each) whose roles may be signers or readers.
   * @default - none: signers and readers are roles of the workspace's own account
   */
  readonly signerAccounts?: readonly string[];
  /**
   * Whether the policies of keys and secrets deny their deletion to everyone. Removing a user then takes two
   * reviewed changes: this off, applied; and the user taken out.
   * @default true
   */
  readonly removalProtection?: boolean;
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
}

/** A workspace as its users need it, in this stack or deployed by another. */
export interface ILedgerWorkspace
  extends IConstruct,
    Required<Omit<LedgerWorkspaceOptions, "account" | "region">> {
  readonly surroundings: Surroundings;
  /** ARN of the KMS key that encrypts the workspace's secrets. */
  readonly encryptionKeyArn: string;
  /** ARN of the key generator's role, the only one that may write a generated key. */
  readonly generatorRoleArn: string;
  /** The key generator's function name. Asking for it makes the generator where it is this stack's to make. */
  generatorFunctionName(): string;
}

abstract class LedgerWorkspaceBase extends Construct implements ILedgerWorkspace {
  readonly name: string;
  readonly deployers: readonly string[];
  readonly custodians: readonly string[];
  readonly signerAccounts: readonly string[];
  readonly removalProtection: boolean;
  readonly rolePath: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly surroundings: Surroundings;
  readonly generatorRoleArn: string;
  abstract readonly encryptionKeyArn: string;

  constructor(scope: Construct, id: string, options: LedgerWorkspaceOptions) {
    super(scope, id);
    this.name = options.name;
    this.deployers = options.deployers ?? [];
    this.custodians = options.custodians ?? [];
    this.signerAccounts = options.signerAccounts ?? [];
    this.removalProtection = options.removalProtection ?? true;
    this.rolePath = options.rolePath ?? "/";
    this.tags = literalMap({ ...options.tags, "ledger-enterprise:workspace": options.name });
    this.surroundings = surroundingsOf(this, options.account, options.region);
    const { partition, account, region } = this.surroundings;
    this.generatorRoleArn = `arn:${partition}:iam::${account}:role${literal(this.rolePath)}${generatorRoleName(this.name, region)}`;
    this.node.addValidation({ validate: () => this.problems(options) });
  }

  abstract generatorFunctionName(): string;

  private problems({ name, account, deployers = [], custodians = [] }: LedgerWorkspaceOptions): string[] {
    const problems: string[] = [];
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
    if (!Token.isUnresolved(this.rolePath) && !/^\/(?:[!-~]*\/)?$/.test(this.rolePath)) {
      problems.push(
        `rolePath: ${JSON.stringify(this.rolePath)} is not a path; begin and end it with a slash, /custody/`,
      );
    }
    return problems;
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
  private readonly props: LedgerWorkspaceProps;
  private generator?: KeyGenerator;

  constructor(scope: Construct, id: string, props: LedgerWorkspaceProps) {
    super(scope, id, props);
    this.props = props;
    this.encryptionKeyArn = new WorkspaceKey(this, "EncryptionKey", { workspace: this }).keyArn;
    if (props.keyGenerator) this.generatorFunctionName();
  }

  generatorFunctionName(): string {
    this.generator ??= new KeyGenerator(this, "KeyGenerator", {
      workspace: this,
      permissionsBoundary: this.props.permissionsBoundary,
      logRetentionInDays: this.props.logRetentionInDays,
    });
    return this.generator.functionName;
  }
}

class DeployedWorkspace extends LedgerWorkspaceBase {
  readonly encryptionKeyArn: string;

  constructor(scope: Construct, id: string, options: LedgerWorkspaceOptions) {
    super(scope, id, options);
    const key = new DataAwsKmsKey(this, "EncryptionKey", { keyId: workspaceKeyAlias(this.name) });
    this.encryptionKeyArn = key.arn;
  }

  generatorFunctionName(): string {
    return generatorFunctionName(this.name);
  }
}
