import type { KeyStage } from "../rules/generations";
import type { CardFacts } from "./card";

/** A user as the registration has it, every field checked: the public key is on P-256, the fingerprint its own. */
export interface RegisteredUser extends CardFacts {
  /** What the workspace's "Invite User" page calls the role. */
  readonly uiLabel: string;
  /** Whether the entry names another fingerprint. Never true unless the caller asked to let such entries through. */
  readonly fingerprintDiffers: boolean;
  /** ARN of the secret (custody secrets-manager, imported) or KMS key (kms) that holds the private key. */
  readonly keyArn: string;
  /** Of the key, from its ARN: where a client must be to find it. */
  readonly region: string;
  /** Of the key, from its ARN: 12 digits. */
  readonly account: string;
  /**
   * ARN of the secret for the user's API credentials, in the key's region and account. Undefined in entries of versions that
   * had no such secret.
   */
  readonly credentialsArn?: string;
  /** What the key is for. */
  readonly stage: KeyStage;
  /** The name in the workspace of the user that has the key: each generation is a user of its own there. */
  readonly registeredAs: string;
  /** All keys of the user, from the oldest; the current one has the fields of this one. */
  readonly keys: readonly RegisteredKey[];
  /** ARN of the secret that says which generation is current. Undefined where the user has had one only. */
  readonly currentArn?: string;
  /** The address of the Ledger Enterprise API, where the fleet declares it: `https://HOST`, perhaps with a path. */
  readonly apiUrl?: string;
  readonly signers: readonly string[];
  readonly readers: readonly string[];
  /** All that the entry says, `fingerprint` included, to be passed on. */
  readonly entry: Readonly<Record<string, unknown>>;
}

/** What differs between the keys of a user. */
export type RegisteredKey = Pick<
  RegisteredUser,
  | "generation"
  | "stage"
  | "registeredAs"
  | "publicKey"
  | "fingerprint"
  | "keyArn"
  | "keyStatus"
  | "credentialsArn"
>;
