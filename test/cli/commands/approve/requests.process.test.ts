import {
  complaint,
  decide,
  decisions,
  first,
  instead,
  isDecision,
  later,
  workspace,
} from "../../../support/cli/approve-run";
import type { Interceptor } from "../../../support/workspace";
import { rateLimited } from "../../../support/workspace/answers";

jest.setTimeout(60_000);

describe.each([
  ["approve", "APPROVED"],
  ["reject", "REJECTED"],
] as const)("%s", (action, status) => {
  test("logs in, signs the challenge and posts it once", async () => {
    const { id } = workspace.addRequest();
    const { code, stdout, stderr } = await decide(action, id);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ request: String(id), action, outcome: "posted", status });
    expect(stderr).toMatch(/amount: "100"\n[\s\S]*recipient: "tb1q/);
    expect(workspace.posts).toMatchObject([{ action, username: "settlement bot", refusal: undefined }]);
    // A signature under the challenge to approve would be an approval in the hands of whoever has it.
    const challenges = workspace.calls.flatMap(({ path }) => (path.includes("/challenge") ? [path] : []));
    expect(challenges).toEqual([`/requests/${id}/challenge${action === "reject" ? "/reject" : ""}`]);
    expect(stdout + stderr).not.toContain(workspace.posts[0]?.jws);
  });
});

describe("a decision is posted once", () => {
  const unknown =
    /^error: unknown whether the workspace has the approval of request 29 \(.+\); look at the request/;

  test.each<[string, Interceptor, string[]]>([
    ["its answer is lost", (_, forward) => instead(forward(), "lost"), []],
    ["it is lost itself", () => "lost", []],
    ["a gateway gives up", (_, forward) => instead(forward(), { status: 504 }), []],
    ["a server fails", () => ({ status: 500, body: "<html>" }), []],
    ["no answer comes in time", (_, forward) => later(3000, forward), ["--timeout", "1"]],
  ])("though %s: the command says that it does not know", async (_, interceptor, more) => {
    const { id } = workspace.addRequest();
    first(9, isDecision, interceptor);
    const { code, stdout, stderr } = await decide("approve", id, ...more);
    expect(code).toBe(1);
    expect(complaint(stderr)).toMatch(unknown);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "unknown" });
    expect(decisions()).toBe(1);
  });

  test("though the rate is limited: it was not taken, and whoever runs it decides again", async () => {
    const { id } = workspace.addRequest();
    first(1, isDecision, () => rateLimited("7"));
    const { code, stdout, stderr } = await decide("approve", id);
    expect(code).toBe(1);
    expect(complaint(stderr)).toMatch(/HTTP 420\); nothing is posted twice by itself: run it again in 7 s$/);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "rate-limited" });
    expect(decisions()).toBe(1);
  });

  test("though it is redirected: neither JWS nor token goes elsewhere", async () => {
    const { id } = workspace.addRequest();
    first(1, isDecision, () => ({ status: 307, headers: { location: `${workspace.url}/elsewhere` } }));
    const { code, stderr } = await decide("approve", id);
    expect(code).toBe(2);
    expect(complaint(stderr)).toMatch(
      /redirects \(HTTP 307\), which is not followed; nothing was posted; set LEDGER_ENTERPRISE/,
    );
    expect(workspace.calls.map(({ path }) => path)).not.toContain("/elsewhere");
    expect(decisions()).toBe(1);
  });

  test("and counts as taken once the workspace says so, though the rest of the answer is lost", async () => {
    const { id } = workspace.addRequest();
    first(1, isDecision, (_, forward) => ({ ...forward(), body: "{", headers: { "content-length": "99" } }));
    const { code, stdout } = await decide("approve", id, "--timeout", "2");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ request: String(id), action: "approve", outcome: "posted" });
  });
});

describe("login and challenge", () => {
  test("wait as long as the workspace asks, in seconds or by date", async () => {
    const { id } = workspace.addRequest();
    first(
      1,
      ({ path }) => path === "/auth/token",
      () => rateLimited("1"),
    );
    const soon = () => rateLimited(new Date(Date.now() + 1000).toUTCString());
    first(1, ({ path }) => path.endsWith("/challenge"), soon);
    const start = Date.now();
    const { code, stderr } = await decide("approve", id);
    expect(code).toBe(0);
    expect(Date.now() - start).toBeGreaterThanOrEqual(1000);
    expect(stderr).not.toMatch(/Waiting/);
    expect(decisions()).toBe(1);
  });

  test("do not wait longer than --max-wait in all", async () => {
    const { id } = workspace.addRequest();
    first(
      9,
      ({ path }) => path.endsWith("/challenge"),
      () => rateLimited("1"),
    );
    const { code, stderr } = await decide("approve", id, "--max-wait", "2");
    expect(code).toBe(2);
    expect(complaint(stderr)).toMatch(
      /limits the rate.* would exceed the 2 s of --max-wait; nothing was posted/,
    );
    expect(decisions()).toBe(0);
  });

  test("are asked again where an answer was lost, or a server failed", async () => {
    const { id } = workspace.addRequest();
    first(
      1,
      ({ path }) => path === "/auth/token",
      () => "lost",
    );
    first(
      1,
      ({ path }) => path.endsWith("/challenge"),
      () => ({ status: 503 }),
    );
    expect((await decide("approve", id)).code).toBe(0);
    expect(decisions()).toBe(1);
  });

  test("begin anew where the token is worth nothing any more", async () => {
    const { id } = workspace.addRequest();
    first(
      1,
      ({ path }) => path.endsWith("/challenge"),
      () => void workspace.revokeTokens(),
    );
    expect((await decide("approve", id)).code).toBe(0);
  });

  test("send what the API's version 1 wants", async () => {
    await decide("approve", workspace.addRequest().id);
    const [login, challenge] = workspace.calls;
    expect(login).toMatchObject({ path: "/auth/token", headers: { "x-ledger-workspace": "acme-prod" } });
    expect(Object.keys(JSON.parse(login?.body ?? ""))).toEqual(["api_key_id", "api_key_secret"]);
    expect(challenge?.headers).toMatchObject({
      authorization: expect.stringMatching(/^Bearer [\w-]+\.[\w-]+\.token-/),
      "x-ledger-workspace": "acme-prod",
    });
  });
});
