import { Token } from "cdktf";
import { WORKSPACE_NAME, WORKSPACE_NAME_RULE } from "./names";
import { ROLE_PATH, roleArnProblem } from "./principals";
import { shown } from "./shown";
import { tagProblems } from "./tag-rules";
import { accountProblem, regionProblem } from "./text-rules";
import { tokenProblem } from "./token-text";
import type { LedgerWorkspaceOptions, LedgerWorkspaceProps } from "./workspace-options";

/** A text as a regular expression, and what it is not where it does not match, with the mend. */
type Form = readonly [pattern: RegExp, problem: string];

const ARN = "arn:aws[a-z0-9-]*";

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
  logKmsKey: [
    new RegExp(`^${ARN}:kms:[a-z0-9-]+:\\d{12}:key/[A-Za-z0-9-]+$`),
    "is not the ARN of a KMS key; write arn:aws:kms:REGION:ACCOUNT:key/ID",
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

/** What CloudWatch Logs takes (PutRetentionPolicy). */
const RETENTIONS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827],
  ...[2192, 2557, 2922, 3288, 3653],
];

/** What is wrong with the options of a workspace, each with its prop. Tokens are left to Terraform. */
export function workspaceProblems(options: LedgerWorkspaceOptions & Partial<LedgerWorkspaceProps>): string[] {
  const { account, region, deployers = [], custodians = [], signerAccounts = [], vpc } = options;
  const own = account === undefined || Token.isUnresolved(account) ? undefined : [account];
  const { name, rolePath, apiUrl, alertTopic, permissionsBoundary, logKmsKey, codeSigningConfig } = options;
  const formed = {
    ...{ name, rolePath, apiUrl, alertTopic, permissionsBoundary, logKmsKey, codeSigningConfig },
    alertEmails: options.alertEmails,
    "vpc.subnetIds": vpc?.subnetIds,
    "vpc.securityGroupIds": vpc?.securityGroupIds,
  };
  return [
    ...Object.entries({ deployers, custodians, signerAccounts }).flatMap(([prop, list]) =>
      Token.isUnresolved(list) ? [`${prop}: is a token; give a list, whose elements may be tokens`] : [],
    ),
    ...each({ signerAccounts, account }, accountProblem),
    ...each({ region }, regionProblem),
    ...each({ deployers, custodians }, (arn) => roleArnProblem(arn, own)),
    ...each(formed, (text, prop) => formProblem(text, FORMS[prop])),
    ...tagProblems(options.tags ?? {}, Token.isUnresolved),
    ...retentionProblems(options),
    ...regionalProblems(options),
  ];
}

/** Holds props, or the elements of those that are lists, to a rule. */
function each(
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

function formProblem(text: string, form?: Form): string | undefined {
  return form === undefined || form[0].test(text) ? undefined : `${shown(text)} ${form[1]}`;
}

function retentionProblems(props: Partial<LedgerWorkspaceProps>): string[] {
  const { logRetentionInDays, journalRetentionInDays } = props;
  return Object.entries({ logRetentionInDays, journalRetentionInDays }).flatMap(([prop, days]) =>
    days === undefined || Token.isUnresolved(days) || RETENTIONS.includes(days)
      ? []
      : [`${prop}: is ${days}, which CloudWatch Logs does not take; write one of ${RETENTIONS.join(", ")}`],
  );
}

/** EventBridge, Lambda and CloudWatch Logs use what is in their own region only. */
function regionalProblems(options: LedgerWorkspaceOptions & Partial<LedgerWorkspaceProps>): string[] {
  const { region: own, alertTopic, logKmsKey, codeSigningConfig } = options;
  if (own === undefined || Token.isUnresolved(own) || regionProblem(own)) return [];
  return Object.entries({ alertTopic, logKmsKey, codeSigningConfig }).flatMap(([prop, arn]) => {
    const region = arn && !Token.isUnresolved(arn) ? arn.split(":")[3] : own;
    if (region === own) return [];
    return [`${prop}: is of the region ${region}, and the workspace is in ${own}; name one of ${own}`];
  });
}
