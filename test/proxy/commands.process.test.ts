/** The commands behind a proxy: the workspace, AWS, and what gives out credentials for it, with TLS from end to end. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { workspace, env as workspaceEnv } from "../support/cli/approve-run";
import { ledgerApiUserProcess } from "../support/cli/process";
import { ledgerApiUser } from "../support/cli/run-cli";
import { account, settlement, staking } from "../support/cli/verify-run";
import { certificate, startProxy, tlsSite } from "../support/proxy";

jest.setTimeout(120_000);

const NAMES = ["api.workspace.example", "*.eu-west-1.amazonaws.com"];
const tls = certificate(...NAMES, "127.0.0.1");
const folder = mkdtempSync(join(tmpdir(), "behind-a-proxy-"));
const open: Array<{ stop(): void }> = [];
afterEach(() => {
  for (const each of open.splice(0)) each.stop();
});
afterAll(() => {
  tls.remove();
  rmSync(folder, { recursive: true });
});

async function opened<T extends { stop(): void }>(starting: Promise<T>): Promise<T> {
  const started = await starting;
  open.push(started);
  return started;
}

/** A proxy to a server on this machine, which has a certificate for it. */
async function proxyTo(url: string, options = {}) {
  const site = await opened(tlsSite(tls, Number(new URL(url).port)));
  return opened(startProxy({ to: site.port, ...options }));
}

/** Refuses each tunnel: who is asked for is all that a test wants to know. */
const refusing = () =>
  opened(startProxy({ instead: (socket: Duplex) => void socket.end("HTTP/1.1 403 Forbidden\r\n\r\n") }));

const behind = { NODE_EXTRA_CA_CERTS: tls.file, NO_PROXY: "" };

/** In AWS itself, as far as the environment says. */
function inAws(more: Record<string, string> = {}): Record<string, string> {
  const { AWS_ENDPOINT_URL: _, LEDGER_API_USER_ALLOW_LOOPBACK: __, ...env } = account.env();
  return { ...env, ...behind, ...more };
}

test.each([
  ["http", {}],
  ["https", { certificate: tls }],
])("approve, through a proxy that is asked by %s", async (_, options) => {
  const { id } = workspace.addRequest();
  const { url, targets, tunnels } = await proxyTo(workspace.url, options);
  const LEDGER_ENTERPRISE_API_URL = "https://api.workspace.example";
  const env = { ...workspaceEnv, ...behind, LEDGER_ENTERPRISE_API_URL, HTTPS_PROXY: url("me:hunter2@") };
  const { code, stderr } = await ledgerApiUserProcess(["approve", String(id), "--yes"], { env });
  expect({ code, stderr: stderr.includes("hunter2") }).toEqual({ code: 0, stderr: false });
  expect(workspace.posts).toHaveLength(1);
  expect(new Set(targets())).toEqual(new Set(["api.workspace.example:443"]));
  for (const { bytes } of tunnels) expect(bytes().includes("api_key")).toBe(false);
});

test("verify, in Secrets Manager and KMS, and it ends at once", async () => {
  const { url, targets, requests } = await proxyTo(account.env()["AWS_ENDPOINT_URL"] ?? "");
  const registration = account.registrationOf(settlement, staking);
  const { code, stdout, stderr } = await ledgerApiUserProcess(["verify", "--registration", registration], {
    env: inAws({ https_proxy: url() }),
  });
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/settlement bot/);
  expect([...new Set(targets())].sort()).toEqual([
    "kms.eu-west-1.amazonaws.com:443",
    "secretsmanager.eu-west-1.amazonaws.com:443",
  ]);
  expect(requests).toEqual([]);
});

