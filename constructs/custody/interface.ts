import type { PolicyStatement } from "../policies/policy";

/** A user's key in its custody, as `ApiUser` and the registration need it. */
export interface ICustodyKey {
  /** ARN of the secret or KMS key that holds the private key. */
  readonly keyArn: string;
  /** 130 lower-case hexadecimal digits: the X9.62 uncompressed point. */
  readonly publicKey: string;
  /** ARN of the secret that holds the private key, if it is in one: signers read it. */
  readonly secretArn?: string;
  /** What a signer's own policy must allow beside reading secrets: the use of a KMS key. */
  readonly signStatements?: readonly PolicyStatement[];
  /**
   * Whether a custodian loads the key.
   * @default false
   */
  readonly loadedByCustodian?: boolean;
  /**
   * Token: `in custody`, or `awaiting key` until a custodian has loaded it.
   * @default "in custody"
   */
  readonly keyStatus?: string;
  /**
   * Addresses, in Terraform, of what must exist before the key is registered.
   * @default - none
   */
  readonly registeredAfter?: readonly string[];
}
