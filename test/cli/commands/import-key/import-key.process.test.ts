import { chmodSync, readFileSync } from "node:fs";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { addVerify } from "../../../../cli/commands/verify/command";
import { versionIdOf } from "../../../../keys";
import { REGION } from "../../../support/cli/custody-account";
import {
  account,
  importKey,
  intercept,
  labelsOf,
  stopAll,
  waiting,
} from "../../../support/cli/import-key-run";
import { ledgerApiUserProcess } from "../../../support/cli/process";

jest.setTimeout(60_000);

describe("import-key", () => {
  test("loads the declared key, labelled as the generator does, by the rights of a custodian alone", async () => {
    const { entry, file, hex } = await waiting();
    const { result, actions, regions } = await account.callsDuring(() => importKey(entry, file));
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toMatch(/^Key +loaded\nUser +acme-prod-treasury\/vault bot/);
    expect(result.stdout).toContain(`destroy ${file} and every copy of it`);
    expect(actions).toEqual(["DescribeSecret", "PutSecretValue"]);
    expect(regions).toEqual(new Set([REGION]));
    expect(await labelsOf(entry)).toEqual({
      [versionIdOf(entry.keyArn)]: ["AWSCURRENT", "generation-1", `public-key-${entry.publicKey}`],
    });
    const { SecretString } = await account.secrets.send(
      new GetSecretValueCommand({ SecretId: entry.keyArn, VersionStage: "generation-1" }),
    );
    expect(SecretString).toBe(hex);
    expect(readFileSync(file, "utf8")).toBe(hex);
    const verified = await account.run(addVerify, [
      "verify",
      "--proof",
      "--registration",
      account.registrationOf(entry),
    ]);
    expect(verified).toMatchObject({ code: 0 });
  });

  test("takes PEM on standard input, and stores what keygen would have written", async () => {
    const { entry, pair, hex } = await waiting();
    const registration = account.registrationOf(entry);
    const args = [
      "import-key",
      `acme-prod-treasury/${entry.username}`,
      "--registration",
      registration,
      "--json",
    ];
    const { code, stdout } = await account.command(args, pair.privateKeyPem);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      result: "loaded",
      username: entry.username,
      generation: 1,
      publicKey: entry.publicKey,
    });
    const { SecretString } = await account.secrets.send(
      new GetSecretValueCommand({ SecretId: entry.keyArn }),
    );
    expect(SecretString).toBe(hex);
  });

  test("run again, says that the key is there, and puts nothing", async () => {
    const { entry, file } = await waiting();
    await importKey(entry, file);
    const { result, actions } = await account.callsDuring(() => importKey(entry, file));
    expect(result).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("was there already; nothing was changed"),
    });
    // A label may lie: the last copy is destroyed only after a proof.
    expect(result.stdout).toMatch(
      /keep the key until a signer has proved .* verify --proof --user 'acme-prod-treasury\//,
    );
    expect(result.stdout).not.toContain("destroy");
    expect(actions).toEqual(["DescribeSecret"]);
  });

  test("loads one version though several custodians load the key at the same time", async () => {
    const { entry, file } = await waiting();
    const registration = account.registrationOf(entry);
    const args = ["import-key", entry.username, file, "--registration", registration];
    const outcomes = await Promise.all(
      Array.from({ length: 3 }, () => ledgerApiUserProcess(args, { env: account.env() })),
    );
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(Object.keys(await labelsOf(entry))).toEqual([versionIdOf(entry.keyArn)]);
  });

  test("loads one version though the answer was lost on the way", async () => {
    const { entry, file } = await waiting();
    let puts = 0;
    intercept(async (call, forward) => {
      if (call.action !== "PutSecretValue") return undefined;
      const answer = await forward();
      return ++puts === 1 ? { status: 503, body: { __type: "ServiceUnavailable" } } : answer;
    });
    expect(await importKey(entry, file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("loaded"),
    });
    expect(puts).toBe(2);
    expect(Object.keys(await labelsOf(entry))).toEqual([versionIdOf(entry.keyArn)]);
  });

  test("that is told of a version which another put in the meantime looks at its label", async () => {
    const { entry, file, pair } = await waiting();
    intercept(async (call) => {
      if (call.action !== "PutSecretValue") return undefined;
      stopAll();
      await account.putKey(entry.keyArn, 1, { pair });
      return { status: 400, body: { __type: "ResourceExistsException" } };
    });
    expect(await importKey(entry, file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("was there already"),
    });
  });

  test("warns of a file that others can read", async () => {
    const { entry, file } = await waiting();
    chmodSync(file, 0o644);
    const { code, stderr } = await importKey(entry, file);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^warning: .*chmod 600/),
    });
  });
});
