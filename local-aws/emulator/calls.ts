/** Which AWS call an HTTP request is: read from its signature's scope and from what its protocol says of the action. */
import type { IncomingHttpHeaders } from "node:http";
import type { TokenHolder } from "./session-tokens";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Text and bytes go out as they are, anything else as JSON. */
  readonly body?: unknown;
}

export interface Call {
  /** The service's name in signatures: `secretsmanager`, `kms`, `lambda`. */
  readonly service: string;
  /** The action as IAM writes it, without the service: `PutSecretValue`. Method and path where it cannot be told. */
  readonly action: string;
  readonly account: string;
  readonly region: string;
  /** The function that made the call; undefined for a call from outside. */
  readonly caller?: string;
  /** What was answered; undefined while the call lasts. */
  status?: number;
}

/** Moto's own, and the one that calls without a telling access key are made in. */
export const DEFAULT_ACCOUNT = "123456789012";
const DEFAULT_REGION = "us-east-1";

/**
 * An access key id of 12 digits is taken as the account to work in, so that one embedded AWS serves a fleet
 * of several accounts. A function works in its own account, whatever access key it uses.
 */
export function describeCall(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
  holder: TokenHolder = "run",
): Call {
  const [path = "", query] = url.split("?");
  // A presigned URL has it as a parameter.
  const credential = new URLSearchParams(query).get("X-Amz-Credential");
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    headers.authorization ?? `Credential=${credential}`,
  );
  const [, accessKeyId = "", region = DEFAULT_REGION, service = "unknown"] = scope ?? [];
  return {
    service,
    action: actionOf(service, method, path, headers, body),
    account: /^\d{12}$/.test(accessKeyId) ? accessKeyId : DEFAULT_ACCOUNT,
    region,
    ...(holder !== "run" && { account: holder.account, caller: holder.functionName }),
  };
}

function actionOf(
  service: string,
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
  body: Buffer,
): string {
  const target = headers["x-amz-target"];
  if (typeof target === "string" && target !== "") return target.slice(target.lastIndexOf(".") + 1);
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) {
    const action = new URLSearchParams(body.toString()).get("Action");
    if (action !== null) return action;
  }
  const ofLambda =
    service === "lambda" && LAMBDA_ACTIONS.find(([verb, form]) => verb === method && form.test(path));
  return ofLambda ? ofLambda[2] : `${method} ${path}`;
}

/** Lambda is the one service of ours whose protocol names actions by method and path. */
const LAMBDA_ACTIONS: readonly [method: string, path: RegExp, action: string][] = [
  ["POST", /^\/2015-03-31\/functions\/?$/, "CreateFunction"],
  ["GET", /^\/2015-03-31\/functions\/?$/, "ListFunctions"],
  ["GET", /^\/2015-03-31\/functions\/[^/]+$/, "GetFunction"],
  ["DELETE", /^\/2015-03-31\/functions\/[^/]+$/, "DeleteFunction"],
  ["POST", /^\/2015-03-31\/functions\/[^/]+\/invocations$/, "Invoke"],
  ["PUT", /^\/2015-03-31\/functions\/[^/]+\/code$/, "UpdateFunctionCode"],
  ["GET", /^\/2015-03-31\/functions\/[^/]+\/configuration$/, "GetFunctionConfiguration"],
  ["PUT", /^\/2015-03-31\/functions\/[^/]+\/configuration$/, "UpdateFunctionConfiguration"],
  ["GET", /^\/2015-03-31\/functions\/[^/]+\/versions$/, "ListVersionsByFunction"],
  ["POST", /^\/2015-03-31\/functions\/[^/]+\/versions$/, "PublishVersion"],
  ["GET", /^\/2015-03-31\/functions\/[^/]+\/policy$/, "GetPolicy"],
  ["POST", /^\/2015-03-31\/functions\/[^/]+\/policy$/, "AddPermission"],
  ["DELETE", /^\/2015-03-31\/functions\/[^/]+\/policy\/[^/]+$/, "RemovePermission"],
  ["GET", /^\/2020-06-30\/functions\/[^/]+\/code-signing-config$/, "GetFunctionCodeSigningConfig"],
  ["PUT", /^\/2017-10-31\/functions\/[^/]+\/concurrency$/, "PutFunctionConcurrency"],
  ["DELETE", /^\/2017-10-31\/functions\/[^/]+\/concurrency$/, "DeleteFunctionConcurrency"],
  ["GET", /^\/2019-09-30\/functions\/[^/]+\/concurrency$/, "GetFunctionConcurrency"],
  ["GET", /^\/2017-03-31\/tags\/[^/]+$/, "ListTags"],
  ["POST", /^\/2017-03-31\/tags\/[^/]+$/, "TagResource"],
  ["DELETE", /^\/2017-03-31\/tags\/[^/]+$/, "UntagResource"],
];
