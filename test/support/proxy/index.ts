/** A real CONNECT proxy in this process, and a site behind it with a certificate that only its own authority vouches for. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { openssl } from "../keys/tools";

/** What a client asked of the proxy, and all that it then sent through the tunnel. */
interface Tunnel {
  /** `HOST:PORT`. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly bytes: () => Buffer;
}

export interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
  /** For NODE_EXTRA_CA_CERTS. */
  readonly file: string;
  remove(): void;
}

/** @param names DNS names, wildcards too, or addresses */
export function certificate(...names: string[]): Certificate {
  const folder = mkdtempSync(join(tmpdir(), "proxy-tls-"));
  const [key, file] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const alternatives = names.map((name) => `${/^[\d.]+$/.test(name) ? "IP" : "DNS"}:${name}`).join(",");
  openssl(
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test -addext subjectAltName=${alternatives} -keyout ${key} -out ${file}`,
  );
  return {
    key: readFileSync(key),
    cert: readFileSync(file),
    file,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

async function listen(server: Server): Promise<{ port: number; stop(): void }> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const joined = (one: Duplex, other: Duplex) => {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const)
    from
      .on("error", () => to.destroy())
      .on("close", () => to.destroy())
      .pipe(to);
};

/** Takes TLS off, and passes on to a plain server on this machine, under that server's own name: the site that a proxy leads to. */
export const tlsSite = ({ key, cert }: Certificate, port: number) =>
  listen(
    createSecureServer({ key, cert }, (incoming, response) => {
      const { method, url: path } = incoming;
      const headers = { ...incoming.headers, host: `127.0.0.1:${port}` };
      const onward = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      incoming.pipe(onward.on("error", () => response.destroy()));
    }),
  );

export interface ProxyOptions {
  /** The port on this machine where all tunnels lead to. */
  readonly to?: number;
  /** Answers in place of opening a tunnel. */
  readonly instead?: (socket: Duplex) => void;
  /** A proxy that is itself asked by TLS. */
  readonly certificate?: Certificate;
}

export async function startProxy({ to, instead, certificate: own }: ProxyOptions) {
  const tunnels: Tunnel[] = [];
  const requests: string[] = [];
  const server = own ? createSecureServer({ key: own.key, cert: own.cert }) : createServer();
  server.on("request", ({ method, url }, response) => {
    requests.push(`${method} ${url}`);
    response.writeHead(500).end();
  });
  server.on("connect", ({ url = "", headers }: IncomingMessage, socket: Duplex) => {
    const chunks: Buffer[] = [];
    tunnels.push({ target: url, headers, bytes: () => Buffer.concat(chunks) });
    socket.on("error", () => {});
    if (instead || to === undefined) return instead?.(socket);
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    joined(socket, connect(to, "127.0.0.1"));
  });
  const { port, stop } = await listen(server);
  return {
    port,
    stop,
    tunnels,
    /** Requests other than for a tunnel: none are ever to be sent. */
    requests,
    url: (login = "") => `${own ? "https" : "http"}://${login}127.0.0.1:${port}`,
    targets: () => tunnels.map(({ target }) => target),
  };
}
