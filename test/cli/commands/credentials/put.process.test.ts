import { CreateSecretCommand, DeleteSecretCommand } from "@aws-sdk/client-secrets-manager";
import { encodePrivateKey, generateKeyPair } from "../../../../keys";
import type { Interceptor } from "../../../../local-aws/emulator";
import {
  type Issued,
  issued,
  labels,
  type RegisteredEntry,
  registeredUser,
  stored,
} from "../../../support/cli/credentials-account";
import { CustodyAccount, REGION } from "../../../support/cli/custody-account";
import { startWorkspace, type Workspace } from "../../../support/workspace";

jest.setTimeout(60_000);

let account: CustodyAccount;
beforeAll(async () => {
  account = await CustodyAccount.start();
});
afterAll(() => account.stop());

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});
const intercept = (interceptor: Interceptor) => void stops.push(account.aws.intercept(interceptor));

/** Puts credentials as a program does, by JSON on standard input. */
const put = (entry: RegisteredEntry, input: object | string, ...args: string[]) =>
  putIn(account.env(), entry, input, ...args);
const putIn = (
  env: Record<string, string>,
  entry: RegisteredEntry,
  input: object | string,
  ...args: string[]
) =>
  account.command(
    ["credentials", "put", entry.username, "--registration", account.registrationOf(entry), ...args],
    typeof input === "string" ? input : JSON.stringify(input),
    env,
  );

const oneLine = /^error: [^\n]+; [^\n]+\n$/;

describe("credentials put", () => {
  test("stores those of a pending generation beside the current one's, and of no retired one", async () => {
    const current = await registeredUser(account);
    const name = `ledger-enterprise/acme-prod/${current.username.replace(" ", "-")}/generation-2/credentials`;
    const { ARN = "" } = await account.secrets.send(new CreateSecretCommand({ Name: name }));
    const pending: RegisteredEntry = {
      ...current,
      generation: 2,
      publicKey: generateKeyPair().publicKey,
      keyArn: current.keyArn.replace("/generation-1/", "/generation-2/"),
      credentialsArn: ARN,
    };
    const keyOf = (entry: RegisteredEntry, stage: string) => {
      const { publicKey, keyArn, credentialsArn } = entry;
      return {
        stage,
        registeredAs: `${current.username} ${entry["generation"]}`,
        publicKey,
        keyArn,
        credentialsArn,
      };
    };
    const stages = (first: string, second: string) => ({
      ...(first === "current" ? current : pending),
      generations: { 1: keyOf(current, first), 2: keyOf(pending, second) },
    });
    const credentials = issued();
    const rotating = stages("current", "pending") as RegisteredEntry;
    expect(await put(rotating, credentials, "--generation", "2")).toMatchObject({ code: 0, stderr: "" });
    expect(await stored(account, pending)).toMatchObject(credentials);
    expect(await labels(account, pending)).toEqual([["generation-2-…", "AWSCURRENT", "generation-2"]]);
    expect(await labels(account, current)).toEqual([]);
    const missing = await put(rotating, credentials, "--generation", "3");
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining("has no generation 3 in the registration; it has 1, 2;"),
    ]);
    const retired = await put(
      stages("retired", "current") as RegisteredEntry,
      credentials,
      "--generation",
      "1",
    );
    expect([retired.code, retired.stderr]).toEqual([
      2,
      expect.stringContaining("is retired; name another generation"),
    ]);
    expect(await labels(account, current)).toEqual([]);
  });

  test("stores the official names, labelled with the key's generation, by a custodian's rights alone", async () => {
    const entry = await registeredUser(account);
    const credentials = issued();
    const { result, actions, regions } = await account.callsDuring(() => put(entry, credentials));
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toMatch(/^Credentials +stored\nUser +acme-prod-treasury\/bot \d+\n/);
    expect(actions).toEqual(["DescribeSecret", "PutSecretValue"]);
    expect(regions).toEqual(new Set([REGION]));
    expect(await stored(account, entry)).toEqual({
      LEDGER_ENTERPRISE_WORKSPACE: "acme-prod",
      ...credentials,
    });
    expect(await labels(account, entry)).toEqual([["generation-1-…", "AWSCURRENT", "generation-1"]]);
  });

  test("stores the API's address beside them where the fleet declares one", async () => {
    const entry = { ...(await registeredUser(account)), apiUrl: "https://api.vault.ledger.com" };
    expect(await put(entry, issued())).toMatchObject({ code: 0, stderr: "" });
    expect(await stored(account, entry)).toMatchObject({
      LEDGER_ENTERPRISE_API_URL: "https://api.vault.ledger.com",
    });
  });

  test("warns of an address that is not Ledger's", async () => {
    const entry = { ...(await registeredUser(account)), apiUrl: "https://ledger.com.evil.example" };
    const { code, stderr } = await put(entry, issued());
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^warning: .*evil\.example/),
    });
  });

  test("puts regenerated ones the same way, and keeps the previous version", async () => {
    const entry = await registeredUser(account);
    await put(entry, issued());
    const regenerated = issued();
    const { stdout } = await put(entry, regenerated);
    expect(stdout).toContain("credentials restore");
    expect(await stored(account, entry)).toMatchObject(regenerated);
    expect(await labels(account, entry)).toEqual([
      ["generation-1-…", "AWSPREVIOUS"],
      ["generation-1-…", "AWSCURRENT", "generation-1"],
    ]);
  });

  test("of a later key are labelled with its generation", async () => {
    const entry = await registeredUser(account, 2);
    await put(entry, issued());
    expect(await labels(account, entry)).toEqual([["generation-2-…", "AWSCURRENT", "generation-2"]]);
  });

  test("are refused where the secret is of another generation than the registration", async () => {
    const entry = await registeredUser(account);
    expect(await put({ ...entry, generation: 2 }, issued())).toMatchObject({ code: 1, stdout: "" });
    expect(await labels(account, entry)).toEqual([]);
  });

  test("stores one version though the answer was lost on the way", async () => {
    const entry = await registeredUser(account);
    let puts = 0;
    intercept(async (call, forward) => {
      if (call.action !== "PutSecretValue") return undefined;
      const answer = await forward();
      return ++puts === 1 ? { status: 503, body: { __type: "ServiceUnavailable" } } : answer;
    });
    expect(await put(entry, issued())).toMatchObject({ code: 0 });
    expect(puts).toBe(2);
    expect(await labels(account, entry)).toHaveLength(1);
  });

  test("answers programs in JSON, without the credentials", async () => {
    const entry = await registeredUser(account);
    const credentials = issued();
    const { stdout } = await put(entry, credentials, "--json");
    expect(JSON.parse(stdout)).toEqual({
      result: "stored",
      stack: "acme-prod-treasury",
      workspace: "acme-prod",
      username: entry.username,
      credentialsArn: entry.credentialsArn,
      versionId: expect.stringMatching(/^generation-1-[0-9a-f]{32}$/),
      generation: 1,
      checked: false,
    });
  });
});

