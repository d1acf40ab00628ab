import type { GetEventSelectorsResponse } from "@aws-sdk/client-cloudtrail";
import type { AwsClients } from "../../aws/clients";

/** A trail of CloudTrail's, as a region sees it. */
export interface Trail {
  readonly name: string;
  /** What of the events that alerts need it does not log; undefined if it logs them all: management events, reads and writes, KMS included. */
  readonly fault?: string;
  /** When it was last switched on, as far as AWS says it. */
  readonly since?: Date;
}

/** @throws what the AWS SDK throws */
export async function trailsIn(region: string, clients: AwsClients): Promise<Trail[]> {
  const { DescribeTrailsCommand, GetEventSelectorsCommand, GetTrailStatusCommand } = await import(
    "@aws-sdk/client-cloudtrail"
  );
  const client = await clients.cloudTrail(region);
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  const trails: Trail[] = [];
  for (const { TrailARN: Name = "", HomeRegion } of trailList) {
    const home =
      HomeRegion === undefined || HomeRegion === region ? client : await clients.cloudTrail(HomeRegion);
    const [status, selectors] = await Promise.all([
      home.send(new GetTrailStatusCommand({ Name })),
      home.send(new GetEventSelectorsCommand({ TrailName: Name })),
    ]);
    const fault = status.IsLogging ? selectorFault(selectors) : "is off";
    trails.push({ name: Name, fault, since: status.StartLoggingTime });
  }
  return trails;
}

function selectorFault(selectors: GetEventSelectorsResponse): string | undefined {
  const { EventSelectors = [], AdvancedEventSelectors = [] } = selectors;
  if (AdvancedEventSelectors.length > 0) {
    const management = AdvancedEventSelectors.filter(({ FieldSelectors = [] }) =>
      FieldSelectors.some(({ Field, Equals }) => Field === "eventCategory" && Equals?.includes("Management")),
    );
    if (management.length === 0) return "logs no management events";
    // Any further condition, such as readOnly or eventSource, leaves something out.
    return management.some(({ FieldSelectors = [] }) => FieldSelectors.length === 1)
      ? undefined
      : "leaves out management events (by readOnly or eventSource)";
  }
  // A trail without selectors logs all management events.
  if (EventSelectors.length === 0) return undefined;
  const management = EventSelectors.filter(
    ({ IncludeManagementEvents }) => IncludeManagementEvents !== false,
  );
  if (management.length === 0) return "logs no management events";
  if (
    management.every(({ ExcludeManagementEventSources = [] }) =>
      ExcludeManagementEventSources.includes("kms.amazonaws.com"),
    )
  )
    return "leaves out KMS";
  return management.some(({ ReadWriteType = "All" }) => ReadWriteType === "All")
    ? undefined
    : "logs only reads or only writes";
}
