import { derivePublicKey, readPoint } from "../curve";
import { decoded, type Finding, finding, flawed } from "../finding";
import * as mistakes from "../mistakes";

/** Recognises JSON: a JWK (RFC 7517, RFC 7518 section 6.2), or something that is no key. */
export function readJson(text: string): Finding | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // the reason would quote the input
  }
  if (typeof value !== "object" || value === null) return undefined;
  const jwk = value as Record<string, unknown>;
  if (typeof jwk["kty"] !== "string") return flawed("other", "JSON", mistakes.notAKey("JSON"));

  const kind = "d" in jwk || jwk["kty"] === "oct" ? "private" : "public";
  const curve =
    typeof jwk["crv"] === "string" && /^[\w-]{1,20}$/.test(jwk["crv"]) ? jwk["crv"] : "another curve";
  if (jwk["kty"] === "OKP") return flawed(kind, "JWK", mistakes.wrongAlgorithm(curve));
  if (jwk["kty"] !== "EC")
    return flawed(kind, "JWK", mistakes.wrongAlgorithm(jwk["kty"] === "RSA" ? "RSA" : "symmetric"));
  if (curve !== "P-256") return flawed(kind, "JWK", mistakes.wrongCurve(curve), curve);
  return readP256Jwk(jwk, kind);
}

function readP256Jwk({ x, y, d }: Record<string, unknown>, kind: "private" | "public"): Finding {
  const damaged = flawed(kind, "JWK", mistakes.damaged(`this ${kind} key`), "P-256");
  if (typeof x !== "string" || typeof y !== "string") return damaged;
  const coordinates = [x, y].map((text) => Buffer.from(text, "base64url"));
  if (coordinates.some(({ length }) => length !== 32)) return damaged;
  const point = readPoint(Buffer.concat([Buffer.of(4), ...coordinates]));
  if (!point || !("publicKey" in point)) return flawed(kind, "JWK", mistakes.offCurve(), "P-256");
  const { publicKey } = point;
  const known = { kind, form: "JWK", curve: "P-256", publicKey } as const;
  if (kind === "public") return finding({ ...known, flaws: [mistakes.notAPoint("a JWK")] });
  if (typeof d !== "string") return damaged;
  return decoded(d, "base64", (bytes) => {
    const derived = derivePublicKey(bytes);
    if (!derived) return flawed(kind, "JWK", mistakes.outOfRange(), "P-256");
    if (derived !== publicKey) return flawed(kind, "JWK", mistakes.mismatch(), "P-256");
    const scalar = Buffer.alloc(bytes.length, bytes);
    return finding({ ...known, scalar, flaws: [mistakes.notSec1("a JWK")] });
  });
}

/** Recognises a line of an SSH public key file (RFC 4253 section 6.6; RFC 5656 for ECDSA), or a PuTTY file. */
export function readSsh(text: string): Finding | undefined {
  if (text.startsWith("PuTTY-User-Key-File-")) {
    const fix = "export it from PuTTYgen as an OpenSSH key, and inspect that";
    return flawed("private", "PuTTY", mistakes.unsupportedContainer("a PuTTY private key", fix));
  }
  const [, algorithm, curve, base64] =
    /^((?:sk-)?(?:ssh|ecdsa-sha2)-([\w-]+)(?:@openssh\.com)?)[ \t]+([A-Za-z0-9+/=]+)/.exec(text) ?? [];
  if (!algorithm || !curve || !base64) return undefined;
  const form = "SSH public key";
  if (algorithm.startsWith("sk-")) return flawed("public", form, mistakes.wrongAlgorithm("hardware SSH"));
  if (algorithm === "ssh-rsa") return flawed("public", form, mistakes.wrongAlgorithm("RSA"));
  if (algorithm === "ssh-ed25519") return flawed("public", form, mistakes.wrongAlgorithm("Ed25519"));
  if (!/^ecdsa-sha2-nistp\d{3}$/.test(algorithm))
    return flawed("public", form, mistakes.wrongAlgorithm("other SSH"));
  const name = curve.replace("nistp", "P-");
  if (name !== "P-256") return flawed("public", form, mistakes.wrongCurve(name), name);
  const point = decoded(base64, "base64", (bytes) => readPoint(bytes.subarray(-65)));
  if (point?.encoding !== "uncompressed")
    return flawed("public", form, mistakes.damaged("this public key"), name);
  const flaws = [mistakes.notAPoint("a line of an SSH key file")];
  return finding({ kind: "public", form, curve: name, publicKey: point.publicKey, flaws });
}

/** Ledger's users own recovery phrases, and one pasted here must at least not go on being pasted. */
export function readPhrase(text: string): Finding | undefined {
  const words = text.split(/\s+/);
  if (![12, 15, 18, 21, 24].includes(words.length) || !words.every((word) => /^[a-z]{3,8}$/.test(word)))
    return undefined;
  return flawed("other", "words", mistakes.recoveryPhrase());
}
