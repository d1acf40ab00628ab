import * as fc from "fast-check";
import { Failure } from "../../messages/failure";
import { proxyFor } from "../../proxy/settings";
import { anyCharacter, forAll } from "../support/for-all";

const HOST = "secretsmanager.eu-west-1.amazonaws.com";
const HTTPS_PROXY = "http://proxy.example:3128";
const proxied = (host: string, NO_PROXY: string, port = 443) =>
  proxyFor(host, port, { HTTPS_PROXY, NO_PROXY }) !== undefined;

test.each([
  [{ HTTPS_PROXY }, { secure: false, host: "proxy.example", port: 3128 }],
  [{ https_proxy: HTTPS_PROXY }, { secure: false, host: "proxy.example", port: 3128 }],
  [
    { HTTPS_PROXY, https_proxy: "http://other" },
    { secure: false, host: "proxy.example", port: 3128 },
  ],
  [
    { HTTPS_PROXY: "", https_proxy: "other:8080" },
    { secure: false, host: "other", port: 8080 },
  ],
  [{ HTTPS_PROXY: "http://other" }, { secure: false, host: "other", port: 80 }],
  [{ HTTPS_PROXY: "https://other/" }, { secure: true, host: "other", port: 443 }],
  [{ HTTPS_PROXY: "http://[2001:db8::1]:8080" }, { secure: false, host: "2001:db8::1", port: 8080 }],
  [
    { HTTPS_PROXY: "http://me:p%40ss@other" },
    { secure: false, host: "other", port: 80, authorization: `Basic ${btoa("me:p@ss")}` },
  ],
  [{}, undefined],
  [{ HTTPS_PROXY: " " }, undefined],
  [{ HTTP_PROXY: HTTPS_PROXY, ALL_PROXY: HTTPS_PROXY, http_proxy: HTTPS_PROXY }, undefined],
  [{ HTTPS_PROXY, no_proxy: "amazonaws.com" }, undefined],
  [
    { HTTPS_PROXY, NO_PROXY: "x", no_proxy: "*" },
    { secure: false, host: "proxy.example", port: 3128 },
  ],
])("%j names the proxy %j", (environment, expected) => {
  expect(proxyFor(HOST, 443, environment)).toEqual(expected);
});

test.each([
  "*",
  "amazonaws.com",
  ".amazonaws.com",
  "*.amazonaws.com",
  HOST,
  `${HOST}.`,
  HOST.toUpperCase(),
  `${HOST}:443`,
  ".amazonaws.com:443",
  "corp.example, amazonaws.com",
  "corp.example amazonaws.com",
])("NO_PROXY=%s excepts the host", (exceptions) => {
  expect(proxied(HOST, exceptions)).toBe(false);
});

test.each([
  "",
  ",",
  "aws.com",
  "example",
  "amazonaws.com.example",
  `.${HOST}`,
  `*.${HOST}`,
  `${HOST}:8443`,
  "10.0.0.0/8",
  "*.com.*",
  "[",
  "/",
])("NO_PROXY=%s does not", (exceptions) => {
  expect(proxied(HOST, exceptions)).toBe(true);
});

test.each([
  ["10.1.2.3", "10.1.2.3", false],
  ["10.1.2.3", "10.0.0.0/8", false],
  ["10.1.2.3", "10.1.2.3:8443", true],
  ["10.1.2.3", "11.0.0.0/8", true],
  ["10.1.2.3", "10.0.0.0/33", true],
  ["10.1.2.3", "1.2.3", true],
  ["10.1.2.3", "3", true],
  ["2001:db8::1", "2001:db8::/32", false],
  ["[2001:db8::1]", "[2001:DB8:0::1]", false],
  ["2001:db8::1", "[2001:db8::1]:443", false],
  ["2001:db8::1", "10.0.0.0/8", true],
  ["2001:db8::1", "0.0.0.0/0", true],
  ["10.1.2.3", "::/0", true],
  // An address of IPv4, written as one of IPv6.
  ["10.1.2.3", "::ffff:10.1.2.3", false],
  ["10.1.2.3", "[::ffff:a01:203]:443", false],
  ["10.1.2.3", "::ffff:10.1.2.4", true],
  ["10.1.2.3", "::ffff:10.0.0.0/104", false],
  ["10.1.2.3", "::ffff:11.0.0.0/104", true],
  ["10.1.2.3", "::ffff:10.0.0.0/90", true],
  ["[::ffff:a01:203]", "10.0.0.0/8", false],
  ["::ffff:10.1.2.3", "10.1.2.3", false],
  ["::ffff:10.1.2.3", "::/0", true],
  ["fe80::1%eth0", "fe80::/10", false],
])("the address %s with NO_PROXY=%s: by the proxy %s", (host, exceptions, expected) => {
  expect(proxied(host, exceptions)).toBe(expected);
});