test("a private key in place of the Secret is refused before anything is sent: the exit code is 1", async () => {
  const entry = await registeredUser(account);
  const hex = encodePrivateKey(generateKeyPair().privateKeyPem);
  const input = { ...issued(), LEDGER_ENTERPRISE_API_KEY_SECRET: hex };
  const { result, actions } = await account.callsDuring(() => put(entry, input));
  expect(result).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(oneLine) });
  expect(result.stderr).toMatch(/the API Secret is a private key; it was not sent anywhere/);
  expect(actions).toEqual(["DescribeSecret"]);
});

describe("credentials put --check", () => {
  let workspace: Workspace;
  let entry: RegisteredEntry;
  let credentials: Issued;
  let env: Record<string, string>;
  beforeEach(async () => {
    workspace = await startWorkspace();
    entry = await registeredUser(account);
    const { username, publicKey } = entry;
    const { apiKeyId, apiKeySecret } = workspace.addUser({ username, publicKey });
    credentials = {
      LEDGER_ENTERPRISE_API_KEY_ID: apiKeyId,
      LEDGER_ENTERPRISE_API_KEY_SECRET: apiKeySecret,
    };
    env = { ...account.env(), LEDGER_ENTERPRISE_API_URL: workspace.url };
  });
  afterEach(() => workspace.stop());

  test("logs in before it stores", async () => {
    const { code, stdout } = await putIn(env, entry, credentials, "--check");
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Login +works, at http:\S+\nOwner +this user\n/),
    });
    expect(workspace.calls.map(({ path }) => path)).toEqual(["/auth/token"]);
    expect(await stored(account, entry)).toMatchObject(credentials);
    expect(await stored(account, entry)).not.toHaveProperty("LEDGER_ENTERPRISE_API_URL");
  });

  test("stores nothing that is another user's, and says whose it is", async () => {
    const sweep = await registeredUser(account);
    const of = (claims?: object) => {
      const { apiKeyId, apiKeySecret } = workspace.addUser({
        ...sweep,
        claims: claims as Record<string, unknown>,
      });
      return { LEDGER_ENTERPRISE_API_KEY_ID: apiKeyId, LEDGER_ENTERPRISE_API_KEY_SECRET: apiKeySecret };
    };
    const file = account.registrationOf(entry, sweep);
    const run = (given: Issued) =>
      account.command(
        ["credentials", "put", entry.username, "--check", "--json", "--registration", file],
        JSON.stringify(given),
        env,
      );
    const others: [object, string][] = [
      [{ pub_key: sweep.publicKey.toUpperCase() }, `those of "acme-prod-treasury/${sweep.username}"`],
      [{ pub_key: generateKeyPair().publicKey }, "those of another user, whose public key begins with 04"],
      [
        { pub_key: entry.publicKey, workspace: "acme-test" },
        'of the workspace "acme-test", not of "acme-prod"',
      ],
    ];
    for (const [claims, whose] of others) {
      const { code, stdout, stderr } = await run(of(claims));
      expect({ code, stdout, stderr }).toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(oneLine),
      });
      expect(stderr).toContain(whose);
      expect(stderr).toContain("; nothing was stored; have API access generated for");
    }
    expect(await labels(account, entry)).toEqual([]);
    // Nothing that the token says is no proof of either.
    const { stdout } = await run(of(undefined));
    expect(JSON.parse(stdout)).toMatchObject({ result: "stored", checked: true, owner: "unknown" });
  });

  test("stores nothing that the workspace refuses", async () => {
    const wrong = { ...credentials, LEDGER_ENTERPRISE_API_KEY_SECRET: "wrong-secret-of-whom-ever-it-may-be" };
    const { code, stderr } = await putIn(env, entry, wrong, "--check");
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(oneLine) });
    expect(stderr).toMatch(
      /refuses the login \(HTTP 401\); nothing was stored; see that ID and Secret are not swapped/,
    );
    expect(await labels(account, entry)).toEqual([]);
  });

  test.each([
    ["not known where it is", {}, /nothing says where the workspace's API is/],
    ["not there", { LEDGER_ENTERPRISE_API_URL: "https://127.0.0.1:9" }, /cannot be reached/],
    ["not asked over TLS", { LEDGER_ENTERPRISE_API_URL: "http://api.example" }, /does not begin with https/],
  ])("stores nothing where the workspace is %s: the exit code is 2", async (_, url, reason) => {
    const { code, stderr } = await putIn({ ...account.env(), ...url }, entry, credentials, "--check");
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(reason) });
    expect(await labels(account, entry)).toEqual([]);
  });

  test("asks where the fleet declares, whatever the environment says", async () => {
    const declared = { ...entry, apiUrl: "https://127.0.0.1:9" };
    expect(await putIn(env, declared, credentials, "--check")).toMatchObject({ code: 2 });
    expect(workspace.calls).toEqual([]);
  });
});

