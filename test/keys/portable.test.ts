import * as fc from "fast-check";
import { fingerprint, generateKeyPair, PROOF_PREFIX, proofMessage, verify } from "../../keys";
import { faultOfProof, fingerprintOfPoint, hashOfText, isPointOnCurve } from "../../keys/portable";
import { forAll } from "../support/for-all";
import { sample } from "../support/page-users";

const { entry, proof } = sample("settlement bot");
const { publicKey } = entry;
const other = sample("sweep bot");

describe("what a browser finds is what Node finds", () => {
  test("of fingerprints", () => {
    for (let i = 0; i < 20; i++) {
      const key = generateKeyPair().publicKey;
      expect(fingerprintOfPoint(key)).toBe(fingerprint(key));
    }
    expect(hashOfText("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"); // FIPS 180-4
  });

  test.each([
    "",
    "zz",
    "0g",
    "g0",
    "00z",
    "z00",
    "0",
    "000",
  ])("what is no bytes in hexadecimal, %j, counts as none", (text) => {
    // FIPS 180-4: of nothing
    expect(fingerprintOfPoint(text)).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  test("of points: one digit changed, and it is off the curve", () => {
    expect(isPointOnCurve(publicKey)).toBe(true);
    forAll(fc.integer({ min: 2, max: 129 }), 40, (index) => {
      const digit = publicKey[index] === "0" ? "1" : "0";
      return !isPointOnCurve(publicKey.slice(0, index) + digit + publicKey.slice(index + 1));
    });
  });

  test.each([
    "",
    "04",
    publicKey.toUpperCase(),
    ` ${publicKey}`,
    `${publicKey}\n`,
    `02${publicKey.slice(2, 66)}`,
    `04${"0".repeat(128)}`,
  ])("%j is no public key", (text) => expect(isPointOnCurve(text)).toBe(false));

  test("of signatures", () => {
    expect(verify(publicKey, proof.message, Buffer.from(proof.signature, "hex"))).toBe(true);
    expect(faultOfProof(publicKey, proof)).toBeUndefined();
  });

  test("and s may be high, as KMS and OpenSSL make either", () => {
    const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const s = n - BigInt(`0x${proof.signature.slice(64)}`);
    const signature = proof.signature.slice(0, 64) + s.toString(16).padStart(64, "0");
    expect(verify(publicKey, proof.message, Buffer.from(signature, "hex"))).toBe(true);
    expect(faultOfProof(publicKey, { ...proof, signature })).toBeUndefined();
  });
});

describe("a proof is none", () => {
  const { message, signature } = proof;

  test("for another key, though that key made it", () => {
    expect(faultOfProof(publicKey, other.proof)).toBe("other key");
  });

  test.each([
    ["without our prefix", message.slice(1)],
    ["with a text in front", `x${message}`],
    ["with a text behind it", `${message}x`],
    ["without its last line feed", message.slice(0, -1)],
    ["with another prefix as long", `C${message.slice(1)}`],
    ["with another prefix and no key", `C${message.slice(1).replace("04", "05")}`],
    ["of a key in other letters", message.replace(publicKey, publicKey.toUpperCase())],
    ["with a blank for the line feed after the key", message.replace(`${publicKey}\n`, `${publicKey} `)],
    ["without its chance", `${PROOF_PREFIX}${publicKey}\n`],
    ["of an approval", Buffer.from('{"alg":"ES256"}').toString("base64url")],
  ])("%s", (_, changed) => {
    expect(faultOfProof(publicKey, { message: changed, signature })).toBe("no proof");
  });

  test.each([
    ["of another message of this key", proofMessage(publicKey), signature],
    ["of another key", message, other.proof.signature],
    ["cut off", message, signature.slice(2)],
    ["cut off by a digit", message, signature.slice(1)],
    ["too long", message, `${signature}00`],
    ["hexadecimal in part", message, `${signature.slice(0, -2)}zz`],
    ["hexadecimal after something else", message, `zz${signature.slice(2)}`],
    ["empty", message, ""],
    ["no hexadecimal", message, "zz".repeat(64)],
    ["of zeros", message, "0".repeat(128)],
    ["of ones", message, "f".repeat(128)],
  ])("whose signature is %s", (_, text, changed) => {
    expect(faultOfProof(publicKey, { message: text, signature: changed })).toBe("wrong signature");
  });
});
