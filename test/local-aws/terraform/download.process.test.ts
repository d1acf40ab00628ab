import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { download } from "../../../local-aws/terraform/download";
import { certificate, startProxy, tlsSite } from "../../support/proxy";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const serve = async (listener: RequestListener) =>
  new URL(`http://127.0.0.1:${await listen(createServer(listener))}/file`);

const options = { maxBytes: 10, env: {} };

test("tells how far it is", async () => {
  const address = await serve((_, response) => response.setHeader("content-length", 5).end("12345"));
  const told: unknown[] = [];
  const onProgress = (...progress: unknown[]) => told.push(progress);
  expect((await download(address, { ...options, onProgress })).toString()).toBe("12345");
  expect(told).toEqual([[5, 5]]);
});

test.each([
  "127.9.9.9",
  "[::1]",
  "localhost",
])("asks %s, which is this machine, in plain too", async (host) => {
  const nobody = new URL(`http://${host}:1/x`);
  await expect(download(nobody, options)).rejects.toThrow(/ECONN|EADDR/);
});

describe("refuses", () => {
  test("what is too large, said in advance or not", async () => {
    const said = await serve((_, response) => response.setHeader("content-length", 11).end("12345678901"));
    const unsaid = await serve((_, response) => {
      response.write("123456");
      response.end("78901");
    });
    for (const address of [said, unsaid]) {
      await expect(download(address, options)).rejects.toThrow(`${address.href}: it is larger than 10 bytes`);
    }
  });

  test.each([
    "http://releases.example/x",
    "ftp://releases.example/x",
    "http://127.0.0.1.example/x",
  ])("%s, which is not https", async (address) => {
    await expect(download(new URL(address), options)).rejects.toThrow("it is not an https address");
  });

  test("what breaks off", async () => {
    const address = await serve((_, response) => {
      response.setHeader("content-length", 8).write("1234");
      setTimeout(() => response.destroy(), 20);
    });
    await expect(download(address, options)).rejects.toThrow(`${address.href}: aborted`);
  });

  test("where nobody answers", async () => {
    const address = await serve(() => {});
    servers.pop()?.close();
    await expect(download(address, options)).rejects.toThrow("ECONNREFUSED");
  });
});

describe("a proxy", () => {
  const address = new URL("https://releases.example/x");

  test("carries the connection, and cannot read or change it", async () => {
    const tls = certificate("releases.example");
    const site = await tlsSite(tls, Number((await serve((_, response) => response.end("never sent"))).port));
    const proxy = await startProxy({ to: site.port });
    // It gets as far as the certificate, which nobody vouches for.
    await expect(
      download(address, { ...options, env: { HTTPS_PROXY: proxy.url("me:p%40ss@") } }),
    ).rejects.toThrow("https://releases.example/x: self-signed certificate");
    expect(proxy.targets()).toEqual(["releases.example:443"]);
    proxy.stop();
    site.stop();
    tls.remove();
  });

  test("that refuses is named, without its password", async () => {
    const instead = (socket: Duplex) => void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const proxy = await startProxy({ instead });
    const env = { HTTPS_PROXY: proxy.url("me:hunter2@") };
    await expect(download(address, { ...options, env })).rejects.toThrow(
      `https://releases.example/x: proxy 127.0.0.1:${proxy.port}: HTTP 407`,
    );
    proxy.stop();
  });

  test("whose address is none is not repeated", async () => {
    const env = { HTTPS_PROXY: "http://me:hunter2@[proxy" };
    const error = await download(address, { ...options, env }).catch((thrown) => thrown);
    expect(String(error)).toContain("HTTPS_PROXY is not the address of a proxy");
    expect(String(error)).not.toContain("hunter2");
  });
});
