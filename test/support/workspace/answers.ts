import type { ServerResponse } from "node:http";

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text goes out as it is, anything else as JSON. */
  readonly body?: unknown;
}

export function respond(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body ?? {}));
}

/**
 * How the API limits the rate: 420, with Retry-After. (getting-started/rate-limits)
 * @param retryAfter seconds, or a date
 */
export const rateLimited = (retryAfter: string): Answer => ({
  status: 420,
  headers: { "retry-after": retryAfter, "x-ratelimit-limit": "10", "x-ratelimit-remaining": "0" },
  body: { message: "rate limit exceeded" },
});
