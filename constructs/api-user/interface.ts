import type { Precondition } from "cdktf";
import type { IConstruct } from "constructs";
import type { ApiUserRole } from "../../rules/api-user-role";
import type { RuleAssignments } from "../../rules/rule-assignments";
import type { PolicyDocument } from "../policies/policy";
import type { ILedgerWorkspace } from "../workspace/interface";
import type { IGeneration } from "./generation";

/** An API user, as its custody and the registration need it. */
export interface IApiUser extends IConstruct {
  /** The workspace that the user belongs to. */
  readonly workspace: ILedgerWorkspace;
  /** The user's name in the workspace, as Terraform has it: `${` and `%{` are escaped. */
  readonly username: string;
  /** The part of names in AWS that stands for the user: lower-case letters, digits, underscores and hyphens. */
  readonly awsName: string;
  /** The user's role in the workspace. */
  readonly role: ApiUserRole;
  /** Where the private key lives. */
  readonly custody: {
    /** `secrets-manager`, `kms` or `imported`. */
    readonly name: string;
  };
  /** Which key of the user is current, 1 to 9999. */
  readonly generation: number;
  /** All keys of the user, from the oldest. */
  readonly generations: readonly IGeneration[];
  /** Whether the policies of key and credentials deny their deletion to everyone. */
  readonly removalProtection: boolean;
  /** The groups and rules that an admin adds the user to. */
  readonly assignments: RuleAssignments;
  /** The user's own tags, beside the workspace's. */
  readonly tags: Readonly<Record<string, string>>;
  /** ARNs of the roles that may sign as the user, those granted by `grantSign` among them. */
  readonly signers: readonly string[];
  /** ARNs of the roles that may read the user's credentials. */
  readonly readers: readonly string[];
  /** Token: the public key of the current generation, 130 lower-case hexadecimal digits, X9.62 uncompressed point. */
  readonly publicKey: string;
  /** Token: the ARN of the secret or KMS key that holds the private key of the current generation. */
  readonly keyArn: string;
  /** Token: `in custody`, or `awaiting key` until a custodian has loaded the key of the current generation. */
  readonly keyStatus: string;
  /** Token: the ARN of the secret for its API Key ID and API Secret, which a custodian stores there. */
  readonly credentialsArn: string;
  /** Token: the ARN of the secret that says which generation is current; `undefined` for a user that has had one only. */
  readonly currentArn?: string;
  /** The identity policy that a signer's role needs: to sign, and to read the credentials, of each generation but retired ones. */
  readonly signerPolicy: PolicyDocument;
  /** The identity policy that a reader's role needs: to read the credentials. */
  readonly readerPolicy: PolicyDocument;
  /**
   * The identity policy that a custodian's role needs: to load the credentials, and the key where it is imported.
   * `undefined` where the workspace has no custodians.
   */
  readonly custodianPolicy: PolicyDocument | undefined;
  /** Addresses, in Terraform, of what must exist before the keys are registered. */
  readonly registeredAfter: readonly string[];
  /**
   * Lets a role sign as the user.
   * @param roleArn the ARN of an IAM role, literal or token
   * @throws Error if `roleArn` is not text; an ARN that is no role's is refused at synthesis
   */
  grantSign(roleArn: string): void;
  /**
   * Preconditions for what holds the key: Terraform checks the ARNs that synthesis cannot, by the same rule.
   */
  principalConditions(): Precondition[];
}
