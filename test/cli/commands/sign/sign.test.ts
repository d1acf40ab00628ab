import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { generateKeyPair, generationLabel, proofMessage } from "../../../../keys";
import { type LocalAws, startLocalAws } from "../../../../local-aws/emulator";
import { kmsSigner } from "../../../../signing";
import { ledgerApiUser, onTerminal } from "../../../support/cli/sign-run";
import { example } from "../../../support/keys/vectors";
import { payloadsByPython } from "../../../support/signing/jws";
import { checkJws } from "../../../support/workspace/jws";
import { TRANSACTION } from "../../../support/workspace/requests";

jest.setTimeout(60_000);

const content = JSON.stringify(TRANSACTION);
const challenge = Buffer.from(content).toString("base64url");
const pair = generateKeyPair();
const privateKeyHex = pair.privateKeyPem.toString("hex");
const inEnvironment = { LEDGER_ENTERPRISE_API_PRIVATE_KEY: privateKeyHex };
const folder = mkdtempSync(join(tmpdir(), "sign-"));

function file(name: string, text: string, mode = 0o600): string {
  writeFileSync(join(folder, name), text, { mode });
  return join(folder, name);
}
const challengeFile = file("challenge", challenge);
const keyFile = file("key", privateKeyHex);

afterAll(() => rmSync(folder, { recursive: true }));

/** For Python's cryptography, which takes a moment to start: all together in the end. */
const signed: Array<readonly [publicKey: string, jws: string]> = [];
afterAll(() => expect(payloadsByPython(signed)).toEqual(signed.map(() => content)));

/** The JWS answers the challenge with the public key's signature. */
function expectSigned(publicKey: string, stdout: string): void {
  expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{86}\n$/);
  expect(checkJws(stdout.trim(), challenge, publicKey)).toBeUndefined();
  signed.push([publicKey, stdout.trim()]);
}

describe("with a key of its own", () => {
  test.each([
    ["the challenge from standard input", [], challenge],
    ["the challenge with a line feed at its end", ["-"], `${challenge}\n`],
    ["the JSON that it stands in", [], JSON.stringify({ challenge, id: 29 })],
    ["a file", [challengeFile], ""],
  ])("signs %s, and shows it before", async (_, args, input) => {
    const { code, stdout, stderr } = await ledgerApiUser(["sign", "--yes", ...args], {
      env: inEnvironment,
      input,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('amount: "100"\n') });
    expect(stderr).toMatch(/^To be signed with the key in LEDGER_ENTERPRISE_API_PRIVATE_KEY:\n/);
    expectSigned(pair.publicKey, stdout);
  });

  test.each([
    ["hexadecimal", privateKeyHex],
    ["PEM", pair.privateKeyPem.toString()],
  ])("signs with a file in %s", async (name, text) => {
    const { stdout } = await ledgerApiUser(["sign", "--yes", "--file", file(name, text), challengeFile]);
    expectSigned(pair.publicKey, stdout);
  });

  test("takes the key from standard input where the challenge is a file", async () => {
    const { stdout } = await ledgerApiUser(["sign", "--yes", "--file", "-", challengeFile], {
      input: privateKeyHex,
    });
    expectSigned(pair.publicKey, stdout);
  });

  test("warns where others can read the file", async () => {
    const open = file("open", privateKeyHex, 0o644);
    const { code, stderr } = await ledgerApiUser(["sign", "--yes", "--file", open, challengeFile]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: others than its owner can read .*open; run chmod 600/);
  });
});

