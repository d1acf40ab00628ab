import { DataAwsCloudwatchLogGroups } from "@cdktf/provider-aws/lib/data-aws-cloudwatch-log-groups";
import { Fn, type Precondition } from "cdktf";
import type { Construct } from "constructs";
import type { ILedgerWorkspace } from "./interface";

/**
 * A precondition that the workspace's stack has made a log group. A data source that finds nothing fails in AWS's words, and the
 * stack to apply first is in none of them. This one lists, so that it can find nothing and go on.
 */
export function isApplied(
  scope: Construct,
  id: string,
  { name, location }: Pick<ILedgerWorkspace, "name" | "location">,
  logGroup: string,
): Precondition {
  const found = new DataAwsCloudwatchLogGroups(scope, id, { logGroupNamePrefix: logGroup });
  return {
    condition: Fn.contains(found.logGroupNames, logGroup),
    errorMessage: `The stack of the workspace ${name} comes first: apply it, then this one. A fleet calls it ${name}-${location.region}. Its log group ${logGroup} is not in this account and region.`,
  };
}
