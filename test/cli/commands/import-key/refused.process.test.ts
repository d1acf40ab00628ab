import { createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { DeleteSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { addImportKey } from "../../../../cli/commands/import-key/command";
import { parsePrivateKey } from "../../../../keys";
import type { Entry } from "../../../support/cli/custody-account";
import {
  account,
  importKey,
  intercept,
  labelsOf,
  oneLine,
  stopAll,
  waiting,
} from "../../../support/cli/import-key-run";
import { ledgerApiUserProcess } from "../../../support/cli/process";

jest.setTimeout(60_000);

describe("a key that is not the declared one never leaves this machine, and the exit code is 1", () => {
  async function refused(entry: Entry, file: string, ...more: Entry[]) {
    const args = [
      "import-key",
      entry.username,
      file,
      "--registration",
      account.registrationOf(entry, ...more),
    ];
    const { result, actions } = await account.callsDuring(() => account.run(addImportKey, args));
    expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(oneLine) });
    expect(actions).toEqual([]);
    return result.stderr;
  }

  test("the key of somebody else, who is named if registered", async () => {
    const [one, other] = [await waiting(), await waiting()];
    expect(await refused(one.entry, other.file)).toContain(`its public key is ${other.entry.publicKey}`);
    expect(await refused(one.entry, other.file, other.entry)).toContain(
      `is not the one declared for "acme-prod-treasury/${one.entry.username}": it is registered for "acme-prod-treasury/${other.entry.username}"`,
    );
  });

  test("what Ledger Enterprise does not take as a private key: its public half, PKCS#8, half a paste", async () => {
    const { entry, file, pair, hex } = await waiting();
    const pkcs8 = createPrivateKey(pair.privateKeyPem).export({ type: "pkcs8", format: "pem" });
    for (const content of [entry.publicKey, pkcs8, hex.slice(0, 200), ""]) {
      writeFileSync(file, content);
      expect(await refused(entry, file)).toContain(`error: ${file}: `);
    }
  });
});

describe("nothing is replaced, nor put beside what should not be there: the exit code is 1", () => {
  async function notPut(entry: Entry, file: string, message: string) {
    const before = await labelsOf(entry);
    const { result, actions } = await account.callsDuring(() => importKey(entry, file));
    expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(oneLine) });
    expect(result.stderr).toContain(message);
    expect(actions).toEqual(["DescribeSecret"]);
    expect(await labelsOf(entry)).toEqual(before);
  }

  test("another key is that generation", async () => {
    const { entry, file } = await waiting();
    const other = await account.putKey(entry.keyArn, 1);
    await notPut(entry, file, `generation 1 in ${entry.keyArn} is another key, of public key ${other}`);
  });

  test("the key has the label of another generation", async () => {
    const { entry, file, pair } = await waiting();
    await account.putKey(entry.keyArn, 2, { pair });
    await notPut(entry, file, "has the label of generation 2");
  });

  test("somebody put a version by hand, or moved labels", async () => {
    const one = await waiting();
    await account.secrets.send(
      new PutSecretValueCommand({ SecretId: one.entry.keyArn, SecretString: "by hand" }),
    );
    await notPut(one.entry, one.file, "which is no generation of the user's key");
    const two = await waiting();
    await account.secrets.send(
      new PutSecretValueCommand({
        SecretId: two.entry.keyArn,
        SecretString: "x",
        VersionStages: ["generation-1"],
      }),
    );
    await notPut(two.entry, two.file, "somebody moved them");
    const three = await waiting();
    const forged = { label: three.entry.publicKey, version: "a".repeat(64) };
    await account.putKey(three.entry.keyArn, 1, forged);
    await notPut(three.entry, three.file, "which import-key did not put, whatever its label says");
  });

  test("the secret is scheduled for deletion", async () => {
    const { entry, file } = await waiting();
    await account.secrets.send(new DeleteSecretCommand({ SecretId: entry.keyArn }));
    await notPut(entry, file, "restore-secret");
  });

  test("the registration names another user's secret", async () => {
    const [one, other] = [await waiting(), await waiting()];
    const { code, stderr } = await importKey({ ...one.entry, keyArn: other.entry.keyArn }, one.file);
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("is not that of") });
    expect(await labelsOf(other.entry)).toEqual({});
  });
});

