import type { Mistake } from "../messages/mistake";
import { shownUpTo } from "../messages/safe-text";
import { parseIamArn, roleOfSession } from "./iam-arns";

/**
 * Who may be named as signer, reader, custodian or deployer.
 *
 * Policies compare these ARNs with `aws:PrincipalArn`, which for a session is the ARN of its *role* (IAM guide, "AWS global
 * condition context keys"), and `ArnEquals` reads `*` and `?` as wildcards. So only the plain ARN of one role is accepted, or,
 * with `allowUsers`, of one IAM user.
 */

/**
 * The path of the roles that are made here. IAM also accepts `*` and `?` in it, but policies would then read the generator's ARN
 * as a pattern.
 */
export const ROLE_PATH = "^/(?:[0-9A-Za-z_+=,.@-]+/)*$";

/** Which principals are accepted. */
export interface PrincipalRule {
  /**
   * The accounts, 12 digits each, that a principal may belong to.
   * @default - any account
   */
  readonly accounts?: readonly string[];
  /**
   * Whether IAM users are accepted.
   * @default false
   */
  readonly allowUsers?: boolean;
}

/** What is wrong with an ARN that must be a role's, and the fix, in one line; `undefined` if nothing is. */
export function roleArnProblem(arn: string, accounts?: readonly string[]): Mistake | undefined {
  return principalArnProblem(arn, { accounts });
}

/** The same for a signer or reader, who may be an IAM user if the rule allows users. */
export function principalArnProblem(arn: string, rule: PrincipalRule = {}): Mistake | undefined {
  const named = shownUpTo(120, arn);
  if (arn.includes("*") || arn.includes("?")) {
    return { what: `${named} has a wildcard`, fix: `name each role by its full ARN` };
  }
  if (/^\d{12}$/.test(arn) || /^arn:[^:]*:iam::\d*:root$/.test(arn)) {
    return {
      what: `${named} is a whole account`,
      fix: `name the role that signs, arn:aws:iam::ACCOUNT:role/NAME`,
    };
  }
  if (/^arn:[^:]*:sts:/.test(arn))
    return { what: `${named} is a session, not a role`, fix: roleOfSession(arn) };
  const principal = parseIamArn(arn, named);
  if ("what" in principal) return principal;
  const { kind, account } = principal;
  if (kind === "user" && !rule.allowUsers) {
    return {
      what: `${named} is an IAM user, whose access keys do not expire`,
      fix: `use a role, arn:aws:iam::ACCOUNT:role/NAME`,
    };
  }
  if (rule.accounts && !rule.accounts.includes(account)) {
    return {
      what: `${named} is a ${kind} of account ${account}, not of ${rule.accounts.join(" or ")}`,
      fix: `add the account to signerAccounts if that is meant`,
    };
  }
  return undefined;
}
