import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { addStatus } from "../../../../cli/commands/status/command";
import { ledgerApiUserProcess } from "../../../support/cli/process";
import {
  account,
  declared,
  dropSigningKeyRules,
  fleet,
  live,
  putSigningKeyRules,
  settlement,
  status,
  sweep,
  workspace,
} from "../../../support/cli/status-run";
import type { Workspace } from "../../../support/workspace";
import { type Answer, rateLimited } from "../../../support/workspace/answers";

jest.setTimeout(120_000);

describe("a fleet in order", () => {
  test("is active, without a problem, and the exit code is 0", async () => {
    live("sweep bot", sweep.publicKey);
    const { code, answer, problems, users } = await status([settlement, sweep]);
    expect({ code, problems }).toEqual({ code: 0, problems: [] });
    expect(answer).toMatchObject({ ok: true, workspaceSeen: true });
    expect(users.map(({ stage }) => stage)).toEqual(["active", "active"]);
    expect(users[0]).toMatchObject({
      key: "ready",
      credentials: "not declared yet",
      workspaceStatus: "ACTIVE",
    });
  });

  test("is a table for people, and uses no key", async () => {
    live("sweep bot", sweep.publicKey);
    const file = account.registrationOf(settlement, sweep);
    const { result, actions } = await account.callsDuring(() =>
      account.run(addStatus, ["status", "--registration", file], {
        ...account.env(),
        ...workspace.env("settlement bot"),
      }),
    );
    expect(result.stdout).toMatch(
      /^User +Custody +Key +Credentials +Workspace +Stage\nacme-prod-treasury\/settlement bot +secrets-manager +ready /,
    );
    expect(result.stdout).toMatch(/\n2 active; no alarm; asked as settlement bot\.\n$/);
    expect(actions.filter((action) => /GetSecretValue|Sign$|Decrypt/.test(action))).toEqual([]);
  });

  test("declared, not applied; applied, not registered", async () => {
    await putSigningKeyRules();
    const users = fleet(
      `${declared("settlement bot")}${declared("new bot")}${declared("sweep bot", "    custody: kms\n")}`,
    );
    const { code, users: rows, problems } = await status([settlement, sweep], { args: ["--users", users] });
    expect(rows.map(({ username, stage }) => [username, stage])).toEqual([
      ["settlement bot", "active"],
      ["new bot", "declared"],
      ["sweep bot", "key ready"],
    ]);
    expect(problems).toEqual([
      "to do: acme-prod-treasury/new bot: is declared, but not applied",
      "to do: acme-prod-treasury/sweep bot: is not registered",
    ]);
    expect(code).toBe(0);
    await dropSigningKeyRules();
  });

  test("credentials: none stored, then stored", async () => {
    const Name = "ledger-enterprise/acme-prod/settlement-bot/generation-1/credentials";
    const { ARN } = await account.secrets.send(new CreateSecretCommand({ Name }));
    const entry = { ...settlement, credentialsArn: ARN };
    const before = await status([entry]);
    expect(before.users[0]).toMatchObject({ credentials: "none", stage: "approved" });
    expect(before.problems).toEqual(["to do: acme-prod-treasury/settlement bot: has no credentials stored"]);
    await account.secrets.send(new PutSecretValueCommand({ SecretId: ARN, SecretString: "{}" }));
    const after = await status([entry]);
    expect(after.users[0]).toMatchObject({ credentials: "stored", stage: "active" });
    expect(after.code).toBe(0);
  });
});

/** Neither fine nor an alarm; the exit code is 1, and the rest is shown. */
describe("what cannot be read is not seen", () => {
  /** IAM and SNS answer in XML, the others in JSON. */
  const denial = (action: string): Answer =>
    action === "GetRole" || action === "ListSubscriptionsByTopic"
      ? {
          status: 403,
          headers: { "content-type": "text/xml" },
          body: "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
        }
      : {
          status: 400,
          headers: { "x-amzn-errortype": "AccessDeniedException" },
          body: { __type: "AccessDeniedException", message: "no" },
        };

  test.each([
    ["DescribeSecret", /^not seen: .*settlement bot: AWS denies access to its key/],
    ["GetRole", /^not seen: arn:.*role\/settlement: .*could not be read \(AWS denies it\)/],
    ["ListSubscriptionsByTopic", /^not seen: .*alerts: its subscriptions/],
    ["ListRules", /^not seen: alert rules of acme-prod in eu-west-1: whether they are on could not be read/],
    ["ListTargetsByRule", /^not seen: alert rules of acme-prod/],
    ["DescribeTrails", /^not seen: trail of .*: whether a trail logs could not be read/],
  ])("%s denied", async (action, message) => {
    const stop = account.aws.intercept((call) => (call.action === action ? denial(action) : undefined));
    const { code, problems, users } = await status([settlement]);
    stop();
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(code).toBe(1);
    if (action === "DescribeSecret") expect(users[0]).toMatchObject({ key: "not seen", stage: "declared" });
  });

  test("a signer's role in another account", async () => {
    const { problems } = await status([{ ...settlement, signers: ["arn:aws:iam::210987654321:role/x"] }]);
    expect(problems).toEqual([
      expect.stringMatching(/^not seen: arn:aws:iam::210987654321:role\/x: .*in another account/),
    ]);
  });

  test.each<[string, Parameters<Workspace["intercept"]>[0], RegExp]>([
    ["does not answer", () => "lost", /did not list its users: the workspace cannot be reached/],
    [
      "refuses",
      ({ path }) => (path === "/users" ? { status: 403, body: { message: "no" } } : undefined),
      /does not list its users \(HTTP 403: no\)/,
    ],
    [
      "answers with something else",
      ({ path }) => (path === "/users" ? { status: 200, body: { users: [] } } : undefined),
      /does not answer with a list of users/,
    ],
    [
      "repeats a page",
      ({ path }) =>
        path === "/users"
          ? { status: 200, body: { edges: [], page_info: { has_next_page: true } } }
          : undefined,
      /same page of users again/,
    ],
  ])("a workspace that %s: nobody is missing, and nobody is guessed", async (_, interceptor, message) => {
    workspace.intercept(interceptor);
    const { code, answer, problems, users } = await status([settlement]);
    expect(problems).toEqual([expect.stringMatching(message)]);
    expect(problems.join()).not.toContain("posted");
    expect({ code, seen: answer.workspaceSeen, row: users[0] }).toMatchObject({
      code: 1,
      seen: false,
      row: { workspaceStatus: "not seen", stage: "key ready" },
    });
  });

  test("a workspace that was not asked for is said, and no fault", async () => {
    const { code, answer, users } = await status([settlement], { env: {} });
    expect({ code, seen: answer.workspaceSeen }).toEqual({ code: 0, seen: false });
    expect(users[0]).toMatchObject({ workspaceStatus: "not seen" });
  });

  test("AWS where nobody listens: the workspace is shown all the same", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const env = { ...workspace.env("settlement bot"), AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
    const args = ["status", "--registration", account.registrationOf(settlement), "--json"];
    const { code, stdout } = await ledgerApiUserProcess(args, { env: { ...account.env(), ...env } });
    const { users, problems } = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(users[0]).toMatchObject({ key: "not seen", workspaceStatus: "ACTIVE" });
    expect(
      problems.map(
        (each: Record<string, string>) => `${each["level"]}: ${each["subject"]}: ${each["problem"]}`,
      ),
    ).toEqual([
      expect.stringMatching(/^not seen: custody: AWS cannot be reached/),
      expect.stringMatching(/^not seen: guards: AWS cannot be reached/),
    ]);
  });
});

