import { didYouMean } from "../messages/did-you-mean";
import type { Mistake } from "../messages/mistake";
import { shown } from "../messages/safe-text";
import { PARTITION_NAMES, REGION } from "./partitions";

/**
 * The ARNs of IAM's roles and users, by IAM's own grammar (IAM API reference, CreateRole: Path and RoleName), as patterns that
 * Terraform reads too, which knows no lookahead, and as a parser that says what is wrong. test/rules/iam-arns.test.ts and
 * test/constructs/policies/principal-conditions.process.test.ts compare them.
 */

/**
 * A segment of a path: visible ASCII. Without `*` and `?`, which policies read as wildcards, and without `$` and `%`, which
 * begin variables of policies and templates of Terraform.
 */
const SEGMENT = "[!-#&-)+-.0->@-~]+";

/** Both slashes included. */
export const MOST_OF_A_PATH = 512;

/** All of an ARN but its path. A bounded repeat in the pattern would cost Terraform milliseconds for each ARN. */
export const NOT_THE_PATH = "^[^/]*|[^/]*$";

/** A role's name, and a user's. */
const NAME = "[0-9A-Za-z_+=,.@-]{1,64}";

const iamArn = (kinds: string, pathAndName: string) =>
  `^arn:(?:${PARTITION_NAMES.join("|")}):iam::[0-9]{12}:${kinds}/${pathAndName}$`;

/** The ARN of one principal of some kinds, `role` or `(role|user)`, whatever the length of its path. */
export const principalPattern = (kinds: string): string => iamArn(kinds, `(?:${SEGMENT}/)*${NAME}`);

/**
 * The roles that IAM Identity Center makes. Their path has its region, but where that is us-east-1; their name ends in 16 digits.
 * Nobody else can make a role under `aws-reserved/`, or with such a name.
 * https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
 */
const IDENTITY_CENTER_PATH = `aws-reserved/sso[.]amazonaws[.]com/(?:${REGION}/)?`;
const IDENTITY_CENTER_NAME = "AWSReservedSSO_[0-9A-Za-z_+=,.@-]{1,32}_[0-9a-f]{16}";
export const IDENTITY_CENTER_ROLE = iamArn("role", IDENTITY_CENTER_PATH + IDENTITY_CENTER_NAME);

/** What only a role of IAM Identity Center can be called. */
export const RESERVED = "^[^/]*/(?:aws-reserved/.*|(?:.*/)?AWSReservedSSO_[^/]+)$";

/** A role or user of IAM. */
export interface IamArn {
  readonly partition: string;
  /** 12 digits. */
  readonly account: string;
  readonly kind: "role" | "user";
  /** Unique in the account, whatever the path. */
  readonly name: string;
}

/** Reads the ARN of a role or user; what is wrong with it if IAM can have no such principal. */
export function parseIamArn(text: string, named: string): IamArn | Mistake {
  const [, partition = "", account = "", kind, pathAndName = ""] =
    /^arn:([^:]*):iam::([^:]*):(role|user)\/(.*)$/s.exec(text) ?? [];
  const wrong = (why: string, fix: string): Mistake => ({
    what: `${named} is not the ARN of an IAM role${why && `: ${why}`}`,
    fix,
  });
  if (kind !== "role" && kind !== "user") return wrong("", "write arn:aws:iam::ACCOUNT:role/NAME");
  if (!PARTITION_NAMES.includes(partition)) {
    const meant = didYouMean(partition, PARTITION_NAMES);
    const fix = meant ? `did you mean ${meant}?` : "write arn:aws:iam::ACCOUNT:role/NAME";
    return wrong(`AWS has no partition ${shown(partition)}`, fix);
  }
  if (!/^[0-9]{12}$/.test(account)) return wrong("an account has 12 digits", "write them all");
  const end = pathAndName.lastIndexOf("/") + 1;
  const [path, name] = [`/${pathAndName.slice(0, end)}`, pathAndName.slice(end)];
  if (name === "") return wrong("it ends in a slash", "write the name behind it");
  if (path.includes("//")) return wrong("its path has an empty segment", "take the extra slash out");
  if (path.length > MOST_OF_A_PATH)
    return wrong(`its path has ${path.length} characters`, `IAM takes ${MOST_OF_A_PATH}, so copy it again`);
  if (!PATH.test(path)) {
    const why = "its path has a character that IAM or policies do not take";
    return wrong(why, "write it without blanks, $, % and what is not ASCII");
  }
  if (name.length > 64)
    return wrong(`its name has ${name.length} characters`, "IAM takes 64, so copy it again");
  if (!WHOLE_NAME.test(name))
    return wrong(`${shown(name)} is no name of a role`, "use letters, digits and _+=,.@-");
  return identityCenterMistake(text, kind, named) ?? { partition, account, kind, name };
}

const PATH = new RegExp(`^/(?:${SEGMENT}/)*$`);
const WHOLE_NAME = new RegExp(`^${NAME}$`);
const IS_RESERVED = new RegExp(RESERVED);
const IS_OF_IDENTITY_CENTER = new RegExp(IDENTITY_CENTER_ROLE);
const IS_NAMED_BY_IDENTITY_CENTER = new RegExp(`^${IDENTITY_CENTER_NAME}$`);

function identityCenterMistake(arn: string, kind: IamArn["kind"], named: string): Mistake | undefined {
  if (!IS_RESERVED.test(arn) || IS_OF_IDENTITY_CENTER.test(arn)) return undefined;
  const name = arn.slice(arn.lastIndexOf("/") + 1);
  const isNamed = IS_NAMED_BY_IDENTITY_CENTER.test(name);
  const why =
    isNamed && kind === "role" ? "its path is another" : "its name ends in _ and 16 hexadecimal digits";
  return {
    what: `${named} is no role of IAM Identity Center: ${why}`,
    fix: wholeArnOf(isNamed ? name : undefined),
  };
}

/** How to find an ARN that only the account can tell: the roles that AWS makes itself have paths of their own. */
function wholeArnOf(name: string | undefined): string {
  return name === undefined
    ? "copy its whole ARN from: aws iam list-roles --path-prefix /aws-reserved/ --query Roles[].Arn"
    : `write its whole ARN, with its path: aws iam get-role --role-name ${name} --query Role.Arn`;
}

/** The fix for the ARN of a session, which has the name of its role and not its path. */
export function roleOfSession(arn: string): string {
  const [, partition = "", account, name = ""] =
    /^arn:([^:]*):sts::([0-9]{12}):assumed-role\/([^/]*)\//.exec(arn) ?? [];
  if (!PARTITION_NAMES.includes(partition) || !WHOLE_NAME.test(name)) {
    return "write the ARN of its role, arn:aws:iam::ACCOUNT:role/NAME";
  }
  if (/^AWS(?:ReservedSSO_.|ServiceRoleFor)/.test(name)) return wholeArnOf(name);
  const role = `arn:${partition}:iam::${account}:role/${name}`;
  return `write ${role} (if the role has a path, what this prints: aws iam get-role --role-name ${name} --query Role.Arn)`;
}
