import { constants } from "node:os";
import { PutSecretValueCommand, UpdateSecretVersionStageCommand } from "@aws-sdk/client-secrets-manager";
import { credentialsStateIn, credentialsStateOf } from "../../../../cli/custody/credentials-state";
import { encodePrivateKey, generateKeyPair } from "../../../../keys";
import {
  issued,
  labels,
  type RegisteredEntry,
  registeredUser,
  stored,
} from "../../../support/cli/credentials-account";
import { CustodyAccount } from "../../../support/cli/custody-account";
import { type Dialogue, onTerminal } from "../../../support/cli/dialogue";

jest.setTimeout(60_000);

let account: CustodyAccount;
beforeAll(async () => {
  account = await CustodyAccount.start();
});
afterAll(() => account.stop());

const credentials = (verb: string, entry: RegisteredEntry, input: object = {}, ...args: string[]) =>
  account.command(
    ["credentials", verb, entry.username, "--registration", account.registrationOf(entry), ...args],
    JSON.stringify(input),
  );

describe("credentials restore", () => {
  test("puts the previous ones back, by a custodian who cannot read, and can be taken back", async () => {
    const entry = await registeredUser(account);
    const [first, second] = [issued(), issued()];
    await credentials("put", entry, first);
    await credentials("put", entry, second);
    const { result, actions } = await account.callsDuring(() => credentials("restore", entry));
    expect(result).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Credentials +restored\n/) });
    expect(new Set(actions)).toEqual(new Set(["DescribeSecret", "UpdateSecretVersionStage"]));
    expect(await stored(account, entry)).toMatchObject(first);
    expect(await labels(account, entry)).toEqual([
      ["generation-1-…", "AWSCURRENT", "generation-1"],
      ["generation-1-…", "AWSPREVIOUS"],
    ]);
    await credentials("restore", entry);
    expect(await stored(account, entry)).toMatchObject(second);
  });

  test("says so where the previous ones are of another key, as somebody put them by hand", async () => {
    const entry = await registeredUser(account);
    await account.secrets.send(
      new PutSecretValueCommand({
        SecretId: entry.credentialsArn,
        ClientRequestToken: `generation-2-${"0".repeat(32)}`,
        SecretString: JSON.stringify(issued()),
        VersionStages: ["AWSCURRENT"],
      }),
    );
    await credentials("put", entry, issued());
    const { code, stderr, stdout } = await credentials("restore", entry, {}, "--json");
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: .*of generation 2, and generation 1 is registered/);
    expect(JSON.parse(stdout)).toMatchObject({ result: "restored", generation: 2 });
  });

  test("that broke off between its two calls is finished when it is run again", async () => {
    const entry = await registeredUser(account);
    const first = issued();
    await credentials("put", entry, first);
    await credentials("put", entry, issued());
    let moves = 0;
    const stop = account.aws.intercept((call) =>
      call.action === "UpdateSecretVersionStage" && ++moves > 1
        ? { status: 400, body: { __type: "AccessDeniedException", message: "not now" } }
        : undefined,
    );
    expect(await credentials("restore", entry)).toMatchObject({ code: 2 });
    stop();
    expect(await credentials("restore", entry)).toMatchObject({ code: 0 });
    expect(await stored(account, entry)).toMatchObject(first);
  });

  test("has nothing to put back before a second put: the exit code is 1", async () => {
    const entry = await registeredUser(account);
    for (const put of [false, true]) {
      if (put) await credentials("put", entry, issued());
      const { code, stderr } = await credentials("restore", entry);
      expect({ code, stderr }).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/has no previous credentials; put/),
      });
    }
  });
});

describe("the state of credentials, by DescribeSecret alone", () => {
  test("is absent, then present for a generation, with those before", async () => {
    const entry = await registeredUser(account);
    const state = () => credentialsStateOf(entry.credentialsArn, account.secrets);
    expect(await state()).toEqual({ state: "absent" });
    await credentials("put", entry, issued());
    expect(await state()).toMatchObject({ state: "present", current: { generation: 1 } });
    await credentials("put", entry, issued());
    expect(await state()).toMatchObject({ current: { generation: 1 }, previous: { generation: 1 } });
  });

  test("knows no generation of a version that somebody put by hand, but by its label", () => {
    const of = (labels: string[]) => credentialsStateIn({ VersionIdsToStages: { "by-hand": labels } });
    expect(of(["AWSCURRENT"])).toEqual({ state: "present", current: { versionId: "by-hand" } });
    expect(of(["AWSCURRENT", "generation-3"])).toMatchObject({ current: { generation: 3 } });
    expect(of(["AWSPENDING"])).toEqual({ state: "absent" });
    expect(credentialsStateIn({ DeletedDate: new Date() })).toEqual({ state: "scheduled for deletion" });
  });

  test("keeps the generation though somebody moved the label", async () => {
    const entry = await registeredUser(account);
    await credentials("put", entry, issued());
    const before = await credentialsStateOf(entry.credentialsArn, account.secrets);
    if (before.state !== "present") throw new Error(before.state);
    const RemoveFromVersionId = before.current.versionId;
    const VersionStage = "generation-1";
    await account.secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: entry.credentialsArn,
        VersionStage,
        RemoveFromVersionId,
      }),
    );
    expect(await credentialsStateOf(entry.credentialsArn, account.secrets)).toEqual(before);
  });
});

