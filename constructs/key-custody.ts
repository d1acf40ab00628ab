import type { Construct } from "constructs";
import type { ApiUser } from "./api-user";
import type { PolicyDocument } from "./policy";
import { SecretsManagerKey } from "./secrets-manager-key";

/** A user's key in its custody, as `ApiUser` and the registration need it. */
export interface ICustodyKey {
  /** ARN of the secret or KMS key that holds the private key. */
  readonly keyArn: string;
  /** 130 hex characters: the X9.62 uncompressed point. */
  readonly publicKey: string;
  /** What a signer's role must be allowed by its own policy. */
  readonly signerPolicy: PolicyDocument;
}

/** Where the private key lives. */
export abstract class KeyCustody {
  /** Generated in the account, stored in AWS Secrets Manager; its signers can read it. */
  static secretsManager(): KeyCustody {
    return new SecretsManagerCustody();
  }

  /** `secrets-manager`, `kms` or `imported`. */
  abstract readonly name: string;

  /** Makes what holds the key. Called once by `ApiUser`. */
  abstract bind(scope: Construct, user: ApiUser): ICustodyKey;
}

class SecretsManagerCustody extends KeyCustody {
  readonly name = "secrets-manager";

  bind(scope: Construct, user: ApiUser): ICustodyKey {
    return new SecretsManagerKey(scope, "Key", { user });
  }
}
