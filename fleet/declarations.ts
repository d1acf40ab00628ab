import type { Custody, Role } from "../rules/api-user-role";
import type { Generations, RegisteredNames } from "../rules/generations";

/**
 * What a fleet declares: read from its YAML, checked, with the schemas' defaults filled in. To add a setting, add it to its
 * schema, to its type here, and, under the same name, to the props of the construct that uses it.
 */

/** A folder of the fleet: `workspace.yaml` and its user files. */
export interface WorkspaceDeclaration {
  /** The folder's name, which names everything in AWS. */
  readonly name: string;
  /** `workspace.yaml`, as a person would type it. */
  readonly file: string;
  /** The AWS account, 12 digits. */
  readonly account: string;
  /** The region of every user file that does not name its own. */
  readonly region: string;
  /** The workspace whose user files this one takes, `../NAME`. They are among `files`, as they are here. */
  readonly users?: string;
  /** For those files: the account that stands for one that they name, by that one. */
  readonly accountMap?: Readonly<Record<string, string>>;
  /** For those files: the public keys that their users have here, by their names. */
  readonly publicKeys?: Readonly<Record<string, string>>;
  /** ARNs of the roles that run Terraform. */
  readonly deployers: readonly string[];
  /** ARNs of the roles that may load credentials and imported keys, but not read them. */
  readonly custodians: readonly string[];
  /** Other accounts whose roles may be signers or readers. */
  readonly signerAccounts: readonly string[];
  /** Addresses that receive the alerts. */
  readonly alertEmails: readonly string[];
  /** Tags on everything that is made for the workspace. */
  readonly tags: Readonly<Record<string, string>>;
  /** One Terraform backend by its type, as written. `backendOf` gives what one stack needs. */
  readonly backend?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** ARN of the policy that bounds every role made here. */
  readonly permissionsBoundary?: string;
  /** The path of every role made here, with a slash at both ends. */
  readonly rolePath: string;
  /** Whether the policies deny deletion. */
  readonly removalProtection: boolean;
  /** How many days a deleted key or secret can be restored; 0: not at all. */
  readonly recoveryWindowInDays: number;
  /** Whether IAM users may be signers and readers. */
  readonly allowUsers: boolean;
  /** Whether access to the keys is watched. */
  readonly alerts: boolean;
  /** ARN of an SNS topic that receives the alerts. */
  readonly alertTopic?: string;
  /** ARN of the KMS key that encrypts logs. */
  readonly logKmsKey?: string;
  /** The network that the key generator runs in. */
  readonly vpc?: {
    /** `subnet-…`. */
    readonly subnetIds: readonly string[];
    /** `sg-…`. */
    readonly securityGroupIds: readonly string[];
  };
  /** ARN of the Lambda code signing configuration of the key generator. */
  readonly codeSigningConfig?: string;
  /** Changes of the key generator, by others than deployers, that somebody has looked into: `status` says no more of them. */
  readonly lookedInto: readonly {
    /** CloudTrail's id of the event. */
    readonly event: string;
    /** What was found, for whoever reviews it. */
    readonly reason: string;
  }[];
  /** The address of the Ledger Enterprise API, `https://HOST` or `https://HOST/PATH`. */
  readonly apiUrl?: string;
  /** Sorted by name. */
  readonly files: readonly UserFile[];
}

/** One user file: one stack, one state, one owner. */
export interface UserFile {
  /** The file's name without its ending. */
  readonly name: string;
  /** The file's name when its stack was made, where that was another one. */
  readonly stack?: string;
  /** `WORKSPACE-FILE`, or `WORKSPACE-STACK` where `stack` is declared. */
  readonly stackName: string;
  /** As a person would type it. */
  readonly file: string;
  /** Its own region, or the workspace's. */
  readonly region: string;
  /** In the order of the file. */
  readonly users: readonly UserDeclaration[];
  /** Users that move from this file to another one. */
  readonly moved?: readonly MovedUser[];
}

/** An API user that a user file lets go of: another file of the workspace declares it now. */
export interface MovedUser {
  /** The user's name in the workspace. */
  readonly username: string;
  /** The user's part of names in AWS. */
  readonly awsName: string;
  /** The name of the other file, without its ending. */
  readonly movedTo: string;
  /** The user's keys, as the other file declares them. */
  readonly generations: Generations;
  /** Where it is declared. */
  readonly line: number;
}

/** One API user of a user file. */
export interface UserDeclaration {
  /** The name that an admin enters in the workspace. Plain text: `${` in it means nothing. */
  readonly username: string;
  /** The user's part of names in AWS. */
  readonly awsName: string;
  /** The user's role in the workspace. */
  readonly role: Role;
  /** Where the private key lives. */
  readonly custody: Custody;
  /** Of its only generation: 130 lower-case hexadecimal digits. Declared for custody imported, may be pinned for custody kms. */
  readonly publicKey?: string;
  /** The same of each generation, by its number. */
  readonly publicKeys?: Readonly<Record<number, string>>;
  /** The user's keys: what each is for, by the number of its generation. */
  readonly generations: Generations;
  /** The names that the keys are registered under, where they are not the usual ones. */
  readonly registeredAs?: RegisteredNames;
  /** Which of the generations is current. */
  readonly generation: number;
  /** ARNs of the roles that may sign as the user. */
  readonly signers: readonly string[];
  /** ARNs of the roles that may read the user's API credentials. */
  readonly readers: readonly string[];
  /** The workspace's groups that an admin adds the user to. */
  readonly groups: readonly string[];
  /** The account rules that an admin adds an operator to. */
  readonly accountRules: readonly string[];
  /** The API Admin rules that an admin adds an administrator to. */
  readonly adminRules: readonly string[];
  /** The user's own, or the workspace's. */
  readonly removalProtection: boolean;
  /** The name of the file that the user moves from, without its ending, until both stacks are applied. */
  readonly movedFrom?: string;
  /** Where the user is declared. */
  readonly line: number;
}
