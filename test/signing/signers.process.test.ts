import { createPrivateKey, createPublicKey, sign as nodeSign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { p256 } from "@noble/curves/nist";
import { generateKeyPair, generationLabel, type KeyPair, verify } from "../../keys";
import type { LocalAws } from "../../local-aws/emulator";
import { kmsSigner, secretsManagerSigner, signChallenge } from "../../signing";
import { startSharedAws } from "../support/shared-moto";
import { payloadsByPython } from "../support/signing/jws";

jest.setTimeout(60_000);

const CHALLENGE = Buffer.from('{"type":"APPROVE_TRANSACTION"}').toString("base64url");
const environment = { ...process.env };
const directory = mkdtempSync(join(tmpdir(), "signers-"));
let aws: LocalAws;
let secrets: SecretsManagerClient;
let kms: KMSClient;

beforeAll(async () => {
  aws = await startSharedAws(directory);
  // Another region than the keys': a signer must take the region from the ARN.
  Object.assign(process.env, aws.env("123456789012", "us-east-1"));
  secrets = new SecretsManagerClient({ region: "eu-west-1" });
  kms = new KMSClient({ region: "eu-west-1" });
});
afterAll(async () => {
  secrets.destroy();
  kms.destroy();
  await aws.stop();
  process.env = environment;
  rmSync(directory, { recursive: true });
});

/** Answers one action in AWS's stead until the test is over. */
const stops: Array<() => void> = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
const answering = (action: string, status: number, body: unknown, headers = {}) =>
  stops.push(aws.intercept((call) => (call.action === action ? { status, headers, body } : undefined)));
const refusing = (action: string, __type: string, message = "no") =>
  answering(action, 400, { __type, message }, { "x-amzn-errortype": __type });

const pemHex = (pair: KeyPair) => pair.privateKeyPem.toString("hex");

let made = 0;
async function secretWith(pair: KeyPair): Promise<string> {
  const Name = `ledger-enterprise/acme/user-${++made}/generation-1/private-key`;
  const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name }));
  await put(ARN, pair, 1);
  return ARN;
}

const put = (SecretId: string, pair: KeyPair, generation: number) =>
  secrets.send(
    new PutSecretValueCommand({
      SecretId,
      SecretString: pemHex(pair),
      VersionStages: [generationLabel(generation), ...(generation === 1 ? ["AWSCURRENT"] : [])],
    }),
  );

async function kmsKey(KeySpec: "ECC_NIST_P256" | "ECC_NIST_P384" = "ECC_NIST_P256"): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage: "SIGN_VERIFY" }));
  return KeyMetadata?.Arn ?? "";
}

describe("secretsManagerSigner", () => {
  test("signs with the current key, by full ARN, whatever the region of the environment", async () => {
    const pair = generateKeyPair();
    const signer = secretsManagerSigner({ secretArn: await secretWith(pair) });
    expect(await signer.publicKey()).toBe(pair.publicKey);
    const jws = await signChallenge(CHALLENGE, signer);
    expect(payloadsByPython([[pair.publicKey, jws]])).toEqual(['{"type":"APPROVE_TRANSACTION"}']);
  });

  test("signs with the generation that is asked for, and follows the current one", async () => {
    const [first, second] = [generateKeyPair(), generateKeyPair()];
    const secretArn = await secretWith(first);
    const { VersionId } = await put(secretArn, second, 2);
    const current = secretsManagerSigner({ secretArn });
    expect(await current.publicKey()).toBe(first.publicKey);
    expect(await secretsManagerSigner({ secretArn, generation: 2 }).publicKey()).toBe(second.publicKey);
    await secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: secretArn,
        VersionStage: "AWSCURRENT",
        MoveToVersionId: VersionId,
        RemoveFromVersionId: await versionOf(secretArn, first),
      }),
    );
    const message = Buffer.from("after the rotation");
    expect(verify(second.publicKey, message, await current.sign(message))).toBe(true);
  });

  test("reads the secret for each signature, so that each stands in CloudTrail", async () => {
    const signer = secretsManagerSigner({ secretArn: await secretWith(generateKeyPair()) });
    const before = reads();
    await signer.sign(Buffer.from("a"));
    await signer.sign(Buffer.from("b"));
    expect(reads() - before).toBe(2);
  });

  test("says what a role needs that is denied", async () => {
    const secretArn = await secretWith(generateKeyPair());
    refusing("GetSecretValue", "AccessDeniedException", "User: arn:aws:iam::1:role/x is not authorized");
    await expect(secretsManagerSigner({ secretArn }).sign(Buffer.from("x"))).rejects.toMatchObject({
      code: "access-denied",
      message: expect.stringMatching(/role\/x is not authorized.*; .*signers.*GetSecretValue.*kms:Decrypt/),
    });
  });

  test.each([
    ["no such secret", "no-key", /does not find the secret arn:\S+ \(AWSCURRENT\)/, "-missing", undefined],
    ["no such generation", "no-key", /\(generation-7\).*; check the ARN and the generation/, "", 7],
  ])("%s: %s", async (_, code, message, suffix, generation) => {
    const secretArn = (await secretWith(generateKeyPair())) + suffix;
    await expect(secretsManagerSigner({ secretArn, generation }).publicKey()).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  test("takes the secret by its full ARN only, and repeats nothing that is none", () => {
    for (const secretArn of ["settlement", pemHex(generateKeyPair()), "arn:aws:kms:eu-west-1:1:key/x"]) {
      const act = () => secretsManagerSigner({ secretArn });
      expect(act).toThrow(/^the secret is not named by its full ARN; take keyArn from the registration/);
    }
  });

  test("no error carries private material, whatever AWS answers and wherever one looks in it", async () => {
    const pair = generateKeyPair();
    const secretArn = await secretWith(pair);
    const broken = [
      [200, `{"SecretString":"${pemHex(pair)}"`], // not JSON: the SDK keeps the body in its error
      [200, JSON.stringify({ SecretString: `${pemHex(pair)}00` })],
      [400, { __type: "InvalidParameterException", message: `Value '${pemHex(pair)}' is wrong` }],
      [500, `${pemHex(pair)}`],
    ] as const;
    for (const [status, body] of broken) {
      const stop = aws.intercept((call) => (call.action === "GetSecretValue" ? { status, body } : undefined));
      const error = await secretsManagerSigner({ secretArn })
        .sign(Buffer.from("x"))
        .catch((thrown) => thrown);
      stop();
      expect(error.name).toBe("SigningError");
      const everything = inspect(error, { depth: 20, showHidden: true });
      expect(everything).not.toContain(pemHex(pair).slice(100, 160));
    }
  });
});

