/** Set to 1, it lets requests go to this machine itself: to an emulator of AWS, or a stub of a workspace. */
export const ALLOW_LOOPBACK = "LEDGER_API_USER_ALLOW_LOOPBACK";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether a host is this machine itself. IPv6 as in a URL, in brackets. */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Whether a request may go to a host because it is this machine itself: where a person has said so, and never in Lambda. There, whoever
 * may set the function's variables could set this one too, and nothing of ours listens.
 */
export function isAllowedLoopback(hostname: string, environment: Environment): boolean {
  return isLoopback(hostname) && environment[ALLOW_LOOPBACK] === "1" && !isLambda(environment);
}

/** By variables that Lambda reserves: a function's own cannot replace them (Lambda guide, "Defined runtime environment variables"). */
function isLambda(environment: Environment): boolean {
  const { AWS_LAMBDA_FUNCTION_NAME, AWS_LAMBDA_RUNTIME_API, AWS_EXECUTION_ENV = "" } = environment;
  return Boolean(
    AWS_LAMBDA_FUNCTION_NAME || AWS_LAMBDA_RUNTIME_API || /^AWS_Lambda_/.test(AWS_EXECUTION_ENV),
  );
}
