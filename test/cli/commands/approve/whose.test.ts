/** Whose credentials log in, and what waits for that user. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPair } from "../../../../keys";
import { complaint, decide, decisions, pair, run, workspace } from "../../../support/cli/approve-run";

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), "whose-"));
const registration = join(folder, "registration.json");
const other = generateKeyPair();
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  const entry = (username: string, publicKey: string) => ({
    ...{ workspace: "acme-prod", username, role: "operator", custody: "kms", generation: 1, publicKey },
    uiLabel: "Operator - Via Self Managed Key Pair",
    keyArn: "arn:aws:kms:eu-west-1:123456789012:key/00000000-0000-4000-8000-000000000000",
  });
  const users = [entry("settlement bot", pair.publicKey), entry("sweep bot", other.publicKey)];
  const stack = Object.fromEntries(users.map((user) => [user.username, user]));
  writeFileSync(registration, JSON.stringify({ "acme-prod-treasury": stack }));
});

const as = (user: { apiKeyId: string; apiKeySecret: string }) => ({
  LEDGER_ENTERPRISE_API_KEY_ID: user.apiKeyId,
  LEDGER_ENTERPRISE_API_KEY_SECRET: user.apiKeySecret,
});
const sweep = (more = {}) =>
  workspace.addUser({ username: "sweep bot", publicKey: other.publicKey, ...more });

describe("credentials of another user", () => {
  test("are refused, with whose they are, before a challenge is fetched", async () => {
    const { id } = workspace.addRequest();
    const args = ["approve", String(id), "--yes", "--user", "settlement bot", "--registration", registration];
    const { code, stdout, stderr } = await run(args, as(sweep()));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(complaint(stderr)).toBe(
      'error: the credentials are those of "acme-prod-treasury/sweep bot"; nothing was posted; set LEDGER_ENTERPRISE_API_KEY_ID and LEDGER_ENTERPRISE_API_KEY_SECRET to those of the user whose key signs',
    );
    expect(workspace.calls.map(({ path }) => path)).toEqual(["/auth/token"]);
  });

  test("are refused before anything is posted, though nothing but the signature tells whose key it is", async () => {
    const { id } = workspace.addRequest();
    const { code, stderr } = await run(["approve", String(id), "--yes"], as(sweep()));
    expect(code).toBe(2);
    expect(complaint(stderr)).toContain(
      `the credentials are those of another user, whose public key begins with ${other.publicKey.slice(0, 18)}; nothing was posted`,
    );
    expect(decisions()).toBe(0);
  });

  test("so are those of another workspace", async () => {
    const { id } = workspace.addRequest();
    const user = sweep({ claims: { workspace: "acme\u001b[31m-test" } });
    const { code, stderr } = await run(["approve", String(id), "--yes"], as(user));
    expect(code).toBe(2);
    expect(complaint(stderr)).toMatch(
      /of the workspace "acme\\u001b\[31m-test", not of "acme-prod"; nothing was posted; set LEDGER_ENTERPRISE_WORKSPACE to/,
    );
    expect(decisions()).toBe(0);
    const pending = await run(["approve", "--pending"], as(user));
    expect(pending.code).toBe(2);
    expect(pending.stderr).toMatch(/not of "acme-prod"; set LEDGER_ENTERPRISE_WORKSPACE to/);
  });

  test("where the token does not say, the workspace decides", async () => {
    workspace.useOpaqueTokens();
    expect((await decide("approve", workspace.addRequest().id)).code).toBe(0);
  });
});

describe("approve --pending", () => {
  test("lists what waits for this user, and nothing else", async () => {
    const admin = workspace.addUser({ username: "alice", publicKey: "", role: "ADMIN", isApi: false });
    workspace.addRequest({ approvers: [1, admin.id], type: "EDIT_GROUP" });
    workspace.addRequest({ approvers: [1], approvedBy: [1] });
    workspace.addRequest({ approvers: [admin.id] });
    workspace.addRequest({ approvers: [1], status: "PENDING_FIRST_APPROVAL" });
    const { code, stdout } = await run(["approve", "--pending"]);
    expect(code).toBe(0);
    expect(stdout.replace(/20\S+Z/g, "SOON")).toBe(
      'request 29: EDIT_GROUP of TRANSACTION 305, PENDING_APPROVAL, created by "settlement bot", expires on SOON\n' +
        'request 32: CREATE_TRANSACTION of TRANSACTION 305, PENDING_FIRST_APPROVAL, created by "settlement bot", expires on SOON\n',
    );
    const answer = JSON.parse((await run(["approve", "--pending", "--json"])).stdout);
    expect(answer).toMatchObject({
      user: "settlement bot",
      pending: [{ id: 29, type: "EDIT_GROUP" }, { id: 32 }],
    });
    expect(decisions()).toBe(0);
  });

  test("says so where nothing does", async () => {
    expect((await run(["approve", "--pending"])).stdout).toBe('No request waits for "settlement bot".\n');
  });

  test("takes the user from the registration where the token does not say", async () => {
    workspace.useOpaqueTokens();
    const unknown = await run(["approve", "--pending"]);
    expect(unknown.code).toBe(2);
    expect(complaint(unknown.stderr)).toMatch(
      /does not say whose credentials these are; give --user and --registration/,
    );
    workspace.addRequest({ approvers: [1] });
    const args = [
      "approve",
      "--pending",
      "--user",
      "settlement bot",
      "--registration",
      registration,
      "--json",
    ];
    expect(JSON.parse((await run(args)).stdout).pending).toHaveLength(1);
  });

  test.each<[string, string[], RegExp]>([
    ["with a request", ["29"], /--pending signs nothing; leave out/],
    ["with a key", ["--kms", "alias/x"], /--pending signs nothing; leave out/],
    ["with half of a user", ["--user", "x"], /go together/],
    [
      "for another user",
      ["--user", "sweep bot", "--registration", registration],
      /those of "acme-prod-treasury\/settlement bot"; set LEDGER_\w+ and LEDGER_\w+ to those of the user that --user names$/,
    ],
  ])("%s is refused", async (_, more, message) => {
    const { code, stderr } = await run(["approve", "--pending", ...more]);
    expect(code).toBe(2);
    expect(complaint(stderr)).toMatch(message);
  });

  const listing = (path: string, ...nodes: object[]) =>
    workspace.intercept((call) =>
      call.path === path
        ? {
            status: 200,
            body: { edges: nodes.map((node) => ({ node })), page_info: { has_next_page: false } },
          }
        : undefined,
    );
  const user = { id: 1, username: "settlement bot", status: "ACTIVE", pub_key: pair.publicKey.toUpperCase() };
  const complaintOf = async () => {
    const { code, stdout, stderr } = await run(["approve", "--pending"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    return complaint(stderr);
  };

  test("passes over users of the same key that are gone", async () => {
    const gone = ["REVOKED", "REJECTED", "ABORTED"].map((status, n) => ({ ...user, id: 7 + n, status }));
    listing("/users", ...gone, user);
    workspace.addRequest({ approvers: [1] });
    expect(JSON.parse((await run(["approve", "--pending", "--json"])).stdout)).toMatchObject({
      user: "settlement bot",
      pending: [{ id: 29 }],
    });
    expect(workspace.calls.at(-1)?.query.get("pending_by")).toBe("1");
  });

  test.each<[string, object[], RegExp]>([
    ["none has the key", [{ ...user, pub_key: null }], /lists no user with this public key/],
    ["all that have it are gone", [{ ...user, status: "REVOKED" }], /lists no user with this public key/],
    ["two have it", [user, { ...user, id: 2 }], /lists 2 users with this public key/],
    ["one has it, and no id", [{ ...user, id: { a: 1 } }], /without id, name or status/],
    ["one has it, and no name", [{ ...user, username: ["x"] }], /without id, name or status/],
    ["one has it, and no status", [{ ...user, status: {} }], /without id, name or status/],
    [
      "it is suspended",
      [{ ...user, status: "ACCESS_SUSPENDED" }],
      /"settlement bot" is "ACCESS_SUSPENDED" in/,
    ],
    [
      "its state is not known",
      [{ ...user, status: "FROZEN" }],
      /is "FROZEN" in the workspace; only an ACTIVE/,
    ],
  ])("where %s, nothing is asked for it", async (_, nodes, message) => {
    listing("/users", ...nodes);
    expect(await complaintOf()).toMatch(message);
    expect(workspace.calls.map(({ path }) => path)).not.toContain("/requests");
  });

  const request = { id: 29, type: "EDIT_GROUP", status: "PENDING_APPROVAL" };

  test.each([
    ...["APPROVED", "SIGNED", "REJECTED", "EXPIRED"].map((status): [object, RegExp] => [
      { status },
      new RegExp(`request 29, which is ${status} and does not wait`),
    ]),
    ...[{ id: "29" }, { id: 1.5 }, { id: {} }, { type: ["x"] }, { type: undefined }, { status: 1 }].map(
      (more): [object, RegExp] => [more, /a request without id, type or status/],
    ),
  ])("a list with %j is not the one that was asked for", async (more, message) => {
    listing("/requests", { ...request, id: 28 }, { ...request, ...more });
    expect(await complaintOf()).toMatch(message);
  });

  test("what a request does not say is not made up", async () => {
    listing(
      "/requests",
      { ...request, target_type: { a: 1 }, target_id: [1], created_by: {}, expires_at: "soon" },
      { ...request, id: 30, target_type: "GROUP", target_id: {}, created_by: 99, expires_at: 7 },
    );
    expect((await run(["approve", "--pending"])).stdout).toBe(
      "request 29: EDIT_GROUP of what is not said, PENDING_APPROVAL\n" +
        "request 30: EDIT_GROUP of GROUP, PENDING_APPROVAL\n",
    );
  });

  test("a list that is not understood is no empty list", async () => {
    workspace.intercept(({ path }) =>
      path === "/requests"
        ? { status: 200, body: { edges: [{ node: { id: 1 } }], page_info: { has_next_page: false } } }
        : undefined,
    );
    const { code, stderr } = await run(["approve", "--pending"]);
    expect(code).toBe(2);
    expect(complaint(stderr)).toMatch(/a request without id, type or status/);
  });
});
