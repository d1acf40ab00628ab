/**
 * Who may be named as signer, reader, custodian or deployer. No Terraform here: the fleet loader uses it too.
 *
 * Policies match these ARNs against `aws:PrincipalArn`, which for a session is the ARN of its *role*
 * (IAM guide, "AWS global condition context keys"), and `ArnEquals` reads `*` and `?` as wildcards: so only
 * the plain ARN of one role will do.
 */

/** The characters of a role's path and name, less `*` and `?`, which IAM allows in a path. */
export const ROLE_PATH_AND_NAME = "[0-9A-Za-z_+=,.@/-]+";

const ROLE_ARN = new RegExp(`^arn:aws[a-z0-9-]*:iam::(\\d{12}):role/${ROLE_PATH_AND_NAME}$`);

/**
 * What is wrong with an ARN that should be a role's, and the mend, in one line; `undefined` if nothing is.
 *
 * @param arn the literal as the user wrote it
 * @param accounts the accounts (12 digits each) whose roles are allowed; none given: any account
 */
export function roleArnProblem(arn: string, accounts?: readonly string[]): string | undefined {
  const shown = JSON.stringify(arn.length > 120 ? `${arn.slice(0, 117)}...` : arn);
  if (arn.includes("*") || arn.includes("?")) {
    return `${shown} has a wildcard; name each role by its full ARN`;
  }
  if (/^\d{12}$/.test(arn) || /^arn:[^:]*:iam::\d*:root$/.test(arn)) {
    return `${shown} is a whole account; name the role that signs, arn:aws:iam::ACCOUNT:role/NAME`;
  }
  if (/^arn:[^:]*:sts:/.test(arn)) {
    const session = /^arn:([^:]*):sts::(\d{12}):assumed-role\/([^/]+)/.exec(arn);
    const role = session ? `arn:${session[1]}:iam::${session[2]}:role/${session[3]}` : "its role's ARN";
    return `${shown} is a session, not a role; write ${role} (with the role's path, if it has one)`;
  }
  if (/^arn:[^:]*:iam::\d{12}:user\//.test(arn)) {
    return `${shown} is an IAM user, whose access keys do not expire; use a role, arn:aws:iam::ACCOUNT:role/NAME`;
  }
  const match = ROLE_ARN.exec(arn);
  if (!match || arn.endsWith("/")) {
    return `${shown} is not the ARN of an IAM role; write arn:aws:iam::ACCOUNT:role/NAME`;
  }
  const account = match[1] ?? "";
  if (accounts && !accounts.includes(account)) {
    return `${shown} is a role of account ${account}, not of ${accounts.join(" or ")}; add the account to signerAccounts if that is meant`;
  }
  return undefined;
}
