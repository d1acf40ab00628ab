/** What signers ask of AWS, and what they make of its answers, without an AWS. `signers.process.test.ts` has one. */
import { createPrivateKey, createPublicKey, sign as nodeSign } from "node:crypto";
import { KMSClient } from "@aws-sdk/client-kms";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { verify } from "../../keys";
import { PrivateKey } from "../../keys/private-key";
import { checked, kmsSigner, SigningError, secretsManagerSigner } from "../../signing";
import { type Answer, type Asked, answeredBy, regionOf } from "../support/aws-answers";
import { example } from "../support/keys/vectors";

const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ledger/acme/bot-AbCdEf";
const ID = "11111111-2222-3333-4444-555555555555";
const KEY = `arn:aws:kms:eu-west-1:123456789012:key/${ID}`;
const MESSAGE = Buffer.from("what is signed");

const privateKey = createPrivateKey(example.pem);
const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" }).toString("base64");
const signatureOf = (message: Buffer) => nodeSign("sha256", message, privateKey).toString("base64");

const secrets = (answer: (asked: Asked) => Answer) => {
  const { asked, settings } = answeredBy(answer);
  return { asked, client: new SecretsManagerClient(settings) };
};
const kms = (answer: (asked: Asked) => Answer) => {
  const { asked, settings } = answeredBy(answer);
  return { asked, client: new KMSClient(settings) };
};

/** A KMS that has the example's key. */
const honest =
  (KeyId = KEY) =>
  ({ action, input }: Asked): Answer =>
    action === "Sign"
      ? { KeyId, Signature: signatureOf(Buffer.from(input.Message, "base64")) }
      : { KeyId, PublicKey: spki };

