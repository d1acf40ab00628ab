import { shownUpTo } from "../messages/safe-text";

/**
 * Who may be named as signer, reader, custodian or deployer. No Terraform here: the fleet loader uses it too.
 *
 * Policies match these ARNs against `aws:PrincipalArn`, which for a session is the ARN of its *role*
 * (IAM guide, "AWS global condition context keys"), and `ArnEquals` reads `*` and `?` as wildcards: so only
 * the plain ARN of one role will do, or, where `allowUsers` says so, of one IAM user.
 */

/** The characters of a role's path and name, less `*` and `?`, which IAM allows in a path. */
export const ROLE_PATH_AND_NAME = "[0-9A-Za-z_+=,.@/-]+";

/**
 * The path of the roles that we make. IAM would take `*` and `?` in it as well; policies would then read the
 * generator's ARN as a pattern.
 */
export const ROLE_PATH = "^/(?:[0-9A-Za-z_+=,.@-]+/)*$";

const PRINCIPAL_ARN = new RegExp(`^arn:aws[a-z0-9-]*:iam::(\\d{12}):(role|user)/${ROLE_PATH_AND_NAME}$`);

/** The rule in a property or key, for messages of both worlds. */
export interface PrincipalRule {
  /** The accounts (12 digits each) that may be meant; none given: any account. */
  readonly accounts?: readonly string[];
  /** Whether an IAM user will do. */
  readonly allowUsers?: boolean;
}

/** What is wrong with an ARN that should be a role's, and the fix, in one line; `undefined` if nothing is. */
export function roleArnProblem(arn: string, accounts?: readonly string[]): string | undefined {
  return principalArnProblem(arn, { accounts });
}

/** The same for a signer or reader, who may be an IAM user where the rule allows users. */
export function principalArnProblem(arn: string, rule: PrincipalRule = {}): string | undefined {
  const named = shownUpTo(120, arn);
  if (arn.includes("*") || arn.includes("?")) {
    return `${named} has a wildcard; name each role by its full ARN`;
  }
  if (/^\d{12}$/.test(arn) || /^arn:[^:]*:iam::\d*:root$/.test(arn)) {
    return `${named} is a whole account; name the role that signs, arn:aws:iam::ACCOUNT:role/NAME`;
  }
  if (/^arn:[^:]*:sts:/.test(arn)) {
    const session = /^arn:([^:]*):sts::(\d{12}):assumed-role\/([^/]+)/.exec(arn);
    const role = session ? `arn:${session[1]}:iam::${session[2]}:role/${session[3]}` : "its role's ARN";
    return `${named} is a session, not a role; write ${role} (with the role's path, if it has one)`;
  }
  const [, account = "", kind] = (!arn.endsWith("/") && PRINCIPAL_ARN.exec(arn)) || [];
  if (kind === "user" && !rule.allowUsers) {
    return `${named} is an IAM user, whose access keys do not expire; use a role, arn:aws:iam::ACCOUNT:role/NAME`;
  }
  if (kind === undefined) {
    return `${named} is not the ARN of an IAM role; write arn:aws:iam::ACCOUNT:role/NAME`;
  }
  if (rule.accounts && !rule.accounts.includes(account)) {
    return `${named} is a ${kind} of account ${account}, not of ${rule.accounts.join(" or ")}; add the account to signerAccounts if that is meant`;
  }
  return undefined;
}
