/** Bytes that held a private key are zeros when the function that was given it, or made it, is done. */
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { p256 } from "@noble/curves/nist";
import { LeakScanner } from "../../audit/detect";
import { generate } from "../../functions/key-generator/generate";
import {
  convert,
  diagnose,
  encodePrivateKey,
  fingerprint,
  generateKeyPair,
  parsePrivateKey,
  parsePublicKey,
} from "../../keys";
import { redacted } from "../../keys/redact";
import { localSigner, secretsManagerSigner, signChallenge } from "../../signing";
import { ledgerApiUser } from "../support/cli/run-cli";
import { seededKey } from "../support/keys/grammar/key";
import { newKey } from "../support/keys/spellings";

const WAYS = ["from", "alloc", "allocUnsafe", "allocUnsafeSlow", "concat", "copyBytesFrom"] as const;

/** Every buffer that is made while `act` runs, as it is afterwards. Strings cannot be wiped, and are not looked at. */
async function buffersOf(
  act: () => unknown,
  ways: readonly (typeof WAYS)[number][] = WAYS,
): Promise<readonly Uint8Array[]> {
  const made: Uint8Array[] = [];
  const spies = ways.map((name) => {
    const original = Buffer[name] as (...args: unknown[]) => Buffer;
    return jest.spyOn(Buffer, name).mockImplementation(((...args: unknown[]) => {
      const buffer = original.apply(Buffer, args);
      // Memory that somebody else has left is not what is looked for.
      if (name.startsWith("allocUnsafe")) buffer.fill(0);
      made.push(buffer);
      return buffer;
    }) as never);
  });
  try {
    await act();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return made;
}

/** Parts of a private key that no other text has: of its number, and of its PEM, in bytes and in the spellings of both. */
function tracesOf(pem: Buffer | string): readonly Buffer[] {
  const { d = "" } = createPrivateKey(pem).export({ format: "jwk" });
  const scalar = Buffer.from(d, "base64url").subarray(8, 24);
  const line = Buffer.from(pem.toString().split("\n")[1] ?? "").subarray(12, 36);
  const spelled = (bytes: Buffer) =>
    (["hex", "base64url"] as const).map((spelling) => Buffer.from(bytes.toString(spelling).slice(0, 20)));
  return [scalar, line, ...[scalar, line].flatMap(spelled), Buffer.from(line.toString("hex").toUpperCase())];
}

/** Fails with how many of the buffers hold a part of the key. */
function expectWiped(buffers: readonly Uint8Array[], pem: Buffer | string): void {
  const traces = tracesOf(pem);
  const left = buffers.filter((bytes) =>
    traces.some((trace) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(trace)),
  );
  expect(left.length).toBe(0);
}

/** The input itself is its caller's to wipe. */
const isView = (bytes: Uint8Array, of: Uint8Array) =>
  bytes.buffer === of.buffer &&
  bytes.byteOffset < of.byteOffset + of.length &&
  of.byteOffset < bytes.byteOffset + bytes.length;

const ignored = (act: () => unknown) => {
  try {
    act();
  } catch {} // a refusal must wipe as well
};

const whole = newKey(parsePrivateKey(seededKey("wiping").sec1));

test("it is noticed where they are not", async () => {
  const buffers = await buffersOf(() => Buffer.from(whole.sec1));
  expect(() => expectWiped(buffers, whole.sec1)).toThrow();
});

const FUNCTIONS: Readonly<Record<string, (key: Buffer) => unknown>> = {
  diagnose: (key) => diagnose(key),
  "diagnose of text": (key) => diagnose(key.toString("latin1")),
  parsePublicKey: (key) => ignored(() => parsePublicKey(key)),
  fingerprint: (key) => ignored(() => fingerprint(key.toString("latin1"))),
  parsePrivateKey: (key) => ignored(() => parsePrivateKey(key).wipe()),
  convert: (key) =>
    ignored(() => {
      const converted = convert(key);
      if (converted.kind === "private") converted.privateKeyHex.fill(0);
    }),
  localSigner: (key) => ignored(() => localSigner(key).wipe()),
  redaction: (key) => redacted(key.toString("latin1")),
};

const inputs = {
  ...Object.fromEntries(Object.entries(whole.spellings).map(([name, text]) => [name, Buffer.from(text)])),
  "SEC1 DER": whole.sec1Der,
  "PKCS#8 DER": whole.pkcs8Der,
  "a pair": Buffer.from(`${whole.publicKey}\n${whole.sec1}`),
  "a key beside another public key": Buffer.from(
    `${newKey().publicKey}\n${whole.spellings["hex of SEC1 PEM"]}`,
  ),
  "hex with a digit too many": Buffer.from(`${whole.spellings["hex of SEC1 PEM"]}0`),
  "DER with another key's public half": Buffer.concat([
    whole.sec1Der.subarray(0, -65),
    Buffer.from(newKey().publicKey, "hex"),
  ]),
  "DER with a byte too many": Buffer.concat([whole.sec1Der, Buffer.of(0)]),
  "the bare number": Buffer.from(whole.scalar),
  "the bare number in hex": Buffer.from(whole.scalar.toString("hex")),
};

describe.each(Object.entries(FUNCTIONS))("%s", (_name, use) => {
  test.each(Object.entries(inputs))("of %s", async (_, input) => {
    const given = Buffer.from(input);
    const made = await buffersOf(() => use(given));
    expectWiped(
      made.filter((bytes) => !isView(bytes, given)),
      whole.sec1,
    );
    expect(given).toEqual(input);
  });
});

test("a key that is made", async () => {
  let pem = "";
  const numbers = jest.spyOn(p256.utils, "randomSecretKey");
  const buffers = await buffersOf(() => {
    const pair = generateKeyPair();
    pem = pair.privateKeyPem.toString();
    pair.wipe();
  });
  const made = numbers.mock.results.map(({ value }) => value as Uint8Array);
  numbers.mockRestore();
  expect(made).toHaveLength(1);
  expectWiped([...buffers, ...made], pem);
});

test("the windows of the audit, also those that it outgrew", async () => {
  const file = Buffer.concat([whole.sec1Der, Buffer.alloc(1 << 16, " "), Buffer.from(whole.sec1)]);
  const buffers = await buffersOf(() => {
    const scanner = new LeakScanner({ stretch: 1 << 12 });
    for (let at = 0; at < file.length; at += 100) scanner.push(file.subarray(at, at + 100));
    expect(scanner.end().leaks).toHaveLength(2);
  }, ["alloc"]);
  expect(buffers.length).toBeGreaterThan(2);
  expectWiped(buffers, whole.sec1);
});

test("what a signer read", async () => {
  const secret = encodePrivateKey(Buffer.from(whole.sec1));
  const client = { send: async () => ({ SecretString: secret }) };
  const secretArn =
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/a/generation-1/private-key-AbC123";
  const signer = secretsManagerSigner({ secretArn, client: client as never });
  const challenge = Buffer.from('{"amount":"1"}').toString("base64url");
  const buffers = await buffersOf(() => signChallenge(challenge, signer));
  expect(buffers.length).toBeGreaterThan(2);
  expectWiped(buffers, whole.sec1);
});

test("what the generator made, whether or not it could be stored", async () => {
  for (const fails of [false, true]) {
    let secret = "";
    const send = async ({ input }: { input: { SecretString?: string } }) => {
      if (input.SecretString === undefined) return { VersionIdsToStages: {} };
      secret = input.SecretString;
      if (fails) throw Object.assign(new Error(), { name: "LimitExceededException" }); // not asked again
      return {};
    };
    const event = {
      secretArn:
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger-enterprise/acme/a/generation-1/private-key-AbC123",
    };
    const made = () =>
      generate(
        { send } as never,
        event,
        () => {},
        async () => {},
      ).then(
        () => false,
        () => true,
      );
    const buffers = await buffersOf(async () => expect(await made()).toBe(fails));
    expectWiped(buffers, Buffer.from(secret, "hex"));
  }
});

describe("the command", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "wiping-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const file = (name: string, content: string | Buffer) => {
    const path = join(folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const challenge = Buffer.from('{"amount":"1"}').toString("base64url");

  test.each([
    ["inspect", () => ["inspect", file("a.pem", whole.sec1)], 0],
    [
      "inspect --convert",
      () => ["inspect", file("b.pem", whole.pkcs8), "--convert", "--out", join(folder, "b")],
      0,
    ],
    ["inspect --convert without --out", () => ["inspect", file("c.pem", whole.sec1), "--convert"], 2],
    ["inspect of a file that is too large", () => ["inspect", file("d", whole.sec1.padEnd(2 ** 20 + 2))], 2],
    ["sign", () => ["sign", "--yes", "--file", file("e", whole.sec1), file("challenge", challenge)], 0],
    [
      "sign with a key that is none",
      () => ["sign", "--yes", "--file", file("f", whole.pkcs8), join(folder, "challenge")],
      1,
    ],
  ] as const)("%s", async (_, args, code) => {
    const given = args();
    let outcome: { code: number | null } = { code: null };
    const buffers = await buffersOf(async () => {
      outcome = await ledgerApiUser(given);
    });
    expect(outcome.code).toBe(code);
    expectWiped(buffers, whole.sec1);
    expectWiped(buffers, whole.pkcs8);
  });

  test("keygen", async () => {
    const buffers = await buffersOf(() => ledgerApiUser(["keygen", "--out", join(folder, "keys")]));
    const made = Buffer.from(readFileSync(join(folder, "keys/api-user.private.hex"), "utf8"), "hex");
    expectWiped(buffers, made);
  });
});
