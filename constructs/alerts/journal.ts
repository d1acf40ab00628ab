import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { accessJournalName, alertRuleName } from "../../rules/aws-names";
import { WRITE_LOG } from "../policies/actions";
import { policyJson } from "../policies/policy";
import type { ILedgerWorkspace } from "../workspace/interface";

export interface AccessJournalProps {
  readonly workspace: ILedgerWorkspace;
  readonly retentionInDays: number;
  readonly kmsKeyId?: string;
}

/** The log group that has every use of a workspace's keys, and every change of what guards them. */
export class AccessJournal extends Construct {
  readonly name: string;
  readonly arn: string;
  /** What must be there for a rule to be able to write to it. */
  readonly dependables: ITerraformDependable[];

  constructor(scope: Construct, id: string, { workspace, retentionInDays, kmsKeyId }: AccessJournalProps) {
    super(scope, id);
    const { partition, region, account } = workspace.location;
    this.name = accessJournalName(workspace.name);
    const group = new CloudwatchLogGroup(this, "Resource", {
      name: this.name,
      retentionInDays,
      kmsKeyId,
      tags: workspace.tags,
    });
    this.arn = group.arn;
    // One for the workspace, whose users' stacks need none of their own: an account has 10 of them a region.
    const policy = new CloudwatchLogResourcePolicy(this, "Policy", {
      policyName: alertRuleName(workspace.name, "journal"),
      policyDocument: policyJson(() => [
        {
          Sid: "EventBridgeWritesTheJournal",
          Effect: "Allow",
          Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
          Action: WRITE_LOG,
          Resource: `arn:${partition}:logs:${region}:${account}:log-group:${this.name}:*`,
        },
      ]),
    });
    this.dependables = [group, policy];
  }
}
