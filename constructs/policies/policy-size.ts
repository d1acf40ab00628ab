import type { Construct } from "constructs";
import type { AwsLocation } from "../terraform/aws-location";
import { type PolicyStatement, policyDocument } from "./policy";

/** Characters that Secrets Manager takes as a secret's policy (Secrets Manager quotas). */
export const SECRET_POLICY_LIMIT = 20_480;
/** Bytes that KMS takes as a key's policy (KMS quotas). */
export const KEY_POLICY_LIMIT = 32_768;

/** The length that a token for a principal or another ARN counts as: a role's ARN with a name of 64 characters and a path. */
const ANY_TOKEN = 128;

export interface PolicySizeProps {
  /** What the policy belongs to, for the message. */
  readonly what: string;
  readonly limit: number;
  /** Why it is too large, and what to do. */
  readonly fix: () => string;
  readonly location: AwsLocation;
  readonly statements: () => readonly PolicyStatement[];
}

/** Refuses at synthesis a policy that AWS would refuse in the middle of an apply. */
export function checkPolicySize(scope: Construct, props: PolicySizeProps): void {
  scope.node.addValidation({
    validate: () => {
      const { what, limit, fix } = props;
      const size = policySize(props.statements(), props.location);
      if (size <= limit) return [];
      return [`${what} would have ${size} characters, and AWS takes ${limit}; ${fix()}`];
    },
  });
}

/** The length of a policy's JSON. Tokens count as the longest text that they can stand for, as far as that is known. */
export function policySize(statements: readonly PolicyStatement[], location: AwsLocation): number {
  const longest: readonly [token: string, length: number][] = [
    [location.partition, "aws-us-gov".length],
    [location.account, "123456789012".length],
    [location.region, "ap-southeast-1".length],
  ];
  let json = JSON.stringify(policyDocument(statements));
  for (const [token, length] of longest) json = json.replaceAll(token, "x".repeat(length));
  return longestLength(json);
}

/** The length of a text in which each token counts as the longest ARN that it may stand for. */
export function longestLength(text: string): number {
  return text.replace(/\$\{TfToken\[[^\]]*\]\}/g, "x".repeat(ANY_TOKEN)).length;
}