test.each([
  "GetSecretValue",
  "Sign",
])("a denial of %s is shown without a key that it quotes", async (action) => {
  const pair = generateKeyPair();
  const hex = pemHex(pair);
  refusing(
    action,
    "AccessDeniedException",
    `User: arn:aws:iam::1:role/x sent ${hex} and ${pair.privateKeyPem}`,
  );
  const secretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x-abcdef";
  const signer = action === "Sign" ? kmsSigner({ keyId: ARN }) : secretsManagerSigner({ secretArn });
  const error = await signer.sign(Buffer.from("x")).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "access-denied", message: expect.stringContaining("role/x sent") });
  for (const secret of [hex, pair.privateKeyPem.toString().split("\n")[1] ?? ""])
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(secret.slice(20, 60));
});

const reads = () => aws.calls().filter(({ action }) => action === "GetSecretValue").length;

async function versionOf(SecretId: string, pair: KeyPair): Promise<string | undefined> {
  const { VersionIdsToStages = {} } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  for (const VersionId of Object.keys(VersionIdsToStages)) {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId, VersionId }));
    if (SecretString === pemHex(pair)) return VersionId;
  }
  return undefined;
}

describe("kmsSigner", () => {
  test("signs by ARN, whatever the region of the environment", async () => {
    const signer = kmsSigner({ keyId: await kmsKey() });
    const jws = await signChallenge(CHALLENGE, signer);
    expect(payloadsByPython([[await signer.publicKey(), jws]])).toEqual(['{"type":"APPROVE_TRANSACTION"}']);
  });

  test("signs by id and by alias, with a client that it is given", async () => {
    const arn = await kmsKey();
    const id = arn.split("/")[1] ?? "";
    const alias = "alias/ledger-enterprise/acme/settlement-bot";
    await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: id }));
    const publicKey = await kmsSigner({ keyId: arn }).publicKey();
    for (const keyId of [id, alias]) {
      const signature = await kmsSigner({ keyId, client: kms }).sign(Buffer.from("x"));
      expect(verify(publicKey, "x", signature)).toBe(true);
    }
  });

  test("asks for the public key once", async () => {
    const signer = kmsSigner({ keyId: await kmsKey() });
    const before = aws.calls().length;
    for (let i = 0; i < 3; i++) await signer.sign(Buffer.from("x"));
    const actions = aws
      .calls()
      .slice(before)
      .map(({ action }) => action);
    expect(actions).toEqual(["Sign", "GetPublicKey", "Sign", "Sign"]);
  });

  // moto does not sign digests: a key of this test's own stands in for KMS's, behind the real client and wire format.
  test.each([
    [4096, "RAW"],
    [4097, "DIGEST"],
  ])("gives KMS %i bytes as %s", async (length, type) => {
    const pair = generateKeyPair();
    const seen = standIn(pair);
    const message = Buffer.alloc(length, 7);
    expect(verify(pair.publicKey, message, await kmsSigner({ keyId: ARN }).sign(message))).toBe(true);
    expect(seen).toEqual([type]);
  });

  test.each([
    "short r",
    "short s",
    "high r",
    "high s",
  ])("pads and strips what KMS answers: %s", async (form) => {
    const pair = generateKeyPair();
    standIn(pair, form);
    const signature = await kmsSigner({ keyId: ARN }).sign(Buffer.from("x"));
    expect(signature).toHaveLength(64);
    expect(verify(pair.publicKey, "x", signature)).toBe(true);
  });

  test("hands out no signature that is not the key's", async () => {
    const pair = generateKeyPair();
    const Signature = nodeSign("sha256", Buffer.from("x"), generateKeyPair().privateKeyPem).toString(
      "base64",
    );
    answering("Sign", 200, { KeyId: ARN, Signature }); // asked first, since it was there first
    standIn(pair);
    await expect(kmsSigner({ keyId: ARN }).sign(Buffer.from("x"))).rejects.toMatchObject({
      code: "bad-signature",
    });
  });

  test("a key named by its ARN is that key, whatever KMS says it signed with", async () => {
    const pair = generateKeyPair();
    const asked: string[] = [];
    stops.push(
      aws.intercept(({ action }, _, body) => {
        if (action === "GetPublicKey") asked.push(JSON.parse(body.toString()).KeyId);
        return undefined;
      }),
    );
    standIn(pair, "", "arn:aws:kms:eu-west-1:999999999999:key/11111111-2222-3333-4444-555555555555");
    await kmsSigner({ keyId: ARN }).sign(Buffer.from("x"));
    expect(asked).toEqual([ARN]);
  });

  test("says what a role needs that is denied", async () => {
    refusing("Sign", "AccessDeniedException", "User: arn:aws:iam::1:role/x is not authorized");
    await expect(kmsSigner({ keyId: ARN }).sign(Buffer.from("x"))).rejects.toMatchObject({
      code: "access-denied",
      message: expect.stringMatching(/role\/x is not authorized.*; .*signers.*kms:Sign and kms:GetPublicKey/),
    });
  });

  test("says that a key is disabled, and how to fix it", async () => {
    refusing("Sign", "DisabledException");
    await expect(kmsSigner({ keyId: ARN }).sign(Buffer.from("x"))).rejects.toThrow(
      /cannot sign \(DisabledException\); enable it: aws kms enable-key/,
    );
  });

  test("finds no key in another curve, nor where there is none", async () => {
    const p384 = kmsSigner({ keyId: await kmsKey("ECC_NIST_P384") });
    await expect(p384.publicKey()).rejects.toMatchObject({ code: "bad-key" });
    await expect(kmsSigner({ keyId: ARN }).publicKey()).rejects.toMatchObject({ code: "no-key" });
  });

  test("repeats nothing that does not name a key", () => {
    const inArn = (name: string) => `arn:aws:kms:eu-west-1:123456789012:key/${name}`;
    for (const keyId of [
      inArn("alias/x"),
      inArn("x/11111111-2222-3333-4444-555555555555"),
      "settlement bot",
      pemHex(generateKeyPair()),
      `alias/${"x".repeat(300)}`,
    ]) {
      expect(() => kmsSigner({ keyId })).toThrow(/^the KMS key is not named as AWS names keys; give its ARN/);
    }
  });
});

