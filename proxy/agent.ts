import { request as httpRequest } from "node:http";
import { Agent, type AgentOptions, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { PROXY_ERROR, type ProxyServer, proxyFor, proxyIn } from "./settings";

/** From the connection to the proxy to its answer. */
const TUNNEL_MS = 10_000;

/**
 * Connections by https, through a proxy where the environment names one for their host. The proxy is asked for a tunnel and sees a
 * host, a port and TLS: each answer comes from whoever has the host's certificate, or not at all. Above all, what a proxy answers
 * in place of opening a tunnel is never taken for an answer of the host's, as libraries take it that replay it.
 */
export class TunnelAgent extends Agent {
  /** @throws Failure for an address that no proxy can have */
  constructor(
    options: AgentOptions,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {
    super({ ...options, rejectUnauthorized: true });
    proxyIn(environment);
  }

  override createConnection(
    options: Parameters<Agent["createConnection"]>[0],
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const host = options.host ?? "localhost";
    const port = Number(options.port ?? 443);
    const proxy = proxyFor(host, port, this.environment);
    if (proxy === undefined) return super.createConnection(options, callback);
    // What fails in the second step, such as reading a certificate of one's own, ends the request too.
    tunnel(proxy, host, port)
      .then((socket) => super.createConnection({ ...options, socket } as typeof options) as Duplex)
      .then(
        (stream) => callback?.(null, stream),
        (error) => callback?.(error, undefined as unknown as Duplex),
      );
    return undefined;
  }
}

/** A connection to a host through a proxy, on which nothing has been sent yet. */
function tunnel(proxy: ProxyServer, host: string, port: number): Promise<Socket> {
  const { secure, authorization } = proxy;
  const target = authority(host, port);
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      clearTimeout(timer);
      const message = `proxy ${authority(proxy.host, proxy.port)}: ${why}`;
      reject(Object.assign(new Error(message), { code: PROXY_ERROR }));
      request.destroy();
    };
    const request = (secure ? httpsRequest : httpRequest)({
      host: proxy.host,
      port: proxy.port,
      method: "CONNECT",
      path: target,
      headers: { host: target, ...(authorization !== undefined && { "proxy-authorization": authorization }) },
      agent: false,
      rejectUnauthorized: true,
    });
    const timer = setTimeout(() => fail(`no answer within ${TUNNEL_MS / 1000} s`), TUNNEL_MS);
    request.on("error", (error: NodeJS.ErrnoException) => fail(error.code ?? error.name));
    request.on("close", () => fail("the connection was closed"));
    request.on("connect", ({ statusCode = 0 }, socket, head) => {
      const why =
        statusCode !== 200
          ? `HTTP ${statusCode}`
          : head.length > 0
            ? "it sent something of its own"
            : undefined;
      if (why === undefined) {
        clearTimeout(timer);
        resolve(socket);
      } else {
        socket.destroy();
        fail(why);
      }
    });
    request.end();
  });
}

const authority = (host: string, port: number) =>
  `${host.includes(":") ? `[${host.replace(/^\[|\]$/g, "")}]` : host}:${port}`;