describe("on a terminal", () => {
  const ask = async (turns: Dialogue["turns"], shell?: string) => {
    const entry = await registeredUser(account);
    const args = ["credentials", "put", entry.username, "--registration", account.registrationOf(entry)];
    return { entry, ...(await onTerminal(args, { env: account.env(), turns, shell })) };
  };
  const given = issued();
  const { LEDGER_ENTERPRISE_API_KEY_ID: id, LEDGER_ENTERPRISE_API_KEY_SECRET: secret } = given;

  test("it asks for both, shows neither, and takes corrections", async () => {
    const { entry, code, screen } = await ask([
      ["API Key ID (not shown): ", `wrong\u0015${id}X\u007f\r`],
      ["API Secret (not shown): ", `${secret}\r`],
    ]);
    expect({ code, screen }).toMatchObject({
      code: 0,
      screen: expect.stringMatching(/Credentials +stored\n/),
    });
    for (const shown of [id.slice(0, 8), secret.slice(0, 8), "wrong"]) expect(screen).not.toContain(shown);
    expect(await stored(account, entry)).toMatchObject(given);
  });

  test("Ctrl-D and Ctrl-C store nothing", async () => {
    for (const [key, code] of [
      ["\u0004", 2],
      ["\u0003", -2], // by the signal SIGINT
    ] as const) {
      const outcome = await ask([["API Key ID", key]]);
      expect(outcome.code).toBe(code);
      expect(await labels(account, outcome.entry)).toEqual([]);
    }
  });

  test.each([
    "SIGHUP",
    "SIGINT",
    "SIGQUIT",
    "SIGTERM",
  ] as const)("%s ends it, and the terminal shows again what is typed", async (signal) => {
    const { screen, entry } = await ask(
      [
        ["API Key ID", "typed\r"],
        ["API Secret", { signal }],
      ],
      'ulimit -c 0; "$@"; echo "code $?"; stty -a',
    );
    expect(screen).toContain(`code ${128 + constants.signals[signal]}\n`);
    for (const mode of ["icanon", "isig", "echo", "icrnl"])
      expect(screen).toMatch(new RegExp(`(?<![-\\w])${mode}(?!\\w)`));
    expect(await labels(account, entry)).toEqual([]);
  });

  test("a key pasted there is refused, and none of its lines goes on to the shell", async () => {
    const pem = generateKeyPair().privateKeyPem.toString();
    const { code, screen } = await ask(
      [["API Key ID", pem.replaceAll("\n", "\r")]],
      '"$@"; echo "code $?"; stty -icanon min 0 time 5; cat',
    );
    expect(code).toBe(0);
    expect(screen).toMatch(
      /error: the API Key ID is a private key; it was not sent anywhere[^\n]+\ncode 1\n/,
    );
    for (const line of pem.split("\n").slice(1, 4)) expect(screen).not.toContain(line);
  });
});

test("nothing private is in output, errors or arguments, whatever AWS says of what it was sent", async () => {
  const entry = await registeredUser(account);
  const key = encodePrivateKey(generateKeyPair().privateKeyPem);
  const given = issued();
  const outcomes = [await credentials("put", entry, given), await credentials("put", entry, given, "--json")];
  for (const name of ["AccessDeniedException", "ValidationException", "InternalServiceError"]) {
    const stop = account.aws.intercept((call, _forward, body) =>
      call.action === "PutSecretValue"
        ? { status: 400, body: { __type: name, message: `${body} is not valid: ${JSON.stringify(given)}` } }
        : undefined,
    );
    outcomes.push(await credentials("put", entry, given));
    stop();
  }
  for (const wrong of [{ ...given, x: key }, { ...given, LEDGER_ENTERPRISE_API_KEY_ID: key }, [given]])
    outcomes.push(await credentials("put", entry, wrong));
  const { LEDGER_ENTERPRISE_API_KEY_ID: id, LEDGER_ENTERPRISE_API_KEY_SECRET: secret } = given;
  outcomes.push(await credentials("put", entry, given, `--api-secret=${secret}`));
  outcomes.push(
    await account.command(["credentials", "put", secret, "--registration", account.registrationOf(entry)]),
  );
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 2, 2, 2, 2, 1, 2, 2, 2]);
  for (const { stdout, stderr } of outcomes) {
    for (const hidden of [id, secret, key.slice(60, 100)]) expect(stdout + stderr).not.toContain(hidden);
  }
});
