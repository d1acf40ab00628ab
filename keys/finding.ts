import type { Flaw } from "./mistakes";

/**
 * What the recogniser found in an input. Internal to this folder, because it may hold the private scalar:
 * whoever takes a finding calls `wipe` on it.
 */
export interface Finding {
  readonly kind: "private" | "public" | "pair" | "other";
  /** In words, `hex of SEC1 PEM`. Never a part of the input. */
  readonly form: string;
  /** Where the fields themselves are those of SEC1: PEM then needs a label that says so. */
  readonly structure?: "SEC1";
  /** `P-256`, `secp256k1`, …; absent where the input does not tell. */
  readonly curve?: string;
  /** Of a P-256 key: the canonical 130 hexadecimal digits. */
  readonly publicKey?: string;
  /** Of a P-256 private key: its 32 bytes, this finding's own copy. */
  readonly scalar?: Buffer;
  /** What is wrong, the gravest first. A finding with a public key and none that is fatal can be converted. */
  readonly flaws: readonly Flaw[];
  /** What is worth saying though nothing is wrong. */
  readonly notes: readonly string[];
  /** What the bytes inside stand in: PEM, DER or, for points and bare scalars, neither. */
  readonly container: "PEM" | "DER" | "none";
  /** Spellings around it, the outermost first: `["hex"]` for hex of PEM, none for PEM itself. */
  readonly spellings: readonly string[];
  /** Whether the key's own bytes were not got at: what is said is about the text around them. */
  readonly unread?: boolean;
}

/** A finding that starts from nothing known. */
export const finding = (known: Partial<Finding> & Pick<Finding, "kind" | "form">): Finding => ({
  flaws: [],
  notes: [],
  container: "none",
  spellings: [],
  ...known,
});

/** A finding of something that is wrong whatever its spelling. */
export const flawed = (kind: Finding["kind"], form: string, flaw: Flaw, curve?: string): Finding =>
  finding({ kind, form, curve, flaws: [flaw] });

/** A finding of something whose bytes could not be got at. */
export const unread = (kind: Finding["kind"], form: string, flaw: Flaw): Finding =>
  finding({ kind, form, flaws: [flaw], unread: true });

/** The same finding with one more flaw, less grave than those it has. */
export const withFlaw = (found: Finding, flaw: Flaw): Finding => ({
  ...found,
  flaws: [...found.flaws, flaw],
});

/** The same finding, spelled. */
export const spelled = (found: Finding, spelling: string): Finding => ({
  ...found,
  form: `${spelling} of ${found.form}`,
  spellings: [spelling, ...found.spellings],
});

/** Fills the private scalar, if there is one, with zeros. */
export const wipe = (found: Finding): void => void found.scalar?.fill(0);

/** Decodes text, hands the bytes to `use`, and fills them with zeros whatever happens. */
export function decoded<T>(text: string, encoding: "hex" | "base64", use: (bytes: Buffer) => T): T {
  const bytes = Buffer.from(text, encoding); // node's base64 takes base64url too
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}
