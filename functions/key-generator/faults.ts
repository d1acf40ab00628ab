import { nameOf } from "../../aws/failure";
import { ExplainedError } from "../../keys/error";

/** Its message is one line that is fit for Terraform's output and the function's log. */
export class GeneratorError extends ExplainedError {
  override readonly name = "GeneratorError";
}

/** The waits in milliseconds: 30 s in all, longer than IAM usually takes to spread a new role's policy. */
const WAITS = [500, 1000, 2000, 4000, 6000, 8000, 8500];

/** Not `TimeoutError`: the SDK has waited for an answer three times by then, and the function's own time is limited. */
const WORTH_A_RETRY = new Set([
  "AccessDeniedException",
  "AuthorizationErrorException", // what SNS calls a denial
  "InternalErrorException",
  "InternalServiceError",
  "RequestTimeout",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "ThrottledException",
  "ThrottlingException",
  "TooManyRequestsException",
]);

/**
 * Sends a request again while it is throttled, or denied as a role whose policy was attached seconds ago is.
 * An explicit Deny is final. What is thrown in the end says which request failed and why, and carries nothing
 * of the request: an AWS validation error can quote the value that it refuses.
 *
 * @param service who is asked, for messages
 */
export async function withPatience<T>(request: () => Promise<T>, service = "Secrets Manager"): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await request();
    } catch (error) {
      const wait = WAITS[attempt];
      if (!worthARetry(error) || wait === undefined) throw withoutRequest(error, service);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}

function worthARetry(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.message.includes("explicit deny")) return false;
  return (
    WORTH_A_RETRY.has(error.name) || /^(ECONNRESET|EPIPE)$/.test("code" in error ? String(error.code) : "")
  );
}

/** AWS's messages of these errors name principals and resources, not values. */
const MESSAGE_IS_PUBLIC = new Set([
  "AccessDeniedException",
  "AuthorizationErrorException",
  "DecryptionFailure",
  "EncryptionFailure",
  "GeneratorError",
  "LimitExceededException",
  "ResourceNotFoundException",
  "ThrottlingException",
]);

function withoutRequest(error: unknown, service: string): Error {
  const name = nameOf(error);
  if (name === "ResourceExistsException" || error instanceof GeneratorError) return error as Error;
  if (name === "TimeoutError") {
    return new GeneratorError(
      `${service} does not answer`,
      "see that the function's network reaches it, then apply again: a key that was put is found",
    );
  }
  const said = error instanceof Error && MESSAGE_IS_PUBLIC.has(name) ? `: ${error.message}` : "";
  return new GeneratorError(
    `${service} refused the request with ${name}${said}`,
    "remove the cause, then apply again",
  );
}
