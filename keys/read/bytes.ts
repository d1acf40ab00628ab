import { asScalar, derivePublicKey, isScalarLength, POINT_BYTES, readPoint } from "../curve";
import { type Finding, finding, flawed, withFlaw } from "../finding";
import * as mistakes from "../mistakes";
import { readComposite, unwrapped } from "./composite";
import { readDer } from "./der";

/** Points of other curves in X9.62 uncompressed form, told by their length in bytes. */
const pointLengths: Readonly<Record<number, string>> = {
  49: "P-192",
  57: "P-224",
  97: "P-384",
  133: "P-521",
};

/**
 * Recognises bytes that are not text: DER, a point, a number, or several of them. Undefined for anything else.
 *
 * Content goes before length and before what the first bytes look like: a number or a point may by chance begin as DER does, and 97
 * bytes may be a point of P-384 or a private key of P-256. What fits the curve is tried first.
 */
export function readBytes(bytes: Uint8Array): Finding | undefined {
  return (
    readGoodPoint(bytes) ??
    readNumber(bytes) ??
    readWithPoint(bytes) ??
    readWrapped(bytes) ??
    readWithoutPrefix(bytes) ??
    readDer(bytes) ??
    readPointBytes(bytes) ??
    readBrokenPoint(bytes)
  );
}

function readGoodPoint(bytes: Uint8Array): Finding | undefined {
  const found = readPointBytes(bytes);
  return found?.publicKey === undefined ? undefined : found;
}

/** 32 bytes may be anything. Taken for a private key here, so that nobody prints them; the wording leaves it open. */
function readNumber(bytes: Uint8Array): Finding | undefined {
  const { length } = bytes;
  // 33 bytes are a number only with a zero in front: with 02 or 03 they are a point, if a wrong one.
  if (!isScalarLength(length) || (length === 33 && bytes[0] !== 0)) return undefined;
  const form = "bare private number";
  const scalar = asScalar(bytes);
  const publicKey = scalar && derivePublicKey(scalar);
  if (!publicKey) {
    scalar?.fill(0);
    return flawed("private", form, mistakes.outOfRange());
  }
  return finding({
    kind: "private",
    form,
    curve: "P-256",
    scalar,
    publicKey,
    flaws: [mistakes.bareScalar(length)],
  });
}

function readWithPoint(bytes: Uint8Array): Finding | undefined {
  const composite = readComposite(bytes);
  if (!composite) return undefined;
  return finding({
    kind: "private",
    curve: "P-256",
    ...composite,
    flaws: [mistakes.notSec1(`a ${composite.form}`)],
  });
}

function readWrapped(bytes: Uint8Array): Finding | undefined {
  const inner = unwrapped(bytes);
  const found = inner && inner.content.length >= 31 ? readBytes(inner.content) : undefined;
  if (!inner || !found?.publicKey) return undefined;
  const form = `${found.form} in ${inner.name}`;
  if (found.kind === "public")
    return withFlaw({ ...found, form }, mistakes.notAPoint(`a point in ${inner.name}`));
  return withFlaw({ ...found, form }, mistakes.notSec1(`a number in ${inner.name}`));
}

function readPointBytes(bytes: Uint8Array): Finding | undefined {
  const point = readPoint(bytes);
  if (point === undefined) return undefined;
  const form = `${point.encoding === "off-curve" ? encodingOf(bytes) : point.encoding} point`;
  if (point.encoding === "infinity") return flawed("public", form, mistakes.infinity());
  if (point.encoding === "off-curve")
    return point.otherCurve
      ? onOtherCurve(form, point.otherCurve)
      : flawed("public", form, mistakes.offCurve());
  const flaws = point.encoding === "uncompressed" ? [] : [mistakes.wrongPoint(point.encoding)];
  return pointFinding(form, point.publicKey, ...flaws);
}

const onOtherCurve = (form: string, curve: string): Finding =>
  flawed("public", form, mistakes.wrongCurve(curve), curve);

const encodingOf = ([prefix]: Uint8Array) =>
  prefix === 4 ? "uncompressed" : prefix === 6 || prefix === 7 ? "hybrid" : "compressed";

const pointFinding = (form: string, publicKey: string, ...flaws: mistakes.Flaw[]): Finding =>
  finding({ kind: "public", form, curve: "P-256", publicKey, flaws });

/** The two coordinates alone, told by the curve that they are on. */
function readWithoutPrefix(bytes: Uint8Array): Finding | undefined {
  if (bytes.length !== POINT_BYTES - 1) return undefined;
  const point = readPoint(Uint8Array.of(4, ...bytes));
  const form = "uncompressed point without its 04";
  if (point?.encoding === "uncompressed")
    return pointFinding(form, point.publicKey, mistakes.pointWithoutPrefix());
  return point?.encoding === "off-curve" && point.otherCurve
    ? onOtherCurve(form, point.otherCurve)
    : undefined;
}

/** What has the look of an uncompressed point but not its length: too short, too long, of another curve. */
function readBrokenPoint(bytes: Uint8Array): Finding | undefined {
  const { length } = bytes;
  if (bytes[0] !== 4) return undefined;
  const form = "uncompressed point";
  const otherCurve = pointLengths[length];
  if (otherCurve) return onOtherCurve(form, otherCurve);
  if (length > POINT_BYTES / 2 && length < POINT_BYTES)
    return flawed("public", form, mistakes.truncated("this public key"));
  if (length > POINT_BYTES && length < 2 * POINT_BYTES)
    return flawed("public", form, mistakes.tooLong("this public key", 2 * (length - POINT_BYTES)));
  return undefined;
}
