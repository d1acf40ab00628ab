/** An AWS in this process, for commands that only look: each call gets the answer that a test has for it. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { ALLOW_LOOPBACK } from "../../../rules/loopback";

// biome-ignore lint/suspicious/noExplicitAny: it is JSON, of another form for each action
export type StubAnswers = Record<string, (input: any) => object | undefined>;

export interface AwsStub {
  readonly env: Readonly<Record<string, string>>;
  /** The actions that were asked for. */
  readonly asked: string[];
  /** By action; one that is not here, or whose answer is undefined, is denied. */
  answers: StubAnswers;
  stop(): Promise<void>;
}

/** Listens on a free port of the loopback interface. Only services that speak JSON. */
export async function startAwsStub(): Promise<AwsStub> {
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    const action = String(request.headers["x-amz-target"]).split(".").at(-1) ?? "";
    stub.asked.push(action);
    const found = stub.answers[action]?.(JSON.parse(body || "{}"));
    response.writeHead(found === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(found ?? { __type: "AccessDeniedException", message: `no ${action}` }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stub: AwsStub = {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "123456789012",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_REGION: "eu-west-1",
      [ALLOW_LOOPBACK]: "1",
      AWS_MAX_ATTEMPTS: "1",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    asked: [],
    answers: {},
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return stub;
}
