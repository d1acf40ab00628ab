import { derivePublicKey } from "../../curve";
import type { Evidence, Origin } from "../evidence";
import { longest, unescapeText } from "../reassemble";

/** `openssl ec -text` takes some 500 characters; a log's prefixes make them more. */
const REACH = 2048;

/** Looks at what `openssl ec -text` prints after `priv:` at `at`: bytes in hex, with colons between, on short lines. */
export function findOpensslText(text: string, at: number, evidence: Evidence, origin: Origin): void {
  const near = unescapeText(text.slice(at, at + REACH));
  const pub = near.indexOf("pub:");
  const digits = hexOf(pub < 0 ? near : near.slice(0, pub));
  if (digits.length < 64) return;
  const scalar = Buffer.from(
    /^0{2,}/.test(digits) && digits.length > 64 ? digits.slice(-64) : digits.slice(0, 64),
    "hex",
  );
  const publicKey = derivePublicKey(scalar);
  if (!publicKey) return;
  const certain = pub >= 0 && hexOf(near.slice(pub)).startsWith(publicKey);
  if (!certain && !/prime256v1|P-256/.test(near)) return;
  evidence.key({ form: "openssl text", scalar, start: at, end: at + Math.max(pub, 0), certain }, origin);
}

/** The digits of the longest word of each line that looks like `0e:0d:f8`: times of a log's prefix do too. */
function hexOf(text: string): string {
  const perLine = text
    .split("\n")
    .map((line) => longest(line.match(/(?:[0-9a-fA-F]{2}:)+(?:[0-9a-fA-F]{2})?/g)));
  return perLine.join("").replaceAll(":", "").toLowerCase();
}
