import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exchange, Unanswered } from "../../ledger-api/http";
import { serve, WAYS } from "../support/ends/servers";

const request = (port: number, timeoutMs = 300) => ({
  method: "POST" as const,
  url: new URL(`http://127.0.0.1:${port}/auth/token`),
  headers: {},
  body: { a: 1 },
  timeoutMs,
});

/** In these the status came. The rest is lost, and nothing of it is believed. */
const STATUS_STANDS = [
  "an answer that is cut off",
  "an answer that stops",
  "an answer without end",
  "an answer that is too long",
];

test.each(Object.keys(WAYS))("%s ends the request, as one that may have arrived", async (name) => {
  const server = await serve(WAYS[name] ?? (() => {}));
  try {
    const outcome = await exchange(request(server.port)).catch((error) => error);
    if (STATUS_STANDS.includes(name)) expect(outcome).toMatchObject({ status: 200, json: undefined });
    else {
      expect(outcome).toBeInstanceOf(Unanswered);
      expect(outcome.sent).toBe(true);
      expect(outcome.reason).toMatch(
        /^(HTTP 101|no answer within 0\.3 s|the connection was closed|E[A-Z]+|HPE_\w+)$/,
      );
    }
    expect(server.requests()).toBe(1);
  } finally {
    server.stop();
  }
});

test("an answer of more than 1 MiB is not taken, though it is JSON and whole", async () => {
  const answer = (length: number) => `{"access_token":"${"x".repeat(length - 19)}"}`;
  const server = createServer((incoming, response) => {
    incoming.resume();
    response.end(answer(Number(incoming.headers["x-length"])));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const asked = async (length: number) =>
    (await exchange({ ...request(port, 20_000), headers: { "x-length": String(length) } })).json;
  try {
    expect(await asked(1024 * 1024)).toHaveProperty("access_token");
    expect(await asked(1024 * 1024 + 1)).toBeUndefined();
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
