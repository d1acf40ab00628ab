import { readPoint } from "../curve";
import { decoded, type Finding, finding, flawed } from "../finding";
import * as mistakes from "../mistakes";

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
