import { Construct } from "constructs";
import type { KeyStage } from "../../rules/generations";
import type { ICustodyKey } from "../custody/interface";
import type { KeyCustody } from "../custody/key-custody";
import { madeFirst } from "../terraform/made-first";
import { CredentialsSecret } from "./credentials-secret";
import type { IGeneration } from "./generation";
import type { IApiUser } from "./interface";

export interface KeyGenerationProps {
  readonly user: IApiUser;
  readonly custody: KeyCustody;
  readonly number: number;
  readonly stage: KeyStage;
  readonly registeredAs: string;
}

/**
 * One of a user's keys, with the secret of its credentials. Addresses in Terraform hold the number, as names in AWS do: what is done to
 * one generation changes nothing of another.
 */
export class KeyGeneration extends Construct implements IGeneration {
  readonly number: number;
  readonly stage: KeyStage;
  readonly registeredAs: string;
  readonly removalProtection: boolean;
  readonly key: ICustodyKey;
  readonly publicKey: string;
  readonly keyArn: string;
  readonly keyStatus: string;
  readonly credentialsArn: string;
  private readonly user: IApiUser;

  constructor(scope: Construct, props: KeyGenerationProps) {
    super(scope, `Generation${props.number}`);
    const { user, custody, number, stage, registeredAs } = props;
    this.user = user;
    this.number = number;
    this.stage = stage;
    this.registeredAs = registeredAs;
    this.removalProtection = user.removalProtection && !this.isRetired;
    const credentials = new CredentialsSecret(this, "Credentials", user, this);
    this.credentialsArn = credentials.arn;
    // Whoever applies without the state is stopped here, before KMS makes a second key, which it does for anybody who asks.
    madeFirst(this, credentials.resource);
    this.key = custody.bind(this, user, this);
    this.publicKey = this.key.publicKey;
    this.keyArn = this.key.keyArn;
    this.keyStatus = this.key.keyStatus ?? "in custody";
  }

  get isRetired(): boolean {
    return this.stage === "retired";
  }

  /** Asked for at synthesis, so that later grants count. */
  get signers(): readonly string[] {
    return this.isRetired ? [] : this.user.signers;
  }

  get readers(): readonly string[] {
    return this.isRetired ? [] : this.user.readers;
  }
}
