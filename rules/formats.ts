import type { Mistake } from "../messages/mistake";
import { shown } from "../messages/safe-text";
import { WORKSPACE_NAME, WORKSPACE_NAME_RULE } from "./aws-names";
import { REGION } from "./partitions";
import { ROLE_PATH } from "./principal-arns";

/**
 * The formats of settings. Each rule says in one line what is wrong with a text and how to fix it; `undefined` if nothing is.
 * The fleet's schemas repeat them for editors, and test/bad-input/rules.test.ts compares the two.
 */
function format(pattern: RegExp, what: string, fix: string): (text: string) => Mistake | undefined {
  return (text) => (pattern.test(text) ? undefined : { what: `${shown(text)} ${what}`, fix });
}

const ARN = "arn:aws[a-z0-9-]*";

export const workspaceNameProblem = format(
  WORKSPACE_NAME,
  `is not a workspace name`,
  `use ${WORKSPACE_NAME_RULE}`,
);

export const accountProblem = format(/^\d{12}$/, "is not an AWS account", "write its 12 digits");

/** 18 characters at most: with more, the name of the generator's role would not fit. */
export const regionProblem = format(
  new RegExp(`^(?=.{1,18}$)${REGION}$`),
  "is not an AWS region",
  "write one such as eu-west-1",
);

export const rolePathProblem = format(
  new RegExp(`^(?=.{0,512}$)${ROLE_PATH.slice(1)}`),
  "is not a path",
  "begin and end it with a slash and use letters, digits and _+=,.@-, as in /custody/",
);

/** TLS only, without user, query or fragment. */
export const apiUrlProblem = format(
  /^https:\/\/[^\s/?#@\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{DI}]+(?:\/[^\s?#\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{DI}]*)?$/u,
  "is not an https address",
  "write one such as https://api.vault.ledger.com",
);

export const topicArnProblem = format(
  new RegExp(`^${ARN}:sns:[a-z0-9-]+:\\d{12}:[\\w-]+$`),
  "is not the ARN of an SNS topic",
  "write arn:aws:sns:REGION:ACCOUNT:NAME",
);

export const policyArnProblem = format(
  new RegExp(`^${ARN}:iam::(?:\\d{12}|aws):policy/[\\w+=,.@/-]*[\\w+=,.@-]$`),
  "is not the ARN of an IAM policy",
  "write arn:aws:iam::ACCOUNT:policy/NAME",
);

export const kmsKeyArnProblem = format(
  new RegExp(`^${ARN}:kms:[a-z0-9-]+:\\d{12}:key/[A-Za-z0-9-]+$`),
  "is not the ARN of a KMS key",
  "write arn:aws:kms:REGION:ACCOUNT:key/ID",
);

export const codeSigningConfigProblem = format(
  new RegExp(`^${ARN}:lambda:[a-z0-9-]+:\\d{12}:code-signing-config:csc-[a-z0-9]{17}$`),
  "is not the ARN of a code signing configuration",
  "write arn:aws:lambda:REGION:ACCOUNT:code-signing-config:csc-ID",
);

/** The bucket's name begins with it (S3 guide, "Bucket naming rules"). */
export const trailNameProblem = format(
  /^(?=.{3,24}$)(?!sthree-|amzn-s3-demo-)[a-z0-9]+(?:-[a-z0-9]+)*$/,
  "is not a trail's name",
  "use 3 to 24 lower-case letters, digits and single hyphens, not at the ends",
);

export const emailProblem = format(
  /^(?=.{1,254}$)[^\s@<>()",;:\\[\]\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{DI}]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/u,
  "is not an e-mail address",
  "write one such as custody-security@acme.example",
);

export const subnetProblem = format(/^subnet-[0-9a-f]+$/, "is not a subnet", "write its id, subnet-…");

export const securityGroupProblem = format(/^sg-[0-9a-f]+$/, "is not a security group", "write its id, sg-…");

/** What CloudWatch Logs takes (PutRetentionPolicy). */
const LOG_RETENTIONS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827],
  ...[2192, 2557, 2922, 3288, 3653],
];

export function logRetentionProblem(days: number): Mistake | undefined {
  if (LOG_RETENTIONS.includes(days)) return undefined;
  return {
    what: `is ${days}, which CloudWatch Logs does not take`,
    fix: `write one of ${LOG_RETENTIONS.join(", ")}`,
  };
}