describe("with a key in AWS", () => {
  let aws: LocalAws;
  let env: Record<string, string>;
  let secretArn: string;
  let kmsArn: string;
  let kmsPublicKey: string;
  const ALIAS = "alias/ledger-enterprise/acme-prod/bot";
  const awsFolder = mkdtempSync(join(tmpdir(), "sign-aws-"));
  const environment = { ...process.env };

  beforeAll(async () => {
    aws = await startLocalAws({ directory: awsFolder });
    env = aws.env("123456789012", "eu-west-1");
    Object.assign(process.env, env);
    const secrets = new SecretsManagerClient({});
    const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name: "ledger-enterprise/acme/bot" }));
    secretArn = ARN;
    const VersionStages = [generationLabel(1), "AWSCURRENT"];
    await secrets.send(
      new PutSecretValueCommand({ SecretId: ARN, SecretString: privateKeyHex, VersionStages }),
    );
    secrets.destroy();
    const kms = new KMSClient({});
    const spec = { KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" } as const;
    const { KeyMetadata } = await kms.send(new CreateKeyCommand(spec));
    kmsArn = KeyMetadata?.Arn ?? "";
    await kms.send(new CreateAliasCommand({ AliasName: ALIAS, TargetKeyId: KeyMetadata?.KeyId }));
    kmsPublicKey = await kmsSigner({ keyId: kmsArn, client: kms }).publicKey();
    kms.destroy();
  });
  afterAll(async () => {
    process.env = environment;
    await aws.stop();
    rmSync(awsFolder, { recursive: true });
  });

  test("signs by --secret", async () => {
    const { stdout } = await ledgerApiUser(["sign", "--yes", "--secret", secretArn, challengeFile], { env });
    expectSigned(pair.publicKey, stdout);
  });

  test("signs by --kms, by ARN and by alias", async () => {
    for (const key of [kmsArn, ALIAS]) {
      const { stdout } = await ledgerApiUser(["sign", "--yes", "--kms", key, challengeFile], { env });
      expectSigned(kmsPublicKey, stdout);
    }
  });

  test("says nothing on standard error but what is signed", async () => {
    const { stderr } = await ledgerApiUser(["sign", "--yes", "--kms", kmsArn, challengeFile], { env });
    expect(stderr).toMatch(/^To be signed with the KMS key arn:\S+:\n\n {2}data:\n[\s\S]*\n\n$/);
  });

  const registration = (more: object) => {
    const entry = (username: string, own: object) => ({
      [username]: {
        workspace: "acme-prod",
        username,
        role: "operator",
        uiLabel: "Operator - Via Self Managed Key Pair",
        generation: 1,
        ...own,
      },
    });
    return JSON.stringify({
      "acme-prod-treasury": {
        ...entry("settlement bot", {
          custody: "secrets-manager",
          keyArn: secretArn,
          publicKey: pair.publicKey,
          ...more,
        }),
        ...entry("kms bot", { custody: "kms", keyArn: kmsArn, publicKey: kmsPublicKey }),
      },
    });
  };

  test("signs as a user of the registration, of either custody", async () => {
    const path = file("registration.json", registration({}));
    const sign = (user: string, input: string, registrationFile: string, more: string[]) =>
      ledgerApiUser(["sign", "--yes", "--user", user, "--registration", registrationFile, ...more], {
        env,
        input,
      });
    expectSigned(pair.publicKey, (await sign("settlement bot", challenge, path, [])).stdout);
    expectSigned(kmsPublicKey, (await sign("kms bot", registration({}), "-", [challengeFile])).stdout);
  });

  test("hands out no JWS by another key than the registered one", async () => {
    const path = file("swapped.json", registration({ publicKey: generateKeyPair().publicKey }));
    const args = ["sign", "--yes", "--user", "settlement bot", "--registration", path, challengeFile];
    const { code, stdout, stderr } = await ledgerApiUser(args, { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/\nerror: the registered public key is not that of the key of settlement bot/);
  });

  test("a denial is one line, with what the role needs", async () => {
    const __type = "AccessDeniedException";
    const denial = { status: 400, headers: { "x-amzn-errortype": __type }, body: { __type, message: "no" } };
    const stop = aws.intercept(({ action }) => (action === "GetSecretValue" ? denial : undefined));
    const { code, stdout, stderr } = await ledgerApiUser(
      ["sign", "--yes", "--secret", secretArn, challengeFile],
      { env },
    );
    stop();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/\nerror: AWS denies the use of the secret [^\n]*signerPolicy[^\n]*\n$/);
  });
});

