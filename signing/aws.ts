import { limitAnswers } from "../aws/answer-limits";
import { connections } from "../aws/connections";
import { type AwsClient, foreignEndpoint, refuseForeignEndpoints, type Stacked } from "../aws/endpoint-guard";
import { generalCause, isDenied, nameOf, saidOf } from "../aws/failure";
import { Failure } from "../messages/failure";
import { SigningError } from "./error";

/**
 * A command that goes to AWS alone, and whose answer ends, whoever made the client: by http, or at a host of somebody else's, a signed
 * request is as good as the key.
 */
export function guarded<T extends Stacked>(client: AwsClient, command: T): T {
  const refusal = (where: string) => {
    const { what, fix } = foreignEndpoint(where);
    return new SigningError("foreign-endpoint", what, fix);
  };
  refuseForeignEndpoints(client, refusal, command);
  limitAnswers(command);
  return command;
}

/** How a client of ours reaches AWS: through a proxy where `HTTPS_PROXY` names one. */
export function reached(): ReturnType<typeof connections> {
  try {
    return connections();
  } catch (error) {
    throw error instanceof Failure ? new SigningError("unavailable", error.what, error.fix) : error;
  }
}

/** What to say of an error of AWS's, by what the caller of this file knows of the key. */
export interface Advice {
  /** `the secret ARN`, `the KMS key ID`. */
  readonly key: string;
  /** What the role needs, for a denial. */
  readonly needs: string;
  /** Names of AWS's errors that mean that there is no such key, and what to do. */
  readonly missing: Readonly<Record<string, string>>;
  /** The same for a key that is there and cannot sign. */
  readonly unusable: Readonly<Record<string, string>>;
}

/**
 * What an AWS SDK threw, in our words. Of AWS's own only the error's name is passed on, and for a denial its message, which
 * names the principal, the action and the resource; other messages and the error's fields can quote what was sent or answered.
 */
export function awsFailure(error: unknown, { key, needs, missing, unusable }: Advice): SigningError {
  if (error instanceof SigningError) return error;
  if (isDenied(error))
    return new SigningError("access-denied", `AWS denies the use of ${key} (${saidOf(error)})`, needs);
  const name = nameOf(error);
  const search = missing[name];
  if (search !== undefined) return new SigningError("no-key", `AWS does not find ${key} (${name})`, search);
  const repair = unusable[name];
  if (repair !== undefined) return new SigningError("bad-key", `${key} cannot sign (${name})`, repair);
  const { cause, reason } = generalCause(error) ?? { reason: name };
  if (cause === "credentials") {
    const advice = "sign in to AWS (AWS_PROFILE, or the role of the task or function)";
    return new SigningError("access-denied", `no valid AWS credentials for ${key} (${reason})`, advice);
  }
  if (cause === "region") {
    const advice = "name the key by its full ARN, or set AWS_REGION";
    return new SigningError("unavailable", `the region of ${key} is not known`, advice);
  }
  return new SigningError("unavailable", `AWS did not answer for ${key} (${reason})`, "try again");
}

/** The region in an ARN, or undefined for what is none. */
export function regionOf(arn: string): string | undefined {
  return /^arn:aws[\w-]*:[\w-]+:([a-z0-9-]+):/.exec(arn)?.[1];
}
