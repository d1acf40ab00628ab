import { KeyError } from "./error";
import { wipe } from "./finding";
import { encodeSec1 } from "./key-pair";
import * as mistakes from "./mistakes";
import { recognise } from "./recognise";

/** A key in the form that Ledger Enterprise takes. */
export type Converted =
  | {
      /** It was a public key. */
      readonly kind: "public";
      /** X9.62 uncompressed point, 130 lower-case hexadecimal digits. */
      readonly publicKey: string;
    }
  | {
      /** It was a private key, or a pair. */
      readonly kind: "private";
      /** The public key that goes with it. */
      readonly publicKey: string;
      /**
       * The hex of the SEC1 PEM, as 454 bytes of ASCII: PRIVATE. For a file of mode 0600 and nothing else; fill it with
       * zeros when that is written.
       */
      readonly privateKeyHex: Buffer;
    };

/**
 * Turns a P-256 key of any form known here into the one that Ledger Enterprise takes; of a pair, the private key.
 * A key that is accepted already comes back in its canonical spelling.
 *
 * This is the only function here that answers private material for an input that may be public: so it stands apart
 * from `diagnose`, and names the field.
 *
 * @throws KeyError where no conversion helps: another curve or algorithm, an encrypted, damaged or truncated key.
 */
export function convert(input: string | Uint8Array): Converted {
  const found = recognise(input);
  try {
    const fatal = found.flaws.find((flaw) => flaw.fatal);
    const { publicKey, scalar } = found;
    if (fatal || publicKey === undefined) throw new KeyError(fatal ?? mistakes.unrecognised());
    if (!scalar) return { kind: "public", publicKey };
    const pem = encodeSec1(scalar, publicKey);
    const privateKeyHex = Buffer.from(pem.toString("hex"), "latin1");
    pem.fill(0);
    return { kind: "private", publicKey, privateKeyHex };
  } finally {
    wipe(found);
  }
}
