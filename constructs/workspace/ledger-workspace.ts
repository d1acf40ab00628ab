import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { Annotations, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { visible } from "../../messages/safe-text";
import {
  alertRuleNames,
  generatorFunctionName,
  generatorRoleName,
  workspaceKeyAlias,
} from "../../rules/aws-names";
import { WORKSPACE_TAG } from "../../rules/tags";
import { type AlertTargets, alertTargetsOf } from "../alerts/targets";
import { WorkspaceAlerts } from "../alerts/workspace-alerts";
import { type AwsLocation, awsLocationOf } from "../terraform/aws-location";
import { literal, literalMap } from "../terraform/literal";
import { checkProps } from "../terraform/prop-types";
import { WorkspaceKey } from "./encryption-key";
import { GeneratorCode } from "./generator-code";
import type { ILedgerWorkspace } from "./interface";
import { KeyGenerator } from "./key-generator";
import {
  type LedgerWorkspaceOptions,
  type LedgerWorkspaceProps,
  WORKSPACE_OPTIONS,
  WORKSPACE_PROPS,
} from "./options";
import { workspaceProblems } from "./workspace-problems";

/** A warning and no error: a workspace may begin with keys, and name its custodians when its users are registered. */
const NO_CUSTODIANS =
  "custodians: are none, so nobody can store the API credentials of the workspace's users; name the roles that may";

/** Warnings too: a trial may do without, and whoever applies before the roles are known. */
const NO_DEPLOYERS =
  "deployers: are none, so any administrator of the account may change who reads a key, and silence the alerts; name the roles that run Terraform";
const NOBODY_TOLD =
  "alertEmails: are none, and no alertTopic is named, so nobody is told of an alert but who subscribes to the topic by hand; name who is paged";

abstract class LedgerWorkspaceBase extends Construct implements ILedgerWorkspace {
  readonly options: LedgerWorkspaceOptions;
  readonly name: string;
  readonly deployers: readonly string[];
  readonly custodians: readonly string[];
  readonly signerAccounts: readonly string[];
  readonly removalProtection: boolean;
  readonly rolePath: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly location: AwsLocation;
  readonly generatorRoleArn: string;
  readonly alertRules: readonly string[];
  abstract readonly alerts?: AlertTargets;
  abstract readonly encryptionKeyArn: string;

  constructor(scope: Construct, id: string, options: LedgerWorkspaceOptions) {
    super(scope, id);
    checkProps(this, options, WORKSPACE_OPTIONS);
    this.options = options;
    this.name = options.name;
    this.deployers = options.deployers ?? [];
    this.custodians = options.custodians ?? [];
    this.signerAccounts = options.signerAccounts ?? [];
    this.removalProtection = options.removalProtection ?? true;
    this.rolePath = options.rolePath ?? "/";
    this.tags = literalMap({ ...options.tags, [WORKSPACE_TAG]: options.name });
    this.location = awsLocationOf(this, options.account, options.region);
    const { partition, account, region } = this.location;
    this.generatorRoleArn = `arn:${partition}:iam::${account}:role${literal(this.rolePath)}${generatorRoleName(this.name, region)}`;
    this.alertRules = (options.alerts ?? true) ? alertRuleNames(this.name) : [];
    this.node.addValidation({ validate: () => workspaceProblems(options).map(visible) });
    if (this.deployers.length === 0) Annotations.of(this).addWarning(NO_DEPLOYERS);
    if (this.custodians.length === 0) Annotations.of(this).addWarning(NO_CUSTODIANS);
  }

  abstract generatorFunctionName(): string;
  abstract generatorDependencies(): ITerraformDependable[];
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
    checkProps(this, props, WORKSPACE_PROPS);
    this.props = props;
    this.encryptionKeyArn = new WorkspaceKey(this, "EncryptionKey", { workspace: this }).keyArn;
    if (props.alerts ?? true) {
      const told = (props.alertEmails ?? []).length > 0 || props.alertTopic !== undefined;
      if (!told) Annotations.of(this).addWarning(NOBODY_TOLD);
      this.alerts = new WorkspaceAlerts(this, "Alerts", {
        workspace: this,
        emails: props.alertEmails ?? [],
        topic: props.alertTopic,
        journalRetentionInDays: props.journalRetentionInDays ?? 400,
        logKmsKey: props.logKmsKey,
        codeSigningConfig: props.codeSigningConfig,
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

  generatorDependencies(): ITerraformDependable[] {
    // Keys are made only once the alerts are on.
    return [...(this.generator?.dependables ?? []), ...(this.alerts?.dependables ?? [])];
  }
}

class DeployedWorkspace extends LedgerWorkspaceBase {
  readonly encryptionKeyArn: string;
  readonly alerts?: AlertTargets;
  private readonly codeSigningConfig?: string;
  private code?: GeneratorCode;

  constructor(scope: Construct, id: string, options: LedgerWorkspaceOptions) {
    super(scope, id, options);
    const key = new DataAwsKmsKey(this, "EncryptionKey", { keyId: workspaceKeyAlias(this.name) });
    this.encryptionKeyArn = key.arn;
    this.alerts = alertTargetsOf(options, this.location);
    this.codeSigningConfig = options.codeSigningConfig;
  }

  generatorFunctionName(): string {
    return generatorFunctionName(this.name);
  }

  /** The other stack was deployed as a whole; but is the function still the one that it deployed? */
  generatorDependencies(): ITerraformDependable[] {
    const { codeSigningConfig } = this;
    const functionName = this.generatorFunctionName();
    this.code ??= new GeneratorCode(this, "KeyGenerator", { functionName, codeSigningConfig });
    return [this.code.dependable];
  }
}
