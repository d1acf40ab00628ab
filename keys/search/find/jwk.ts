import { derivePublicKey } from "../../curve";
import type { Evidence, Origin } from "../evidence";
import { unescapeText } from "../reassemble";

/** How far from `P-256` the other members of a JWK may be. */
const REACH = 1024;
const member = (name: string) =>
  new RegExp(String.raw`(?<![\w-])${name}["'\\]*\s*(?::|=>?)\s*["'\\]*([\w-]{43})=?(?![\w=-])`, "g");
const D = member("d");
const X = member("x");

/**
 * Looks for a JWK (RFC 7517) around the curve name at `at`, in JSON, YAML, HCL, or as a program prints a map. In a set of
 * keys a neighbour's `d` may be near: it is of this curve only if its public key is near too, or no public key at all.
 */
export function findJwk(text: string, at: number, evidence: Evidence, origin: Origin): void {
  const from = Math.max(0, at - REACH);
  const near = unescapeText(text.slice(from, at + REACH));
  const xs = Array.from(near.matchAll(X), ([, x = ""]) => Buffer.from(x, "base64url").toString("hex"));
  for (const x of xs) evidence.points.add(x);
  for (const [, d = ""] of near.matchAll(D)) {
    const scalar = Buffer.from(d, "base64url");
    const publicKey = derivePublicKey(scalar);
    if (!publicKey || (xs.length > 0 && !xs.includes(publicKey.slice(2, 66)))) continue;
    const start = text.indexOf(d, from); // 43 characters that need no escapes, so they are in the text as they are
    evidence.key({ form: "JWK", scalar, start, end: start + d.length, certain: xs.length > 0 }, origin);
  }
}
