import { pipeline, Readable, Transform } from "node:stream";
import type { Stack, Stacked } from "./endpoint-guard";

/** For the body of an answer, once its headers are there. The SDK limits the time until then, and none after. */
const BODY_MS = 10_000;
/** More than any answer that is asked for here: a page of a list has 1 MB at most. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Ends each answer to a client, or to one command. One that does not come to its end in time is an error that the SDK tries again. One that
 * is too long is an error at once, and so is one that says 101: what follows it is no answer.
 */
export function limitAnswers({ middlewareStack }: Stacked): void {
  (middlewareStack as Stack).add(
    (next) => async (args) => {
      const answer = await next(args);
      const response = answer.response as { readonly statusCode: number; body: Readable };
      if (!(response.body instanceof Readable)) return answer; // of a request handler of the caller's own
      if (response.statusCode < 200) {
        response.body.destroy();
        throw failed("EPROTO");
      }
      response.body = limited(response.body);
      return answer;
    },
    { name: "limitAnswers", step: "deserialize", priority: "low", override: true },
  );
}

function limited(body: Readable): Transform {
  let length = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length > MOST_BYTES) done(failed("EMSGSIZE"));
      else done(null, chunk);
    },
  });
  // By its name the SDK knows that it may try again.
  const timer = setTimeout(
    () => counted.destroy(Object.assign(failed("ETIMEDOUT"), { name: "TimeoutError" })),
    BODY_MS,
  );
  pipeline(body, counted, () => clearTimeout(timer));
  return counted;
}

/** With the operating system's name for it, as for errors of the connection. */
const failed = (code: string) => Object.assign(new Error(`the answer failed with ${code}`), { code });
