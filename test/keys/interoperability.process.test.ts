import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convert, diagnose, generateKeyPair, parsePrivateKey, parsePublicKey, verify } from "../../keys";
import { pem, spki } from "../support/keys/der";
import { openssl, python } from "../support/keys/tools";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keys-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return join(folder, name);
};

/** A signature by OpenSSL is DER; Python's cryptography turns it into r and s. */
const RAW = `
import sys
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
r, s = decode_dss_signature(sys.stdin.buffer.read())
sys.stdout.buffer.write(r.to_bytes(32, "big") + s.to_bytes(32, "big"))`;

const PYTHON_VERIFY = `
import sys
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
public_key, signature, message = sys.argv[1], bytes.fromhex(sys.argv[2]), sys.argv[3].encode()
key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(public_key))
der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
key.verify(der, message, ec.ECDSA(hashes.SHA256()))
print("verified")`;

const PYTHON_LOAD = `
import sys
from cryptography.hazmat.primitives import serialization as s
key = s.load_pem_private_key(bytes.fromhex(sys.stdin.read()), None)
print(key.public_key().public_bytes(s.Encoding.X962, s.PublicFormat.UncompressedPoint).hex(),
  key.private_bytes(s.Encoding.PEM, s.PrivateFormat.TraditionalOpenSSL, s.NoEncryption()).hex())`;

describe("the sample in Ledger's guide, run by Python's cryptography", () => {
  const sample = join(__dirname, "../support/keys/ledger-sample.py");

  test("makes keys that are read here, in the same forms", () => {
    const output = python([sample]).toString();
    const [, privateKeyHex, publicKey] = /^Private Key: (\w+)\nPublic Key: (\w+)\n$/.exec(output) ?? [];
    if (!privateKeyHex || !publicKey) throw new Error("the sample's output has another form than it had");
    expect(parsePublicKey(publicKey)).toBe(publicKey);
    const key = parsePrivateKey(privateKeyHex);
    expect(key.publicKey).toBe(publicKey);
    expect(key.privateKeyPem.toString("hex")).toBe(privateKeyHex);
  });

  test("its whole output is a pair whose halves match", () => {
    expect(diagnose(python([sample]))).toMatchObject({ kind: "pair", accepted: true });
  });
});

describe("a key made here", () => {
  const pair = generateKeyPair();
  const pemHex = pair.privateKeyPem.toString("hex");

  test("is read by Python's cryptography, which writes the same bytes", () => {
    const output = python(["-c", PYTHON_LOAD], pemHex).toString();
    expect(output.trim()).toBe(`${pair.publicKey} ${pemHex}`);
  });

  test("is read by OpenSSL, which writes the same bytes", () => {
    expect(openssl("ec", pair.privateKeyPem)).toEqual(pair.privateKeyPem);
    expect(openssl("pkey -check -noout", pair.privateKeyPem).toString()).toMatch(/Key is valid/);
    expect(openssl("ec -pubout -outform DER", pair.privateKeyPem).subarray(-65).toString("hex")).toBe(
      pair.publicKey,
    );
  });

  test("signs what Python's cryptography verifies", () => {
    const signature = parsePrivateKey(pair.privateKeyPem).sign("a message").toString("hex");
    expect(python(["-c", PYTHON_VERIFY, pair.publicKey, signature, "a message"]).toString()).toBe(
      "verified\n",
    );
  });

  test("verifies what OpenSSL signs", () => {
    const key = file("key.pem", pair.privateKeyPem);
    const signature = python(["-c", RAW], openssl(`dgst -sha256 -sign ${key}`, "a message"));
    expect(verify(pair.publicKey, "a message", signature)).toBe(true);
    expect(verify(pair.publicKey, "another", signature)).toBe(false);
  });

  test("verifies by OpenSSL with the public key that is registered", () => {
    const signature = file(
      "signature",
      openssl(`dgst -sha256 -sign ${file("key.pem", pair.privateKeyPem)}`, "m"),
    );
    const publicKey = file("public.pem", pem("PUBLIC KEY", spki(Buffer.from(pair.publicKey, "hex"))));
    expect(openssl(`dgst -sha256 -verify ${publicKey} -signature ${signature}`, "m").toString()).toMatch(
      /OK/,
    );
  });
});

describe("a key made by OpenSSL", () => {
  test("ecparam -genkey -noout: accepted", () => {
    const key = openssl("ecparam -name prime256v1 -genkey -noout");
    expect(diagnose(key)).toMatchObject({ accepted: true, form: "SEC1 PEM" });
    expect(parsePrivateKey(key).privateKeyPem).toEqual(key);
  });

  test("genpkey: PKCS#8, and convert gives what OpenSSL's own conversion gives", () => {
    const key = openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    expect(diagnose(key)).toMatchObject({ accepted: false, code: "not-sec1", convertible: true });
    const converted = convert(key);
    if (converted.kind !== "private") throw new Error("a private key should stay one");
    expect(converted.privateKeyHex.toString()).toBe(openssl("ec", key).toString("hex"));
  });

  test("the fix for an encrypted key works", () => {
    const key = openssl(
      "ec -aes256 -passout pass:secret",
      openssl("ecparam -name prime256v1 -genkey -noout"),
    );
    expect(diagnose(key).fix).toMatch(/openssl ec -in FILE -out NEWFILE/);
    expect(diagnose(openssl("ec -passin pass:secret", key)).accepted).toBe(true);
  });

  test("the fix for a certificate works", () => {
    const command =
      "req -x509 -new -subj /CN=test -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout /dev/null";
    const certificate = openssl(command);
    expect(diagnose(certificate).fix).toMatch(/openssl x509 -in FILE -noout -pubkey/);
    expect(diagnose(openssl("x509 -noout -pubkey", certificate))).toMatchObject({
      kind: "public",
      convertible: true,
    });
  });
});
