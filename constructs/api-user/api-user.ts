import { Fn, Lazy, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";
import type { ApiUserRole } from "../../rules/api-user-role";
import { awsNameOf } from "../../rules/aws-names";
import type { RuleAssignments } from "../../rules/rule-assignments";
import type { ICustodyKey } from "../custody/interface";
import { KeyCustody } from "../custody/key-custody";
import { type PolicyDocument, policyDocument } from "../policies/policy";
import { signerConditions, workspaceConditions } from "../policies/principal-conditions";
import { loadSecrets, readSecrets } from "../policies/secret-access";
import { checkTypes, propProblems, typeName } from "../terraform/checks";
import { literal, literalMap } from "../terraform/literal";
import type { ILedgerWorkspace } from "../workspace/interface";
import { CredentialsSecret } from "./credentials-secret";
import type { IApiUser } from "./interface";
import { API_USER_CHECKS, type ApiUserProps } from "./props";
import { Registration } from "./registration-output";

/**
 * An API user of a Ledger Enterprise workspace: its key in custody, the secret that its API credentials go into, and its
 * entry in the registration.
 */
export class ApiUser extends Construct implements IApiUser {
  readonly workspace: ILedgerWorkspace;
  /** The user's name in the workspace, as Terraform has it. */
  readonly username: string;
  /** What stands for the user in names in AWS. */
  readonly awsName: string;
  readonly role: ApiUserRole;
  readonly custody: KeyCustody;
  readonly generation: number;
  readonly removalProtection: boolean;
  readonly assignments: RuleAssignments;
  readonly tags: Readonly<Record<string, string>>;
  /** ARNs of the roles that may read the user's credentials. */
  readonly readers: readonly string[];
  private readonly _signers: string[];
  private readonly key: ICustodyKey;
  private readonly credentials: CredentialsSecret;

  constructor(scope: Construct, id: string, props: ApiUserProps) {
    super(scope, id);
    checkTypes(this, props, API_USER_CHECKS);
    this.workspace = props.workspace;
    this.username = literal(props.username);
    this.awsName = Token.isUnresolved(props.username)
      ? Fn.lower(Fn.replace(props.username, "/[^0-9A-Za-z_]+/", "-"))
      : awsNameOf(props.username);
    this.role = props.role;
    this.custody = props.custody ?? KeyCustody.secretsManager();
    this.generation = props.generation ?? 1;
    this.removalProtection = props.removalProtection ?? props.workspace.removalProtection;
    this.assignments = props.assignments ?? {};
    this.tags = literalMap(props.tags);
    this._signers = [...(props.signers ?? [])];
    this.readers = props.readers ?? [];
    this.key = this.custody.bind(this, this);
    this.credentials = new CredentialsSecret(this, "Credentials", { user: this });
    Registration.of(this).add(this);
    // With those who were granted signing after the user was made.
    const validate = () => propProblems({ ...props, signers: this._signers }, API_USER_CHECKS);
    this.node.addValidation({ validate });
  }

  /** Token: the public key to register, 130 lower-case hex characters, X9.62 uncompressed point. */
  get publicKey(): string {
    return this.key.publicKey;
  }

  /** Token: the ARN of the secret or KMS key that holds the private key. */
  get keyArn(): string {
    return this.key.keyArn;
  }

  /** Token: the ARN of the secret that holds the user's API Key ID and API Secret, once a custodian has put them there. */
  get credentialsArn(): string {
    return this.credentials.arn;
  }

  /** The policy that a signer's role needs of its own: to sign, and to read the credentials. */
  get signerPolicy(): PolicyDocument {
    const { signStatements = [], secretArn } = this.key;
    const secrets = [...(secretArn ? [secretArn] : []), this.credentialsArn];
    const Sid = secretArn ? "ReadPrivateKeyAndCredentials" : "ReadCredentials";
    return policyDocument([...signStatements, ...readSecrets(Sid, this.workspace, secrets)]);
  }

  /** The policy that a reader's role needs of its own: to read the credentials. */
  get readerPolicy(): PolicyDocument {
    return policyDocument(readSecrets("ReadCredentials", this.workspace, [this.credentialsArn]));
  }

  /**
   * The policy that a custodian's role needs of its own: to load the credentials, and the key where it is imported. None
   * where the workspace has no custodians.
   */
  get custodianPolicy(): PolicyDocument | undefined {
    if (this.workspace.custodians.length === 0) return undefined;
    const { loadedByCustodian, secretArn } = this.key;
    const secrets = [...(loadedByCustodian && secretArn ? [secretArn] : []), this.credentialsArn];
    return policyDocument(loadSecrets(this.workspace, secrets, [this.credentialsArn]));
  }

  /** Token: `in custody`, or `awaiting key` until a custodian has loaded it. */
  get keyStatus(): string {
    return this.key.keyStatus ?? "in custody";
  }

  /** Addresses, in Terraform, of what must be there before the key is registered. */
  get registeredAfter(): readonly string[] {
    return this.key.registeredAfter ?? [];
  }

  /** ARNs of the roles that may sign as the user. */
  get signers(): readonly string[] {
    return this._signers;
  }

  /**
   * Lets a role sign as the user.
   * @param roleArn the ARN of an IAM role, literal or token
   */
  grantSign(roleArn: string): void {
    if (typeof roleArn !== "string") {
      throw new Error(
        `grantSign: ${typeName(roleArn)} is not the ARN of an IAM role; write arn:aws:iam::ACCOUNT:role/NAME`,
      );
    }
    if (!this._signers.includes(roleArn)) this._signers.push(roleArn);
  }

  /**
   * For custodies, as the preconditions of what holds the key: Terraform holds the ARNs that synthesis could
   * not check to the same rule as those that it could.
   */
  principalConditions(): Precondition[] {
    const produce = () =>
      [
        ...signerConditions(this.workspace, [...this._signers, ...this.readers]),
        ...workspaceConditions(this.workspace),
        // In Terraform's spelling, since a lazy value reaches its JSON as it is.
      ].map(({ condition, errorMessage }) => ({ condition, error_message: errorMessage }));
    return Lazy.anyValue({ produce }, { omitEmptyArray: true }) as unknown as Precondition[];
  }
}
