import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { Annotations, type IResolvable, type ITerraformDependable, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";
import { inOneLine } from "../../messages/mistake";
import {
  accessJournalName,
  alertRuleNames,
  alertTopicName,
  generatorFunctionName,
  generatorLogName,
  generatorRoleName,
  workspaceKeyAlias,
} from "../../rules/aws-names";
import { accessWarnings, alertWarnings } from "../../rules/missing-settings";
import { unlistedRegion } from "../../rules/partitions";
import { LONGEST_RECOVERY } from "../../rules/recovery-window";
import { WORKSPACE_TAG } from "../../rules/tags";
import { keyIdOf, ruleDigests } from "../alerts/digests";
import { WorkspaceAlerts } from "../alerts/workspace-alerts";
import { type AwsLocation, arnIn, awsLocationOf } from "../terraform/aws-location";
import { type Checks, checkProps } from "../terraform/checks";
import { literal, literalMap } from "../terraform/literal";
import { madeFirst } from "../terraform/made-first";
import { isApplied } from "./applied";
import { WorkspaceKey } from "./encryption-key";
import { GeneratorLook } from "./generator-look";
import type { AlertTargets, ILedgerWorkspace } from "./interface";
import { KeyGenerator } from "./key-generator";
import {
  type LedgerWorkspaceOptions,
  type LedgerWorkspaceProps,
  WORKSPACE_CHECKS,
  WORKSPACE_OPTION_CHECKS,
} from "./options";

abstract class LedgerWorkspaceBase<Options extends LedgerWorkspaceOptions>
  extends Construct
  implements ILedgerWorkspace
{
  readonly options: Options;
  readonly name: string;
  readonly location: AwsLocation;
  readonly deployers: readonly string[];
  readonly custodians: readonly string[];
  readonly signerAccounts: readonly string[];
  readonly removalProtection: boolean;
  readonly recoveryWindowInDays: number;
  readonly rolePath: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly generatorRoleArn: string;
  readonly alertRules: readonly string[];
  abstract readonly alerts?: AlertTargets;
  abstract readonly encryptionKeyArn: string;

  constructor(scope: Construct, id: string, options: Options, checks: Checks<Options>) {
    super(scope, id);
    checkProps(this, options, checks);
    this.options = options;
    this.name = options.name;
    this.deployers = options.deployers ?? [];
    this.custodians = options.custodians ?? [];
    this.signerAccounts = options.signerAccounts ?? [];
    this.removalProtection = options.removalProtection ?? true;
    this.recoveryWindowInDays = options.recoveryWindowInDays ?? LONGEST_RECOVERY;
    this.rolePath = options.rolePath ?? "/";
    this.tags = literalMap({ ...options.tags, [WORKSPACE_TAG]: options.name });
    this.location = awsLocationOf(this, options.account, options.region);
    const { partition, account, region } = this.location;
    this.generatorRoleArn = `arn:${partition}:iam::${account}:role${literal(this.rolePath)}${generatorRoleName(this.name, region)}`;
    this.alertRules = (options.alerts ?? true) ? alertRuleNames(this.name) : [];
    const unlisted =
      options.region === undefined || Token.isUnresolved(options.region)
        ? undefined
        : unlistedRegion(options.region);
    if (unlisted) Annotations.of(this).addWarning(inOneLine(unlisted));
    for (const warning of accessWarnings(options)) Annotations.of(this).addWarning(inOneLine(warning));
  }

  abstract alertDigests(): IResolvable | undefined;
  abstract generatorFunctionName(): string;
  abstract generatorVersion(): string;
  abstract generatorDependencies(): ITerraformDependable[];
}

/**
 * What the users of a Ledger Enterprise workspace share in one account and region: the KMS key that encrypts
 * their secrets, the function that makes their keys, and the alerts.
 */
export class LedgerWorkspace extends LedgerWorkspaceBase<LedgerWorkspaceProps> {
  /**
   * A workspace that another stack deploys, found by its names in AWS. Give it the same options.
   * @throws Error if an option is of a wrong type; what else is wrong with options is reported at synthesis
   */
  static fromName(scope: Construct, id: string, options: LedgerWorkspaceOptions): ILedgerWorkspace {
    return new DeployedWorkspace(scope, id, options);
  }

  /** Token: ARN of the KMS key that encrypts the workspace's secrets. */
  readonly encryptionKeyArn: string;
  /** Where alerts go; `undefined` where they are switched off. */
  readonly alerts?: WorkspaceAlerts;
  private generator?: KeyGenerator;

  /** @throws Error if a prop is of a wrong type; what else is wrong with props is reported at synthesis */
  constructor(scope: Construct, id: string, props: LedgerWorkspaceProps) {
    super(scope, id, props, WORKSPACE_CHECKS);
    for (const warning of alertWarnings(props)) Annotations.of(this).addWarning(inOneLine(warning));
    this.encryptionKeyArn = new WorkspaceKey(this, "EncryptionKey", this).keyArn;
    if (props.alerts ?? true) {
      this.alerts = new WorkspaceAlerts(this, "Alerts", this);
      // Without alerts there is nothing that AWS would let a second workspace of this name change.
      madeFirst(this, this.alerts.journalGroup);
    }
    if (props.keyGenerator) this.generatorFunctionName();
  }

  /** Token: a digest of each alert rule, for the generator; `undefined` where alerts are switched off. */
  alertDigests(): IResolvable | undefined {
    return this.alerts?.digests();
  }

  /** The key generator's function name. The first call makes the generator. */
  generatorFunctionName(): string {
    return this.keyGenerator().functionName;
  }

  /** Token: the number of the key generator's published version. The first call makes the generator. */
  generatorVersion(): string {
    return this.keyGenerator().version;
  }

  private keyGenerator(): KeyGenerator {
    this.generator ??= new KeyGenerator(this, "KeyGenerator", this);
    return this.generator;
  }

  /** What must exist before the generator is asked for a key: its permissions, and the alerts. */
  generatorDependencies(): ITerraformDependable[] {
    // Keys are made only once the alerts are on.
    return [...(this.generator?.dependables ?? []), ...(this.alerts?.dependables ?? [])];
  }
}

class DeployedWorkspace extends LedgerWorkspaceBase<LedgerWorkspaceOptions> {
  readonly encryptionKeyArn: string;
  readonly alerts?: AlertTargets;
  private readonly applied?: Precondition[];
  private look?: GeneratorLook;
  private digests?: IResolvable;

  constructor(scope: Construct, id: string, options: LedgerWorkspaceOptions) {
    super(scope, id, options, WORKSPACE_OPTION_CHECKS);
    const alerts = options.alerts ?? true;
    if (alerts) this.applied = [isApplied(this, "Journal", this, accessJournalName(this.name))];
    this.encryptionKeyArn = this.keyByAlias("EncryptionKey", workspaceKeyAlias(this.name));
    if (alerts)
      this.alerts = {
        topicArn: options.alertTopic ?? arnIn(this.location, "sns", alertTopicName(this.name)),
        journalArn: arnIn(this.location, "logs", `log-group:${accessJournalName(this.name)}`),
      };
  }

  private keyByAlias(id: string, keyId: string): string {
    const lifecycle = this.applied && { precondition: this.applied };
    return new DataAwsKmsKey(this, id, { keyId, lifecycle }).arn;
  }

  /** The same as in the other stack. Only whoever may change the KMS keys can have an alias lead to another key. */
  alertDigests(): IResolvable | undefined {
    const { alerts } = this;
    if (!alerts) return undefined;
    this.digests ??= ruleDigests(this, "AlertDigests", { workspace: this, ...this.watched(alerts) }, alerts);
    return this.digests;
  }

  private watched({ topicArn }: AlertTargets) {
    const topicKey = () => this.keyByAlias("AlertsKey", `alias/${alertTopicName(this.name)}`);
    const keys = [this.encryptionKeyArn, ...(this.options.alertTopic ? [] : [topicKey()])];
    return { topicArn, keyIds: keys.map(keyIdOf) };
  }

  generatorFunctionName(): string {
    return generatorFunctionName(this.name);
  }

  generatorVersion(): string {
    return this.generatorLook().version;
  }

  generatorDependencies(): ITerraformDependable[] {
    return this.generatorLook().dependables;
  }

  /** The other stack was deployed as a whole; but is the function still the one that it deployed? */
  private generatorLook(): GeneratorLook {
    this.look ??= new GeneratorLook(this, "KeyGenerator", {
      workspace: this,
      functionName: this.generatorFunctionName(),
      conditions: [isApplied(this, "GeneratorLog", this, generatorLogName(this.name))],
    });
    return this.look;
  }
}
