import type { IResolvable, ITerraformDependable } from "cdktf";
import type { IConstruct } from "constructs";
import type { AwsLocation } from "../terraform/aws-location";
import type { LedgerWorkspaceOptions, LedgerWorkspaceProps } from "./options";

/** Where the rules of a workspace send their events: found by name from any stack. */
export interface AlertTargets {
  /** ARN of the topic that pages people. */
  readonly topicArn: string;
  /** ARN of the log group that is the access journal. */
  readonly journalArn: string;
}

/** A workspace as its users need it, made in this stack or deployed by another. */
export interface ILedgerWorkspace extends IConstruct {
  /** The options as they were given. The members below have the defaults filled in. */
  readonly options: LedgerWorkspaceOptions;
  /** The workspace's name: 1 to 24 lower-case letters, digits and hyphens, not at the ends. */
  readonly name: string;
  /** The account, region and partition that the workspace is deployed to. */
  readonly location: AwsLocation;
  /** ARNs of the roles that run Terraform; empty where none are declared. */
  readonly deployers: readonly string[];
  /** ARNs of the roles that may load credentials and imported keys; empty where none are declared. */
  readonly custodians: readonly string[];
  /** Other accounts, 12 digits each, whose roles may be signers or readers. */
  readonly signerAccounts: readonly string[];
  /** Whether the policies of keys and secrets deny their deletion to everyone. */
  readonly removalProtection: boolean;
  /** How many days a deleted key or secret can be restored; 0: not at all. */
  readonly recoveryWindowInDays: number;
  /** The path of the roles that the workspace makes, beginning and ending with `/`. */
  readonly rolePath: string;
  /** Tags on everything that the workspace and its users make, the workspace's own tag among them. */
  readonly tags: Readonly<Record<string, string>>;
  /** ARN of the KMS key that encrypts the workspace's secrets. */
  readonly encryptionKeyArn: string;
  /** ARN of the key generator's role, the only one that may write a generated key. */
  readonly generatorRoleArn: string;
  /** Where alerts go; `undefined` where they are switched off. */
  readonly alerts?: AlertTargets;
  /** Names of the EventBridge rules that must be on before a key is made; empty where alerts are switched off. */
  readonly alertRules: readonly string[];
  /**
   * Token: a digest of each of these rules as it is declared, by name. The generator compares them before it makes a key;
   * `undefined` where alerts are switched off.
   */
  alertDigests(): IResolvable | undefined;
  /** The key generator's function name. Makes the generator if this stack is to have it and it is not made yet. */
  generatorFunctionName(): string;
  /** Token: the number of the generator's published version that is asked for keys. Makes the generator as `generatorFunctionName` does. */
  generatorVersion(): string;
  /** What must exist before the generator is asked for a key: its permissions, and the alerts. */
  generatorDependencies(): ITerraformDependable[];
}

/** A workspace that this stack makes. */
export interface OwnWorkspace extends ILedgerWorkspace {
  readonly options: LedgerWorkspaceProps;
}
