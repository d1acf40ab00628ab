import { Lazy } from "cdktf";

/** A statement of an IAM policy, as IAM's JSON has it. */
export interface PolicyStatement {
  /** The statement's name, in letters and digits. */
  readonly Sid: string;
  /** A Deny overrides every Allow. */
  readonly Effect: "Allow" | "Deny";
  /**
   * Whom a resource's policy is about: `*` for everyone, or ARNs by their kind (`AWS`, `Service`).
   * @default - none, in the policy of an identity
   */
  readonly Principal?: "*" | { readonly [kind: string]: string | readonly string[] };
  /** `SERVICE:OPERATION`, one or several. */
  readonly Action: string | readonly string[];
  /** ARNs, or `*`. */
  readonly Resource: string | readonly string[];
  /**
   * What must be true of a call, by operator and key.
   * @default - none: every call
   */
  readonly Condition?: {
    readonly [operator: string]: { readonly [key: string]: string | readonly string[] };
  };
}

/** An IAM policy, as IAM's JSON has it. */
export interface PolicyDocument {
  /** The version of IAM's language. */
  readonly Version: "2012-10-17";
  /** Its statements. IAM does not care about their order. */
  readonly Statement: readonly PolicyStatement[];
}

export function policyDocument(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** The policy as JSON, made at synthesis, so that later grants are in it. */
export function policyJson(statements: () => readonly PolicyStatement[]): string {
  return Lazy.stringValue({ produce: () => JSON.stringify(policyDocument(statements())) });
}

/** Allows actions: in the policy of an identity, or, with a principal, in that of a resource. */
export function allow(
  Sid: string,
  Action: string | readonly string[],
  rest: Partial<Pick<PolicyStatement, "Principal" | "Resource" | "Condition">>,
): PolicyStatement {
  const { Principal, Resource = "*", Condition } = rest;
  const principal = Principal && { Principal };
  return { Sid, Effect: "Allow", ...principal, Action, Resource, ...(Condition && { Condition }) };
}

/** A condition that the caller is one of some roles. */
export function isOneOf(roleArns: readonly string[]) {
  return { ArnEquals: { "aws:PrincipalArn": roleArns } };
}

/** Denies actions to everyone, or to everyone except some roles. */
export function deny(
  Sid: string,
  Action: string | readonly string[],
  except: readonly string[] = [],
): PolicyStatement {
  const condition = except.length > 0 && { Condition: { ArnNotEquals: { "aws:PrincipalArn": except } } };
  return { Sid, Effect: "Deny", Principal: "*", Action, Resource: "*", ...condition };
}

/**
 * Accounts as principals: their identity policies must also allow the action. Roles are matched by a condition. A role that
 * is named as a principal must exist, and becomes an opaque id when it is deleted, after which Terraform cannot even plan
 * (docs/decisions/0003).
 */
export function accountPrincipals(partition: string, accounts: readonly string[]): { AWS: string[] } {
  return { AWS: accounts.map((account) => `arn:${partition}:iam::${account}:root`) };
}

/** The same statements, those of one name as one for all their resources: IAM takes a name once. */
export function mergedBySid(statements: readonly PolicyStatement[]): PolicyStatement[] {
  const merged = new Map<string, PolicyStatement>();
  for (const statement of statements) {
    const other = merged.get(statement.Sid);
    const Resource = other ? [other.Resource, statement.Resource].flat() : statement.Resource;
    merged.set(statement.Sid, { ...statement, Resource });
  }
  return [...merged.values()];
}
