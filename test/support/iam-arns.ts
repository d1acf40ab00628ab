import * as fc from "fast-check";

/** ARNs of roles and users by IAM's grammar (IAM API reference, CreateRole), and the same with one rule broken. */

const PARTITIONS = [
  "aws",
  "aws-cn",
  "aws-us-gov",
  "aws-iso",
  "aws-iso-b",
  "aws-iso-e",
  "aws-iso-f",
  "aws-eusc",
];
const NAME_CHARACTERS = [..."0123456789ABCXYZabcxyz_+=,.@-"];
/** Visible ASCII but what policies and Terraform read as more than itself, and the slash between segments. */
const PATH_CHARACTERS = Array.from({ length: 0x7e - 0x20 }, (_, i) => String.fromCharCode(0x21 + i)).filter(
  (each) => !"*?$%/".includes(each),
);
const MOST_OF_A_PATH = 512;

const textOf = (characters: readonly string[], minLength: number, maxLength: number) =>
  fc
    .array(fc.constantFrom(...characters), { minLength, maxLength, size: "max" })
    .map((found) => found.join(""));

/** A name or a segment that nobody but IAM Identity Center could have is made apart. */
const isFree = (text: string) => !/^AWSReservedSSO_|^aws-reserved$/.test(text);
const name = fc
  .oneof(
    textOf(NAME_CHARACTERS, 1, 12),
    textOf(NAME_CHARACTERS, 64, 64),
    fc.constantFrom("AWSReservedSSO_", "x-AWSReservedSSO_Admin_0123456789abcdef"),
  )
  .filter((text) => isFree(text) || text === "AWSReservedSSO_");
const segment = fc.oneof(
  textOf(PATH_CHARACTERS, 1, 8),
  fc.constantFrom("ops", "AWSReservedSSO_x", "aws-reserved2"),
);
const freePath = fc
  .array(segment, { maxLength: 4 })
  .filter(([first]) => first !== "aws-reserved")
  .map((segments) => segments.map((each) => `${each}/`).join(""));
/** As long as a path may be, the first slash included. */
const longPath = fc
  .array(segment, { minLength: 60, maxLength: 90 })
  .map(
    (segments) =>
      `${segments
        .join("/")
        .padEnd(MOST_OF_A_PATH, "x")
        .slice(0, MOST_OF_A_PATH - 3)}x/`,
  )
  .filter((path) => !path.includes("//") && !path.startsWith("aws-reserved/"));
const path = fc.oneof({ weight: 4, arbitrary: freePath }, { weight: 1, arbitrary: longPath });

const region = fc.constantFrom("", "eu-west-1/", "ap-southeast-2/", "us-gov-west-1/");
const suffix = textOf([..."0123456789abcdef"], 16, 16);
const permissionSet = fc.oneof(textOf(NAME_CHARACTERS, 1, 8), textOf(NAME_CHARACTERS, 32, 32));
const identityCenterName = fc
  .tuple(permissionSet, suffix)
  .map(([set, end]) => `AWSReservedSSO_${set}_${end}`);
const identityCenter = fc
  .tuple(region, identityCenterName)
  .map(([where, role]) => `aws-reserved/sso.amazonaws.com/${where}${role}`);

interface Arns {
  /** Fixed where something else than ARNs is tried, such as the account that a workspace is in. */
  readonly partition?: string;
  readonly account?: string;
}

const before = ({ partition, account }: Arns) =>
  fc
    .tuple(
      partition === undefined ? fc.constantFrom(...PARTITIONS) : fc.constant(partition),
      account === undefined ? fc.stringMatching(/^[0-9]{12}$/) : fc.constant(account),
    )
    .map(([first, second]) => `arn:${first}:iam::${second}:`);

const join = (...parts: fc.Arbitrary<string>[]) => fc.tuple(...parts).map((found) => found.join(""));
const just = (text: string) => fc.constant(text);

/** Roles that IAM can have. */
export const roleArns = (arns: Arns = {}): fc.Arbitrary<string> =>
  join(
    before(arns),
    just("role/"),
    fc.oneof({ weight: 3, arbitrary: join(path, name) }, { weight: 1, arbitrary: identityCenter }),
  );

/** Users that IAM can have. */
export const userArns = (arns: Arns = {}): fc.Arbitrary<string> =>
  join(before(arns), just("user/"), path, name);

/** ARNs that no role has, by the one rule that each breaks. */
export function brokenArns(arns: Arns = {}): Record<string, fc.Arbitrary<string>> {
  const role = join(before(arns), just("role/"));
  const bad = (characters: string) => fc.constantFrom(...characters);
  const broken = (change: (arn: string) => string) => roleArns(arns).map(change);
  return {
    "an unknown partition": broken((arn) => arn.replace(/^arn:[^:]*/, "arn:aws-x")),
    "no partition": broken((arn) => arn.replace(/^arn:[^:]*/, "arn:")),
    "another service": broken((arn) => arn.replace(":iam:", ":sts:")),
    "a region": broken((arn) => arn.replace(":iam::", ":iam:eu-west-1:")),
    "an account of 11 digits": broken((arn) => arn.replace(/[0-9]:role/, ":role")),
    "an account of 13 digits": broken((arn) => arn.replace(":role", "0:role")),
    "another kind": broken((arn) => arn.replace(":role/", ":instance-profile/")),
    "an empty first segment": join(role, just("/"), path, name),
    "an empty segment": join(role, segment, just("//"), name),
    "an empty name": join(role, path),
    "a long path": join(role, longPath, just("x/"), name),
    "a character that no path has": join(role, segment, bad(" é\u007f\n\u00a0*?$%"), just("/"), name),
    "a long name": join(role, path, name, just("x".repeat(64))),
    "a character that no name has": join(
      role,
      path,
      bad(" é:!'\"\\*?$%\n"),
      name.filter((text) => text.length < 64),
    ),
    "text behind it": broken((arn) => `${arn}\n`),
    "text before it": broken((arn) => ` ${arn}`),
    "Identity Center without its path": join(role, identityCenterName),
    "Identity Center below another path": join(role, just("ci/"), identityCenterName),
    "Identity Center below another service": join(role, just("aws-reserved/"), identityCenterName),
    "Identity Center with no region's name": join(
      role,
      fc
        .constantFrom("europe", "eu-west", "eu/west-1", "EU-WEST-1", "eu-west-1/eu-west-1")
        .map((where) => `aws-reserved/sso.amazonaws.com/${where}/`),
      identityCenterName,
    ),
    "Identity Center without the 16 digits": join(
      role,
      just("aws-reserved/sso.amazonaws.com/"),
      permissionSet.map((set) => `AWSReservedSSO_${set.slice(0, 12)}-`),
    ),
    "another name below the reserved path": join(role, just("aws-reserved/sso.amazonaws.com/"), name),
    "a user below the reserved path": join(before(arns), just("user/"), identityCenter),
  };
}
