import type { AwsClients } from "../../../aws/clients";
import { trailsIn } from "../../shared/trails";
import type { Place } from "./api-users";
import { alarm, type Problem, unseen } from "./problem";

/** Whether a trail logs what alerts need: management events in this region, reads and writes, KMS included. */
export async function trailProblems({ region, account }: Place, clients: AwsClients): Promise<Problem[]> {
  const subject = `trail of ${account} in ${region}`;
  try {
    const trails = await trailsIn(region, clients);
    if (trails.some(({ fault }) => fault === undefined)) return [];
    const faults = trails.map(({ name, fault }) => `${name} ${fault}`);
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
