/** Keys that standards and Wycheproof publish: inspect and audit answer each of them right. Their parts are checked with Node's own cryptography. */
import { createECDH, ECDH } from "node:crypto";
import { auditPaths } from "../../audit";
import { diagnose } from "../../keys";
import { pem, SEC1 } from "../support/keys/der";
import { JWKS, POINTS, SPKI, type Vector, wycheproof } from "../support/keys/published/wycheproof";
import { rfc6979, rfc7515, rfc7517, rfc7518, rfc9421, rfc9500, sec2 } from "../support/keys/vectors";

/** What audit finds in a text: kinds and public keys. */
async function audited(text: string | Uint8Array) {
  const stdin = (async function* () {
    yield Buffer.from(text as string);
  })();
  const { leaks, unread } = await auditPaths(["-"], { stdin });
  expect(unread).toEqual([]);
  return leaks.map(({ kind, publicKey }) => ({ kind, publicKey }));
}

/** The point of a number, by OpenSSL. */
function pointOf(number: Uint8Array): string {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(Buffer.concat([Buffer.alloc(33), number]).subarray(-32));
  return ecdh.getPublicKey("hex", "uncompressed");
}
const uncompressed = (point: string) =>
  ECDH.convertKey(point, "prime256v1", "hex", "hex", "uncompressed") as string;
const bytesOf = (base64: string) => Buffer.from(base64, "base64");
const pointOfJwk = ({ x, y }: { x: string; y: string }) =>
  `04${bytesOf(x).toString("hex")}${bytesOf(y).toString("hex")}`;

describe("standards", () => {
  const lines = (base64: string) => bytesOf(base64.replace(/\s/g, ""));
  const label = SEC1.replace("PRIVATE", "TESTING");

  test.each<[string, string, string]>([
    ["RFC 7515, A.3", JSON.stringify(rfc7515.jwk), pointOfJwk(rfc7515.jwk)],
    [
      "RFC 7517, A.2",
      JSON.stringify({ keys: [{ ...rfc7517.publicJwk, d: rfc7517.d }] }),
      pointOfJwk(rfc7517.publicJwk),
    ],
    ["RFC 7518, C: Alice", JSON.stringify(rfc7518.alice), pointOfJwk(rfc7518.alice)],
    ["RFC 7518, C: Bob", JSON.stringify(rfc7518.bob), pointOfJwk(rfc7518.bob)],
    [
      "RFC 6979, A.2.5",
      `private key: ${rfc6979.scalar}\npublic key: ${rfc6979.publicKey}`,
      rfc6979.publicKey,
    ],
    ["RFC 9421, B.1.3", pem(SEC1, lines(rfc9421.sec1)), lines(rfc9421.spki).toString("hex", 26)],
    ["RFC 9500, 2.3", pem(SEC1, lines(rfc9500)), lines(rfc9500).toString("hex", 56)],
    ["RFC 9500, 2.3, with its own label", pem(label, lines(rfc9500)), lines(rfc9500).toString("hex", 56)],
  ])("%s is a private key, which audit knows to be published", async (_, text, publicKey) => {
    expect(["private", "pair"]).toContain(diagnose(text).kind);
    expect(diagnose(text)).toMatchObject({ publicKey, convertible: true });
    expect(await audited(text)).toEqual([{ kind: "published-key", publicKey }]);
  });

  test.each([
    [
      "RFC 7517, A.1",
      JSON.stringify({ keys: [rfc7517.publicJwk] }),
      "not-a-point",
      pointOfJwk(rfc7517.publicJwk),
    ],
    [
      "RFC 9421, B.1.3",
      pem("PUBLIC KEY", lines(rfc9421.spki)),
      "not-a-point",
      lines(rfc9421.spki).toString("hex", 26),
    ],
    ["SEC 2, 2.4.2, compressed", sec2.compressed, "compressed-point", pointOf(Buffer.of(1))],
    ["SEC 2, 2.4.2, uncompressed", sec2.uncompressed, undefined, pointOf(Buffer.of(1))],
  ])("%s is a public key, and no leak", async (_, text, code, publicKey) => {
    expect(diagnose(text)).toMatchObject({ kind: "public", publicKey, convertible: true });
    expect(diagnose(text).code).toBe(code);
    expect(await audited(text)).toEqual([]);
  });
});

