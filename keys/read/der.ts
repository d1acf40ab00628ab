import {
  asScalar,
  derivePublicKey,
  integer,
  isScalarLength,
  otherCurves,
  P256,
  readPoint,
  SCALAR_BYTES,
} from "../curve";
import { DerError, dotted, type Element, readAll, readElement, readOnly, Tag } from "../der";
import { type Finding, finding, flawed, withFlaw } from "../finding";
import * as mistakes from "../mistakes";
import { algorithmName, curveName, EC_PUBLIC_KEY } from "../oid";

/**
 * Recognises the DER of a key: SEC1 (RFC 5915), PKCS#8 (RFC 5958), SPKI (RFC 5480), and what people
 * take for one. Undefined if the bytes do not begin as DER does.
 *
 * @param curveBeside the curve that stands beside a SEC1 key, for one that names none itself
 */
export function readDer(bytes: Uint8Array, curveBeside?: Curve): Finding | undefined {
  if (bytes[0] !== Tag.SEQUENCE) return undefined;
  try {
    const top = readElement(bytes);
    const found = readStructure(readAll(top.content), curveBeside);
    if (found && top.whole.length < bytes.length) {
      found.scalar?.fill(0);
      return flawed(found.kind, found.form, mistakes.damaged("this key"));
    }
    return found && { ...found, container: "DER" };
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    // Truncated DER is still worth saying so; whether it was private is not known, so treat it as if.
    return error.truncated
      ? flawed("other", "the beginning of DER", mistakes.truncated("this key"))
      : undefined;
  }
}

/** Tells the structures apart by the tags of their fields, which no two of them share. */
function readStructure(fields: Element[], curveBeside?: Curve): Finding | undefined {
  const [first, second, third] = fields;
  if (!first || !second) return undefined;
  const shape = fields.map(({ tag }) => tag.toString(16).padStart(2, "0")).join(" ");
  if (shape.startsWith("02 04"))
    return { ...readSec1(first, second, fields.slice(2), undefined, curveBeside), structure: "SEC1" };
  if (shape.startsWith("02 30 04") && third) return readPkcs8(second, third);
  if (shape === "30 04" && isEncryption(first))
    return flawed("private", "encrypted PKCS#8", mistakes.encrypted());
  if (shape === "30 03") return readSpki(first, second);
  if (shape === "30 30 03") return readSigned(first);
  if (shape.startsWith("02 30 30")) {
    const fix = "take the key out with `openssl pkcs12 -in FILE -nocerts`";
    return flawed("other", "PKCS#12", mistakes.unsupportedContainer("a PKCS#12 file", fix));
  }
  if (/^02( 02){8}$/.test(shape)) return flawed("private", "PKCS#1", mistakes.wrongAlgorithm("RSA"));
  if (/^02( 02){5}$/.test(shape)) return flawed("private", "DSA", mistakes.wrongAlgorithm("DSA"));
  if (shape === "02 02" && first.content.length > 66)
    return flawed("public", "PKCS#1", mistakes.wrongAlgorithm("RSA"));
  if (shape === "02 02") return flawed("other", "signature", mistakes.notAKey("a signature"));
  return undefined;
}

/**
 * EncryptedPrivateKeyInfo of RFC 5958 begins with an algorithm of PKCS#5 or PKCS#12. A digest with its algorithm has the same fields, and so
 * has a public key of which one byte is wrong.
 */
function isEncryption(algorithm: Element): boolean {
  return /^1\.2\.840\.113549\.1\.(5|12\.1)\./.test(identifierIn(algorithm));
}

/** A certificate (RFC 5280) and a certificate request (RFC 2986), told apart by what they sign; undefined for anything else. */
function readSigned(toBeSigned: Element): Finding | undefined {
  const shape = readAll(toBeSigned.content)
    .map(({ tag }) => tag.toString(16).padStart(2, "0"))
    .join(" ");
  const isCertificate = /^(a0 )?02 30 30 30 30 30/.test(shape);
  if (!isCertificate && !/^02 30 30( a0)?$/.test(shape)) return undefined;
  const form = isCertificate ? "certificate" : "certificate request";
  const fix = `print its public key with \`openssl ${isCertificate ? "x509" : "req"} -in FILE -noout -pubkey\`, and inspect that`;
  return flawed("other", form, mistakes.unsupportedContainer(`a ${form}`, fix));
}

