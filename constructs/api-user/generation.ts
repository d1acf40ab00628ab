import type { KeyStage } from "../../rules/generations";

/** What is declared of one of a user's keys, as its custody needs it. */
export interface DeclaredGeneration {
  /** 1 to 9999. */
  readonly number: number;
  /** What it is for. */
  readonly stage: KeyStage;
  /** The name that an admin registers it under, as Terraform has it: `${` and `%{` are escaped. */
  readonly registeredAs: string;
  /** ARNs of the roles that may use the key: the user's signers, and none once it is retired. */
  readonly signers: readonly string[];
  /** ARNs of the roles that may read its credentials: the user's readers, and none once it is retired. */
  readonly readers: readonly string[];
  /** Whether the policies of key and credentials deny their deletion to everyone: never once it is retired. */
  readonly removalProtection: boolean;
}

/** One of a user's keys, as the registration needs it. */
export interface IGeneration extends DeclaredGeneration {
  /** Token: the public key to register, 130 lower-case hexadecimal digits, X9.62 uncompressed point. */
  readonly publicKey: string;
  /** Token: the ARN of the secret or KMS key that holds the private key. */
  readonly keyArn: string;
  /** Token: `in custody`, or `awaiting key` until a custodian has loaded it. */
  readonly keyStatus: string;
  /** Token: the ARN of the secret for the API Key ID and API Secret, which a custodian stores there. */
  readonly credentialsArn: string;
}