describe("a person at a terminal", () => {
  const env = inEnvironment;

  test("is shown the challenge and asked, and y signs", async () => {
    const jws = join(folder, "jws");
    const { code, screen } = await onTerminal(["sign", challengeFile], {
      env,
      answer: "y\n",
      redirect: `> ${jws}`,
    });
    expect(code).toBe(0);
    expect(screen).toMatch(/recipient: "tb1q[\s\S]*Sign this\? \[y\/N\] y\n$/);
    expectSigned(pair.publicKey, readFileSync(jws, "utf8"));
  });

  test("is asked on the terminal though standard input is the challenge", async () => {
    const jws = join(folder, "jws-of-stdin");
    const { code } = await onTerminal(["sign"], {
      env,
      answer: "yes\n",
      redirect: `< ${challengeFile} > ${jws}`,
    });
    expect(code).toBe(0);
    expectSigned(pair.publicKey, readFileSync(jws, "utf8"));
  });

  test("sees the challenge there though standard error goes to a file", async () => {
    const { code, screen } = await onTerminal(["sign", challengeFile], {
      env,
      answer: "y\n",
      redirect: "2> /dev/null",
    });
    expect(code).toBe(0);
    expect(screen).toMatch(/recipient: "tb1q[\s\S]*Sign this\? /);
  });

  test.each(["n\n", "\n", "yep\n", "\u0004"])("signs nothing by answering %j", async (answer) => {
    const { code, screen } = await onTerminal(["sign", challengeFile], { env, answer });
    expect(code).toBe(1);
    expect(screen).toMatch(/error: nothing was signed; run it again and answer y to sign\n$/);
    expect(screen).not.toMatch(/eyJ/);
  });

  test("has not answered by what was typed before the question", async () => {
    const person = { env, typedAhead: "y\ny\n", answer: "n\n" };
    const { code, screen } = await onTerminal(["sign", challengeFile], person);
    expect(code).toBe(1);
    expect(screen).not.toMatch(/eyJ/);
  });

  test("ends it with Ctrl-C", async () => {
    const { code, screen } = await onTerminal(["sign", challengeFile], { env, answer: "\u0003" });
    expect(code).toBe(-2); // SIGINT
    expect(screen).not.toMatch(/eyJ/);
  });
});

describe("bad input ends with one line and exit code 2", () => {
  const other = Buffer.from('{"a":1,"a":2}').toString("base64url");
  test.each([
    ["no terminal and no --yes", ["sign"], challenge, /there is no terminal to ask on; add --yes/],
    ["nothing on standard input", ["sign", "--yes"], "", /standard input is empty; give the challenge/],
    ["no base64url", ["sign", "--yes"], "hello world", /no challenge of Ledger's: it is not base64url/],
    ["a name twice", ["sign", "--yes"], other, /it has a name twice in one object; .*do not sign it/],
    ["JSON without a challenge", ["sign", "--yes"], content, /standard input has no `challenge`; /],
    ["broken JSON", ["sign", "--yes"], '{"challenge":', /begins like JSON but is not valid JSON; /],
    ["a proof", ["sign", "--yes"], proofMessage(example.publicKey), /it is a proof of possession; /],
    ["a JWS", ["sign", "--yes"], `${challenge}.${challenge}.${challenge}`, /it is a JWS or JWT already; /],
    ["no such file", ["sign", "--yes", "none"], "", /cannot read none: there is no such file/],
    ["two keys", ["sign", "--kms", "alias/a", "--file", "b"], challenge, /--kms and --file name more than/],
    ["a user without registration", ["sign", "--user", "a"], challenge, /--user and --registration go/],
    ["standard input twice", ["sign", "--file", "-"], challenge, /cannot be the challenge as well; /],
  ])("%s", async (_, args, input, message) => {
    const { code, stdout, stderr } = await ledgerApiUser(args, { env: inEnvironment, input });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n").at(-1)).toMatch(/^error: [^\n]+; [^\n]+$/);
  });

  test("no key at all", async () => {
    const { code, stderr } = await ledgerApiUser(["sign", "--yes"], { input: challenge });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: no key is named; give --secret, --kms, --file, or --user/);
  });
});

test("private material is in no argument, output or error, wherever a key is put by mistake", async () => {
  const truncated = privateKeyHex.slice(0, 400);
  const pem = pair.privateKeyPem.toString();
  const runs = [
    { args: ["sign", "--yes", "--file", keyFile, challengeFile] },
    { args: ["sign", "--yes"], env: inEnvironment, input: challenge },
    { args: ["sign", "--yes", challengeFile], env: { LEDGER_ENTERPRISE_API_PRIVATE_KEY: truncated } },
    { args: ["sign", "--yes", "--file", file("truncated", truncated), challengeFile] },
    { args: ["sign", "--yes", "--file", keyFile], input: privateKeyHex },
    { args: ["sign", "--yes", "--file", keyFile], input: pem },
    ...["--secret", "--kms", "--file", "--user"].flatMap((option) =>
      [privateKeyHex, pem].map((key) => ({ args: ["sign", "--yes", option, key, challengeFile] })),
    ),
    { args: ["sign", "--yes", privateKeyHex], env: inEnvironment },
  ];
  const scalar = Buffer.from(pem.split("\n").slice(1, -2).join(""), "base64").subarray(7, 39);
  const outcomes = await Promise.all(runs.map(({ args, ...setting }) => ledgerApiUser(args, setting)));
  for (const { stdout, stderr } of outcomes) {
    const said = stdout + stderr;
    expect(said).not.toContain(privateKeyHex.slice(100, 140));
    expect(said).not.toContain(pem.split("\n")[1]?.slice(10, 40));
    expect(said).not.toContain(scalar.toString("hex", 4, 20));
  }
});
