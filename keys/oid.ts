/** Object identifiers that key files hold, and the names that people know them by. */

export const EC_PUBLIC_KEY = "1.2.840.10045.2.1";
const P256_OID = "1.2.840.10045.3.1.7";

const curves: Readonly<Record<string, string>> = {
  [P256_OID]: "P-256",
  "1.3.132.0.10": "secp256k1",
  "1.3.132.0.33": "P-224",
  "1.3.132.0.34": "P-384",
  "1.3.132.0.35": "P-521",
  "1.2.840.10045.3.1.1": "P-192",
  "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
  "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
  "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
  "1.2.156.10197.1.301": "SM2",
};

const algorithms: Readonly<Record<string, string>> = {
  [EC_PUBLIC_KEY]: "elliptic-curve",
  "1.2.840.113549.1.1.1": "RSA",
  "1.2.840.113549.1.1.10": "RSA-PSS",
  "1.2.840.10040.4.1": "DSA",
  "1.2.840.113549.1.3.1": "Diffie-Hellman",
  "1.3.101.110": "X25519",
  "1.3.101.111": "X448",
  "1.3.101.112": "Ed25519",
  "1.3.101.113": "Ed448",
};

/** The name of a curve; of one not known here, `another curve (OID …)`. */
export const curveName = (oid: string): string => curves[oid] ?? `another curve (OID ${printable(oid)})`;

/** What P-256 is called: by NIST, SEC 2, X9.62, OpenSSL and as an identifier. */
const P256_NAMES: readonly string[] = [
  "p256",
  "secp256r1",
  "prime256v1",
  "nistp256",
  "ansix9p256r1",
  P256_OID,
];

/** The name of a curve that goes by several, as people write it: `secp256r1` is P-256. */
export const curveCalled = (name: string): string =>
  P256_NAMES.includes(name.toLowerCase().replace(/[-_ ]/g, "")) ? "P-256" : name;

/** The name of an algorithm; of one not known here, `unknown (OID …)`. */
export const algorithmName = (oid: string): string => algorithms[oid] ?? `unknown (OID ${printable(oid)})`;

/** An identifier comes from the input: an absurdly long one could smuggle something into a message. */
const printable = (oid: string): string => (oid.length <= 40 ? oid : "too long to print");
