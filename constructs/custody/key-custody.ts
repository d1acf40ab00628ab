import { Token } from "cdktf";
import type { Construct } from "constructs";
import { KeyError, parsePublicKey } from "../../keys";
import type { Custody } from "../../rules/api-user-role";
import type { IApiUser } from "../api-user/interface";
import { typeName } from "../terraform/checks";
import { ImportedKey } from "./imported-key";
import type { ICustodyKey } from "./interface";
import { KmsKey } from "./kms-key";
import { SecretsManagerKey } from "./secrets-manager-key";

/** Options of custody `kms`. */
export interface KmsCustodyOptions {
  /**
   * The key's public key once it is known: 130 hexadecimal digits, X9.62 uncompressed point. If it is pinned, it is in Git,
   * and a disabled key does not stop every plan.
   * @default - read from KMS at every plan
   */
  readonly publicKey?: string;
}

/** Options of custody `imported`. */
export interface ImportedCustodyOptions {
  /** The public key: 130 hexadecimal digits, X9.62 uncompressed point. The private key is checked against it. */
  readonly publicKey: string;
}

/** Where the private key lives. */
export abstract class KeyCustody {
  /** The key is generated in the account and stored in AWS Secrets Manager; its signers can read it. */
  static secretsManager(): KeyCustody {
    return new BuiltInCustody("secrets-manager", (scope, user) => new SecretsManagerKey(scope, "Key", user));
  }

  /**
   * The key is generated in AWS KMS, which signs with it; no one can export it.
   * @throws Error if `publicKey` is not a P-256 public key
   */
  static kms(options: KmsCustodyOptions = {}): KeyCustody {
    const publicKey = options.publicKey === undefined ? undefined : checked("kms", options.publicKey);
    return new BuiltInCustody("kms", (scope, user) => new KmsKey(scope, "Key", { user, publicKey }));
  }

  /**
   * The key is generated elsewhere and loaded into AWS Secrets Manager by a custodian; its signers can read it.
   * @throws Error if `publicKey` is not a P-256 public key
   */
  static imported(options: ImportedCustodyOptions): KeyCustody {
    const publicKey = checked("imported", options?.publicKey);
    return new BuiltInCustody(
      "imported",
      (scope, user) => new ImportedKey(scope, "Key", { user, publicKey }),
    );
  }

  /** `secrets-manager`, `kms` or `imported`. */
  abstract readonly name: string;

  /** Makes what holds the key. Called once by `ApiUser`. */
  abstract bind(scope: Construct, user: IApiUser): ICustodyKey;
}

class BuiltInCustody extends KeyCustody {
  constructor(
    readonly name: Custody,
    readonly bind: KeyCustody["bind"],
  ) {
    super();
  }
}

function checked(custody: string, publicKey: string): string {
  if (typeof publicKey !== "string") {
    throw new Error(
      `custody ${custody}: publicKey: is ${typeName(publicKey)}; give the 130 hexadecimal digits of the public key`,
    );
  }
  if (Token.isUnresolved(publicKey)) return publicKey;
  try {
    return parsePublicKey(publicKey);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new Error(`custody ${custody}: publicKey: ${error.message}`);
  }
}
