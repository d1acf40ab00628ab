import { withoutLooks } from "../keys/looks";
import { Failure } from "../messages/failure";

/** The name of an error, AWS's own where AWS answered: `AccessDeniedException`. */
export function nameOf(error: unknown): string {
  return String(fieldsOf(error)["name"] ?? "unknown error");
}

/** SNS alone calls it `AuthorizationError`. */
export const isDenied = (error: unknown): boolean => /^(AccessDenied|AuthorizationError)/.test(nameOf(error));

export const isThrottled = (error: unknown): boolean =>
  /Throttl|TooManyRequests|LimitExceeded/.test(nameOf(error));

/**
 * What AWS said of a denial: who may not do what on what. Of all other errors only the name is fit to be shown: an AWS
 * validation error quotes the value that it refuses.
 */
export function saidOf(error: unknown): string {
  const said = isDenied(error) ? withoutLooks(String(fieldsOf(error)["message"])) : nameOf(error);
  return said.length > 400 ? `${said.slice(0, 400)}…` : said;
}

const CREDENTIALS =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|InvalidClientTokenId|UnrecognizedClientException|(In|Not)completeSignature(Exception)?|InvalidSignatureException|SignatureDoesNotMatch|MissingAuthenticationToken(Exception)?|RequestExpired|OptInRequired)$/;

const NETWORK = /^(E[A-Z_]{3,}|HPE_\w+|CERT_\w+|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|ERR_TLS_\w+|UND_ERR_\w+)$/;

/** What an error has to do with, if not with what was asked for, and the reason to show. */
export interface GeneralCause {
  /** Who calls; the way to AWS; or that nobody said which region. */
  readonly cause: "credentials" | "network" | "region";
  /** A name or code, `ExpiredToken` or `ECONNREFUSED`. */
  readonly reason: string;
}

/** Undefined for an error that has to do with what was asked for. */
export function generalCause(error: unknown): GeneralCause | undefined {
  const reason = nameOf(error);
  if (CREDENTIALS.test(reason)) return { cause: "credentials", reason };
  const code = networkCodeOf(error) ?? (reason === "TimeoutError" ? reason : undefined);
  if (code !== undefined) return { cause: "network", reason: code };
  // Thrown by the SDK without a name or code of its own.
  return fieldsOf(error)["message"] === "Region is missing" ? { cause: "region", reason } : undefined;
}

/** The failure that ends the whole command, where an error has a general cause; undefined for all others. */
export function generalFailure(error: unknown, region: string): Failure | undefined {
  if (error instanceof Failure) return error;
  const { cause, reason } = generalCause(error) ?? {};
  if (cause === "credentials") {
    return new Failure(
      `no valid AWS credentials for ${region} (${reason})`,
      "sign in (aws sso login, AWS_PROFILE, or a role's credentials); aws sts get-caller-identity should then answer",
    );
  }
  if (cause !== "network") return undefined;
  const endpoint = Object.keys(process.env).some((variable) => variable.startsWith("AWS_ENDPOINT_URL"));
  return new Failure(
    `AWS cannot be reached in ${region} (${reason})`,
    endpoint
      ? "AWS_ENDPOINT_URL is set: see that something answers there, or unset it"
      : "check the network, the proxy (HTTPS_PROXY, NO_PROXY) and the region in the registration's ARN, and try again",
  );
}

/**
 * What the operating system says of a connection; the SDK puts it in `code`, on the error or one that it wraps. Of a proxy that fails,
 * the message says which it is and what it did. Only its code counts, since the key generator, which has this file too, knows no proxy.
 */
function networkCodeOf(error: unknown): string | undefined {
  const { code, cause, errors, message } = fieldsOf(error);
  if (code === "EPROXY") return String(message);
  if (typeof code === "string" && NETWORK.test(code)) return code;
  const wrapped = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  return wrapped === undefined ? undefined : networkCodeOf(wrapped);
}

const fieldsOf = (error: unknown): Readonly<Record<string, unknown>> =>
  typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
