import { convert, diagnose, fingerprint, KeyError, parsePrivateKey, parsePublicKey } from "../../keys";
import { pem, SEC1 } from "../support/keys/der";
import { allMistakes, type Mistake } from "../support/keys/mistakes";
import { openssl } from "../support/keys/tools";
import { example, examplePairText } from "../support/keys/vectors";

const cases = allMistakes.map((mistake) => [`${mistake.kind}: ${mistake.name}`, mistake] as const);

describe("each mistake that people make with keys", () => {
  test.each(cases)("%s", (_, { input, kind, code, publicKey, convertible = false, says }) => {
    const diagnosis = diagnose(input);
    expect(diagnosis).toMatchObject({ kind, code, accepted: false, convertible });
    expect(diagnosis.publicKey).toBe(publicKey);
    expect(diagnosis.fingerprint).toBe(publicKey && fingerprint(publicKey));
    if (says) expect(`${diagnosis.form} ${diagnosis.what}`).toMatch(says);
    for (const text of [diagnosis.what, diagnosis.fix]) expect(text).toMatch(/^\S[^\r\n]{10,}\S$/);
  });

  test.each(cases)("%s, as a string", (_, { input, code }) => {
    const text = Buffer.from(input);
    if (!text.equals(Buffer.from(text.toString("utf8")))) return; // binary is bytes only
    expect(diagnose(text.toString("utf8")).code).toBe(code);
  });

  test.each(cases)("%s: is refused by parsePrivateKey and parsePublicKey", (_, { input }) => {
    for (const parse of [parsePrivateKey, parsePublicKey]) {
      expect(() => parse(input)).toThrow(KeyError);
    }
  });

  test.each(cases.filter(([, { convertible }]) => convertible))("%s: convert fixes it", (_, mistake) => {
    const converted = convert(mistake.input);
    expect(converted.publicKey).toBe(mistake.publicKey);
    if (mistake.kind === "public") return expect(converted.kind).toBe("public");
    if (converted.kind !== "private") throw new Error("a private key should stay one");
    expect(diagnose(converted.privateKeyHex)).toMatchObject({ accepted: true, form: "hex of SEC1 PEM" });
    expect(parsePrivateKey(converted.privateKeyHex).publicKey).toBe(mistake.publicKey);
  });

  test.each(cases.filter(([, { convertible }]) => !convertible))("%s: convert refuses", (_, {
    input,
    code,
  }) => {
    expect(() => convert(input)).toThrow(expect.objectContaining({ code }));
  });
});

test("no diagnosis and no error holds a private key, in hexadecimal, base64 or decimal", () => {
  const withSecret = allMistakes.filter(
    (mistake): mistake is Mistake & { secret: Uint8Array } => !!mistake.secret,
  );
  expect(withSecret.length).toBeGreaterThan(60);
  for (const { input, secret } of withSecret) {
    const said = [
      JSON.stringify(diagnose(input)),
      JSON.stringify(diagnose(input, { expect: "private" })),
      JSON.stringify(diagnose(input, { expect: "public" })),
      ...[parsePrivateKey, parsePublicKey, convert].map((use) => messageOf(() => use(input))),
    ].join("\n");
    for (const spelling of spellings(secret)) expect(said).not.toContain(spelling);
  }
});

/** Everything that an error says, or nothing. */
function messageOf(use: () => unknown): string {
  try {
    use();
    return "";
  } catch (error) {
    const { message, stack, ...rest } = error as Error;
    return `${message} ${stack} ${JSON.stringify(rest)}`;
  }
}

/** A part of a key is a leak too: the middle 12 bytes, in each of base64's three alignments. */
function spellings(secret: Uint8Array): string[] {
  const middle = Buffer.from(secret).subarray(6, 18);
  const aligned = [0, 1, 2].map((start) => middle.subarray(start, start + 9).toString("base64"));
  return [
    middle.toString("hex"),
    middle.toString("latin1"),
    BigInt(`0x${middle.toString("hex")}`).toString(),
    ...aligned,
  ];
}