describe("bad input, and an AWS that cannot be asked or denies: one line, and the exit code is 2", () => {
  test("a user whose key is made where it is kept", async () => {
    const { file } = await waiting();
    const user = await account.secretUser("generated");
    const { code, stderr } = await importKey(user, file);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("has custody secrets-manager"),
    });
  });

  test("an unknown user, standard input for two, no such file", async () => {
    const { entry, file } = await waiting();
    const registration = account.registrationOf(entry);
    const run = (...args: string[]) => account.run(addImportKey, ["import-key", ...args]);
    for (const args of [
      ["nobody", file, "--registration", registration],
      [entry.username, "--registration", "-"],
      [entry.username, "/nowhere.hex", "--registration", registration],
      [entry.username, file],
    ]) {
      expect(await run(...args)).toMatchObject({
        code: 2,
        stdout: "",
        stderr: expect.stringMatching(/^error: [^\n]+; [^\n]+\n$/),
      });
    }
  });

  test.each([
    "DescribeSecret",
    "PutSecretValue",
  ])("%s denied: what a custodian's role needs", async (action) => {
    const { entry, file } = await waiting();
    intercept((call) =>
      call.action === action
        ? {
            status: 400,
            body: {
              __type: "AccessDeniedException",
              message: "User: arn:aws:iam::1:role/x is not authorized",
            },
          }
        : undefined,
    );
    const { code, stderr } = await importKey(entry, file);
    expect(code).toBe(2);
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain(
      `AWS denies secretsmanager:${action} on the secret (User: arn:aws:iam::1:role/x is`,
    );
    expect(stderr).toContain("custodianPolicy");
    stopAll();
    expect(await labelsOf(entry)).toEqual({});
  });

  test("credentials of another account, where the SDK knows it, before anything is asked", async () => {
    const { entry, file } = await waiting();
    const args = ["import-key", entry.username, file, "--registration", account.registrationOf(entry)];
    const env = { ...account.env("210987654321"), AWS_ACCOUNT_ID: "210987654321" };
    const { result, actions } = await account.callsDuring(() => account.run(addImportKey, args, env));
    expect(result).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("these AWS credentials are of account 210987654321"),
    });
    expect(actions).toEqual([]);
    expect(await account.run(addImportKey, args, account.env("210987654321"))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("use credentials of account 123456789012"),
    });
  });

  test("no credentials", async () => {
    const { entry, file } = await waiting();
    const { AWS_ACCESS_KEY_ID: _, ...env } = account.env();
    const args = ["import-key", entry.username, file, "--registration", account.registrationOf(entry)];
    const outcome = await account.run(addImportKey, args, { ...env, HOME: "/nonexistent" });
    expect(outcome).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("no valid AWS credentials"),
    });
  });

  test.each([
    "http://keys.example",
    "https://secretsmanager.eu-west-1.amazonaws.com.evil.example",
    "http://secretsmanager.eu-west-1.amazonaws.com",
    "https://vpce-0a-1b.secretsmanager.us-east-1.vpce.amazonaws.com",
  ])("an endpoint that is not AWS's: %s", async (endpoint) => {
    const { entry, file } = await waiting();
    const args = ["import-key", entry.username, file, "--registration", account.registrationOf(entry)];
    const outcome = await account.run(addImportKey, args, { ...account.env(), AWS_ENDPOINT_URL: endpoint });
    expect(outcome).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/^error: refusing to send a request to [^\n]+\n$/),
    });
  });

  test("an endpoint where nobody listens", async () => {
    const { entry, file } = await waiting();
    const args = ["import-key", entry.username, file, "--registration", account.registrationOf(entry)];
    const outcome = await ledgerApiUserProcess(args, {
      env: { ...account.env(), AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
    });
    expect(outcome).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("AWS cannot be reached in eu-west-1"),
    });
  });
});

test("nothing is put into another secret, which AWS answers with where the ARN is the beginning of its own", async () => {
  const { entry, file } = await waiting();
  intercept(async ({ action }, forward) => {
    if (action !== "DescribeSecret") return undefined;
    const { ARN, ...body } = JSON.parse(String((await forward()).body));
    return { status: 200, body: { ...body, ARN: `${ARN}-a1b2c3` } };
  });
  const { result, actions } = await account.callsDuring(() => importKey(entry, file));
  expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(oneLine) });
  expect(actions).toEqual(["DescribeSecret"]);
});

test("no private material is printed, whatever AWS says of what it was sent", async () => {
  const { entry, file, hex } = await waiting();
  const pem = Buffer.from(hex, "hex").toString();
  const scalar = parsePrivateKey(hex).privateKeyPem.toString().split("\n")[1] ?? "";
  const errors = [
    "AccessDeniedException",
    "ValidationException",
    "InvalidParameterException",
    "InternalServiceError",
  ];
  const outcomes = [];
  for (const name of errors) {
    const stop = account.aws.intercept((call, _forward, body) =>
      call.action === "PutSecretValue"
        ? { status: 400, body: { __type: name, message: `${body} is not valid: ${hex} ${pem}` } }
        : undefined,
    );
    outcomes.push(await importKey(entry, file));
    stop();
  }
  outcomes.push(await importKey(entry, file), await importKey(entry, file, "--json"));
  outcomes.push(
    await account.run(addImportKey, [
      "import-key",
      hex,
      file,
      "--registration",
      account.registrationOf(entry),
    ]),
  );
  outcomes.push(
    await account.run(addImportKey, [
      "import-key",
      entry.username,
      hex,
      "--registration",
      account.registrationOf(entry),
    ]),
  );
  outcomes.push(await account.run(addImportKey, ["import-key", entry.username, file, "--registration", hex]));
  outcomes.push(
    await account.run(addImportKey, ["import-key", entry.username, "--registration", file, file]),
  );
  expect(outcomes.map(({ code }) => code)).toEqual([2, 2, 2, 2, 0, 0, 2, 2, 2, 2]);
  for (const { stdout, stderr } of outcomes) {
    for (const secret of [hex.slice(60, 100), hex.slice(150, 190), scalar.slice(10, 40)])
      expect(stdout + stderr).not.toContain(secret);
  }
});
