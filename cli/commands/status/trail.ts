import type { GetEventSelectorsResponse } from "@aws-sdk/client-cloudtrail";
import type { AwsClients } from "../../../aws/clients";
import type { Place } from "./api-users";
import { alarm, type Problem, unseen } from "./problem";

/** Whether a trail logs what alerts need: management events in this region, reads and writes, KMS included. */
export async function trailProblems({ region, account }: Place, clients: AwsClients): Promise<Problem[]> {
  const subject = `trail of ${account} in ${region}`;
  const { DescribeTrailsCommand, GetEventSelectorsCommand, GetTrailStatusCommand } = await import(
    "@aws-sdk/client-cloudtrail"
  );
  const client = await clients.cloudTrail(region);
  try {
    const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
    const faults: string[] = [];
    for (const { TrailARN: Name = "", HomeRegion } of trailList) {
      const home =
        HomeRegion === undefined || HomeRegion === region ? client : await clients.cloudTrail(HomeRegion);
      const [status, selectors] = await Promise.all([
        home.send(new GetTrailStatusCommand({ Name })),
        home.send(new GetEventSelectorsCommand({ TrailName: Name })),
      ]);
      const fault = status.IsLogging ? selectorFault(selectors) : "is off";
      if (fault === undefined) return [];
      faults.push(`${Name} ${fault}`);
    }
    if (faults.length === 0)
      return [
        alarm(
          subject,
          "the account has no CloudTrail trail here: alerts receive nothing",
          "make one, with management events of KMS, reads and writes: WorkspaceTrail in a CDKTF app makes it (docs/alerts.md), and so does aws cloudtrail create-trail",
        ),
      ];
    return [
      alarm(
        subject,
        `no trail logs what alerts need: ${faults.join("; ")}`,
        "turn one on (aws cloudtrail start-logging), with management events of KMS, reads and writes: docs/alerts.md",
      ),
    ];
  } catch (error) {
    const actions = "cloudtrail:DescribeTrails, GetTrailStatus and GetEventSelectors";
    return [unseen(subject, "whether a trail logs", { actions, region }, error)];
  }
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