const thrownBy = async (act: () => unknown): Promise<SigningError> => {
  try {
    await act();
  } catch (error) {
    if (error instanceof SigningError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
};

afterEach(() => jest.restoreAllMocks());

describe("secretsManagerSigner", () => {
  test("asks for the current version by name, in the secret's region, and signs with it", async () => {
    const { asked, client } = secrets(() => ({ SecretString: example.privateKeyHex }));
    const signer = secretsManagerSigner({ secretArn: SECRET, client });
    const wipe = jest.spyOn(PrivateKey.prototype, "wipe");
    expect(await signer.publicKey()).toBe(example.publicKey);
    expect(verify(example.publicKey, MESSAGE, await signer.sign(MESSAGE))).toBe(true);
    expect(wipe).toHaveBeenCalledTimes(2);
    const call = {
      action: "GetSecretValue",
      host: "secretsmanager.eu-west-1.amazonaws.com",
      input: { SecretId: SECRET, VersionStage: "AWSCURRENT" },
    };
    expect(asked).toEqual([call, call]);
  });

  test("asks for the generation that it is given", async () => {
    const { asked, client } = secrets(() => ({ SecretString: example.privateKeyHex }));
    await secretsManagerSigner({ secretArn: SECRET, client, generation: 3 }).publicKey();
    expect(asked[0]?.input.VersionStage).toBe("generation-3");
  });

  test.each([
    ["AccessDeniedException", "access-denied", "GetSecretValue"],
    ["ExpiredTokenException", "access-denied", "sign in"],
    ["ResourceNotFoundException", "no-key", "check the ARN"],
    ["InvalidRequestException", "bad-key", "restore-secret"],
    ["DecryptionFailure", "bad-key", "pending deletion"],
    ["InternalServiceError", "unavailable", "again"],
  ])("%s is %s", async (name, code, fix) => {
    const { client } = secrets(() => ({ error: name, message: "no" }));
    const error = await thrownBy(() => secretsManagerSigner({ secretArn: SECRET, client }).sign(MESSAGE));
    expect([error.code, error.fix]).toEqual([code, expect.stringContaining(fix)]);
    expect(error.what).toContain(`the secret ${SECRET} (AWSCURRENT)`);
    if (code !== "access-denied") expect(error.what).toContain(`(${name})`);
  });

  test.each([
    ["nothing", {}],
    ["no key", { SecretString: "settlement" }],
    ["a public key", { SecretString: example.publicKey }],
  ])("a secret that holds %s is no key to sign with", async (_, answer) => {
    const { client } = secrets(() => answer);
    const error = await thrownBy(() => secretsManagerSigner({ secretArn: SECRET, client }).publicKey());
    expect([error.code, error.what]).toEqual(["bad-key", `the secret ${SECRET} holds no key to sign with`]);
  });

  test.each([
    "settlement",
    ` ${SECRET}`,
    `${SECRET}\n`,
    `x${SECRET}`,
    `${SECRET} x`,
    SECRET.replace("arn:aws", "arn:azure"),
    SECRET.replace("secretsmanager", "kms"),
    SECRET.replace("eu-west-1", ""),
    SECRET.replace("eu-west-1", "EU"),
    SECRET.replace("123456789012", "12345678901"),
    SECRET.replace("123456789012", "1234567890123"),
    SECRET.replace("123456789012", "12345678901x"),
    SECRET.replace(/secret:.*/, "secret:"),
    SECRET.replace("bot", "bot*"),
  ])("what names no secret is refused (%#)", async (secretArn) => {
    expect((await thrownBy(() => secretsManagerSigner({ secretArn }))).code).toBe("bad-key");
  });

  test.each([
    SECRET.replace("arn:aws:", "arn:aws-us-gov:"),
    SECRET.replace("bot", "b_o+t=.@"),
  ])("%j names one, whose region is asked", async (secretArn) => {
    const send = jest.spyOn(SecretsManagerClient.prototype, "send");
    send.mockImplementation(async () => ({ SecretString: example.privateKeyHex }));
    await secretsManagerSigner({ secretArn }).publicKey();
    expect(await regionOf(send.mock.contexts[0])).toBe("eu-west-1");
  });

  test("sends nothing where the client leads elsewhere", async () => {
    const { asked, settings } = answeredBy(() => ({ SecretString: example.privateKeyHex }));
    const client = new SecretsManagerClient({ ...settings, endpoint: "https://attacker.example" });
    const error = await thrownBy(() => secretsManagerSigner({ secretArn: SECRET, client }).sign(MESSAGE));
    expect([error.code, error.what]).toEqual([
      "foreign-endpoint",
      expect.stringContaining("attacker.example"),
    ]);
    expect(asked).toEqual([]);
  });
});

describe("kmsSigner", () => {
  test("signs with the message itself, and asks for the public key once", async () => {
    const { asked, client } = kms(honest());
    const signer = kmsSigner({ keyId: KEY, client });
    for (let i = 0; i < 2; i++)
      expect(verify(example.publicKey, MESSAGE, await signer.sign(MESSAGE))).toBe(true);
    expect(await signer.publicKey()).toBe(example.publicKey);
    const sign = {
      KeyId: KEY,
      Message: MESSAGE.toString("base64"),
      MessageType: "RAW",
      SigningAlgorithm: "ECDSA_SHA_256",
    };
    expect(asked.map(({ action, input }) => [action, input])).toEqual([
      ["Sign", sign],
      ["GetPublicKey", { KeyId: KEY }],
      ["Sign", sign],
    ]);
    expect(asked[0]?.host).toBe("kms.eu-west-1.amazonaws.com");
  });

  test.each([
    [4096, "RAW", 4096],
    [4097, "DIGEST", 32],
  ])("of %i bytes, KMS gets %s", async (length, type, sent) => {
    const { asked, client } = kms(() => ({ error: "DisabledException" }));
    await thrownBy(() => kmsSigner({ keyId: KEY, client }).sign(Buffer.alloc(length)));
    const { MessageType, Message, SigningAlgorithm } = asked[0]?.input ?? {};
    expect([MessageType, Buffer.from(Message, "base64").length, SigningAlgorithm]).toEqual([
      type,
      sent,
      "ECDSA_SHA_256",
    ]);
  });

  test("asks for the public key of the key that an alias led to, and of an alias each time", async () => {
    const { asked, client } = kms(honest());
    const signer = kmsSigner({ keyId: "alias/ledger/bot", client });
    await signer.sign(MESSAGE);
    await signer.sign(MESSAGE);
    await signer.publicKey();
    await signer.publicKey();
    const publicKeys = asked.filter(({ action }) => action === "GetPublicKey");
    expect(publicKeys.map(({ input }) => input.KeyId)).toEqual([KEY, "alias/ledger/bot", "alias/ledger/bot"]);
  });

  test("a key named by its ARN is that key, whatever the answer says", async () => {
    const { asked, client } = kms(honest(KEY.replace(ID, ID.replace("1", "9"))));
    await kmsSigner({ keyId: KEY, client }).sign(MESSAGE);
    expect(asked[1]?.input).toEqual({ KeyId: KEY });
  });

  test("an answer without the key's name is of the key that was asked", async () => {
    const { asked, client } = kms((call) => ({ ...honest()(call), KeyId: undefined }));
    await kmsSigner({ keyId: ID, client }).sign(MESSAGE);
    expect(asked[1]?.input).toEqual({ KeyId: ID });
  });

  test.each([
    ["no signature", {}],
    ["another message's signature", { Signature: signatureOf(Buffer.from("other")) }],
  ])("%s is handed out as none", async (_, answer) => {
    const { client } = kms((call) => (call.action === "Sign" ? answer : honest()(call)));
    const error = await thrownBy(() => kmsSigner({ keyId: KEY, client }).sign(MESSAGE));
    expect(error.code).toBe("bad-signature");
  });

  test.each([
    ["no public key", {}],
    ["a key of another curve", { PublicKey: p384() }],
  ])("%s is no key to sign with", async (_, answer) => {
    const { client } = kms(() => answer);
    const error = await thrownBy(() => kmsSigner({ keyId: KEY, client }).publicKey());
    expect([error.code, error.fix]).toEqual(["bad-key", expect.stringContaining("ECC_NIST_P256")]);
  });

  test.each([
    ["AccessDeniedException", "access-denied", "kms:Sign"],
    ["UnrecognizedClientException", "access-denied", "sign in"],
    ["NotFoundException", "no-key", "full ARN"],
    ["DisabledException", "bad-key", "enable-key"],
    ["KMSInvalidStateException", "bad-key", "cancel-key-deletion"],
    ["InvalidKeyUsageException", "bad-key", "SIGN_VERIFY"],
    ["KMSInternalException", "unavailable", "again"],
  ])("%s is %s", async (name, code, fix) => {
    const { client } = kms(() => ({ error: name, message: "no" }));
    const signer = kmsSigner({ keyId: KEY, client });
    for (const act of [() => signer.sign(MESSAGE), () => signer.publicKey()]) {
      const error = await thrownBy(act);
      expect([error.code, error.fix]).toEqual([code, expect.stringContaining(fix)]);
      expect(error.what).toContain(`the KMS key ${KEY}`);
    }
  });

  test("says that the region is missing, and that the network does not answer", async () => {
    const failing = (error: Error) =>
      thrownBy(() => kmsSigner({ keyId: KEY, client: kms(() => error).client }).sign(MESSAGE));
    const region = await failing(new Error("Region is missing"));
    expect([region.code, region.what, region.fix]).toEqual([
      "unavailable",
      expect.stringContaining("region of the KMS key"),
      expect.stringContaining("AWS_REGION"),
    ]);
    const network = await failing(Object.assign(new Error("no"), { code: "ECONNREFUSED" }));
    expect([network.code, network.what]).toEqual(["unavailable", expect.stringContaining("(ECONNREFUSED)")]);
  });

  test.each([
    "",
    "settlement bot",
    ` ${KEY}`,
    `${KEY}\n`,
    `x${KEY}`,
    KEY.replace("arn:aws", "arn:azure"),
    KEY.replace("kms", "sns"),
    KEY.replace("eu-west-1", ""),
    KEY.replace("eu-west-1", "EU"),
    KEY.replace("123456789012", "12345678901"),
    KEY.replace("123456789012", "1234567890123"),
    KEY.replace("123456789012", "12345678901x"),
    KEY.replace(ID, ""),
    `${KEY}/x`,
    `x${ID}`,
    `${ID}\n`,
    ID.slice(0, 31),
    `${ID}0`,
    ID.replace("1", "g"),
    "alias/",
    "xalias/bot",
    "alias/bot*",
    `alias/${"x".repeat(251)}`,
    `${KEY.replace(/key.*/, "alias/")}${"x".repeat(400)}`,
    `${KEY.replace(ID, "")}${"0".repeat(400 - KEY.length + ID.length + 1)}`,
  ])("what names no key is refused (%#)", async (keyId) => {
    expect((await thrownBy(() => kmsSigner({ keyId }))).code).toBe("bad-key");
  });

  test.each([
    [KEY, "eu-west-1"],
    [KEY.replace("arn:aws:", "arn:aws-cn:"), "eu-west-1"],
    [KEY.replace(ID, `mrk-${ID.replaceAll("-", "")}`), "eu-west-1"],
    [`${KEY.replace(/key.*/, "alias/")}${"x".repeat(256 - 40)}`, "eu-west-1"],
    [`${KEY.replace(ID, "")}${"0".repeat(400 - KEY.length + ID.length)}`, "eu-west-1"],
    [ID, "us-east-2"],
    [`mrk-${ID.replaceAll("-", "")}`, "us-east-2"],
    [`alias/ledger/acme_1-${"x".repeat(256 - 20)}`, "us-east-2"],
  ])("a key is asked in its region, or in that of the environment (%#)", async (keyId, region) => {
    jest.replaceProperty(process, "env", { ...process.env, AWS_REGION: "us-east-2" });
    const send = jest.spyOn(KMSClient.prototype, "send");
    send.mockImplementation(async () => ({ PublicKey: Buffer.from(spki, "base64") }));
    expect(await kmsSigner({ keyId }).publicKey()).toBe(example.publicKey);
    expect(await regionOf(send.mock.contexts[0])).toBe(region);
  });

  test("sends nothing where the client leads elsewhere", async () => {
    const { asked, settings } = answeredBy(honest());
    const client = new KMSClient({ ...settings, endpoint: "https://attacker.example" });
    const signer = kmsSigner({ keyId: KEY, client });
    for (const act of [() => signer.sign(MESSAGE), () => signer.publicKey()])
      expect((await thrownBy(act)).code).toBe("foreign-endpoint");
    expect(asked).toEqual([]);
  });
});

test("a signature is handed out if it is the key's, and no other", async () => {
  const signature = nodeSign("sha256", MESSAGE, { key: privateKey, dsaEncoding: "ieee-p1363" });
  expect(checked(example.publicKey, MESSAGE, signature)).toBe(signature);
  const error = await thrownBy(() => checked(example.publicKey, Buffer.from("other"), signature));
  expect(error.code).toBe("bad-signature");
});

/** The SPKI of a key of P-384: RFC 5480's form around a point, which nobody looks at. */
function p384(): string {
  const head = "3076301006072a8648ce3d020106052b81040022036200";
  return Buffer.from(`${head}04${"11".repeat(96)}`, "hex").toString("base64");
}