describe("bad input, and an AWS that denies: one line, and the exit code is 2", () => {
  test("credentials as arguments", async () => {
    const entry = await registeredUser(account);
    const { LEDGER_ENTERPRISE_API_KEY_SECRET: secret } = issued();
    const { code, stderr } = await put(entry, "", secret);
    expect(code).toBe(2);
    expect(stderr).not.toContain(secret);
  });

  test("a registration without the secret, of another user's, or of one that is to be deleted", async () => {
    const [entry, other] = [await registeredUser(account), await registeredUser(account)];
    const { credentialsArn: _, ...older } = entry;
    const answers = [
      await put(older as RegisteredEntry, issued()),
      await put({ ...entry, credentialsArn: other.credentialsArn }, issued()),
      await put({ ...entry, credentialsArn: entry.keyArn }, issued()),
    ];
    await account.secrets.send(new DeleteSecretCommand({ SecretId: entry.credentialsArn }));
    answers.push(await put(entry, issued()));
    expect(answers.map(({ code }) => code)).toEqual([2, 1, 1, 1]);
    for (const { stderr } of answers) expect(stderr).toMatch(oneLine);
    expect(await labels(account, other)).toEqual([]);
  });

  test.each([
    "DescribeSecret",
    "PutSecretValue",
  ])("%s denied: what a custodian's role needs", async (action) => {
    const entry = await registeredUser(account);
    const message = "User: arn:aws:iam::1:role/x is not authorized";
    intercept((call) =>
      call.action === action
        ? { status: 400, body: { __type: "AccessDeniedException", message } }
        : undefined,
    );
    const { code, stderr } = await put(entry, issued());
    expect(code).toBe(2);
    expect(stderr).toMatch(oneLine);
    expect(stderr).toContain(
      `AWS denies secretsmanager:${action} on the secret (User: arn:aws:iam::1:role/x is`,
    );
    expect(stderr).toContain("custodianPolicy");
  });

  test("an endpoint that is not AWS's gets nothing", async () => {
    const entry = await registeredUser(account);
    const env = { ...account.env(), AWS_ENDPOINT_URL: "https://secretsmanager.example" };
    const { code, stderr } = await putIn(env, entry, issued());
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: refusing to send a request to https:\/\/secretsmanager\.example/,
      ),
    });
  });
});
