/**
 * EventBridge's event patterns (EventBridge guide, "Comparison operators for use in event patterns"), and the parts that the
 * alerts' patterns share. They match CloudTrail's records, which are in an event's `detail`.
 */

/** One way to match a field. A list of filters matches if one of them does, for any element if the field is a list. */
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

/** The size of an event pattern, which cannot be raised for the default bus (EventBridge quotas). Emulators accept more. */
export const MAX_PATTERN_LENGTH = 2048;

/** A rule in this state also receives read-only management events, such as `GetSecretValue` and `Sign`. */
export const ALL_MANAGEMENT_EVENTS = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/** For `errorCode`: AWS denied the call. CloudTrail has `AccessDenied`, or `AccessDeniedException` for some services. */
export const DENIED: readonly Filter[] = [{ prefix: "AccessDenied" }];

/** For `errorCode`: AWS did not deny the call, though it may have failed. */
export const NOT_DENIED: readonly Filter[] = [
  { exists: false },
  { "anything-but": { prefix: "AccessDenied" } },
];

/** For `errorCode`: the call succeeded. */
export const DONE: readonly Filter[] = [{ exists: false }];

/**
 * For a record: the caller is none of these roles, and not this session of a role. A session's record has its role, with the
 * path, in `sessionIssuer`. The record of the root user, an IAM user or an AWS service has no such field, and `anything-but`
 * does not match a missing field.
 */
export function notBy(roleArns: readonly string[], sessionArn?: string): EventPattern {
  const no = (...arns: string[]): Filter[] => [{ "anything-but": arns }, { exists: false }];
  const byRole = roleArns.length > 0 && { sessionContext: { sessionIssuer: { arn: no(...roleArns) } } };
  const bySession = sessionArn !== undefined && { arn: no(sessionArn) };
  return byRole || bySession ? { userIdentity: { ...bySession, ...byRole } } : {};
}

/** For a record: a caller that is none of these roles made the call, and it succeeded. */
export function doneByOthers(roleArns: readonly string[]): EventPattern {
  return { errorCode: DONE, ...notBy(roleArns) };
}

/** Someone other than these roles made one of some calls about one of some things. */
export function tamperPattern(
  source: string,
  eventName: string[],
  roleArns: readonly string[],
  records: EventPattern[],
): EventPattern {
  return { source: [source], detail: { eventName, ...doneByOthers(roleArns), $or: records } };
}

/** For a record: a request parameter matches. */
export function parameter(name: string, ...filters: Filter[]): EventPattern {
  return { requestParameters: { [name]: filters } };
}
