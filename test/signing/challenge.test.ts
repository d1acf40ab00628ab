import { convert, generateKeyPair, PROOF_PREFIX, proofMessage, verify } from "../../keys";
import {
  type ApprovalSigner,
  decodeChallenge,
  localSigner,
  SigningError,
  signChallenge,
} from "../../signing";
import { example, rfc7515 } from "../support/keys/vectors";
import { checkJws } from "../support/workspace/jws";

const encode = (text: string | Uint8Array) => Buffer.from(text).toString("base64url");

/** The one in Ledger's guide "Approve a request". */
const GUIDES =
  "eyJhbnRpcmVwbGF5IjoiM0JCMzdERkIxREYxRkQ5REUzNEZDQUZCQkVGNjZDQjVDMUVEMTU3MzEzNTRGQjAxNDZEQ0MyMjk3NjdEMzVCMSIsImRhdGEiOnsidHJhbnNhY3Rpb25fZGF0YSI6eyJhY2NvdW50X25hbWUiOiJDbGllbnRBIENPTCBUQlRDIDEiLCJhbW91bnQiOiIxMDAiLCJjdXJyZW5jeSI6ImJpdGNvaW4gdGVzdG5ldCIsIm1heF9mZWVzIjoiMjExIiwicmVjaXBpZW50IjoidGIxcTl3ZXh3OXB6amtsajd5cWxkNmczbGVqeHpyMHdndndoengwbmVrIn0sInRyYW5zYWN0aW9uX3R5cGUiOiJCSVRDT0lOX0xJS0VfU0VORCJ9LCJ0eXBlIjoiQVBQUk9WRV9UUkFOU0FDVElPTiJ9";

test("RFC 7515's ES256 example verifies", () => {
  const { publicKey } = convert(JSON.stringify(rfc7515.jwk));
  expect(verify(publicKey, rfc7515.signingInput, Buffer.from(rfc7515.signature, "base64url"))).toBe(true);
});

describe("signChallenge", () => {
  test("makes a compact JWS whose payload is the decoded challenge, byte for byte", async () => {
    const jws = await signChallenge(GUIDES, localSigner(example.pem));
    const [header = "", payload, signature = ""] = jws.split(".");
    expect(Buffer.from(header, "base64url").toString()).toBe('{"alg":"ES256","typ":"JWT"}');
    expect(payload).toBe(GUIDES);
    expect(Buffer.from(signature, "base64url")).toHaveLength(64);
    expect(checkJws(jws, GUIDES, example.publicKey)).toBeUndefined();
  });

  test("keeps bytes that JSON could write otherwise", async () => {
    const odd = '{ "b" : 1.0e2,\n"a":"\\u00e9 é" , "n":100000000000000000001}';
    const jws = await signChallenge(encode(odd), localSigner(example.pem));
    expect(checkJws(jws, encode(odd), example.publicKey)).toBeUndefined();
  });

  test("asks the signer nothing where there is no challenge", async () => {
    const sign = jest.fn();
    const signer: ApprovalSigner = { publicKey: async () => example.publicKey, sign };
    await expect(signChallenge("no challenge", signer)).rejects.toThrow(SigningError);
    expect(sign).not.toHaveBeenCalled();
  });

  test("refuses a foreign signer's DER in place of 64 bytes", async () => {
    const signer: ApprovalSigner = {
      publicKey: async () => example.publicKey,
      sign: async () => Buffer.alloc(71),
    };
    await expect(signChallenge(GUIDES, signer)).rejects.toMatchObject({
      code: "bad-signature",
      message: expect.stringContaining("71 bytes, not 64; "),
    });
  });
});

