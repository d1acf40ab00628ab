/**
 * The front of the embedded AWS: an HTTP server that passes requests on to moto, runs functions itself, lists the
 * calls that it saw, and lets tests answer instead of AWS.
 */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { ADMIN_PATH, admit, isAwsPath, withoutToken } from "./admission";
import { type Answer, type Call, DEFAULT_ACCOUNT, describeCall } from "./calls";
import { codeSigningConfig } from "./code-signing";
import type { FunctionConfiguration, FunctionRunner } from "./function-runner";
import { QueryDefinitions } from "./query-definitions";
import type { SessionTokens, TokenHolder } from "./session-tokens";

/** The connection is cut, and the caller gets no answer. */
export const CUT = "cut";

/**
 * Sees each call before AWS does. It answers in AWS's place, or returns undefined to let the call through. With `forward` it
 * can let AWS act first, or twice, and then do its own: lose the answer, say, or kill the caller.
 */
export type Interceptor = (
  call: Call,
  forward: () => Promise<Answer>,
  body: Buffer,
) => Answer | typeof CUT | undefined | Promise<Answer | typeof CUT | undefined>;

export interface Proxy {
  readonly endpoint: string;
  readonly calls: Call[];
  readonly interceptors: Set<Interceptor>;
  stop(): Promise<void>;
}

/** A moto that others use too. */
export interface SharedMoto {
  /** The Unix socket on which it listens. */
  readonly socket: string;
  /** The account in it that is `DEFAULT_ACCOUNT` here: 12 digits that nobody else takes. */
  readonly account: string;
}

export interface ProxyOptions {
  readonly moto: { readonly socket: string } | SharedMoto;
  readonly functions: FunctionRunner;
  /** Those of this embedded AWS: it takes no requests without one. */
  readonly tokens: SessionTokens;
  /** Answers requests for `ADMIN_PATH`, by their method. */
  readonly admin?: (method: string) => Answer;
}

