import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateKeyPair } from "../../keys";
import { openssl } from "../keys/tools";
import { payloadsByPython } from "../signing/jws";
import { type ApiCall, type Interceptor, startWorkspace, type Workspace } from "../workspace";
import { rateLimited } from "../workspace/answers";
import { ledgerApiUser, onTerminal } from "./sign-run";

jest.setTimeout(60_000);

const pair = generateKeyPair();
const LEDGER_ENTERPRISE_API_PRIVATE_KEY = pair.privateKeyPem.toString("hex");
let workspace: Workspace;
let env: Record<string, string>;
let secrets: readonly string[];

beforeEach(async () => {
  workspace = await startWorkspace();
  const user = workspace.addUser({ username: "settlement bot", publicKey: pair.publicKey });
  env = { ...workspace.env(user.username), LEDGER_ENTERPRISE_API_PRIVATE_KEY };
  secrets = [user.apiKeySecret, "token-", LEDGER_ENTERPRISE_API_PRIVATE_KEY.slice(100, 140)];
});
afterEach(() => workspace.stop());

/** Runs it, and looks that nothing secret is in what it says, whatever the test is about. */
async function run(args: readonly string[], more: Record<string, string> = {}) {
  const outcome = await ledgerApiUser([...args], { env: { ...env, ...more } });
  for (const secret of secrets) expect(outcome.stdout + outcome.stderr).not.toContain(secret);
  return outcome;
}
const decide = (action: string, id: number | string, ...more: string[]) =>
  run([action, String(id), "--yes", "--json", ...more]);

/** The last line of standard error: what was signed stands before it. */
const complaint = (stderr: string) => stderr.trim().split("\n").at(-1);
const isDecision = ({ method, path }: ApiCall) => method === "POST" && path.startsWith("/requests/");
const decisions = () => workspace.calls.filter(isDecision).length;

/** Answers the first `times` calls that `which` picks. */
function first(times: number, which: (call: ApiCall) => boolean, interceptor: Interceptor): void {
  let left = times;
  workspace.intercept((call, forward) =>
    which(call) && left-- > 0 ? interceptor(call, forward) : undefined,
  );
}

describe.each([
  ["approve", "APPROVED"],
  ["reject", "REJECTED"],
] as const)("%s", (action, status) => {
  test("logs in, signs the challenge and posts it once", async () => {
    const { id, challenge } = workspace.addRequest();
    const { code, stdout, stderr } = await decide(action, id);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ request: String(id), action, outcome: "posted", status });
    expect(stderr).toMatch(/amount: "100"\n[\s\S]*recipient: "tb1q/);
    expect(workspace.posts).toMatchObject([{ action, username: "settlement bot", refusal: undefined }]);
    const jws = workspace.posts[0]?.jws ?? "";
    const payload = Buffer.from(challenge, "base64url").toString();
    expect(payloadsByPython([[pair.publicKey, jws]])).toEqual([payload]);
    expect(stdout + stderr).not.toContain(jws);
  });

  test("asks a person first, and no means that nothing is posted", async () => {
    const { id } = workspace.addRequest();
    const no = await onTerminal([action, String(id)], { env, answer: "n\n" });
    expect(no).toMatchObject({ code: 1, screen: expect.stringContaining("nothing was signed or posted") });
    expect(workspace.posts).toEqual([]);
    const yes = await onTerminal([action, String(id)], { env, answer: "y\n" });
    expect(yes.code).toBe(0);
    expect(yes.screen).toMatch(
      new RegExp(`${action} request ${id}\\? \\[y/N\\] y\\n.*Request +${id}\\n`, "i"),
    );
    expect(yes.screen).toMatch(new RegExp(`Status +${status}\\n`));
    expect(workspace.posts).toHaveLength(1);
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
    expect(complaint(stderr)).toMatch(/redirects \(HTTP 307\), which is not followed; set LEDGER_ENTERPRISE/);
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

/** What is answered once the workspace has acted. */
const instead = (_: unknown, answer: ReturnType<Interceptor>) => answer;

const later = async (milliseconds: number, act: () => ReturnType<Interceptor>) => {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return act();
};

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

  test("tell a person that they wait", async () => {
    const { id } = workspace.addRequest();
    first(
      1,
      ({ path }) => path === "/auth/token",
      () => rateLimited("1"),
    );
    const { screen } = await onTerminal(["approve", String(id)], { env, answer: "y\n" });
    expect(screen).toMatch(/^Waiting 1 s: the workspace limits the rate of requests\.\n/);
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
      authorization: expect.stringMatching(/^Bearer token-/),
      "x-ledger-workspace": "acme-prod",
    });
  });
});

describe("what the workspace refuses", () => {
  test.each([
    [
      "an expired request",
      { expiresInSeconds: -60 },
      "expired",
      1,
      /request 29 expired on 20\S+Z; have it made/,
    ],
    ["one that the workspace calls expired", { status: "EXPIRED" }, "expired", 1, /request 29 expired/],
    ["one that is decided", { status: "APPROVED" }, "refused", 1, /not pending\): it is APPROVED; /],
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
    expect(complaint(stderr)).toMatch(/\(HTTP 403: no \?\[31m Bearer … …\); check/);
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
    ["api.vault.ledger.com", /is no URL; set it to https:/],
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

  test("without a terminal and without --yes, nothing is signed or posted", async () => {
    const { id } = workspace.addRequest();
    const { code, stderr } = await run(["approve", String(id)]);
    expect(code).toBe(2);
    expect(complaint(stderr)).toMatch(/nobody can be asked: there is no terminal; add --yes/);
    expect(decisions()).toBe(0);
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

test("a certificate that nobody vouches for is refused, whatever the environment says; one's own authority is taken", async () => {
  const folder = mkdtempSync(join(tmpdir(), "approve-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = "-subj /CN=workspace -addext subjectAltName=IP:127.0.0.1";
  openssl(
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ${subject} -keyout ${key} -out ${cert}`,
  );
  let logins = 0;
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
    logins++;
    response.writeHead(401).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = { LEDGER_ENTERPRISE_API_URL: `https://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const refused = await run(["approve", "29", "--yes"], { ...url, NODE_TLS_REJECT_UNAUTHORIZED: "0" });
  expect(refused.code).toBe(2);
  expect(complaint(refused.stderr)).toMatch(/cannot be reached \(\w*SELF_SIGNED\w*\).*NODE_EXTRA_CA_CERTS/);
  expect(logins).toBe(0);
  const taken = await run(["approve", "29", "--yes"], { ...url, NODE_EXTRA_CA_CERTS: cert });
  expect(complaint(taken.stderr)).toMatch(/refuses the login \(HTTP 401\)/);
  expect(logins).toBe(1);
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