test("problem and fix are fields of their own, and whole, though the fix has a semicolon in it", async () => {
  const stop = account.aws.intercept((call) =>
    call.action === "DescribeSecret"
      ? { status: 400, headers: { "x-amzn-errortype": "ExpiredTokenException" }, body: { message: "no" } }
      : undefined,
  );
  const { answer } = await status([settlement]).finally(stop);
  expect(answer.problems).toContainEqual({
    level: "not seen",
    subject: "custody",
    problem: "no valid AWS credentials for eu-west-1 (ExpiredTokenException)",
    fix: "sign in (aws sso login, AWS_PROFILE, or a role's credentials); aws sts get-caller-identity should then answer",
  });
  workspace.intercept(() => "lost");
  const { answer: lost } = await status([settlement]);
  expect(lost.problems).toEqual([
    {
      level: "not seen",
      subject: "workspace acme-prod",
      problem: expect.stringMatching(/^did not list its users: the workspace cannot be reached \([^;]+\)$/),
      fix: "check LEDGER_ENTERPRISE_API_URL and the network; HTTPS_PROXY names a proxy",
    },
  ]);
});

test("2,000 users behind a rate limit: it ends, and is right", async () => {
  const names = Array.from({ length: 2000 }, (_, i) => `bot ${i}`);
  const keys = names.map((_, i) => `04${i.toString(16).padStart(128, "0")}`);
  for (const [i, name] of names.entries())
    live(name, keys[i] ?? "", { status: i === 1234 ? "ACCESS_SUSPENDED" : "ACTIVE" });
  let calls = 0;
  workspace.intercept(({ path }) =>
    path === "/users" && ++calls % 4 === 0 ? rateLimited(calls % 8 === 0 ? "1" : "0") : undefined,
  );
  const yaml =
    names
      .filter((_, i) => i !== 777)
      .map((name) => declared(name))
      .join("") + declared("settlement bot");
  const { code, problems, users } = await status([], { args: ["--users", fleet(yaml)] });
  expect(users).toHaveLength(2000);
  expect(problems.filter((each) => !each.includes("signer"))).toEqual([
    expect.stringMatching(/bot 1234: is declared, but ACCESS_SUSPENDED/),
    expect.stringMatching(/has the API user "bot 777" \(ACTIVE\), which nobody declared/),
  ]);
  expect(code).toBe(1);
  expect(calls).toBeGreaterThan(21);
});

test("a rate limit beyond --max-wait ends it, as not seen", async () => {
  workspace.intercept(({ path }) => (path === "/users" ? rateLimited("5") : undefined));
  const { code, problems } = await status([settlement], { args: ["--max-wait", "2"] });
  expect(code).toBe(1);
  expect(problems).toEqual([expect.stringMatching(/^not seen: workspace acme-prod: .*limits the rate/)]);
});

test.each([
  ["nothing", [], {}, /it is not known whose status to show; give --users/],
  [
    "half of the credentials",
    ["--registration", "x"],
    { LEDGER_ENTERPRISE_WORKSPACE: "acme-prod" },
    /not set: LEDGER_ENTERPRISE_API_URL/,
  ],
  ["a file that is not there", ["--registration", "/nowhere"], {}, /cannot read the registration/],
  ["a fleet with a mistake", ["--users", "/nowhere"], {}, /fix the fleet/],
])("%s is bad usage", async (_, args, env, message) => {
  const { code, stderr, stdout } = await account.run(addStatus, ["status", ...args], {
    ...account.env(),
    ...env,
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toMatch(message);
});
