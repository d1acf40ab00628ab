import type { Mistake } from "../messages/mistake";
import { shownUpTo } from "../messages/safe-text";

/**
 * Who may be named as signer, reader, custodian or deployer.
 *
 * Policies compare these ARNs with `aws:PrincipalArn`, which for a session is the ARN of its *role* (IAM guide, "AWS global
 * condition context keys"), and `ArnEquals` reads `*` and `?` as wildcards. So only the plain ARN of one role is accepted, or,
 * with `allowUsers`, of one IAM user.
 */

const WORD = "[0-9A-Za-z_+=,.@-]";

/** A role's path and name, without `*` and `?`, which IAM allows in a path. Terraform reads it too, which knows no lookahead. */
export const ROLE_PATH_AND_NAME = `(?:${WORD}+/)*${WORD}{1,64}`;

/**
 * The path of the roles that are made here. IAM also accepts `*` and `?` in it, but policies would then read the generator's ARN
 * as a pattern.
 */
export const ROLE_PATH = `^/(?:${WORD}+/)*$`;

const PRINCIPAL_ARN = new RegExp(`^arn:aws[a-z0-9-]*:iam::(\\d{12}):(role|user)/(${ROLE_PATH_AND_NAME})$`);

/**
 * The roles that IAM Identity Center makes have a path of their own, with its region, but where that is us-east-1. Nobody else can make a
 * role under `aws-reserved/`. https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
const IDENTITY_CENTER_ROLE = new RegExp(
  `^aws-reserved/sso\\.amazonaws\\.com/(?:[a-z0-9-]+/)?AWSReservedSSO_${WORD}+$`,
);

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
  if (/^arn:[^:]*:sts:/.test(arn)) {
    const session = /^arn:([^:]*):sts::(\d{12}):assumed-role\/([^/]+)/.exec(arn);
    const [, partition, accountOfRole, name = ""] = session ?? [];
    const role = `arn:${partition}:iam::${accountOfRole}:role/${name}`;
    return {
      what: `${named} is a session, not a role`,
      fix: isNamedByIdentityCenter(name)
        ? wholeArnOf(name)
        : `write ${session ? role : "its role's ARN"} (with the role's path, if it has one)`,
    };
  }
  const [, account = "", kind, pathAndName = ""] = PRINCIPAL_ARN.exec(arn) ?? [];
  if (kind === "user" && !rule.allowUsers) {
    return {
      what: `${named} is an IAM user, whose access keys do not expire`,
      fix: `use a role, arn:aws:iam::ACCOUNT:role/NAME`,
    };
  }
  if (kind === undefined) {
    return { what: `${named} is not the ARN of an IAM role`, fix: `write arn:aws:iam::ACCOUNT:role/NAME` };
  }
  const name = pathAndName.split("/").at(-1) ?? "";
  const reserved = isNamedByIdentityCenter(name) || /^aws-reserved\//.test(pathAndName);
  if (reserved && !IDENTITY_CENTER_ROLE.test(pathAndName)) {
    return { what: `${named} is no role of IAM Identity Center: its path is another`, fix: wholeArnOf(name) };
  }
  if (rule.accounts && !rule.accounts.includes(account)) {
    return {
      what: `${named} is a ${kind} of account ${account}, not of ${rule.accounts.join(" or ")}`,
      fix: `add the account to signerAccounts if that is meant`,
    };
  }
  return undefined;
}

const isNamedByIdentityCenter = (name: string) => new RegExp(`^AWSReservedSSO_${WORD}+$`).test(name);

const wholeArnOf = (name: string) =>
  `write its whole ARN, with its path: aws iam get-role --role-name ${name} --query Role.Arn`;
