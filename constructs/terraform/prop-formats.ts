import { Token } from "cdktf";
import { shown } from "../../messages/safe-text";
import { WORKSPACE_NAME, WORKSPACE_NAME_RULE } from "../../rules/aws-names";
import { tokenProblem } from "../../rules/cdktf-tokens";
import { ROLE_PATH } from "../../rules/principal-arns";

/** A text as a regular expression, and what it is not where it does not match, with the fix. */
type Form = readonly [pattern: RegExp, problem: string];

const ARN = "arn:aws[a-z0-9-]*";

const KMS_KEY: Form = [
  new RegExp(`^${ARN}:kms:[a-z0-9-]+:\\d{12}:key/[A-Za-z0-9-]+$`),
  "is not the ARN of a KMS key; write arn:aws:kms:REGION:ACCOUNT:key/ID",
];

/** As the fleet's schema has them; a test holds one to the other. */
export const FORMS: Readonly<Record<string, Form>> = {
  name: [WORKSPACE_NAME, `is not a workspace name; use ${WORKSPACE_NAME_RULE}`],
  rolePath: [
    new RegExp(`^(?=.{0,512}$)${ROLE_PATH.slice(1)}`),
    "is not a path; begin and end it with a slash and use letters, digits and _+=,.@-, as in /custody/",
  ],
  // Over TLS, with neither user, query nor fragment.
  apiUrl: [
    /^https:\/\/[^\s/?#@\p{Cc}\p{Cf}\p{Cs}\p{Co}]+(?:\/[^\s?#\p{Cc}\p{Cf}\p{Cs}\p{Co}]*)?$/u,
    "is not an https address; write one such as https://api.vault.ledger.com",
  ],
  alertTopic: [
    new RegExp(`^${ARN}:sns:[a-z0-9-]+:\\d{12}:[\\w-]+$`),
    "is not the ARN of an SNS topic; write arn:aws:sns:REGION:ACCOUNT:NAME",
  ],
  permissionsBoundary: [
    new RegExp(`^${ARN}:iam::(?:\\d{12}|aws):policy/[\\w+=,.@/-]*[\\w+=,.@-]$`),
    "is not the ARN of an IAM policy; write arn:aws:iam::ACCOUNT:policy/NAME",
  ],
  logKmsKey: KMS_KEY,
  kmsKey: KMS_KEY,
  // The bucket's name begins with it (S3 guide, "Bucket naming rules").
  trailName: [
    /^(?=.{3,24}$)(?!sthree-|amzn-s3-demo-)[a-z0-9]+(?:-[a-z0-9]+)*$/,
    "is not a trail's name; use 3 to 24 lower-case letters, digits and single hyphens, not at the ends",
  ],
  codeSigningConfig: [
    new RegExp(`^${ARN}:lambda:[a-z0-9-]+:\\d{12}:code-signing-config:csc-[a-z0-9]{17}$`),
    "is not the ARN of a code signing configuration; write arn:aws:lambda:REGION:ACCOUNT:code-signing-config:csc-ID",
  ],
  alertEmails: [
    /^(?=.{1,254}$)[^\s@<>()",;:\\[\]\p{Cc}\p{Cf}\p{Cs}\p{Co}]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+$/u,
    "is not an e-mail address; write one such as custody-security@acme.example",
  ],
  "vpc.subnetIds": [/^subnet-[0-9a-f]+$/, "is not a subnet; write its id, subnet-…"],
  "vpc.securityGroupIds": [/^sg-[0-9a-f]+$/, "is not a security group; write its id, sg-…"],
};

/** Holds props, or the elements of those that are lists, to a rule. */
export function each(
  props: Readonly<Record<string, string | readonly string[] | undefined>>,
  rule: (text: string, prop: string) => string | undefined,
): string[] {
  return Object.entries(props).flatMap(([prop, value]) =>
    (typeof value === "string" ? [value] : (value ?? [])).flatMap((text, i) => {
      const problem = Token.isUnresolved(text) ? undefined : (rule(text, prop) ?? tokenProblem(text));
      return problem ? [`${prop}${typeof value === "string" ? "" : `[${i}]`}: ${problem}`] : [];
    }),
  );
}

/** What is wrong with the text of a prop that has a form. */
export function formProblem(text: string, prop: string): string | undefined {
  const form = FORMS[prop];
  return form === undefined || form[0].test(text) ? undefined : `${shown(text)} ${form[1]}`;
}

/** Lists that are tokens as a whole, of whose elements synthesis would know nothing. */
export function listProblems(lists: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(lists).flatMap(([prop, list]) =>
    Token.isUnresolved(list) ? [`${prop}: is a token; give a list, whose elements may be tokens`] : [],
  );
}
