import { derivePublicKey, SCALAR_BYTES } from "../curve";
import { type Finding, finding, flawed, withFlaw } from "../finding";
import * as mistakes from "../mistakes";
import { Evidence, outermost, type Sighting, type Suspect } from "./evidence";
import { examine } from "./examine";

/** Everything that was found in a text or in bytes that are there as a whole; the taker wipes it. */
export function search(input: string | Uint8Array): Evidence {
  const isText = typeof input === "string";
  const bytes = isText
    ? Buffer.from(input, "utf8")
    : Buffer.from(input.buffer, input.byteOffset, input.length);
  const evidence = new Evidence(true);
  examine(bytes, evidence, outermost);
  if (isText) bytes.fill(0);
  evidence.convict();
  return evidence;
}

/** Where in a text the first private key of any kind begins; undefined if it holds none. */
export function placeOfPrivateKey(text: string): number | undefined {
  const evidence = search(text);
  evidence.wipe();
  const places = [...evidence.keys, ...evidence.strangers].map(({ start }) => start);
  if (places.length === 0) return undefined;
  // Counted in the bytes of UTF-8.
  return Buffer.from(text, "utf8")
    .subarray(0, Math.min(...places))
    .toString("utf8").length;
}

type Place = Pick<Suspect, "start" | "end">;

/** What counts as a private key among other text. */
interface Among {
  /** Whether a bare number does: where it is not known what else the input may be. */
  readonly alsoNumbers: boolean;
  /** Whether only a key does that its public key stands with, and of which nothing is missing. */
  readonly onlyWhole: boolean;
}

/** The private key among other text or bytes; undefined if there is none of P-256. */
export function privateKeyAmong(
  input: string | Uint8Array,
  { alsoNumbers, onlyWhole }: Among,
): Finding | undefined {
  const evidence = search(input);
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