describe("keys that Ledger Enterprise takes", () => {
  test("the guide's private key is a private key, SEC1, on P-256", () => {
    expect(diagnose(example.privateKeyHex)).toEqual({
      kind: "private",
      form: "hex of SEC1 PEM",
      curve: "P-256",
      accepted: true,
      convertible: true,
      notes: [],
      publicKey: example.publicKey,
      fingerprint: fingerprint(example.publicKey),
    });
  });

  test("its PEM is accepted too, with a note that the guide hands out the hex", () => {
    const { accepted, form, notes } = diagnose(example.pem);
    expect({ accepted, form }).toEqual({ accepted: true, form: "SEC1 PEM" });
    expect(notes.join()).toMatch(/hex/);
  });

  test("the guide's public key is a public key", () => {
    expect(diagnose(example.publicKey)).toMatchObject({
      kind: "public",
      accepted: true,
      publicKey: example.publicKey,
    });
  });

  test("the guide's example response is a pair whose halves match", () => {
    expect(diagnose(examplePairText)).toMatchObject({
      kind: "pair",
      accepted: true,
      publicKey: example.publicKey,
    });
  });

  test("the output of the guide's JavaScript sample, SEC1 and SPKI and point, is a pair", () => {
    const spki = openssl("ec -pubout", example.pem);
    const output = `Private Key (PEM/SEC1):\n ${example.pem}\n${spki}\nGenerated API User's public key: len = 65 ${example.publicKey}\n`;
    expect(diagnose(output)).toMatchObject({ kind: "pair", accepted: true, publicKey: example.publicKey });
  });

  test("a SEC1 key without its public key inside is accepted, and convert adds it", () => {
    const key = openssl("ec -no_public", example.pem);
    expect(diagnose(key)).toMatchObject({ accepted: true, publicKey: example.publicKey });
    const converted = convert(key);
    expect(converted.kind === "private" && converted.privateKeyHex.toString()).toBe(example.privateKeyHex);
  });

  test("UTF-16, as PowerShell writes files, is read", () => {
    for (const text of [example.publicKey, example.privateKeyHex])
      expect(diagnose(Buffer.from(`\uFEFF${text}\r\n`, "utf16le"))).toMatchObject({ accepted: true });
  });
});

describe("private and public mixed up", () => {
  test.each([
    [
      "a private key where a public one is expected",
      example.privateKeyHex,
      "public",
      "private-instead-of-public",
    ],
    [
      "a public key where a private one is expected",
      example.publicKey,
      "private",
      "public-instead-of-private",
    ],
    ["a pair where a public key is expected", examplePairText, "public", "pair-instead-of-one"],
    ["a pair where a private key is expected", examplePairText, "private", "pair-instead-of-one"],
  ] as const)("%s", (_, input, expected, code) => {
    expect(diagnose(input, { expect: expected })).toMatchObject({
      accepted: false,
      code,
      convertible: false,
    });
    const parse = expected === "public" ? parsePublicKey : parsePrivateKey;
    expect(() => parse(input)).toThrow(expect.objectContaining({ code }));
  });

  test("what is expected makes no difference to a key that is", () => {
    expect(diagnose(example.privateKeyHex, { expect: "private" }).accepted).toBe(true);
    expect(diagnose(example.publicKey, { expect: "public" }).accepted).toBe(true);
  });
});

test("an identifier from the input does not carry text into the answer", () => {
  const oid = Buffer.concat([Buffer.of(0x06, 60), Buffer.alloc(60, 0x81)]);
  const key = Buffer.concat([
    Buffer.of(0x30, 107, 2, 1, 1, 4, 36),
    Buffer.alloc(36, 7),
    Buffer.of(0xa0, 62),
    oid,
  ]);
  const { curve, what } = diagnose(pem(SEC1, key));
  expect(`${curve} ${what}`.length).toBeLessThan(200);
});

// Quadratic time would take minutes, which the runner ends; how fast it is, is for a benchmark.
test("a megabyte of PEM boundaries, of digits or of DER headers comes to an end", () => {
  const size = 1_000_000;
  for (const part of [
    "-----BEGIN X",
    "-----BEGIN X-----",
    "-----END ",
    "ab",
    "a\n",
    "04 ",
    "30820100",
    "\\n",
    "0x",
    " ",
  ])
    expect(diagnose(part.repeat(size / part.length)).accepted).toBe(false);
}, 60_000);
