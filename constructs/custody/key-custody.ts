import { Token } from "cdktf";
import type { Construct } from "constructs";
import { KeyError, parsePublicKey } from "../../keys";
import { inOneLine } from "../../messages/mistake";
import type { Custody } from "../../rules/api-user-role";
import type { Generations } from "../../rules/generations";
import { isObject } from "../../rules/is-object";
import {
  type DeclaredPublicKeys,
  type PublicKeysMistake,
  publicKeyOf,
  publicKeysProblems,
} from "../../rules/public-keys";
import type { DeclaredGeneration } from "../api-user/generation";
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
  /**
   * The same for a user of several generations: the public key of each, by its number.
   * @default - read from KMS at every plan
   */
  readonly publicKeys?: Readonly<Record<number, string>>;
}

/** Options of custody `imported`. */
export interface ImportedCustodyOptions {
  /**
   * The public key of a user of one generation: 130 hexadecimal digits, X9.62 uncompressed point. The private key is checked against it.
   * @default - `publicKeys` has it
   */
  readonly publicKey?: string;
  /**
   * The same for a user of several generations: the public key of each, by its number.
   * @default - the user has one generation, and `publicKey` is its own
   */
  readonly publicKeys?: Readonly<Record<number, string>>;
}

/** Where the private key lives. */
export abstract class KeyCustody {
  /** The key is generated in the account and stored in AWS Secrets Manager; its signers can read it. */
  static secretsManager(): KeyCustody {
    return new BuiltInCustody(
      "secrets-manager",
      (scope, user, generation) => new SecretsManagerKey(scope, "Key", user, generation),
    );
  }

  /**
   * The key is generated in AWS KMS, which signs with it; no one can export it.
   * @throws Error if a public key is not one on P-256
   */
  static kms(options: KmsCustodyOptions = {}): KeyCustody {
    const declared = checkedKeys("kms", options);
    return new BuiltInCustody(
      "kms",
      (scope, user, generation) =>
        new KmsKey(scope, "Key", { user, generation, publicKey: publicKeyOf(declared, generation.number) }),
      (generations) => publicKeysProblems(generations, declared, false),
    );
  }

  /**
   * The key is generated elsewhere and loaded into AWS Secrets Manager by a custodian; its signers can read it.
   * @throws Error if a public key is missing, or is not one on P-256
   */
  static imported(options: ImportedCustodyOptions): KeyCustody {
    const declared = checkedKeys("imported", options);
    if (declared.publicKeys === undefined) checked("imported", "publicKey", declared.publicKey);
    return new BuiltInCustody(
      "imported",
      (scope, user, generation) => {
        // Of a generation without one, synthesis reports it.
        const publicKey = publicKeyOf(declared, generation.number) ?? "";
        return new ImportedKey(scope, "Key", { user, generation, publicKey });
      },
      (generations) => publicKeysProblems(generations, declared, true),
    );
  }

  /** `secrets-manager`, `kms` or `imported`. */
  abstract readonly name: string;

  /**
   * Makes what holds a key. Called by `ApiUser`, once for each generation of a user.
   * @param scope where to make it: a scope of this generation's own
   * @param user the user as a whole
   * @param generation the generation: its number is in every name in AWS, and its signers are who may use the key
   */
  abstract bind(scope: Construct, user: IApiUser, generation: DeclaredGeneration): ICustodyKey;

  /**
   * What is wrong with this custody for some generations, a line each.
   * @default - nothing
   */
  problemsWith(_generations: Generations): string[] {
    return [];
  }
}

class BuiltInCustody extends KeyCustody {
  constructor(
    readonly name: Custody,
    readonly bind: KeyCustody["bind"],
    private readonly problems: (generations: Generations) => PublicKeysMistake[] = () => [],
  ) {
    super();
  }

  override problemsWith(generations: Generations): string[] {
    return this.problems(generations).map(({ setting, generation, ...mistake }) => {
      const place = generation === undefined ? setting : `${setting}[${generation}]`;
      return `custody ${this.name}: ${place}: ${inOneLine(mistake)}`;
    });
  }
}

function checkedKeys(custody: string, options: DeclaredPublicKeys = {}): DeclaredPublicKeys {
  const { publicKey, publicKeys } = options ?? {};
  if (publicKeys !== undefined && !isObject(publicKeys))
    throw new Error(
      `custody ${custody}: publicKeys: is ${typeName(publicKeys)}; give an object such as { 1: "04…" }`,
    );
  return {
    ...(publicKey !== undefined && { publicKey: checked(custody, "publicKey", publicKey) }),
    ...(publicKeys && {
      publicKeys: Object.fromEntries(
        Object.entries(publicKeys).map(([number, key]) => [
          number,
          checked(custody, `publicKeys[${number}]`, key),
        ]),
      ),
    }),
  };
}

function checked(custody: string, place: string, publicKey: unknown): string {
  if (typeof publicKey !== "string") {
    throw new Error(
      `custody ${custody}: ${place}: is ${typeName(publicKey)}; give the 130 hexadecimal digits of the public key`,
    );
  }
  if (Token.isUnresolved(publicKey)) return publicKey;
  try {
    return parsePublicKey(publicKey);
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new Error(`custody ${custody}: ${place}: ${error.message}`);
  }
}
