/**
 * Event patterns, as EventBridge takes them (EventBridge guide, "Comparison operators for use in event patterns"), and the
 * pieces that the patterns of alerts are made of. What they match are CloudTrail's records, in an event's `detail`.
 */

/** One way to match a field. A field's list matches if one of them does, on any element where the field is a list. */
export type Filter =
  | string
  | boolean
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly wildcard: string }
  | { readonly exists: boolean }
  | {
      readonly "anything-but":
        | readonly string[]
        | { readonly prefix: string }
        | { readonly wildcard: readonly string[] };
    };

/** All of its fields must match, and one of the alternatives in `$or`. */
export interface EventPattern {
  readonly [field: string]: readonly Filter[] | EventPattern | readonly EventPattern[];
}

/** EventBridge quotas: the size of an event pattern, not adjustable for the default bus. Emulators take more. */
export const MAX_PATTERN_LENGTH = 2048;

/** A rule of this state also gets read-only management events, such as `GetSecretValue` and `Sign`. */
export const ALL_MANAGEMENT_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/** For `errorCode`: AWS denied the call. CloudTrail has `AccessDenied` and, of some services, `AccessDeniedException`. */
export const DENIED: readonly Filter[] = [{ prefix: "AccessDenied" }];

/** For `errorCode`: AWS did not deny the call, though it may have failed. */
export const NOT_DENIED: readonly Filter[] = [
  { exists: false },
  { "anything-but": { prefix: "AccessDenied" } },
];

/** For `errorCode`: the call was done. */
export const DONE: readonly Filter[] = [{ exists: false }];

/**
 * For a record: its caller is none of these roles, nor this session of a role. A session's record names its role in
 * `sessionIssuer`, path and all; that of the root user, an IAM user or an AWS service has none, and `anything-but` does not
 * match what is not there.
 */
export function notBy(roleArns: readonly string[], sessionArn?: string): EventPattern {
  const no = (...arns: string[]): Filter[] => [{ "anything-but": arns }, { exists: false }];
  const byRole = roleArns.length > 0 && { sessionContext: { sessionIssuer: { arn: no(...roleArns) } } };
  const bySession = sessionArn !== undefined && { arn: no(sessionArn) };
  return byRole || bySession ? { userIdentity: { ...bySession, ...byRole } } : {};
}

/** For a record: a request parameter matches. */
export function parameter(name: string, ...filters: Filter[]): EventPattern {
  return { requestParameters: { [name]: filters } };
}
