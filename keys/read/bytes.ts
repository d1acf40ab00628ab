import { derivePublicKey, POINT_BYTES, readPoint, SCALAR_BYTES } from "../curve";
import { type Finding, finding, flawed } from "../finding";
import * as mistakes from "../mistakes";
import { readDer } from "./der";

/** Points of other curves in X9.62 uncompressed form, told by their length in bytes. */
const pointLengths: Readonly<Record<number, string>> = {
  49: "P-192",
  57: "P-224",
  97: "P-384",
  133: "P-521",
};

/** Recognises bytes that are not text: DER, a point, or a bare number. Undefined for anything else. */
export function readBytes(bytes: Uint8Array): Finding | undefined {
  // A number or a point may by chance begin as DER does: so what fits the curve goes first.
  if (bytes.length === SCALAR_BYTES) return readScalar(bytes);
  return readPointBytes(bytes) ?? readWithoutPrefix(bytes) ?? readDer(bytes) ?? readBrokenPoint(bytes);
}

/** 32 bytes may be anything. Taken for a private key here, so that nobody prints them; the wording leaves it open. */
function readScalar(bytes: Uint8Array): Finding {
  const publicKey = derivePublicKey(bytes);
  const form = "bare private number";
  if (!publicKey) return flawed("private", form, mistakes.outOfRange());
  const scalar = Buffer.alloc(SCALAR_BYTES, bytes);
  const flaws = [mistakes.bareScalar()];
  return finding({ kind: "private", form, curve: "P-256", scalar, publicKey, flaws });
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
