import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { accessJournalName, alertRuleName } from "../../rules/aws-names";
import { WRITE_LOG } from "../policies/actions";
import { allow, policyJson } from "../policies/policy";
import { arnIn } from "../terraform/aws-location";
import type { OwnWorkspace } from "../workspace/interface";

/** The log group with every use of a workspace's keys, and every change of what protects them. */
export class AccessJournal extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly group: CloudwatchLogGroup;
  /** What must exist before a rule can write to it. */
  readonly dependables: ITerraformDependable[];

  constructor(scope: Construct, id: string, workspace: OwnWorkspace) {
    super(scope, id);
    this.name = accessJournalName(workspace.name);
    const { journalRetentionInDays: retentionInDays = 400, logKmsKey: kmsKeyId } = workspace.options;
    this.group = new CloudwatchLogGroup(this, "Resource", {
      name: this.name,
      retentionInDays,
      kmsKeyId,
      tags: workspace.tags,
    });
    this.arn = this.group.arn;
    // One for the workspace, so that its users' stacks need none: an account can have 10 in a region.
    const policy = new CloudwatchLogResourcePolicy(this, "Policy", {
      policyName: alertRuleName(workspace.name, "journal"),
      policyDocument: policyJson(() => [
        allow("EventBridgeWritesTheJournal", WRITE_LOG, {
          Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
          Resource: arnIn(workspace.location, "logs", `log-group:${this.name}:*`),
        }),
      ]),
    });
    this.dependables = [policy];
  }
}
