/** Something found in an input. Holds no part of any private key. */
export interface Leak {
  /**
   * - `private-key`: a P-256 private key, in the clear: the key of an API user, or one like it
   * - `published-key`: such a key that a standard or manual has published, and that nobody has registered
   * - `encrypted-key`, `other-key`: a private key that cannot be opened, or is of another algorithm or curve: not an
   *   API user's, as far as can be seen, but worth a look
   */
  readonly kind: "private-key" | "published-key" | "encrypted-key" | "other-key";
  /** What it is written as, encodings first: `base64 of hex of SEC1 PEM`. */
  readonly form: string;
  /** The line it begins on, the first being 1. */
  readonly line: number;
  /** The byte it begins at. */
  readonly offset: number;
  /** In JSON, the value it is in: `resources[3].instances[0].attributes.secret_string`. */
  readonly jsonPath?: string;
  /** For a P-256 key: the public key, as registered (130 lower-case hexadecimal digits), and its fingerprint. */
  readonly publicKey?: string;
  readonly fingerprint?: string;
  /** Whose key it is, if its public key is a known one. */
  readonly user?: string;
  /** Where a published key was published. */
  readonly publishedIn?: string;
}

/** What one input was found to hold. */
export interface ScanResult {
  /** In the order of the input. */
  readonly leaks: readonly Leak[];
  /** How many more private keys there were than the scanner lists: 1,000 of each kind. */
  readonly unlisted: number;
  /** How many bare 32-byte values could not be compared with every public key of the input, there being so many. */
  readonly uncompared: number;
  readonly bytes: number;
}

/** What to look for, apart from keys that are recognised by their form. */
export interface ScanOptions {
  /** Public keys (130 hexadecimal digits) of users, so that their bare scalars are recognised. */
  readonly knownPublicKeys?: ReadonlyMap<string, string>;
  /** Fingerprints of keys that are published test vectors, beside those that this project knows. */
  readonly published?: ReadonlyMap<string, string>;
  /** Bytes examined at a time. For tests. @default 96 KiB */
  readonly stretch?: number;
}