describe("decodeChallenge", () => {
  test("reads each value as it stands", () => {
    const text = '{"type":"T","data":{"amount":100000000000000000001,"fees":"1.50","list":[true,null,{}]}}';
    const { bytes, content } = decodeChallenge(encode(text));
    expect(bytes.toString()).toBe(text);
    const literal = (source: string) => ({ kind: "literal", source });
    const list = {
      kind: "array",
      items: [literal("true"), literal("null"), { kind: "object", members: [] }],
    };
    const members = [
      ["amount", literal("100000000000000000001")],
      ["fees", { kind: "text", text: "1.50" }],
      ["list", list],
    ];
    expect(content).toEqual({
      kind: "object",
      members: [
        ["type", { kind: "text", text: "T" }],
        ["data", { kind: "object", members }],
      ],
    });
  });

  test("reads a value between blanks of any kind and number, and escapes in a text", () => {
    const { content } = decodeChallenge(
      encode(' \t\n\r { \n "a" \t\t : "\\"\\u00e9\\\\" ,  "b"  :  [ ]  }  '),
    );
    expect(content.members).toEqual([
      ["a", { kind: "text", text: '"é\\' }],
      ["b", { kind: "array", items: [] }],
    ]);
  });

  test.each([
    ["objects", (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`],
    ["arrays", (depth: number) => `{"a":${"[".repeat(depth - 1)}1${"]".repeat(depth - 1)}}`],
  ])("reads %s in each other, to a depth of 64", (_, nested) => {
    expect(decodeChallenge(encode(nested(63))).content.kind).toBe("object");
    expect(() => decodeChallenge(encode(nested(64)))).toThrow(/deeper than 64/);
  });

  test.each([
    ["nothing", ""],
    ["padding", `${encode('{"a":10}')}==`],
    ["other base64", Buffer.from('{"a":"??>"}').toString("base64").replace(/=*$/, "")],
    ["a line feed", `${encode("{}")}\n`],
    ["unused bits that are set", `${encode("{}").slice(0, -1)}1`],
    ["a JWS", `${encode("{}")}.${encode("{}")}.${encode("signature")}`],
    ["decoded JSON", '{"type":"APPROVE_TRANSACTION"}'],
    ["base64url of no JSON", encode("hello")],
    ["an array", encode("[1]")],
    ["a text", encode('"hello"')],
    ["two documents", encode("{}{}")],
    ["a byte order mark", encode("\ufeff{}")],
    ["no UTF-8", encode(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d))],
    ["a name twice", encode('{"a":{"amount":"1","b":2,"amount":"1000"}}')],
    ["a name twice, once escaped", encode('{"amount":"1","\\u0061mount":"1000"}')],
    ["depths without end", encode(`${'{"a":'.repeat(100)}1${"}".repeat(100)}`)],
    ["a proof of possession", proofMessage(example.publicKey)],
    ["an encoded proof of possession", encode(proofMessage(example.publicKey))],
    ["a proof's beginning and JSON", encode(`${PROOF_PREFIX}{}`)],
  ])("refuses %s, and says why in one line", (_, challenge) => {
    expect(() => decodeChallenge(challenge)).toThrow(
      expect.objectContaining({ code: "bad-challenge", message: expect.stringMatching(/^[^\n]+; [^\n]+$/) }),
    );
  });

  test.each([
    ["a proof of possession", /is a proof of possession/, proofMessage(example.publicKey).toString()],
    ["an encoded one", /is a proof of possession/, encode(proofMessage(example.publicKey))],
    ["a JWS", /is a JWS or JWT/, `${encode("{}")}.${encode("{}")}.${encode("signature")}`],
    ["an unsecured JWS without a payload", /is a JWS or JWT/, `${encode("{}")}..`],
    ["two parts", /is not base64url/, "e30.e30"],
    ["four parts", /is not base64url/, "e30.e30.e30.e30"],
    ["three parts, the first of them empty", /is not base64url/, ".e30.e30"],
    ["three parts after others", /is not base64url/, "=e30.e30.e30"],
    ["nothing", /is not base64url/, ""],
    ["other bytes", /not text in UTF-8/, encode(Uint8Array.of(0xff))],
    ["a list", /is not a JSON object/, encode("[]")],
  ])("says of %s what it is", (_, what, challenge) => {
    expect(() => decodeChallenge(challenge)).toThrow(what);
  });

  test("a private key in a challenge's place is refused and not repeated", () => {
    const pair = generateKeyPair();
    for (const key of [pair.privateKeyPem.toString(), pair.privateKeyPem.toString("hex")]) {
      const message = (() => {
        try {
          return String(decodeChallenge(key));
        } catch (error) {
          return String(error);
        }
      })();
      expect(message).toMatch(/^SigningError: /);
      expect(message).not.toMatch(/[A-Za-z0-9+/]{40}/);
    }
  });
});

test("a local signer that was wiped signs no more", async () => {
  const signer = localSigner(example.privateKeyHex);
  expect(await signer.publicKey()).toBe(example.publicKey);
  signer.wipe();
  await expect(signer.sign(Buffer.from("x"))).rejects.toThrow(/wiped/);
  expect(JSON.stringify(signer)).toBe("{}");
});
