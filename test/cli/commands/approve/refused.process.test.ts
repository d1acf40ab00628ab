import { type AddressInfo, createServer } from "node:net";
import { generateKeyPair } from "../../../../keys";
import {
  complaint,
  decide,
  decisions,
  env,
  first,
  isDecision,
  later,
  run,
  workspace,
} from "../../../support/cli/approve-run";
import { ledgerApiUser } from "../../../support/cli/run-cli";
import type { ApiCall } from "../../../support/workspace";

jest.setTimeout(60_000);

describe("what the workspace refuses", () => {
  test.each([
    [
      "an expired request",
      { expiresInSeconds: -60 },
      "expired",
      1,
      /request 29 expired on 20\S+Z; have it created/,
    ],
    ["one that the workspace calls expired", { status: "EXPIRED" }, "expired", 1, /request 29 expired/],
    [
      "one that is decided",
      { status: "APPROVED" },
      "refused",
      1,
      /not pending\): it is APPROVED; there is nothing/,
    ],
    [
      "one that was approved in time",
      { status: "APPROVED", expiresInSeconds: -60 },
      "refused",
      1,
      /: it is APPROVED; there is nothing left/,
    ],
    [
      "one of a status that nobody knows, whose date is past",
      { status: "FROZEN", expiresInSeconds: -60 },
      "refused",
      1,
      /: it is FROZEN; this version does not know that status/,
    ],
    ["one that was aborted", { status: "ABORTED" }, "refused", 1, /: it is ABORTED; there is nothing left/],
    [
      "one whose first approval is due",
      { status: "PENDING_FIRST_APPROVAL" },
      "refused",
      1,
      /not pending\); check that the key/,
    ],
    [
      "one of a status that nobody knows",
      { status: "FROZEN" },
      "refused",
      1,
      /: it is FROZEN; this version does not know that status/,
    ],
  ])("%s is told from the others", async (_, options, outcome, exitCode, message) => {
    const { id } = workspace.addRequest(options);
    const { code, stdout, stderr } = await decide("approve", id);
    expect(code).toBe(exitCode);
    expect(complaint(stderr)).toMatch(message);
    expect(JSON.parse(stdout)).toMatchObject({ outcome });
    expect(workspace.posts).toEqual([]);
  });

  test("a request that it does not know", async () => {
    const { code, stdout, stderr } = await decide("approve", 404);
    expect(code).toBe(2);
    expect(complaint(stderr)).toMatch(/^error: the workspace knows no request 404; check the id/);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "not-found" });
  });

  test("one that expires while the person reads", async () => {
    const { id } = workspace.addRequest({ expiresInSeconds: 2 });
    first(1, isDecision, () => later(2500, () => undefined));
    const { stdout } = await decide("approve", id);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "expired" });
    expect(decisions()).toBe(1);
  });

  test("a key that is not the registered one", async () => {
    const { id } = workspace.addRequest();
    workspace.useOpaqueTokens();
    const other = generateKeyPair().privateKeyPem.toString("hex");
    const { code, stderr } = await run(["approve", String(id), "--yes"], {
      LEDGER_ENTERPRISE_API_PRIVATE_KEY: other,
    });
    expect(code).toBe(1);
    expect(complaint(stderr)).toMatch(
      /HTTP 400: invalid signature\); check that the key is the registered one/,
    );
    expect(decisions()).toBe(1);
  });

  test.each([
    "ABORTED",
    "REJECTED",
    "EXPIRED",
    "BLOCKED",
  ])("an approval that it takes for a request that is %s is not done", async (status) => {
    const { id } = workspace.addRequest();
    first(1, isDecision, () => ({ status: 200, body: { id, status } }));
    const { code, stdout, stderr } = await decide("approve", id);
    expect({ code, outcome: JSON.parse(stdout).outcome }).toEqual({ code: 1, outcome: "refused" });
    expect(complaint(stderr)).toBe(
      `error: request ${id} is ${status}; look at the request in the workspace: the decision had no effect`,
    );
  });

  test.each([30, null, { id: 29 }])("nobody knows what an answer for the request %j means", async (id) => {
    workspace.addRequest();
    first(1, isDecision, () => ({ status: 200, body: { id, status: "APPROVED" } }));
    const { code, stdout, stderr } = await decide("approve", 29);
    expect({ code, outcome: JSON.parse(stdout).outcome }).toEqual({ code: 1, outcome: "unknown" });
    expect(complaint(stderr)).toMatch(
      /^error: unknown whether .* \(the answer is for another request\); look/,
    );
  });

  test("what is said of another request says nothing of this one", async () => {
    workspace.addRequest({ status: "ABORTED" });
    const isState = ({ method, path }: ApiCall) => method === "GET" && path === "/requests/29";
    first(1, isState, () => ({ status: 200, body: { id: 30, status: "APPROVED" } }));
    expect(complaint((await decide("approve", 29)).stderr)).toMatch(
      /\(HTTP 400: [^)]*\); check that the key/,
    );
  });

  test.each([
    "PENDING_APPROVAL",
    "PENDING_FIRST_APPROVAL",
    "SIGNED",
    "SUBMITTED",
    "ACTIVE",
    "FROZEN",
  ])("the status %s after an approval is shown as it is", async (status) => {
    const { id } = workspace.addRequest();
    first(1, isDecision, () => ({ status: 200, body: { id, status } }));
    expect(JSON.parse((await decide("approve", id)).stdout)).toMatchObject({ outcome: "posted", status });
  });

  test("a login", async () => {
    const { id } = workspace.addRequest();
    const { code, stderr } = await run(["approve", String(id), "--yes"], {
      LEDGER_ENTERPRISE_API_KEY_SECRET: "wrong",
    });
    expect(code).toBe(2);
    expect(complaint(stderr)).toMatch(
      /^error: the workspace refuses the login \(HTTP 401\); check workspace/,
    );
  });

  test("its message is shown without secrets, in one line", async () => {
    const { id } = workspace.addRequest();
    first(1, isDecision, ({ headers }) => ({
      status: 403,
      body: { message: `no\n\u001b[31m ${headers.authorization} ${env["LEDGER_ENTERPRISE_API_KEY_SECRET"]}` },
    }));
    const { stderr } = await decide("approve", id);
    expect(complaint(stderr)).toMatch(/\(HTTP 403: no \\u001b\[31m Bearer … …\); check/);
  });
});

