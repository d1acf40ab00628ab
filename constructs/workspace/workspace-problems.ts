import { Token } from "cdktf";
import { roleArnProblem } from "../../rules/principal-arns";
import { tagProblems } from "../../rules/tags";
import { accountProblem, regionProblem } from "../../rules/user-names";
import { each, formProblem, listProblems } from "../terraform/prop-formats";
import type { LedgerWorkspaceOptions, LedgerWorkspaceProps } from "./options";

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
    ...listProblems({ deployers, custodians, signerAccounts }),
    ...each({ signerAccounts, account }, accountProblem),
    ...each({ region }, regionProblem),
    ...each({ deployers, custodians }, (arn) => roleArnProblem(arn, own)),
    ...each(formed, formProblem),
    ...tagProblems(options.tags ?? {}, Token.isUnresolved),
    ...retentionProblems(options),
    ...regionalProblems(options),
  ];
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
