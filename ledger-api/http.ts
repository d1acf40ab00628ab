import type { IncomingHttpHeaders } from "node:http";
import { PROXY_ERROR } from "../proxy/settings";

/** More than any answer of the workspace's that is asked for here. */
const MAX_BYTES = 1024 * 1024;

export interface Exchange {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** For the whole of it, from the connection to the last byte of the answer. */
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What JSON says; undefined for what is none, or was cut off. */
  readonly json: unknown;
}

/** There was no answer, not even its status. */
export class Unanswered extends Error {
  constructor(
    /** An error's code, `ECONNREFUSED`, or `no answer within 30 s`. */
    readonly reason: string,
    /** Whether the request may have reached the other side. */
    readonly sent: boolean,
    /** Whether the proxy failed, which the reason then names. */
    readonly proxyFailed = false,
  ) {
    super(reason);
  }
}

/**
 * One request and its answer. By node's http, not fetch: it repeats nothing and follows no redirect, and it tells whether a
 * connection stood when it failed, which decides whether a POST may have arrived. Each request has a connection of its own: one
 * that is kept may be closed under a request, which then is neither known to have arrived nor not to.
 *
 * @throws Unanswered
 */
export async function exchange({ method, url, headers, body, timeoutMs }: Exchange): Promise<Answer> {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const secure = url.protocol === "https:";
  // Loaded when needed: commands that ask no workspace start without it.
  const { request: send } = secure ? await import("node:https") : await import("node:http");
  const { TunnelAgent }: typeof import("../proxy/agent") = require("../proxy/agent");
  const agent = secure && new TunnelAgent({});
  return new Promise((resolve, reject) => {
    let sent = false;
    // Once it is, the response's own ends count.
    let answered = false;
    const options = {
      method,
      agent,
      headers: {
        accept: "application/json",
        ...(content !== undefined && {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(content),
        }),
        ...headers,
      },
      // Whatever NODE_TLS_REJECT_UNAUTHORIZED says.
      rejectUnauthorized: true,
    };
    const request = send(url, options);
    // Whatever ends the request ends the promise: one that is never settled would let the process end as if all were done.
    const fail = (reason: string, proxyFailed = false) => {
      clearTimeout(timer);
      reject(new Unanswered(reason, sent, proxyFailed));
      request.destroy();
    };
    const timer = setTimeout(() => {
      if (answered) request.destroy();
      else fail(`no answer within ${timeoutMs / 1000} s`);
    }, timeoutMs);
    request.on("socket", (socket) =>
      socket.once(secure ? "secureConnect" : "connect", () => {
        sent = true;
      }),
    );
    request.on("error", (error: NodeJS.ErrnoException) => {
      const proxyFailed = error.code === PROXY_ERROR;
      if (!answered) fail(proxyFailed ? error.message : (error.code ?? error.name), proxyFailed);
    });
    // 101: what follows is no answer.
    request.on("upgrade", () => fail("HTTP 101"));
    request.on("close", () => {
      if (!answered) fail("the connection was closed");
    });
    request.on("response", (response) => {
      answered = true;
      // Node takes a 101 that names no protocol for an answer.
      if ((response.statusCode ?? 0) < 200) return fail(`HTTP ${response.statusCode}`);
      const chunks: Buffer[] = [];
      let length = 0;
      const finish = (whole: boolean) => {
        clearTimeout(timer);
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          json: whole ? parse(text) : undefined,
        });
      };
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_BYTES) request.destroy();
        else chunks.push(chunk);
      });
      response.on("end", () => finish(response.complete));
      // The status stands though the rest was lost.
      response.on("error", () => finish(false));
      response.on("close", () => finish(false));
    });
    request.end(content);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