const ARN = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555";

/** Signs and shows its public key as KMS does; returns the message types that it was asked for. */
function standIn(pair: KeyPair, form = "", KeyId = ARN): string[] {
  const types: string[] = [];
  const key = createPrivateKey(pair.privateKeyPem);
  const PublicKey = createPublicKey(key).export({ format: "der", type: "spki" }).toString("base64");
  const scalar = Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
  const stop = aws.intercept((call, _, body) => {
    if (call.action === "GetPublicKey") return { status: 200, body: { KeyId: ARN, PublicKey } };
    if (call.action !== "Sign") return undefined;
    const { Message, MessageType } = JSON.parse(body.toString());
    types.push(MessageType);
    const message = Buffer.from(Message, "base64");
    const sign = () =>
      MessageType === "RAW"
        ? nodeSign("sha256", message, key)
        : Buffer.from(p256.sign(message, scalar, { prehash: false, lowS: false }).toBytes("der"));
    let der = sign();
    while (!hasForm(der, form)) der = sign();
    return { status: 200, body: { KeyId, Signature: der.toString("base64") } };
  });
  stops.push(stop);
  return types;
}

/** Whether r or s has 31 bytes or fewer (`short`), or a first bit that asks for a 00 before it (`high`). */
function hasForm(der: Buffer, form: string): boolean {
  if (form === "") return true;
  const r = der[3] ?? 0;
  const length = form.endsWith("r") ? r : (der[5 + r] ?? 0);
  return form.startsWith("short") ? length <= 31 : length === 33;
}
