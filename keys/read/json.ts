import { asScalar, derivePublicKey, isScalarLength, readPoint } from "../curve";
import { type Finding, finding, flawed, withFlaw } from "../finding";
import * as mistakes from "../mistakes";
import { curveCalled } from "../oid";

type Members = Readonly<Record<string, unknown>>;

/** JSON as far as it is looked into for a key: a document with more is no key file. */
const MOST_VALUES = 1000;

/**
 * Recognises JSON: a JWK (RFC 7517, RFC 7518 section 6.2), a set of them, or JSON in which a key stands as text, as
 * `get-secret-value` answers; or JSON that holds none.
 *
 * @param readText recognises a text in it
 * @param combine makes one finding of several
 */
export function readJson(
  text: string,
  readText: (text: string) => Finding | undefined,
  combine: (found: Finding[]) => Finding,
): Finding | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // the reason would quote the input
  }
  if (typeof value !== "object" || value === null) return undefined;
  if (isJwk(value)) return readJwk(value);
  const found = [...leaves(value)].flatMap((leaf) =>
    isJwk(leaf) ? readJwk(leaf) : typeof leaf === "string" ? (keyIn(leaf, readText) ?? []) : [],
  );
  // A digest is 32 bytes too: what is a key for sure counts more.
  const certain = found.filter(({ flaws }) => flaws[0]?.code !== "bare-scalar");
  const counted = certain.length > 0 ? certain : found;
  for (const spare of found) if (!counted.includes(spare)) spare.scalar?.fill(0);
  const [first] = counted;
  if (!first) return flawed("other", "JSON", mistakes.notAKey("JSON"));
  const one = counted.length === 1 ? first : combine(counted);
  const inJson = { ...one, form: `JSON that holds ${one.form}` };
  return withFlaw(inJson, one.kind === "public" ? mistakes.publicWithText() : mistakes.extraText("JSON"));
}

/** Only what is a key: JSON is full of other text. */
function keyIn(text: string, readText: (text: string) => Finding | undefined): Finding | undefined {
  if (text.length < 40) return undefined;
  const found = readText(text);
  if (found?.publicKey !== undefined || found?.kind === "private") return found;
  return undefined;
}

/** JWKs, other texts and lists of bytes in a value, in their order. Goes by a list, since JSON may be nested deeply. */
function* leaves(root: object): Generator<unknown> {
  const pending: unknown[] = [root];
  for (let seen = 0; pending.length > 0 && seen < MOST_VALUES; seen++) {
    const value = pending.pop();
    if (typeof value !== "object" || value === null || isJwk(value)) yield value;
    else if (isBytes(value)) yield (value as number[]).join(",");
    else pending.push(...Object.values(value).slice(0, MOST_VALUES).reverse());
  }
}

const isBytes = (value: object): boolean =>
  Array.isArray(value) && value.length > 30 && value.every((item) => typeof item === "number");

const isJwk = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && typeof (value as Members)["kty"] === "string";

function readJwk(jwk: Members): Finding {
  const kind = "d" in jwk || jwk["kty"] === "oct" ? "private" : "public";
  const called = jwk["crv"];
  const curve =
    typeof called === "string" && /^[\w.-]{1,20}$/.test(called) ? curveCalled(called) : "another curve";
  if (jwk["kty"] === "OKP") return flawed(kind, "JWK", mistakes.wrongAlgorithm(curve));
  if (jwk["kty"] !== "EC")
    return flawed(kind, "JWK", mistakes.wrongAlgorithm(jwk["kty"] === "RSA" ? "RSA" : "symmetric"));
  if (curve !== "P-256") return flawed(kind, "JWK", mistakes.wrongCurve(curve), curve);
  return readP256Jwk(jwk, kind);
}

function readP256Jwk({ x, y, d }: Members, kind: "private" | "public"): Finding {
  const damaged = flawed(kind, "JWK", mistakes.damaged(`this ${kind} key`), "P-256");
  if (typeof x !== "string" || typeof y !== "string") return damaged;
  const coordinates = [x, y].map(octetsOf);
  if (!coordinates.every(({ length }) => isScalarLength(length))) return damaged;
  const point = readPoint(
    Uint8Array.from([4, ...coordinates.flatMap((each) => [...(asScalar(each) ?? [])])]),
  );
  if (!point || !("publicKey" in point)) return flawed(kind, "JWK", mistakes.offCurve(), "P-256");
  const { publicKey } = point;
  const known = { kind, form: "JWK", curve: "P-256", publicKey } as const;
  if (kind === "public") return finding({ ...known, flaws: [mistakes.notAPoint("a JWK")] });
  if (typeof d !== "string") return damaged;
  const octets = octetsOf(d);
  const scalar = asScalar(octets);
  const isWhole = isScalarLength(octets.length);
  octets.fill(0);
  const derived = scalar && derivePublicKey(scalar);
  if (isWhole && derived === publicKey)
    return finding({ ...known, scalar, flaws: [mistakes.notSec1("a JWK")] });
  scalar?.fill(0);
  if (!isWhole) return damaged;
  return flawed(kind, "JWK", derived ? mistakes.mismatch() : mistakes.outOfRange(), "P-256");
}

/** What a member of a JWK holds: base64url, or hexadecimal digits, as some programs write it. The taker wipes it. */
export function octetsOf(member: string): Buffer {
  const digits = /^(?:0x)?((?:[0-9a-f]{2}){31,33})$/i.exec(member)?.[1];
  return digits === undefined ? Buffer.from(member, "base64url") : Buffer.from(digits, "hex");
}
