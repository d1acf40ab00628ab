import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { generateKeyPair, generationLabel } from "../../../../keys";
import type { LocalAws } from "../../../../local-aws/emulator";
import { kmsSigner } from "../../../../signing";
import { ledgerApiUserProcess } from "../../../support/cli/process";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import { onTerminal } from "../../../support/cli/sign-run";
import { startSharedAws } from "../../../support/shared-moto";
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

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text, { mode: 0o600 });
  return join(folder, name);
}
const challengeFile = file("challenge", challenge);

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

describe("as a process", () => {
  test("signs the challenge from standard input, and shows it before", async () => {
    const { code, stdout, stderr } = await ledgerApiUserProcess(["sign", "--yes"], {
      env: inEnvironment,
      input: challenge,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('amount: "100"\n') });
    expectSigned(pair.publicKey, stdout);
  });

  test("without a terminal and without --yes, signs nothing: the exit code is 2", async () => {
    const { code, stdout, stderr } = await ledgerApiUserProcess(["sign"], {
      env: inEnvironment,
      input: challenge,
    });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/there is no terminal to ask on; add --yes/);
    expect(stderr).toMatch(/^error: [^\n]+; [^\n]+\n$/);
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
    aws = await startSharedAws(awsFolder);
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
    const args = ["sign", "--yes", "--kms", kmsArn, challengeFile];
    const { stderr } = await ledgerApiUserProcess(args, { env });
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