test("sign asks KMS through it too", async () => {
  const { url, targets } = await refusing();
  const args = ["sign", "--kms", String(staking.keyArn), "--yes"];
  const { challenge } = workspace.addRequest();
  const { code, stderr } = await ledgerApiUser(args, {
    env: inAws({ HTTPS_PROXY: url() }),
    input: challenge,
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/AWS did not answer for the KMS key .* \(proxy 127\.0\.0\.1:\d+: HTTP 403\); /);
  expect(targets()).toEqual(["kms.eu-west-1.amazonaws.com:443"]);
});

test("what gives out credentials is asked through it: IAM Identity Center, and STS for a role", async () => {
  const { url, targets } = await refusing();
  const cache = join(folder, ".aws/sso/cache");
  mkdirSync(cache, { recursive: true });
  const start = "https://acme.awsapps.com/start";
  const token = { accessToken: "token", expiresAt: new Date(Date.now() + 3_600_000).toISOString() };
  writeFileSync(join(cache, `${createHash("sha1").update(start).digest("hex")}.json`), JSON.stringify(token));
  const sso = `sso_start_url = ${start}\nsso_region = eu-west-1\nsso_account_id = 123456789012\nsso_role_name = x`;
  const config = join(folder, ".aws/config");
  writeFileSync(config, `[profile sso]\n${sso}\nregion = eu-west-1\n`);
  const jwt = join(folder, "jwt");
  writeFileSync(jwt, "a.b.c");
  const { AWS_ACCESS_KEY_ID: _, AWS_SECRET_ACCESS_KEY: __, AWS_SESSION_TOKEN: ___, ...rest } = inAws();
  const env = { ...rest, HOME: folder, AWS_CONFIG_FILE: config, HTTPS_PROXY: url() };
  const registration = account.registrationOf(settlement);
  const ways: Record<string, string>[] = [
    { AWS_PROFILE: "sso" },
    {
      AWS_WEB_IDENTITY_TOKEN_FILE: jwt,
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/x",
      AWS_REGION: "eu-west-1",
    },
  ];
  for (const more of ways) {
    const args = ["verify", "--registration", registration];
    const { code } = await ledgerApiUserProcess(args, { env: { ...env, ...more } });
    expect(code).toBe(2);
  }
  expect([...new Set(targets())]).toEqual([
    "portal.sso.eu-west-1.amazonaws.com:443",
    "sts.eu-west-1.amazonaws.com:443",
  ]);
});

test("an emulator or a stub on this machine is never asked through it", async () => {
  const { url, tunnels } = await refusing();
  const { id } = workspace.addRequest();
  const approved = await ledgerApiUser(["approve", String(id), "--yes"], {
    env: { ...workspaceEnv, HTTPS_PROXY: url() },
  });
  const registration = account.registrationOf(settlement);
  const verified = await ledgerApiUser(["verify", "--registration", registration], {
    env: { ...account.env(), HTTPS_PROXY: url() },
  });
  expect([approved.code, verified.code]).toEqual([0, 0]);
  expect(tunnels).toEqual([]);
});

test("the guard stands before the proxy: a foreign host is not asked for", async () => {
  const { url, tunnels } = await refusing();
  const env = inAws({ HTTPS_PROXY: url(), AWS_ENDPOINT_URL: "https://kms.evil.example" });
  const registration = account.registrationOf(settlement);
  const { code, stderr } = await ledgerApiUser(["verify", "--registration", registration], { env });
  expect(code).toBe(2);
  expect(stderr).toMatch(/refusing to send a request to https:\/\/kms\.evil\.example/);
  expect(tunnels).toEqual([]);
});

test.each([
  ["approve", () => ["approve", "29", "--yes"]],
  ["verify", () => ["verify", "--registration", account.registrationOf(settlement)]],
  ["status", () => ["status", "--registration", account.registrationOf(settlement)]],
  ["sign", () => ["sign", "--kms", String(staking.keyArn), "--yes"]],
])("%s with an address that no proxy has is one line, without the password", async (_, args) => {
  const env = { ...workspaceEnv, ...inAws(), HTTPS_PROXY: "socks5://me:hunter2@proxy:1080" };
  const { challenge } = workspace.addRequest();
  const { code, stdout, stderr } = await ledgerApiUser(args(), { env, input: challenge });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr.trim().split("\n").at(-1)).toBe(
    "error: HTTPS_PROXY names a proxy of another kind than http and https; set it to http://HOST:PORT, or unset it",
  );
});