describe("Wycheproof", () => {
  const vectors = wycheproof();
  const of = (file: string) => vectors.filter((vector) => vector.file === file);

  /** A vector's public key in the forms in which the files have it. */
  const forms: Readonly<Record<string, (publicKey: string) => readonly (string | Uint8Array)[]>> = {
    [POINTS]: (point) => [point],
    [SPKI]: (base64) => [
      pem("PUBLIC KEY", bytesOf(base64)),
      bytesOf(base64).toString("hex"),
      bytesOf(base64),
    ],
    [JWKS]: (jwk) => [jwk],
  };

  /** The point that is meant, by the vector alone. */
  function pointIn({ file, publicKey }: Vector): string {
    if (file === JWKS) return pointOfJwk(JSON.parse(publicKey));
    if (file === POINTS) return uncompressed(publicKey);
    return uncompressed(bytesOf(publicKey).subarray(26).toString("hex"));
  }

  /** What is wrong with a public key, by the flags of its vector; undefined for nothing but its form. */
  function mistakeOf({ flags }: Vector): string | undefined {
    const has = (...some: string[]) => some.some((flag) => flags.includes(flag));
    if (has("InvalidCurveAttack", "InvalidCompressedPublic", "ModifiedPublicPoint"))
      return "point-not-on-curve";
    if (has("WrongCurve")) return has("CompressedPoint") ? "point-not-on-curve" : "wrong-curve";
    if (has("ModifiedGroup", "ModifiedPrime")) return "wrong-curve";
    return has("UnnamedCurve") ? "explicit-parameters" : undefined;
  }

  test.each([
    [POINTS, 355],
    [SPKI, 612],
    [JWKS, 353],
  ])("%s is here whole", (file, size) => {
    expect(of(file)).toHaveLength(size);
  });

  const isGarbled = ({ flags }: Vector) => flags.some((flag) => /^Invalid(Pem|Encoding)$/.test(flag));

  test.each([POINTS, SPKI, JWKS])("%s: each public key is what its flags say", (file) => {
    for (const vector of of(file).filter((each) => !isGarbled(each)))
      for (const form of forms[file]?.(vector.publicKey) ?? []) {
        const { kind, accepted, code, publicKey } = diagnose(form);
        const mistake = mistakeOf(vector);
        const isCompressed = vector.flags.includes("CompressedPoint");
        const formCode = file === POINTS ? (isCompressed ? "compressed-point" : undefined) : "not-a-point";
        expect({ name: vector.name, kind, code, publicKey, accepted }).toEqual({
          name: vector.name,
          kind: "public",
          code: mistake ?? formCode,
          publicKey: mistake ? undefined : pointIn(vector),
          accepted: mistake === undefined && formCode === undefined,
        });
      }
  });

  test("each encoding that is garbled is no private key, and of no other point than the right one", () => {
    const garbled = of(SPKI).filter(({ flags }) => flags.includes("InvalidPem"));
    expect(garbled).toHaveLength(222);
    // All were made of one key, which some still are.
    const right = bytesOf(
      (garbled.find(({ name }) => name.includes("90 instead of 89")) as Vector).publicKey,
    );
    for (const { name, publicKey } of garbled)
      for (const form of forms[SPKI]?.(publicKey) ?? []) {
        const found = diagnose(form);
        expect({ name, kind: found.kind }).toEqual({ name, kind: expect.stringMatching(/^(public|other)$/) });
        expect(found.accepted).toBe(false);
        if (found.publicKey) expect(found.publicKey).toBe(right.toString("hex", 26));
        expect(found.what).not.toMatch(/certificate|passphrase/);
      }
  });

  test("no public key at all is empty or damaged", () => {
    const empty = vectors.filter(({ flags }) => flags.includes("InvalidEncoding"));
    const codes = empty.map(({ file, publicKey }) =>
      forms[file]?.(publicKey).map((form) => diagnose(form).code),
    );
    expect(codes).toEqual([["empty"], ["damaged", "damaged", "damaged"]]);
  });

  test("each private number is one, and audit finds it beside its point", async () => {
    const numbers = new Set([POINTS, SPKI].flatMap((file) => of(file).map(({ privateKey }) => privateKey)));
    expect(numbers.size).toBeGreaterThan(30);
    for (const number of numbers) {
      const publicKey = pointOf(Buffer.from(number, "hex"));
      const { kind, publicKey: found } = diagnose(number);
      // What is so short may be anything.
      const isShort = number.length < 62;
      expect({ number, kind, found }).toEqual({
        number,
        kind: isShort ? "other" : "private",
        found: isShort ? undefined : publicKey,
      });
      expect(await audited(number)).toEqual([]);
      const beside = await audited(`${number}\npublic: ${publicKey}\n`);
      expect(beside).toEqual(isShort ? [] : [{ kind: "private-key", publicKey }]);
    }
  });

  test("each private key in PEM and DER is one, which audit finds", async () => {
    const keys = new Map(of(SPKI).map(({ pkcs8, privateKey }) => [pkcs8, privateKey]));
    expect(keys.size).toBeGreaterThan(30);
    for (const [pkcs8, number] of keys) {
      const publicKey = pointOf(Buffer.from(number, "hex"));
      const der = bytesOf(pkcs8);
      for (const form of [pem(SEC1.replace("EC ", ""), der), der.toString("hex"), der]) {
        expect(diagnose(form)).toMatchObject({ kind: "private", publicKey, convertible: true });
        expect(await audited(form)).toEqual([{ kind: "private-key", publicKey }]);
      }
    }
  });

  test("each private JWK is one, which audit finds", async () => {
    const keys = new Set(of(JWKS).map(({ privateKey }) => privateKey));
    expect(keys.size).toBeGreaterThan(20);
    for (const jwk of keys) {
      const publicKey = pointOf(bytesOf(JSON.parse(jwk).d));
      expect(diagnose(jwk)).toMatchObject({ kind: "private", publicKey, convertible: true });
      expect(await audited(jwk)).toEqual([{ kind: "private-key", publicKey }]);
    }
  });

  test("audit finds none in all public keys together", async () => {
    const publicKeys = [POINTS, SPKI, JWKS].flatMap((file) =>
      of(file).flatMap(({ publicKey }) =>
        (forms[file]?.(publicKey) ?? []).filter((form) => typeof form === "string"),
      ),
    );
    expect(await audited(publicKeys.join("\n"))).toEqual([]);
  });

  test("keys of other curves are called that, and are no API user's to audit", async () => {
    const others = vectors.filter(({ file }) => file.startsWith("ecdh_") && forms[file] === undefined);
    expect(others).toHaveLength(8);
    for (const { file, publicKey, privateKey, pkcs8 } of others) {
      const isJwk = publicKey.startsWith("{");
      const forms = [
        { kind: "public", text: isJwk ? publicKey : pem("PUBLIC KEY", bytesOf(publicKey)) },
        ...(pkcs8 ? [{ kind: "private", text: pem(SEC1.replace("EC ", ""), bytesOf(pkcs8)) }] : []),
        ...(privateKey ? [{ kind: "private", text: privateKey }] : []),
      ];
      for (const { kind, text } of forms) {
        expect({ file, ...diagnose(text) }).toMatchObject({
          file,
          kind,
          code: "wrong-curve",
          convertible: false,
        });
        expect((await audited(text)).filter((leak) => leak.kind === "private-key")).toEqual([]);
      }
    }
  });

  test("the JWKs of its JSON web tests", async () => {
    const answers = await Promise.all(
      vectors
        .filter(({ file }) => file.startsWith("json_web"))
        .map(async ({ name, publicKey, privateKey }) => [
          name.replace(/.*: /, ""),
          publicKey === "" ? undefined : diagnose(publicKey).code,
          diagnose(privateKey).kind,
          (await audited(privateKey)).map(({ kind }) => kind).join(),
        ]),
    );
    // The mixed sets have a symmetric key and a public one. Where a member is wrong, the number is a private key still.
    expect(answers).toEqual([
      ["jws_mixedSymmetryKeyset", undefined, "pair", ""],
      ["wrong_algorithm", "not-a-point", "private", "private-key"],
      ["invalid_algorithm", "not-a-point", "private", "private-key"],
      ["invalid_use", "not-a-point", "private", "private-key"],
      ["invalid_point", "point-not-on-curve", "private", "private-key"],
      ["wrong_curve", "wrong-curve", "private", "private-key"],
      ["wrong_kty", "wrong-algorithm", "private", "private-key"],
      ["jws_ec", "not-a-point", "private", "private-key"],
      ["jws_mixedSymmetryKeyset", undefined, "pair", ""],
      ["jwe_ec", undefined, "private", "published-key"],
    ]);
  });
});