/** A request without its token. */
interface Incoming {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Starts the proxy on a free port of the loopback interface. */
export async function startProxy({ moto, functions, tokens, admin }: ProxyOptions): Promise<Proxy> {
  const calls: Call[] = [];
  const interceptors = new Set<Interceptor>();
  const queryDefinitions = new QueryDefinitions();
  const send =
    "account" in moto
      ? inAccount(moto)
      : (call: Call, incoming: Incoming) => sendTo(moto.socket, call, incoming);
  let port = 0;
  let endpoint = "";

  async function answer(incoming: Incoming, holder: TokenHolder): Promise<Answer | typeof CUT> {
    if (incoming.url === ADMIN_PATH && holder === "run") return admin?.(incoming.method) ?? { status: 404 };
    const call = describeCall(incoming.method, incoming.url, incoming.headers, incoming.body, holder);
    if (!isAwsPath(call.service, incoming.url))
      return refusal(incoming.headers, 404, "UnknownOperationException", "the local AWS has no such path");
    calls.push(call);
    const forward = () => (call.action === "Invoke" ? invoke(call, incoming) : pass(call, incoming));
    for (const interceptor of interceptors) {
      const own = await interceptor(call, forward, incoming.body);
      if (own === CUT) return CUT;
      if (own !== undefined) return finish(call, own);
    }
    return finish(call, await forward());
  }

  async function pass(call: Call, incoming: Incoming): Promise<Answer> {
    if (call.action === "CreateFunction" || call.action === "UpdateFunctionCode") keepCode(incoming.body);
    return (
      queryDefinitions.answer(call, incoming.body) ??
      codeSigningConfig(call, incoming.method, incoming.url) ??
      send(call, incoming)
    );
  }

  /** The zip is kept before moto has agreed: kept code that no function uses does no harm. */
  function keepCode(body: Buffer): void {
    type CodeRequest = { readonly Code?: { readonly ZipFile?: string }; readonly ZipFile?: string };
    const { Code, ZipFile = Code?.ZipFile } = JSON.parse(body.toString()) as CodeRequest;
    if (ZipFile !== undefined) functions.keepCode(Buffer.from(ZipFile, "base64"));
  }

  /** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
  async function invoke(call: Call, incoming: Incoming): Promise<Answer> {
    const url = configurationUrl(incoming.url);
    const found = await send(call, { ...incoming, method: "GET", url, body: Buffer.alloc(0) });
    if (found.status !== 200) return found;
    const configuration = JSON.parse(String(found.body)) as FunctionConfiguration;
    const type = incoming.headers["x-amz-invocation-type"] ?? "RequestResponse";
    if (type === "DryRun") return { status: 204 };
    if (!configuration.Runtime.startsWith("nodejs")) {
      const message = `the local AWS runs Node.js functions only, not ${configuration.Runtime}`;
      return error(502, "InvalidRuntimeException", message);
    }
    const payload = incoming.body.toString();
    if (!isJson(payload))
      return error(400, "InvalidRequestContentException", "Could not parse request body into json");
    const outcome = functions.invoke(
      { configuration, account: call.account, region: call.region, payload },
      endpoint,
    );
    if (type === "Event") {
      outcome.catch(() => {});
      return { status: 202 };
    }
    const { failed, payload: body } = await outcome;
    const headers = { "content-type": "application/json", "x-amz-executed-version": configuration.Version };
    return {
      status: 200,
      headers: failed ? { ...headers, "x-amz-function-error": "Unhandled" } : headers,
      body,
    };
  }

  const server = createServer((request, response) => {
    const { method = "GET", url = "/", headers } = request;
    const admission = admit({ url, headers }, port, tokens);
    if ("refused" in admission) {
      request.resume();
      return respond(response, refusal(headers, 403, "UnrecognizedClientException", admission.refused));
    }
    void buffer(request)
      .then((body) => answer(withoutToken({ method, url, headers, body }), admission.holder))
      .catch((cause: Error) => error(502, "LocalAwsError", `the local AWS failed: ${cause.message}`))
      .then((result) => (result === CUT ? response.destroy() : respond(response, result)));
  });
  // Longer than a client keeps an idle connection, so that none is closed under a request.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  ({ port } = server.address() as AddressInfo);
  endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    calls,
    interceptors,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The function may be named by name, ARN or partial ARN, each with or without a qualifier; moto knows fewer forms. */
function configurationUrl(invocation: string): string {
  const { pathname, searchParams } = new URL(invocation, "http://localhost");
  const named = decodeURIComponent(pathname.split("/")[3] ?? "").replace(/^.*:?function:/, "");
  const [name = "", qualifier = searchParams.get("Qualifier")] = named.split(":");
  const query = qualifier ? `?Qualifier=${encodeURIComponent(qualifier)}` : "";
  return `/2015-03-31/functions/${encodeURIComponent(name)}/configuration${query}`;
}

function finish(call: Call, answer: Answer): Answer {
  call.status = answer.status;
  return answer;
}

/** A refusal, in a form that the client of whichever service reads: XML for the query protocol and S3, else JSON. */
function refusal(headers: IncomingMessage["headers"], status: number, type: string, message: string): Answer {
  const { "content-type": contentType = "", authorization = "" } = headers;
  const ofS3 = authorization.includes("/s3/");
  if (!ofS3 && !contentType.startsWith("application/x-www-form-urlencoded"))
    return error(status, type, message);
  const xml = `<Error><Code>${type}</Code><Message>${message}</Message></Error>`;
  const body = ofS3 ? xml : `<ErrorResponse>${xml}</ErrorResponse>`;
  return { status, headers: { "content-type": "text/xml" }, body };
}

/** An error in the form of Lambda's protocol. */
function error(status: number, type: string, message: string): Answer {
  return { status, headers: { "x-amzn-errortype": type }, body: { Type: "User", Message: message, message } };
}

function respond(response: ServerResponse, { status, headers, body }: Answer): void {
  const plain = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
  const content = Buffer.from(plain ? (body ?? "") : JSON.stringify(body));
  response.writeHead(status, {
    ...(plain ? {} : { "content-type": "application/json" }),
    ...headers,
    ...(status === 204 ? {} : { "content-length": content.length }),
  });
  response.end(content);
}

/** Sends requests to a moto that others use too: on the way there the account's number is exchanged, and back again. */
function inAccount({ socket, account: own }: SharedMoto) {
  const exchange = <T>(value: T, from: string, to: string): T => {
    if (typeof value === "string") return value.replaceAll(from, to) as T;
    if (Buffer.isBuffer(value))
      return Buffer.from(exchange(value.toString("latin1"), from, to), "latin1") as T;
    if (Array.isArray(value)) return value.map((each) => exchange(each, from, to)) as T;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [name, exchange(each, from, to)]),
    ) as T;
  };
  return async (call: Call, incoming: Incoming): Promise<Answer> => {
    const answer = await sendTo(
      socket,
      exchange(call, DEFAULT_ACCOUNT, own),
      exchange(incoming, DEFAULT_ACCOUNT, own),
    );
    return exchange(answer, own, DEFAULT_ACCOUNT);
  };
}

/** Passes a request on to moto. The host stays the caller's, for moto makes URLs with it. */
function sendTo(
  socketPath: string,
  { account }: Call,
  { method, url, headers, body }: Incoming,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const passed = { ...endToEnd(headers), "content-length": body.length, "x-moto-account-id": account };
    const options = { socketPath, method, path: url, headers: passed };
    const request = httpRequest(options, (response) => {
      const { statusCode: status = 502, headers: answered } = response;
      buffer(response).then(
        (content) => resolve({ status, headers: endToEnd(answered), body: content }),
        reject,
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Without the headers that are about one connection, or that we set again. */
function endToEnd(headers: IncomingMessage["headers"]): Answer["headers"] {
  const { connection, "transfer-encoding": _, "content-length": __, ...kept } = headers;
  return kept as Answer["headers"];
}

function isJson(text: string): boolean {
  if (text === "") return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
