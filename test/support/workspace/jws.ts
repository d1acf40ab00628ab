import { createPublicKey, verify } from "node:crypto";

/** The fixed beginning of an SPKI of P-256 (RFC 5480): what follows is the 65-byte point. */
const SPKI = Buffer.from("3059301306072a8648ce3d020106082a8648ce3d030107034200", "hex");

/**
 * What is wrong with a compact JWS as an answer to a challenge; undefined if nothing is. By node's crypto alone.
 *
 * @param publicKey the point that was registered, in hexadecimal, of either case
 */
export function checkJws(jws: string, challenge: string, publicKey: string): string | undefined {
  const [header = "", payload = "", signature = "", ...rest] = jws.split(".");
  if (rest.length > 0) return "not a compact JWS";
  const { alg, typ } = JSON.parse(Buffer.from(header, "base64url").toString());
  if (alg !== "ES256" || typ !== "JWT") return "wrong header";
  if (payload !== challenge) return "not the challenge";
  const key = createPublicKey({
    key: Buffer.concat([SPKI, Buffer.from(publicKey, "hex")]),
    format: "der",
    type: "spki",
  });
  const input = Buffer.from(`${header}.${payload}`);
  const raw = Buffer.from(signature, "base64url");
  return verify("sha256", input, { key, dsaEncoding: "ieee-p1363" }, raw) ? undefined : "invalid signature";
}
