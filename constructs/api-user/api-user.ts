import { Fn, Lazy, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";
import type { ApiUserRole } from "../../rules/api-user-role";
import { awsNameOf } from "../../rules/aws-names";
import { currentGeneration, FIRST_GENERATION, type Generations } from "../../rules/generations";
import type { RuleAssignments } from "../../rules/rule-assignments";
import type { ICustodyKey } from "../custody/interface";
import { KeyCustody } from "../custody/key-custody";
import { type PolicyDocument, policyDocument } from "../policies/policy";
import { signerConditions, workspaceConditions } from "../policies/principal-conditions";
import { loadSecrets, readSecrets } from "../policies/secret-access";
import { checkEngine, checkProps, typeName } from "../terraform/checks";
import { literal, literalMap } from "../terraform/literal";
import { madeFirst } from "../terraform/made-first";
import type { ILedgerWorkspace } from "../workspace/interface";
import { CredentialsSecret } from "./credentials-secret";
import type { IApiUser } from "./interface";
import { letGo } from "./let-go";
import { API_USER_CHECKS, type ApiUserProps } from "./props";
import { Registration } from "./registration-output";
import { TakenOver } from "./take-over";

/**
 * An API user of a Ledger Enterprise workspace: its key in custody, the secret for its API credentials, and its entry in
 * the stack's output `registration`.
 */
export class ApiUser extends Construct implements IApiUser {
  /**
   * Has the stack that a user was in let go of it, when the user moves to another stack: Terraform no longer manages what the user has
   * in AWS, and changes nothing there. The other stack takes it over with `takeOver`. Needs Terraform 1.7.
   * @param scope the scope of the user as it was
   * @param id the id of the user as it was
   * @param generations the user's generations as they were
   */
  static letGo(scope: Construct, id: string, generations: Generations = FIRST_GENERATION): void {
    letGo(scope, id, currentGeneration(generations));
  }

  readonly workspace: ILedgerWorkspace;
  readonly username: string;
  readonly awsName: string;
  readonly role: ApiUserRole;
  readonly custody: KeyCustody;
  readonly generation: number;
  readonly removalProtection: boolean;
  readonly assignments: RuleAssignments;
  readonly tags: Readonly<Record<string, string>>;
  readonly readers: readonly string[];
  readonly publicKey: string;
  readonly keyArn: string;
  readonly keyStatus: string;
  readonly credentialsArn: string;
  readonly registeredAfter: readonly string[];
  private readonly _signers: string[];
  private readonly key: ICustodyKey;
  private readonly current: Construct;

  /** @throws Error if a prop is of a wrong type; what else is wrong with props is reported at synthesis */
  constructor(scope: Construct, id: string, props: ApiUserProps) {
    super(scope, id);
    // The signers include those granted after the user was made.
    checkProps(this, props, API_USER_CHECKS, () => ({ ...props, signers: this._signers }));
    this.workspace = props.workspace;
    this.username = literal(props.username);
    this.awsName = Token.isUnresolved(props.username)
      ? Fn.lower(Fn.replace(props.username, "/[^0-9A-Za-z_]+/", "-"))
      : awsNameOf(props.username);
    this.role = props.role;
    this.custody = props.custody ?? KeyCustody.secretsManager();
    this.generation = currentGeneration(props.generations ?? FIRST_GENERATION);
    this.removalProtection = props.removalProtection ?? props.workspace.removalProtection;
    this.assignments = props.assignments ?? {};
    this.tags = literalMap(props.tags);
    this._signers = [...(props.signers ?? [])];
    this.readers = props.readers ?? [];
    // Addresses in Terraform hold the generation, as names in AWS do: another one changes none of them.
    const generation = new Construct(this, `Generation${this.generation}`);
    this.current = generation;
    const credentials = new CredentialsSecret(generation, "Credentials", this);
    this.credentialsArn = credentials.arn;
    // Whoever applies without the state is stopped here, before KMS makes a second key, which it does for anybody who asks.
    madeFirst(generation, credentials.resource);
    this.key = this.custody.bind(generation, this);
    checkEngine(this); // the custody may be the other engine's
    this.publicKey = this.key.publicKey;
    this.keyArn = this.key.keyArn;
    this.keyStatus = this.key.keyStatus ?? "in custody";
    this.registeredAfter = this.key.registeredAfter ?? [];
    Registration.of(this).add(this);
  }

  get signerPolicy(): PolicyDocument {
    const { signStatements = [], secretArn } = this.key;
    const secrets = [...(secretArn ? [secretArn] : []), this.credentialsArn];
    const Sid = secretArn ? "ReadPrivateKeyAndCredentials" : "ReadCredentials";
    return policyDocument([...signStatements, ...readSecrets(Sid, this.workspace, secrets)]);
  }

  get readerPolicy(): PolicyDocument {
    return policyDocument(readSecrets("ReadCredentials", this.workspace, [this.credentialsArn]));
  }

  get custodianPolicy(): PolicyDocument | undefined {
    if (this.workspace.custodians.length === 0) return undefined;
    const { loadedByCustodian, secretArn } = this.key;
    const secrets = [...(loadedByCustodian && secretArn ? [secretArn] : []), this.credentialsArn];
    return policyDocument(loadSecrets(this.workspace, secrets, [this.credentialsArn]));
  }

  get signers(): readonly string[] {
    return this._signers;
  }

  grantSign(roleArn: string): void {
    if (typeof roleArn !== "string") {
      throw new Error(
        `grantSign: ${typeName(roleArn)} is not the ARN of an IAM role; write arn:aws:iam::ACCOUNT:role/NAME`,
      );
    }
    if (!this._signers.includes(roleArn)) this._signers.push(roleArn);
  }

  /**
   * Takes over what the user has in AWS from another stack, which lets go of it with `letGo`. Nothing of it changes: postconditions
   * refuse another policy, encryption or key. What is not in AWS is made, as for any user. Drop the call once both stacks are applied.
   * Needs Terraform 1.7.
   * @throws Error if the name of the user or of the workspace is a token
   */
  takeOver(): void {
    new TakenOver(this.current, "TakenOver", this);
  }

  principalConditions(): Precondition[] {
    const produce = () =>
      [
        ...signerConditions(this.workspace, [...this._signers, ...this.readers]),
        ...workspaceConditions(this.workspace),
        // In Terraform's spelling, because cdktf does not translate lazy values.
      ].map(({ condition, errorMessage }) => ({ condition, error_message: errorMessage }));
    return Lazy.anyValue({ produce }, { omitEmptyArray: true }) as unknown as Precondition[];
  }
}
