import { derivePublicKey, SCALAR_BYTES } from "../curve";
import { decoded, type Finding, finding, flawed, withFlaw } from "../finding";
import * as mistakes from "../mistakes";
import { Evidence, outermost, type Sighting, type Suspect } from "./evidence";
import { examine } from "./examine";

/**
 * Everything that was found in a text or in bytes that are there as a whole; the taker wipes it.
 *
 * @param beside a public key that is known to stand in it
 */
export function search(input: string | Uint8Array, beside?: string): Evidence {
  const isText = typeof input === "string";
  const bytes = isText
    ? Buffer.from(input, "utf8")
    : Buffer.from(input.buffer, input.byteOffset, input.length);
  const evidence = new Evidence(true);
  examine(bytes, evidence, outermost);
  if (beside) evidence.points.add(beside.slice(2, 66));
  if (isText) bytes.fill(0);
  evidence.convict();
  return evidence;
}

/** How PEM of a private key begins, or the hexadecimal of that: it counts as one though nothing else of it is there. */
const BEGINNING =
  /-----BEGIN [A-Z ]*PRIVATE KEY|2d2d2d2d2d424547494e20(?:[2-5][0-9a])*?50524956415445204b4559/i;

/** Where in a text the first private key of any kind begins, or the beginning of one stands; undefined if it holds none. */
export function placeOfPrivateKey(text: string): number | undefined {
  const evidence = search(text);
  evidence.wipe();
  const bytes = Buffer.from(text, "utf8"); // in whose bytes places are counted
  const places = [...evidence.keys, ...evidence.strangers].map(
    ({ start }) => bytes.toString("utf8", 0, start).length,
  );
  const beginning = text.search(BEGINNING);
  if (beginning >= 0) places.push(beginning);
  return places.length === 0 ? undefined : Math.min(...places);
}

type Place = Pick<Suspect, "start" | "end">;

/** What to take for a private key, and what is known of the input. */
interface Wanted {
  /** Whether a bare number is one: where it is not known what else the input may be. */
  readonly alsoNumbers: boolean;
  /** Whether only a key is one that its public key stands with, and of which nothing is missing. */
  readonly onlyWhole: boolean;
  /** A public key that was read in the input: a number that belongs to it is a key. */
  readonly beside?: string;
}

/** The private key among other text or bytes; undefined if there is none of P-256. */
export function privateKeyAmong(
  input: string | Uint8Array,
  { alsoNumbers, onlyWhole, beside }: Wanted,
): Finding | undefined {
  const evidence = search(input, beside);
  const keys = evidence.keys.filter(({ certain, cutOff }) => !onlyWhole || (certain && !cutOff));
  const best = keys.sort((a, b) => rank(a) - rank(b))[0];
  if (!best?.scalar) {
    evidence.wipe();
    return alsoNumbers ? numberAmong(evidence, onlyWhole) : undefined;
  }
  const { form, publicKey } = best;
  const others = evidence.keys.some((key) => key.publicKey !== publicKey && key.certain === best.certain);
  const scalar = Buffer.from(best.scalar);
  evidence.wipe();
  if (others) {
    scalar.fill(0);
    return flawed("private", "several keys", mistakes.severalKeys());
  }
  const found = finding({ kind: "private", form, curve: "P-256", publicKey, scalar });
  return withFlaw(found, mistakes.laidOut(form));
}

/**
 * The public key whose private number a text holds, in hexadecimal or base64, whatever stands before, behind and between its characters;
 * undefined if that is none of these. Tries every 32 bytes in a row, in both orders: for short texts, of which no key is to slip by.
 */
export function publicKeyOfNumberIn(text: string, publicKeys: ReadonlySet<string>): string | undefined {
  if (publicKeys.size === 0) return undefined;
  const written = [
    { digits: text.replace(/[^0-9a-f]/gi, ""), encoding: "hex", step: 2 },
    { digits: text.replace(/[^\w+/-]/g, ""), encoding: "base64", step: 4 },
  ] as const;
  for (const { digits, encoding, step } of written)
    for (let skipped = 0; skipped < step; skipped++) {
      const found = decoded(
        digits.slice(skipped),
        encoding,
        (bytes) => publicKeyIn(bytes, publicKeys) ?? publicKeyIn(bytes.reverse(), publicKeys),
      );
      if (found !== undefined) return found;
    }
  return undefined;
}

function publicKeyIn(bytes: Buffer, publicKeys: ReadonlySet<string>): string | undefined {
  for (let at = 0; at + SCALAR_BYTES <= bytes.length; at++) {
    const publicKey = derivePublicKey(bytes.subarray(at, at + SCALAR_BYTES));
    if (publicKey !== undefined && publicKeys.has(publicKey)) return publicKey;
  }
  return undefined;
}

/** The surest first, and of those the one with the fewest encodings around it. */
const rank = ({ certain, form }: Sighting) => (certain ? 0 : 1000) + form.length;

/** The one number among other text. Of several, none is more likely a key than the others. */
function numberAmong({ suspects, stretches }: Evidence, onlyWhole: boolean): Finding | undefined {
  const isIn = (one: Place, of: Place) => of.start <= one.start && one.end <= of.end;
  // Lines of what is longer look like numbers too: of a longer number, or of an encoding that a number was found in.
  const isLine = (one: Suspect) => stretches.some((of) => of.depth === one.depth && isIn(one, of));
  const [first, ...others] = suspects
    .filter((one) => !isLine(one) && (one.isBare || !onlyWhole))
    .sort((a, b) => b.end - b.start - (a.end - a.start));
  if (!first || others.some((other) => other.scalar !== first.scalar && !isIn(other, first)))
    return undefined;
  const scalar = Buffer.from(first.scalar, "hex");
  const publicKey = derivePublicKey(scalar);
  if (!publicKey) {
    scalar.fill(0);
    return undefined;
  }
  const found = finding({ kind: "private", form: first.form, curve: "P-256", publicKey, scalar });
  return withFlaw(withFlaw(found, mistakes.bareScalar(SCALAR_BYTES)), mistakes.extraText("other text"));
}
