import { asScalar, derivePublicKey } from "../../curve";
import type { Evidence, Origin } from "../evidence";
import { longest, unescapeText } from "../reassemble";

/** `openssl ec -text` takes some 500 characters; a log's prefixes make them more. */
const REACH = 2048;

/** What the private part begins with. */
export const MARK = "priv:";

/** What the private part alone takes. */
const MOST_PRIVATE = 512;

/** Looks at what `openssl ec -text` prints after `priv:` at `at`: bytes in hex, with colons between, on short lines. */
export function findOpensslText(text: string, at: number, evidence: Evidence, origin: Origin): void {
  const next = text.indexOf(MARK, at + 1);
  const near = unescapeText(text.slice(at, Math.min(at + REACH, next < 0 ? text.length : next)));
  const pub = near.indexOf("pub:");
  const digits = hexOf(pub < 0 ? near : near.slice(0, pub));
  if (digits.length < 62) return;
  const number = Buffer.from(digits.startsWith("00") ? digits.slice(0, 66) : digits.slice(0, 64), "hex");
  const scalar = asScalar(number);
  number.fill(0);
  const publicKey = scalar && derivePublicKey(scalar);
  const certain = publicKey !== undefined && pub >= 0 && hexOf(near.slice(pub)).startsWith(publicKey);
  if (scalar && publicKey && (certain || /prime256v1|P-256/.test(near))) {
    // Where it ends is counted in the text as it is, with its escapes.
    const end = pub < 0 ? at + MOST_PRIVATE : endOfDigits(text, text.indexOf("pub:", at) + "pub:".length);
    evidence.key({ form: "openssl text", scalar, start: at, end, certain }, origin);
  }
  scalar?.fill(0);
}

/** Where digits, colons and line breaks, escaped or not, end; lines may be quoted. */
function endOfDigits(text: string, start: number): number {
  DIGITS.lastIndex = start;
  return DIGITS.test(text) ? DIGITS.lastIndex : start;
}

const DIGITS = /[\s0-9a-fA-F:\\nr">|+]+/y;

/** The digits of the longest word of each line that looks like `0e:0d:f8`: times of a log's prefix do too. */
function hexOf(text: string): string {
  const perLine = text
    .split("\n")
    .map((line) => longest(line.match(/(?:[0-9a-fA-F]{2}:)+(?:[0-9a-fA-F]{2})?/g)));
  return perLine.join("").replaceAll(":", "").toLowerCase();
}