/** ECPrivateKey of RFC 5915: version 1, the number, [0] the curve, [1] the public key. */
function readSec1(
  version: Element,
  octets: Element,
  optional: Element[],
  curveOutside?: Curve,
  curveBeside?: Curve,
): Finding {
  const parameters = optional.find(({ tag }) => tag === Tag.CONTEXT_0);
  const embedded = optional.find(({ tag }) => tag === Tag.CONTEXT_1);
  if (optional.some((field) => field !== parameters && field !== embedded)) throw new DerError(false);
  const named = parameters ? readCurve(readOnly(parameters.content)) : (curveOutside ?? curveBeside);
  const embeddedBits = embedded && readOnly(embedded.content); // read before there is a scalar to wipe
  const curve = named ?? (parameters ? undefined : P256_UNNAMED);
  const form = curve?.explicit ? "SEC1 with explicit curve parameters" : "SEC1";
  if (version.content.length !== 1 || version.content[0] !== 1)
    return flawed("private", form, mistakes.damaged("this private key"));
  if (!curve) return flawed("private", form, mistakes.curveUnknown());
  if (curve.flaw?.fatal) return flawed("private", form, curve.flaw, curve.name);
  if (curveOutside && curveOutside.name !== curve.name)
    return flawed("private", form, mistakes.damaged("this private key"));

  const scalar = asScalar(octets.content);
  const publicKey = scalar && derivePublicKey(scalar);
  if (!scalar || !publicKey) {
    scalar?.fill(0);
    const flaw = curve === P256_UNNAMED ? mistakes.curveUnknown() : mistakes.outOfRange();
    return flawed("private", form, flaw, named?.name);
  }
  if (curve === P256_UNNAMED && !mayBeOfP256(octets.content, embeddedBits, publicKey)) {
    scalar.fill(0);
    return flawed("private", form, mistakes.curveUnknown());
  }
  let found = finding({ kind: "private", form, curve: curve.name, scalar, publicKey });
  if (curve.flaw) found = withFlaw(found, curve.flaw);
  if (octets.content.length !== SCALAR_BYTES)
    found = withFlaw(found, mistakes.notSec1("SEC1 whose number is not 32 bytes long"));
  return embeddedBits ? checkEmbedded(found, embeddedBits) : withoutEmbedded(found);
}

/** What a SEC1 key without a curve is taken for, if nothing speaks against it. */
const P256_UNNAMED: Curve = { name: "P-256", explicit: false, flaw: mistakes.curveMissing() };

/** By the length of its number, and by its public key if there is one. */
function mayBeOfP256(number: Uint8Array, bits: Element | undefined, publicKey: string): boolean {
  if (!isScalarLength(number.length)) return false;
  const point = bits && readPoint(pointOf(bits));
  return !bits || (point !== undefined && "publicKey" in point && point.publicKey === publicKey);
}

/** A private key file that names another's public key would have people register a key that cannot sign. */
function checkEmbedded(found: Finding, bits: Element): Finding {
  const point = readPoint(pointOf(bits));
  if (!point || !("publicKey" in point) || point.publicKey !== found.publicKey) {
    found.scalar?.fill(0);
    return flawed("private", found.form, mistakes.mismatch(), found.curve);
  }
  if (point.encoding === "uncompressed") return found;
  return withFlaw(found, mistakes.notSec1(`SEC1 with the public key in ${point.encoding} form inside`));
}

const withoutEmbedded = (found: Finding): Finding => ({
  ...found,
  notes: [...found.notes, "It lacks the public key inside that Ledger's samples write; --convert adds it."],
});

/** PrivateKeyInfo of RFC 5958: for elliptic curves the octets are an ECPrivateKey, mostly without the curve. */
function readPkcs8(algorithm: Element, octets: Element): Finding {
  const { oid, curve } = readAlgorithm(algorithm);
  if (oid !== EC_PUBLIC_KEY) return flawed("private", "PKCS#8", mistakes.wrongAlgorithm(algorithmName(oid)));
  const [version, number, ...optional] = readAll(readOnly(octets.content).content);
  if (!version || !number || number.tag !== Tag.OCTET_STRING)
    return flawed("private", "PKCS#8", mistakes.damaged("this private key"));
  const inner = readSec1(version, number, optional, curve);
  const form = inner.form.replace("SEC1", "PKCS#8");
  // The curve may be named in both places, or spelled out in one of them: readSec1 looks at the inner one.
  const own = inner.flaws.some(({ fatal }) => fatal) ? [] : [mistakes.notSec1("PKCS#8")];
  return { ...inner, form, notes: [], flaws: [...inner.flaws, ...own] };
}

