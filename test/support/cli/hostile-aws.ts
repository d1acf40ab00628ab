/** A stub of AWS in this process whose answers an attacker wrote: each field of text is hostile. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { ALLOW_LOOPBACK } from "../../../rules/loopback";

/** An answer to one action, such as `DescribeSecret`, about a secret; undefined for one that this account does not know. */
type Answers = (action: string, secretId?: string) => object | undefined;

export interface HostileAws {
  readonly env: Readonly<Record<string, string>>;
  answer(answers: Answers): void;
  stop(): Promise<void>;
}

/** Listens on a free port of the loopback interface. */
export async function startHostileAws(text: string): Promise<HostileAws> {
  let answers: Answers = () => undefined;
  const server = createServer(async (request, response) => {
    const body = (await buffer(request)).toString();
    const target = String(request.headers["x-amz-target"] ?? "");
    const action = target.split(".")[1] ?? new URLSearchParams(body).get("Action") ?? "";
    const found = answers(action, /"SecretId":"([^"]*)"/.exec(body)?.[1]);
    const refusal = { __type: `${action}Exception${text}`, message: `${text} ${action}`, Message: text };
    response.writeHead(found === undefined ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
    response.end(target === "" ? xmlOf(text) : JSON.stringify(found ?? refusal));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_ACCESS_KEY_ID: "123456789012",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_REGION: "eu-west-1",
      [ALLOW_LOOPBACK]: "1",
      AWS_MAX_ATTEMPTS: "1",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    answer: (given) => {
      answers = given;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A refusal of IAM or SNS. XML 1.0 has no characters of C0, but those of C1. */
function xmlOf(text: string): string {
  const said = text.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd]|[<>&]/g, " ");
  return `<ErrorResponse><Error><Code>Odd${said}</Code><Message>${said}</Message></Error></ErrorResponse>`;
}
