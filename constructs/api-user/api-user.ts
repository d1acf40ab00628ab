import { Fn, Lazy, type Precondition, Token } from "cdktf";
import { Construct } from "constructs";
import { pendingName } from "../../rules/alerts/pending-keys";
import type { ApiUserRole } from "../../rules/api-user-role";
import { awsNameOf, userKeyAlias } from "../../rules/aws-names";
import {
  currentGeneration,
  FIRST_GENERATION,
  type Generations,
  generationsProblem,
  hasPointer,
  registeredNameOf,
  stagesOf,
} from "../../rules/generations";
import type { RuleAssignments } from "../../rules/rule-assignments";
import { keyIdOf } from "../alerts/digests";
import { PendingKeyAlerts } from "../alerts/pending-key-alerts";
import { KeyCustody } from "../custody/key-custody";
import { namedKey } from "../custody/named-key";
import { mergedBySid, type PolicyDocument, policyDocument } from "../policies/policy";
import { signerConditions, workspaceConditions } from "../policies/principal-conditions";
import { loadSecrets, readSecrets } from "../policies/secret-access";
import { checkEngine, checkProps, typeName } from "../terraform/checks";
import { literal, literalMap } from "../terraform/literal";
import type { ILedgerWorkspace } from "../workspace/interface";
import { CurrentPointer } from "./current-pointer";
import type { IGeneration } from "./generation";
import type { IApiUser } from "./interface";
import { KeyGeneration } from "./key-generation";
import { letGo } from "./let-go";
import { API_USER_CHECKS, type ApiUserProps } from "./props";
import { Registration } from "./registration-output";
import { TakenOver } from "./take-over";

/**
 * An API user of a Ledger Enterprise workspace: its keys in custody, for each the secret for its API credentials, and the user's entry
 * in the stack's output `registration`.
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
    letGo(scope, id, generations);
  }

  readonly workspace: ILedgerWorkspace;
  readonly username: string;
  readonly awsName: string;
  readonly role: ApiUserRole;
  readonly custody: KeyCustody;
  readonly generation: number;
  readonly generations: readonly IGeneration[];
  readonly removalProtection: boolean;
  readonly assignments: RuleAssignments;
  readonly tags: Readonly<Record<string, string>>;
  readonly readers: readonly string[];
  readonly publicKey: string;
  readonly keyArn: string;
  readonly keyStatus: string;
  readonly credentialsArn: string;
  readonly currentArn?: string;
  readonly registeredAfter: readonly string[];
  private readonly _signers: string[];
  private readonly keys: readonly KeyGeneration[];
  private readonly pointer?: CurrentPointer;

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
    // Of generations that something is wrong with, synthesis reports it.
    const isRight = props.generations === undefined || generationsProblem(props.generations) === undefined;
    const declared = (isRight && props.generations) || FIRST_GENERATION;
    this.generation = currentGeneration(declared);
    this.removalProtection = props.removalProtection ?? props.workspace.removalProtection;
    this.assignments = props.assignments ?? {};
    this.tags = literalMap(props.tags);
    this._signers = [...(props.signers ?? [])];
    this.readers = props.readers ?? [];
    this.keys = stagesOf(declared).map(([number, stage]) => {
      const registeredAs = literal(registeredNameOf(props.username, number, props.registeredAs));
      return new KeyGeneration(this, { user: this, custody: this.custody, number, stage, registeredAs });
    });
    checkEngine(this); // the custody may be the other engine's
    this.node.addValidation({ validate: () => (isRight ? this.custody.problemsWith?.(declared) : []) ?? [] });
    this.generations = this.keys;
    const current = this.keys.find(({ stage }) => stage === "current") as KeyGeneration;
    this.publicKey = current.publicKey;
    this.keyArn = current.keyArn;
    this.keyStatus = current.keyStatus;
    this.credentialsArn = current.credentialsArn;
    this.watchPending();
    this.pointer = hasPointer(declared) ? new CurrentPointer(this, "Current", this, this.keys) : undefined;
    this.currentArn = this.pointer?.movedArn;
    this.registeredAfter = [
      ...this.keys.flatMap(({ key }) => key.registeredAfter ?? []),
      // Services that take their ARNs from the registration change over with those that follow the pointer, and not before it.
      ...(this.pointer?.movedBy ?? []),
    ];
    Registration.of(this).add(this);
  }

  get signerPolicy(): PolicyDocument {
    const sign = this.usable.flatMap(({ key }) => key.signStatements ?? []);
    const secrets = this.usable.flatMap(({ key, credentialsArn }) =>
      key.secretArn ? [key.secretArn, credentialsArn] : [credentialsArn],
    );
    const Sid = this.usable.some(({ key }) => key.secretArn)
      ? "ReadPrivateKeyAndCredentials"
      : "ReadCredentials";
    return policyDocument([
      ...mergedBySid(sign),
      ...readSecrets(Sid, this.workspace, [...secrets, ...this.pointers]),
    ]);
  }

  get readerPolicy(): PolicyDocument {
    const credentials = this.usable.map(({ credentialsArn }) => credentialsArn);
    return policyDocument(readSecrets("ReadCredentials", this.workspace, [...credentials, ...this.pointers]));
  }

  get custodianPolicy(): PolicyDocument | undefined {
    if (this.workspace.custodians.length === 0) return undefined;
    const keys = this.usable.flatMap(({ key }) => (key.loadedByCustodian && key.secretArn) || []);
    const credentials = this.usable.map(({ credentialsArn }) => credentialsArn);
    return policyDocument(loadSecrets(this.workspace, [...keys, ...credentials], credentials));
  }

  private get pointers(): readonly string[] {
    return this.pointer ? [this.pointer.arn] : [];
  }

  /** Whoever uses a key that is pending pages people. */
  private watchPending(): void {
    for (const { number, stage, key } of this.keys) {
      if (stage !== "pending") continue;
      const name = pendingName(userKeyAlias(namedKey(this, number)));
      const kms = this.custody.name === "kms" && { keyId: keyIdOf(key.keyArn) };
      PendingKeyAlerts.of(this, this.workspace)?.add({ name, ...kms });
    }
  }

  /** All generations but the retired ones, which nobody may use. */
  private get usable(): readonly KeyGeneration[] {
    return this.keys.filter(({ isRetired }) => !isRetired);
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
    for (const generation of this.keys) new TakenOver(generation, "TakenOver", this, generation);
    if (this.pointer) new TakenOver(this.pointer, "TakenOver", this);
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
