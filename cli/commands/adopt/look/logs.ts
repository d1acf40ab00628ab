import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { partitionOf } from "../../../../rules/partitions";
import type { Planned } from "../plan";
import { Absent, type Found, madeOn } from "./found";

export async function findLogGroup({ address, name }: Planned, client: CloudWatchLogsClient): Promise<Found> {
  const { DescribeLogGroupsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  // Names come in order: the group itself before all that begin like it.
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  const group = logGroups.find(({ logGroupName }) => logGroupName === name);
  if (!group) throw new Absent();
  const made = group.creationTime === undefined ? undefined : new Date(group.creationTime);
  return { arn: group.arn, imports: [{ address, id: name, remarks: [madeOn(made)], holds: false }] };
}

export async function findLogPolicy(
  { address, name }: Planned,
  client: CloudWatchLogsClient,
): Promise<Found> {
  const { DescribeResourcePoliciesCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  // An account has 10 in a region at most, which is less than a page.
  const { resourcePolicies = [] } = await client.send(new DescribeResourcePoliciesCommand({ limit: 50 }));
  if (!resourcePolicies.some(({ policyName }) => policyName === name)) throw new Absent();
  return { imports: [{ address, id: name, remarks: [], holds: false }] };
}

/** AWS takes several queries of one name. */
export async function findQuery(
  { address, name }: Planned,
  region: string,
  accounts: readonly string[],
  client: CloudWatchLogsClient,
): Promise<Found> {
  const { DescribeQueryDefinitionsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const { queryDefinitions = [] } = await client.send(
    new DescribeQueryDefinitionsCommand({ queryDefinitionNamePrefix: name }),
  );
  const query = queryDefinitions.find((each) => each.name === name);
  if (!query) throw new Absent();
  // The provider imports by an ARN, of which it reads the last part alone. AWS does not give the ARN.
  const [account = ""] = accounts;
  const id = `arn:${partitionOf(region)}:logs:${region}:${account}:query-definition:${query.queryDefinitionId}`;
  return { imports: [{ address, id, remarks: [`the saved query ${name}`], holds: false }] };
}
