import { BlockList, isIP, SocketAddress } from "node:net";
import { Failure } from "../messages/failure";
import { isLoopback } from "../rules/loopback";

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy that opens tunnels. It may be asked for by plain http: what goes through the tunnel is TLS all the same. */
export interface ProxyServer {
  readonly secure: boolean;
  /** Without brackets where it is IPv6. */
  readonly host: string;
  readonly port: number;
  /** The value of `Proxy-Authorization`, where the address has a user. Never shown. */
  readonly authorization?: string;
}

/** The code of an error that the proxy is the reason of. Its message says which proxy, and what it did; never with whose password. */
export const PROXY_ERROR = "EPROXY";

/** In the order in which they count. Terraform reads the same ones, in this order. */
const PROXY = ["HTTPS_PROXY", "https_proxy"] as const;
const EXCEPTIONS = ["NO_PROXY", "no_proxy"] as const;

/**
 * The proxy for https to a host, as `HTTPS_PROXY` and `NO_PROXY` say; undefined where it is reached without. This machine itself
 * always is. `HTTP_PROXY` and `ALL_PROXY` count for nothing.
 *
 * @param host IPv6 with or without brackets
 * @throws Failure that does not repeat the address, which may hold a password
 */
export function proxyFor(host: string, port: number, environment: Environment): ProxyServer | undefined {
  const proxy = proxyIn(environment);
  const bare = canonical(bareHost(host));
  if (proxy === undefined || isLoopback(isIP(bare) === 6 ? `[${bare}]` : bare)) return undefined;
  const exceptions = firstOf(EXCEPTIONS, environment)?.[1] ?? "";
  return exceptions.split(/[\s,]+/).some((exception) => isExcepted(bare, port, exception))
    ? undefined
    : proxy;
}

/**
 * The proxy that the environment names, whatever the host.
 *
 * @throws Failure for an address that no proxy can have
 */
export function proxyIn(environment: Environment): ProxyServer | undefined {
  const [name, text = ""] = firstOf(PROXY, environment) ?? [];
  if (name === undefined) return undefined;
  const address = text.includes("://") ? text : `http://${text}`;
  const wrong = (what: string) => new Failure(`${name} ${what}`, "set it to http://HOST:PORT, or unset it");
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const host = bareHost(url?.hostname ?? "");
  if (url === undefined || host === "") throw wrong("is not the address of a proxy");
  const { protocol, port, username, password } = url;
  if (protocol !== "http:" && protocol !== "https:")
    throw wrong("names a proxy of another kind than http and https");
  // In a password, one of these ends the host: its beginning would be taken for the port, and the user for the host.
  if (/[/?#\\]/.test(address.replace(/^[^/?#\\]*:\/\//, "").replace(/\/$/, "")))
    throw new Failure(
      `${name} has more than host and port`,
      "leave out path, query and fragment; in a password, write %2F for /, %3F for ?, %23 for # and %5C for \\",
    );
  const secure = protocol === "https:";
  return {
    secure,
    host,
    port: Number(port || (secure ? 443 : 80)),
    ...((username || password) && { authorization: basic(username, password, wrong) }),
  };
}

function basic(username: string, password: string, wrong: (what: string) => Failure): string {
  try {
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return `Basic ${Buffer.from(login).toString("base64")}`;
  } catch {
    throw wrong("has a user or password with a % that is not followed by two hexadecimal digits");
  }
}

/** The first variable that is set and not empty, with its value. */
function firstOf(
  names: readonly string[],
  environment: Environment,
): [name: string, value: string] | undefined {
  for (const name of names) {
    const value = environment[name]?.trim();
    if (value) return [name, value];
  }
  return undefined;
}

/**
 * Whether an entry of `NO_PROXY` is about a host. By the rules of Go, and so of Terraform, which runs in the same environment:
 * https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config. `example.com` is the domain and what is below it, `.example.com` and
 * `*.example.com` only what is below; an address is itself, `10.0.0.0/8` all in it; `*` is every host; each but the last two may name a port.
 */
function isExcepted(host: string, port: number, exception: string): boolean {
  const entry = exception.toLowerCase();
  if (entry === "") return false;
  if (entry === "*") return true;
  if (entry.includes("/")) return isInRange(host, entry);
  const [, named = entry, itsPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
  if (itsPort !== undefined && Number(itsPort) !== port) return false;
  const name = bareHost(named).replace(/^\*\./, ".");
  if (isIP(host) !== 0) return isInRange(host, `${name}/${isIP(name) === 6 ? 128 : 32}`);
  return name.startsWith(".") ? host.endsWith(name) : host === name || host.endsWith(`.${name}`);
}

function isInRange(host: string, range: string): boolean {
  const [address = "", prefix = ""] = range.split("/");
  const family = isIP(address);
  if (family === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) return false;
  const [start, bits] = [canonical(address), Number(prefix)];
  if (isIP(start) === family) return isBelow(host, start, bits);
  return bits >= MAPPED_BITS ? isBelow(host, start, bits - MAPPED_BITS) : isBelow(host, address, bits);
}

function isBelow(host: string, start: string, bits: number): boolean {
  if (isIP(host) !== isIP(start)) return false;
  const type = isIP(start) === 4 ? "ipv4" : "ipv6";
  const list = new BlockList();
  list.addSubnet(start, bits, type);
  return list.check(host, type);
}

/** In `::ffff:10.1.2.3`, what stands before the address of IPv4 (RFC 4291, 2.5.5.2). */
const MAPPED_BITS = 96;

/** An address in its usual spelling. One of IPv4 that is written as one of IPv6 is that address, as it is to Go. Names stay as they are. */
function canonical(host: string): string {
  if (isIP(host) !== 6) return host;
  const { address } = new SocketAddress({ address: host, family: "ipv6" });
  return /^::ffff:([\d.]+)$/.exec(address)?.[1] ?? address;
}

const bareHost = (host: string) =>
  host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
