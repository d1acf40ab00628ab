import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { complaint, decisions, env, first, pair, workspace } from "../../../support/cli/approve-run";
import { ledgerApiUserProcess } from "../../../support/cli/process";
import { onTerminal } from "../../../support/cli/sign-run";
import { openssl } from "../../../support/keys/tools";
import { payloadsByPython } from "../../../support/signing/jws";
import { rateLimited } from "../../../support/workspace/answers";

jest.setTimeout(60_000);

const run = (args: readonly string[], more: Record<string, string> = {}) =>
  ledgerApiUserProcess(args, { env: { ...env, ...more } });

describe.each([
  ["approve", "APPROVED"],
  ["reject", "REJECTED"],
] as const)("%s", (action, status) => {
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

  test("as a process posts a JWS that Python's cryptography verifies", async () => {
    const { id, ...request } = workspace.addRequest();
    const { code, stdout } = await run([action, String(id), "--yes", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ request: String(id), action, outcome: "posted", status });
    const challenge = action === "approve" ? request.challenge : request.rejection;
    const payload = Buffer.from(challenge, "base64url").toString();
    expect(payloadsByPython([[pair.publicKey, workspace.posts[0]?.jws ?? ""]])).toEqual([payload]);
  });
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

test("without a terminal and without --yes, nothing is signed or posted", async () => {
  const { id } = workspace.addRequest();
  const { code, stderr } = await run(["approve", String(id)]);
  expect(code).toBe(2);
  expect(complaint(stderr)).toMatch(/there is no terminal to ask on; add --yes/);
  expect(decisions()).toBe(0);
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
