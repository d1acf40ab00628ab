import { Readable } from "node:stream";
import type { AwsClient } from "../../aws/endpoint-guard";

/** What an AWS is asked, as the SDK sends it. */
export interface Asked {
  /** `GetSecretValue`. */
  readonly action: string;
  readonly host: string;
  // biome-ignore lint/suspicious/noExplicitAny: it is JSON, of another form for each action
  readonly input: any;
}

/** An answer, or the name of an error and its message. */
export type Answer = object | { readonly error: string; readonly message?: string } | Error;

interface Request {
  readonly hostname: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * The settings of an AWS client (of the services that speak JSON) whose requests end in this process: what is sent to which host
 * is the SDK's own, and no socket is opened.
 */
export function answeredBy(answer: (asked: Asked) => Answer | Promise<Answer>) {
  const asked: Asked[] = [];
  const handle = async ({ hostname, headers, body }: Request) => {
    const action = headers["x-amz-target"]?.split(".").pop() ?? "";
    const call = { action, host: hostname, input: JSON.parse(new TextDecoder().decode(body)) };
    asked.push(call);
    const found = await answer(call);
    if (found instanceof Error) throw found;
    const { error, message } = found as { error?: string; message?: string };
    const text = JSON.stringify(error === undefined ? found : { __type: error, message });
    const response = {
      statusCode: error === undefined ? 200 : 400,
      headers: { "content-type": "application/x-amz-json-1.1" },
      body: Readable.from([Buffer.from(text)]),
    };
    return { response };
  };
  const settings = {
    region: "eu-west-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "none" },
    maxAttempts: 1,
    requestHandler: { handle, metadata: { handlerProtocol: "http/1.1" } },
  };
  return { asked, settings: settings as typeof settings & { requestHandler: never } };
}

/** The region that a client would ask in. */
export const regionOf = (client: unknown): Promise<string> => (client as AwsClient).config.region();
