import { asScalar, derivePublicKey, isScalarLength } from "../../curve";
import { octetsOf } from "../../read/json";
import type { Evidence, Origin } from "../evidence";
import { OTHER_CURVE } from "../examine-run";
import { unescapeText } from "../reassemble";

/** How far from the name of its curve the other members of a JWK may be. */
const REACH = 1024;
const QUOTES = "[\"'`\\\\]*";
const member = (name: string) =>
  new RegExp(
    `(?<![\\w-])${name}${QUOTES}\\s*(?::|=>?)\\s*${QUOTES}((?:0x)?[0-9a-fA-F]{62,66}|[\\w+/-]{41,44})={0,2}(?![\\w=+/-])`,
    "g",
  );
const D = member("d");
const X = member("x");
/**
 * Looks for a JWK (RFC 7517) around the mark at `at`, in JSON, YAML, HCL, or as a program prints a map. In a set of
 * keys a neighbour's `d` may be near: it is of this curve only if its public key is near too, or no public key at all.
 */
export function findJwk(text: string, at: number, evidence: Evidence, origin: Origin): void {
  const from = Math.max(0, at - REACH);
  const near = unescapeText(text.slice(from, at + REACH));
  const xs = Array.from(near.matchAll(X), ([, x = ""]) => hexOf(x)).filter((x) => x !== undefined);
  for (const x of xs) evidence.points.add(x);
  for (const [, d = ""] of near.matchAll(D)) {
    const bytes = octetsOf(d);
    const scalar = isScalarLength(bytes.length) ? asScalar(bytes) : undefined;
    bytes.fill(0);
    const publicKey = scalar && derivePublicKey(scalar);
    const isKey =
      publicKey && (xs.length > 0 ? xs.includes(publicKey.slice(2, 66)) : !OTHER_CURVE.test(near));
    if (scalar && isKey) {
      const found = text.indexOf(d, from); // characters that seldom need escapes
      const start = found < 0 ? at : found;
      evidence.key({ form: "JWK", scalar, start, end: start + d.length, certain: xs.length > 0 }, origin);
    }
    scalar?.fill(0);
  }
}

/** A coordinate in hexadecimal digits. */
function hexOf(text: string): string | undefined {
  const bytes = octetsOf(text);
  return isScalarLength(bytes.length) ? asScalar(bytes)?.toString("hex") : undefined;
}
