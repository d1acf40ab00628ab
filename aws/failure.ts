import { redacted } from "../keys";
import { Failure } from "../messages/failure";

/** The name of an error, AWS's own where AWS answered: `AccessDeniedException`. */
export function nameOf(error: unknown): string {
  return String(fieldsOf(error)["name"] ?? "unknown error");
}

export const isDenied = (error: unknown): boolean => /^AccessDenied/.test(nameOf(error));

export const isThrottled = (error: unknown): boolean =>
  /Throttl|TooManyRequests|LimitExceeded/.test(nameOf(error));

/**
 * What AWS said of a denial: who may not do what on what. Of all other errors only the name is fit to be shown: an AWS
 * validation error quotes the value that it refuses.
 */
export function saidOf(error: unknown): string {
  const said = isDenied(error) ? redacted(String(fieldsOf(error)["message"])) : nameOf(error);
  return said.length > 400 ? `${said.slice(0, 400)}…` : said;
}

const CREDENTIALS =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|(In|Not)completeSignature(Exception)?|InvalidSignatureException|SignatureDoesNotMatch|MissingAuthenticationToken(Exception)?|RequestExpired|OptInRequired)$/;

const NETWORK = /^(E[A-Z_]{3,}|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|ERR_TLS_\w+|UND_ERR_\w+)$/;

/**
 * The failure that ends the whole command, where an error has to do with who calls or with the way to AWS and not with what was
 * asked for; undefined for all others.
 */
export function generalFailure(error: unknown, region: string): Failure | undefined {
  const name = nameOf(error);
  if (error instanceof Failure) return error;
  if (CREDENTIALS.test(name)) {
    return new Failure(
      `no valid AWS credentials for ${region} (${name})`,
      "sign in (aws sso login, AWS_PROFILE, or a role's credentials); aws sts get-caller-identity should then answer",
    );
  }
  const code = networkCodeOf(error);
  if (code === undefined && name !== "TimeoutError") return undefined;
  const endpoint = Object.keys(process.env).some((variable) => variable.startsWith("AWS_ENDPOINT_URL"));
  return new Failure(
    `AWS cannot be reached in ${region} (${code ?? name})`,
    endpoint
      ? "AWS_ENDPOINT_URL is set: see that something answers there, or unset it"
      : "check the network, the proxy and the region in the registration's ARN, and try again",
  );
}

/** What the operating system says of a connection; the SDK puts it in `code`, on the error or one that it wraps. */
function networkCodeOf(error: unknown): string | undefined {
  const { code, cause, errors } = fieldsOf(error);
  if (typeof code === "string" && NETWORK.test(code)) return code;
  const wrapped = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  return wrapped === undefined ? undefined : networkCodeOf(wrapped);
}

const fieldsOf = (error: unknown): Readonly<Record<string, unknown>> =>
  typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
