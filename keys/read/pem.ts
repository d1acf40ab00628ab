import { decoded, type Finding, flawed, unread, withFlaw } from "../finding";
import * as mistakes from "../mistakes";
import type { PemBlock } from "../pem";
import { type Curve, readDer, readParameters } from "./der";

/** Curve parameters, which `openssl ecparam -genkey` puts in front of the key. */
export const isParameters = ({ label, complete }: PemBlock): boolean => label === "EC PARAMETERS" && complete;

/** The curve that a block of parameters names; undefined if it names none. */
export function curveIn({ body }: PemBlock): Curve | undefined {
  return decoded(body.replace(/\s+/g, ""), "base64", readParameters);
}

/**
 * Recognises a PEM block by the DER inside; the label only has to go with it.
 *
 * @param curveBeside the curve of a block of parameters beside it, for a key that names none
 */
export function readPem({ label, body, complete, inLines }: PemBlock, curveBeside?: Curve): Finding {
  const kind = label.includes("PRIVATE") ? "private" : label.includes("PUBLIC") ? "public" : "other";
  const what = kind === "other" ? "this PEM" : `this ${kind} key`;
  if (!complete) return unread(kind, "PEM", mistakes.truncated(what));
  const special = readByLabel(label, body);
  if (special) return special;

  const base64 = body.replace(/\s+/g, "");
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return unread(kind, "PEM", mistakes.damaged(what));
  const inner = decoded(base64, "base64", (bytes) => readDer(bytes, curveBeside));
  // The M is the SEQUENCE that every key is. Anything else is not a key in which something is wrong, but a layout that is not read here.
  if (!inner) return (base64.startsWith("M") ? flawed : unread)(kind, "PEM", mistakes.damaged(what));
  if (inner.flaws[0]?.code === "truncated") return unread(kind, "PEM", mistakes.truncated(what));

  let found: Finding = { ...inner, form: `${inner.form} PEM`, container: "PEM" };
  if (inner.structure === "SEC1" && label !== "EC PRIVATE KEY")
    found = withFlaw(found, mistakes.notSec1("SEC1 under another label"));
  if (!inLines && found.kind === "private") found = withFlaw(found, mistakes.lineBreaksLost());
  return found;
}

/** What the label or a header alone decides, because the content is not DER in the clear. */
function readByLabel(label: string, body: string): Finding | undefined {
  if (/^\s*Proc-Type:\s*4,\s*ENCRYPTED/i.test(body))
    return flawed("private", "encrypted SEC1 PEM", mistakes.encrypted());
  if (label === "ENCRYPTED PRIVATE KEY")
    return flawed("private", "encrypted PKCS#8 PEM", mistakes.encrypted());
  if (label === "EC PARAMETERS")
    return flawed("other", "curve parameters PEM", mistakes.notAKey("the parameters of a curve"));
  if (label.startsWith("PGP ")) return flawed("other", "PGP", mistakes.notAKey("a PGP block"));
  if (label === "OPENSSH PRIVATE KEY") {
    const fix =
      "if it is ecdsa-sha2-nistp256, `ssh-keygen -p -m PEM -f COPY` turns a copy of it into SEC1 PEM";
    return flawed("private", "OpenSSH", mistakes.unsupportedContainer("an OpenSSH private key", fix));
  }
  return undefined;
}
