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

/** The log group with every use of a workspace's keys, and every change of what protects them. */
export class AccessJournal extends Construct {
  readonly name: string;
  readonly arn: string;
  /** What must exist before a rule can write to it. */
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
    // One for the workspace, so that its users' stacks need none: an account can have 10 in a region.
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