test("the challenge of another request is not signed", async () => {
  const { id } = workspace.addRequest();
  const other = workspace.addRequest();
  first(
    1,
    ({ path }) => path.endsWith("/challenge"),
    () => ({
      status: 200,
      body: { challenge: other.challenge, id: other.id },
    }),
  );
  const { code, stderr } = await decide("approve", id);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: the workspace answers with the challenge of another request than 29; /);
  expect(decisions()).toBe(0);
});

describe("before anything is sent", () => {
  test("every variable that is missing is named", async () => {
    const { code, stderr } = await ledgerApiUser(["approve", "29", "--yes"]);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: not set: (LEDGER_ENTERPRISE_\w+(, )?){4}; set what the workspace gave out/,
    );
  });

  test.each([
    ["http://api.vault.ledger.com", /does not begin with https:\/\/; credentials are sent over TLS only/],
    ["http://127.0.0.1.example.com", /does not begin with https:/],
    ["https://user:password@api.vault.ledger.com", /has more than host and path; /],
    ["api.vault.ledger.com", /is not a URL; set it to https:/],
  ])("%s is refused as URL, and not repeated", async (url, message) => {
    const { code, stderr } = await run(["approve", "29", "--yes"], { LEDGER_ENTERPRISE_API_URL: url });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("password");
  });

  test.each(["../users", "29?x", "", "x".repeat(65)])("%j is no id of a request", async (id) => {
    expect(await run(["approve", "--", id])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^error: REQUEST_ID is not the id of a request; /),
    });
  });

  test("where nobody listens, nothing was posted", async () => {
    const { code, stderr } = await run(["approve", "29", "--yes"], {
      LEDGER_ENTERPRISE_API_URL: `http://127.0.0.1:${await closedPort()}`,
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^error: the workspace cannot be reached \(ECONNREFUSED\); nothing was posted; check/,
    );
  });
});

test("a workspace that is gone when the decision is to be posted got nothing", async () => {
  const { id } = workspace.addRequest();
  first(
    1,
    ({ path }) => path.endsWith("/challenge"),
    (_, forward) => {
      const answer = forward();
      setImmediate(() => void workspace.stop());
      return { ...answer, headers: { connection: "close" } };
    },
  );
  const { code, stderr } = await run(["approve", String(id), "--yes"]);
  expect(code).toBe(2);
  expect(complaint(stderr)).toMatch(/cannot be reached \(ECONN\w+\); nothing was posted; /);
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