/** SubjectPublicKeyInfo of RFC 5480. */
function readSpki(algorithm: Element, bits: Element): Finding {
  const { oid, curve } = readAlgorithm(algorithm);
  if (oid !== EC_PUBLIC_KEY) return flawed("public", "SPKI", mistakes.wrongAlgorithm(algorithmName(oid)));
  if (!curve) return flawed("public", "SPKI", mistakes.damaged("this public key"));
  const form = curve.explicit ? "SPKI with explicit curve parameters" : "SPKI";
  if (curve.flaw?.fatal) return flawed("public", form, curve.flaw, curve.name);
  const point = readPoint(pointOf(bits));
  if (!point) return flawed("public", form, mistakes.damaged("this public key"), curve.name);
  if (point.encoding === "infinity") return flawed("public", form, mistakes.infinity(), curve.name);
  if (point.encoding === "off-curve") return flawed("public", form, mistakes.offCurve(), curve.name);
  const flaws = [...(curve.flaw ? [curve.flaw] : []), mistakes.notAPoint("SPKI")];
  return finding({ kind: "public", form, curve: curve.name, publicKey: point.publicKey, flaws });
}

/** A curve as a key names it. */
export interface Curve {
  readonly name: string;
  readonly explicit: boolean;
  readonly flaw?: mistakes.Flaw;
}

/** The OBJECT IDENTIFIER that an AlgorithmIdentifier begins with. */
function identifierIn(algorithm: Element): string {
  const [identifier] = readAll(algorithm.content);
  if (identifier?.tag !== Tag.OBJECT_IDENTIFIER) throw new DerError(false);
  return dotted(identifier.content);
}

function readAlgorithm(algorithm: Element): { oid: string; curve?: Curve } {
  const oid = identifierIn(algorithm);
  const [, parameters] = readAll(algorithm.content);
  return { oid, curve: oid === EC_PUBLIC_KEY && parameters ? readCurve(parameters) : undefined };
}

/** The curve in the DER of ECParameters alone; undefined if it is no DER or names none. */
export function readParameters(bytes: Uint8Array): Curve | undefined {
  try {
    return readCurve(readOnly(bytes));
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

/** ECParameters: the curve's name, or (X9.62) its whole description, which RFC 5480 forbids and OpenSSL still reads. */
function readCurve(parameters: Element): Curve | undefined {
  if (parameters.tag === Tag.OBJECT_IDENTIFIER) {
    const name = curveName(dotted(parameters.content));
    return { name, explicit: false, flaw: name === "P-256" ? undefined : mistakes.wrongCurve(name) };
  }
  if (parameters.tag !== Tag.SEQUENCE) return undefined;
  const [version, field, coefficients, base, order, cofactor] = readAll(parameters.content);
  if (!field || !coefficients || !base || !order) return undefined;
  const prime = integer(readAll(field.content)[1]?.content ?? new Uint8Array());
  if (prime !== P256.p) {
    const name = otherCurves.find(({ p }) => p === prime)?.name ?? "another curve";
    return { name, explicit: true, flaw: mistakes.wrongCurve(name) };
  }
  // CVE-2020-0601: right prime and equation, but a base point that lets anyone sign. Every parameter must match.
  const [a, b] = readAll(coefficients.content).map(({ content }) => integer(content));
  const point = readPoint(base.content);
  const isP256 =
    version !== undefined &&
    [1n, 2n, 3n].includes(integer(version.content)) &&
    // X9.62 makes it optional, and Wycheproof counts a key without it as invalid: these are not all of P-256's parameters.
    cofactor !== undefined &&
    integer(cofactor.content) === 1n &&
    a === P256.a &&
    b === P256.b &&
    integer(order.content) === P256.n &&
    point !== undefined &&
    "publicKey" in point &&
    integer(Buffer.from(point.publicKey.slice(2, 66), "hex")) === P256.Gx &&
    integer(Buffer.from(point.publicKey.slice(66), "hex")) === P256.Gy;
  return isP256
    ? { name: "P-256", explicit: true, flaw: mistakes.explicitParameters() }
    : { name: "a curve that only looks like P-256", explicit: true, flaw: mistakes.lookalikeParameters() };
}

/** A BIT STRING's bytes: the first counts unused bits, of which a point has none. */
function pointOf(bits: Element): Uint8Array {
  return bits.tag === Tag.BIT_STRING && bits.content[0] === 0 ? bits.content.subarray(1) : new Uint8Array();
}
