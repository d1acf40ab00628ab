import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { download, proxyFor } from "../../../local-aws/terraform/download";

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
  const named = (address: string, env: NodeJS.ProcessEnv) => proxyFor(new URL(address), env)?.href;

  test("is the one that HTTPS_PROXY names, but for what NO_PROXY excepts", () => {
    const address = "https://releases.hashicorp.com/x";
    const proxy = { HTTPS_PROXY: "http://proxy.example:3128" };
    expect(named(address, {})).toBeUndefined();
    expect(named(address, proxy)).toBe("http://proxy.example:3128/");
    expect(named(address, { https_proxy: "proxy.example:3128" })).toBe("http://proxy.example:3128/");
    expect(named("http://127.0.0.1/x", proxy)).toBeUndefined();
    for (const excepted of [
      "*",
      "hashicorp.com",
      ".hashicorp.com",
      "a.example, releases.hashicorp.com:443",
    ]) {
      expect(named(address, { ...proxy, NO_PROXY: excepted })).toBeUndefined();
    }
    for (const other of ["corp.com", "example", "hashicorp.com.example", ","]) {
      expect(named(address, { ...proxy, NO_PROXY: other })).toBeDefined();
    }
    const password = { HTTPS_PROXY: "http://me:hunter2@[proxy" };
    expect(() => named(address, password)).toThrow(/^HTTPS_PROXY is not an address$/);
  });

  test("carries the connection, and cannot read or change it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "proxy-"));
    const file = (name: string) => join(folder, name);
    const request =
      "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=releases.example";
    execFileSync("openssl", [...request.split(" "), "-keyout", file("key"), "-out", file("cert")], {
      stdio: "pipe",
    });
    const tls = { key: readFileSync(file("key")), cert: readFileSync(file("cert")) };
    rmSync(folder, { recursive: true });
    const port = await listen(
      createTlsServer(tls, (_, response) => response.end("never sent")) as unknown as Server,
    );
    const proxy = createServer();
    const asked: unknown[] = [];
    proxy.on("connect", ({ url, headers }, socket) => {
      asked.push(url, headers["proxy-authorization"]);
      const target = connect(port, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
      socket
        .pipe(target)
        .pipe(socket)
        .on("error", () => {});
    });
    const env = { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${await listen(proxy)}` };
    // It got as far as the certificate, which nobody vouches for.
    await expect(download(new URL("https://releases.example/x"), { ...options, env })).rejects.toThrow(
      "https://releases.example/x: self-signed certificate",
    );
    expect(asked).toEqual(["releases.example:443", `Basic ${Buffer.from("me:p@ss").toString("base64")}`]);
  });

  test("that refuses is named, without its password", async () => {
    const proxy = createServer();
    proxy.on("connect", (_, socket) => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"));
    const host = `127.0.0.1:${await listen(proxy)}`;
    const env = { HTTPS_PROXY: `http://me:hunter2@${host}` };
    await expect(download(new URL("https://releases.example/x"), { ...options, env })).rejects.toThrow(
      `https://releases.example/x: the proxy ${host} answered with HTTP status 407`,
    );
  });
});