test.each([
  ...[
    "localhost",
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "[::1]",
    "0:0::0:1",
    "[::ffff:127.0.0.1]",
    "::ffff:7f00:1",
  ],
])("%s is never asked by a proxy", (host) => {
  expect(proxied(host, "")).toBe(false);
});

test.each([
  "http://me:hunter2@[proxy",
  "http://me:hunter2@.",
  "http://me:hunter2@",
  "socks5://me:hunter2@proxy:1080",
  "ftp://me:hunter2@proxy",
  "http://me:hunter2%@proxy",
  "me:hunter2@proxy:port",
  "http://me:hunter2@proxy:99999",
])("%s is refused, and not repeated", (address) => {
  const name = () => proxyFor(HOST, 443, { https_proxy: address });
  expect(name).toThrow(Failure);
  expect(name).toThrow(/^https_proxy [^;]+; set it to http:\/\/HOST:PORT, or unset it$/);
  expect(name).not.toThrow(/hunter2/);
});

test.each([
  "http://alice:2024#Secret@proxy",
  "http://alice:2024/Secret@proxy:3128",
  "http://alice:2024?Secret@proxy",
  "https://alice:2024\\Secret@proxy",
  "alice:2024#Secret@proxy",
  "alice:2024\\Secret@proxy",
  "http://proxy/Secret",
  "http://proxy//",
  "http://proxy#",
  "http://proxy/?",
  "proxy:3128?Secret",
])("%s is refused, as its user may be taken for its host, and not repeated", (address) => {
  const name = () => proxyFor(HOST, 443, { HTTPS_PROXY: address });
  expect(name).toThrow(Failure);
  expect(name).toThrow(/^HTTPS_PROXY has more than host and port; .*in a password, write %2F for \//);
  expect(name).not.toThrow(/alice|2024|Secret/);
});

test("what the fix says to write is read as it was meant", () => {
  const { host, authorization } =
    proxyFor(HOST, 443, { HTTPS_PROXY: "http://alice:%2F%3F%23%5C@proxy" }) ?? {};
  expect({ host, authorization }).toEqual({ host: "proxy", authorization: `Basic ${btoa("alice:/?#\\")}` });
});

test("whatever the user and the password are, the host is what stands behind them, or the address is refused", () => {
  const word = fc
    .array(fc.oneof(fc.constantFrom(..."/?#\\@:%2F [].".split("")), fc.constantFrom(..."a1")), {
      maxLength: 8,
    })
    .map((all) => all.join(""));
  forAll(
    fc.tuple(fc.constantFrom("", "http://", "https://"), word, word),
    1000,
    ([scheme, user, password]) => {
      try {
        const found = proxyFor(HOST, 443, { HTTPS_PROXY: `${scheme}${user}:${password}@proxy.example:3128` });
        return found?.host === "proxy.example" && found.port === 3128;
      } catch (error) {
        return error instanceof Failure;
      }
    },
  );
});

test("whatever the variables hold, a proxy is named, or none, or a Failure", () => {
  const pieces = [
    "http://",
    "https://",
    "@",
    ":",
    "%",
    "[",
    "]",
    "/",
    "*",
    ".",
    ",",
    " ",
    "a.example",
    "10.0.0.0",
    "::1",
    "::ffff:",
    "%1",
    "/104",
    "99999",
  ];
  const text = fc
    .array(fc.oneof(fc.constantFrom(...pieces), anyCharacter), { maxLength: 8 })
    .map((all) => all.join(""));
  forAll(fc.tuple(text, text, text), 500, ([proxy, exceptions, host]) => {
    try {
      const found = proxyFor(host, 443, { HTTPS_PROXY: proxy, NO_PROXY: exceptions });
      return found === undefined || found.host !== "";
    } catch (error) {
      return error instanceof Failure;
    }
  });
});
