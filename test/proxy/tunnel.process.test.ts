/** Connections through a real CONNECT proxy, with TLS from end to end. */
import { createServer, type Server } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { text } from "node:stream/consumers";
import { exchange, Unanswered } from "../../ledger-api/http";
import { TunnelAgent } from "../../proxy/agent";
import { certificate, startProxy, tlsSite } from "../support/proxy";

const tls = certificate("site.example", "127.0.0.1", "*.amazonaws.com");
const open: Array<{ stop(): void }> = [];
let site: { port: number };
let server: Server;

beforeAll(async () => {
  server = createServer(async (incoming, response) =>
    response.end(`${incoming.method} ${incoming.url} ${await text(incoming)}`),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  site = await tlsSite(tls, (server.address() as AddressInfo).port);
});
afterAll(() => {
  (site as unknown as { stop(): void }).stop();
  server.closeAllConnections();
  server.close();
  tls.remove();
});
afterEach(() => {
  for (const each of open.splice(0)) each.stop();
});

async function proxy(options: Parameters<typeof startProxy>[0]) {
  const started = await startProxy(options);
  open.push(started);
  return started;
}

/** A POST with a secret in it, by an agent that trusts the site. */
async function post(environment: NodeJS.ProcessEnv, host = "site.example", options = {}): Promise<string> {
  const agent = new TunnelAgent({ ca: tls.cert, ...options }, environment);
  try {
    return await new Promise((resolve, reject) => {
      const sent = request({ host, path: "/login", method: "POST", agent });
      sent.on("error", reject).on("response", (response) => void text(response).then(resolve, reject));
      sent.end("the-secret");
    });
  } finally {
    agent.destroy();
  }
}

test("the proxy is asked for a tunnel, and sees nothing but TLS in it", async () => {
  const { url, tunnels, requests } = await proxy({ to: site.port });
  expect(await post({ HTTPS_PROXY: url("me:p%40ss@") })).toBe("POST /login the-secret");
  expect(tunnels.map(({ target, headers }) => [target, headers])).toEqual([
    [
      "site.example:443",
      {
        host: "site.example:443",
        "proxy-authorization": `Basic ${btoa("me:p@ss")}`,
        connection: "close",
      },
    ],
  ]);
  const bytes = tunnels[0]?.bytes() ?? Buffer.of();
  expect(bytes.subarray(0, 2).toString("hex")).toBe("1603"); // a handshake of TLS
  expect(bytes.includes("the-secret") || bytes.includes("/login")).toBe(false);
  expect(requests).toEqual([]);
});

test("connections are kept, each to its own host", async () => {
  const { url, targets } = await proxy({ to: site.port });
  const agent = new TunnelAgent({ ca: tls.cert, keepAlive: true }, { https_proxy: url() });
  const get = (host: string) =>
    new Promise((resolve, reject) =>
      request({ host, path: "/", agent })
        .on("error", reject)
        .on("response", (response) => void text(response).then(resolve, reject))
        .end(),
    );
  for (const host of ["site.example", "kms.amazonaws.com", "site.example"]) await get(host);
  agent.destroy();
  expect(targets()).toEqual(["site.example:443", "kms.amazonaws.com:443"]);
});

test("a host that NO_PROXY names, and this machine, are reached without it", async () => {
  const { url, tunnels } = await proxy({ to: site.port });
  const direct = { HTTPS_PROXY: url(), NO_PROXY: ".example" };
  await expect(post(direct)).rejects.toMatchObject({
    code: expect.stringMatching(/^(ENOTFOUND|EAI_AGAIN)$/),
  });
  expect(await post({ HTTPS_PROXY: url() }, "127.0.0.1", { port: site.port })).toMatch(/the-secret$/);
  expect(tunnels).toEqual([]);
});

test("a certificate that is another host's, or nobody's, ends it before anything is sent", async () => {
  const { url, tunnels } = await proxy({ to: site.port });
  const env = { HTTPS_PROXY: url() };
  await expect(post(env, "other.example")).rejects.toMatchObject({ code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  await expect(post(env, "site.example", { ca: [] })).rejects.toMatchObject({
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  await expect(post(env, "site.example", { ca: [], rejectUnauthorized: false })).rejects.toMatchObject({
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  for (const { bytes } of tunnels) expect(bytes().includes("the-secret")).toBe(false);
});

test("a certificate of one's own that cannot be read ends it, too", async () => {
  const { url } = await proxy({ to: site.port });
  const options = { cert: "no certificate", key: "no key" };
  await expect(post({ HTTPS_PROXY: url() }, "site.example", options)).rejects.toThrow(/PEM/i);
});

const answering = (answer: string) => (socket: Duplex) => void socket.end(answer);

describe.each<[string, (socket: Duplex) => void, string]>([
  ["refuses", answering("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"), "HTTP 407"],
  [
    "answers in the place of the site",
    answering('HTTP/1.1 201 Created\r\ncontent-type: application/json\r\n\r\n{"status":"APPROVED"}'),
    "HTTP 201",
  ],
  [
    "sends what is not the site's",
    answering("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{}"),
    "it sent something of its own",
  ],
  ["answers with 101", answering("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"), "HTTP 101"],
  ["redirects", answering("HTTP/1.1 302 Found\r\nlocation: https://x.example\r\n\r\n"), "HTTP 302"],
  ["closes", (socket) => void socket.end(), "ECONNRESET"],
  ["speaks another language", answering("SSH-2.0-OpenSSH_9.9\r\n"), "HPE_INVALID_CONSTANT"],
])("a proxy that %s", (_, instead, why) => {
  const before = process.env;
  afterEach(() => {
    process.env = before;
  });

  test("is the error, and is named without its password", async () => {
    const { url, port } = await proxy({ instead });
    process.env = { ...before, HTTPS_PROXY: url("me:hunter2@"), NO_PROXY: "" };
    const sent = { method: "POST" as const, headers: {}, body: {}, timeoutMs: 5000 };
    const error = await exchange({ ...sent, url: new URL("https://site.example/x") }).catch(
      (thrown) => thrown,
    );
    expect(error).toBeInstanceOf(Unanswered);
    expect({ ...error }).toEqual({
      reason: `proxy 127.0.0.1:${port}: ${why}`,
      sent: false,
      proxyFailed: true,
    });
  });
});

test("one that says nothing, and one that is not there, end in time", async () => {
  const before = process.env;
  const silent = await proxy({ instead: () => {} });
  const sent = { method: "POST" as const, headers: {}, body: {}, url: new URL("https://site.example/x") };
  try {
    process.env = { ...before, HTTPS_PROXY: silent.url(), NO_PROXY: "" };
    await expect(exchange({ ...sent, timeoutMs: 200 })).rejects.toMatchObject({
      reason: "no answer within 0.2 s",
      sent: false,
    });
    silent.stop();
    await expect(exchange({ ...sent, timeoutMs: 5000 })).rejects.toMatchObject({
      reason: `proxy 127.0.0.1:${silent.port}: ECONNREFUSED`,
      proxyFailed: true,
    });
  } finally {
    process.env = before;
  }
});

test("a proxy that is asked by TLS has to show a certificate", async () => {
  const { url } = await proxy({ to: site.port, certificate: tls });
  await expect(post({ HTTPS_PROXY: url() })).rejects.toMatchObject({
    code: "EPROXY",
    message: expect.stringMatching(/^proxy 127\.0\.0\.1:\d+: DEPTH_ZERO_SELF_SIGNED_CERT$/),
  });
});
