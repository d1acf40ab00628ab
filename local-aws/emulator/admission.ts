/**
 * Which requests the embedded AWS takes. It runs the code of functions as the user who started it, so it serves that user's own processes
 * and no web page, no other user of the machine, and no other run.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { SessionTokens, TokenHolder } from "./session-tokens";

/** What is known of a request before its body is read. */
export interface RequestHead {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** The path of our own requests: whether this process is there, and the one that ends it. */
export const ADMIN_PATH = "/_local-aws";

const TOKEN_HEADER = "x-amz-security-token";
/** Where a presigned URL has it. */
const TOKEN_PARAMETER = "X-Amz-Security-Token";

/** Who sent a request, or why it is refused. */
export function admit(
  { url, headers }: RequestHead,
  port: number,
  tokens: SessionTokens,
): { readonly holder: TokenHolder } | { readonly refused: string } {
  // A page whose name is pointed at this machine (DNS rebinding) still sends its own name here.
  const hosts = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${port}`);
  if (!hosts.includes(headers.host ?? ""))
    return { refused: `the local AWS answers to ${hosts[0]} only: set AWS_ENDPOINT_URL=http://${hosts[0]}` };
  if (headers.origin !== undefined || (headers["sec-fetch-site"] ?? "none") !== "none")
    return { refused: "the local AWS takes no requests of web pages: use the AWS CLI or an SDK" };
  const token =
    headers[TOKEN_HEADER] ?? new URLSearchParams(url.split("?")[1]).get(TOKEN_PARAMETER) ?? undefined;
  const holder = tokens.holderOf(String(token ?? ""));
  if (holder !== undefined) return { holder };
  const what = token === undefined ? "has no session token" : "has another session token than this run's";
  return { refused: `the request ${what}: run ". .local/env" in this shell, and unset AWS_PROFILE` };
}

/** A request without its token, which moto has no use for and would write into its log. */
export function withoutToken<T extends RequestHead>(request: T): T {
  const { [TOKEN_HEADER]: _, ...headers } = request.headers;
  const [path = "", query] = request.url.split(/\?(.*)/s);
  // However its name is escaped.
  const kept = query?.split("&").filter((each) => !new URLSearchParams(each).has(TOKEN_PARAMETER));
  return { ...request, headers, url: kept === undefined ? path : `${path}?${kept.join("&")}` };
}

/** The paths of the services' own protocols, for those that have others than `/`. */
const PATHS: Readonly<Record<string, RegExp>> = {
  lambda: /^\/20\d\d-\d\d-\d\d\/[\w-]+(\/|$)/,
  // A bucket, and moto's own paths that look like one.
  s3: /^\/(?!moto-api|latest\/|favicon\.ico)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/|$)/,
  // A queue.
  sqs: /^\/\d{12}\/[\w.-]+$/,
};

/**
 * Whether a service of AWS has the path. All others lead to what moto has beside AWS: a way to record and replay requests, to change
 * its state, to read the metadata of a machine.
 */
export function isAwsPath(service: string, url: string): boolean {
  const path = url.split("?")[0] ?? "";
  return path === "/" || (Object.hasOwn(PATHS, service) && PATHS[service]?.test(path) === true);
}
