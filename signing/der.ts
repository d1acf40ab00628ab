import { integer, P256, SCALAR_BYTES } from "../keys/curve";
import { DerError, type Element, readAll, readOnly, Tag } from "../keys/der";
import { SigningError } from "./error";

/**
 * KMS's signature, DER `SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279, 2.2.3), as JWS has it (RFC 7518, 3.4): r and s, 32 bytes
 * each, big-endian. An INTEGER has as many bytes as its value needs, and one more, 00, where its first bit would read as a sign;
 * so r and s come with 33 bytes half the time and with 31 or fewer once in 256.
 *
 * s is left as it comes. Strict, since what is lax here is malleable: one encoding for each signature, nothing after it.
 *
 * @throws SigningError `bad-signature` for anything else, and for an r or s that is not in 1 … n-1
 */
export function rawSignature(der: Uint8Array): Buffer {
  try {
    const sequence = readOnly(der);
    const [r, s, ...rest] = sequence.tag === Tag.SEQUENCE ? readAll(sequence.content) : [];
    if (r === undefined || s === undefined || rest.length > 0) throw new DerError(false);
    return Buffer.concat([scalar(r), scalar(s)]);
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new SigningError("bad-signature", "the answer is not a DER signature of P-256", "try again");
  }
}

function scalar({ tag, content }: Element): Buffer {
  const [first, second] = content;
  if (tag !== Tag.INTEGER || first === undefined || first >= 0x80) throw new DerError(false);
  const padded = first === 0;
  // 00 only before a byte that would otherwise read as a sign; a lone 00, zero, is no r nor s.
  if (padded && (second === undefined || second < 0x80)) throw new DerError(false);
  const digits = padded ? content.subarray(1) : content;
  if (digits.length > SCALAR_BYTES || integer(digits) >= P256.n) throw new DerError(false);
  const scalar = Buffer.alloc(SCALAR_BYTES);
  scalar.set(digits, SCALAR_BYTES - digits.length);
  return scalar;
}
