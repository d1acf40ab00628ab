import { spawnSync } from "node:child_process";

/** Verifies each JWS by Python's `cryptography`, which takes DER: r and s go there as the numbers that they are. */
const VERIFY = `
import base64, json, sys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
decode = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
payloads = []
for public_key, jws in json.load(sys.stdin):
    header, payload, signature = jws.split(".")
    assert json.loads(decode(header)) == {"alg": "ES256", "typ": "JWT"} or "typ" not in json.loads(decode(header))
    raw = decode(signature)
    assert len(raw) == 64
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(public_key))
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key.verify(der, f"{header}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
    payloads.append(decode(payload).decode())
json.dump(payloads, sys.stdout)`;

/** The payloads of the JWSs, if Python's cryptography verifies each with its public key; it throws if not. */
export function payloadsByPython(signed: ReadonlyArray<readonly [publicKey: string, jws: string]>): string[] {
  const { error, status, stdout, stderr } = spawnSync("python3", ["-c", VERIFY], {
    input: JSON.stringify(signed),
  });
  const install = "install python3 and its package cryptography (apt: python3-cryptography)";
  if (error) throw new Error(`cannot run python3 (${error.message}): ${install}`);
  if (status !== 0)
    throw new Error(`Python does not verify it, or lacks cryptography (${install}): ${stderr}`);
  return JSON.parse(stdout.toString());
}
