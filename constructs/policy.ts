import { Lazy } from "cdktf";

/** A statement of an IAM policy, as IAM's JSON has it. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: "*" | { readonly [kind: string]: string | readonly string[] };
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: {
    readonly [operator: string]: { readonly [key: string]: string | readonly string[] };
  };
}

export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

export function policyDocument(statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: "2012-10-17", Statement: statements };
}

/** The policy as JSON, made at synthesis, so that what is granted until then is in it. */
export function policyJson(statements: () => readonly PolicyStatement[]): string {
  return Lazy.stringValue({ produce: () => JSON.stringify(policyDocument(statements())) });
}
