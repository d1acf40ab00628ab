import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IResolvable, ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Watched } from "../../rules/alerts/watched";
import { descriptionOf, WORKSPACE_RULES, workspaceRule } from "../../rules/alerts/workspace-rules";
import { alertRuleName } from "../../rules/aws-names";
import type { AlertTargets, OwnWorkspace } from "../workspace/interface";
import { AccessDashboard } from "./dashboard";
import { keyIdOf, ruleDigests } from "./digests";
import { AccessJournal } from "./journal";
import { AlertRule } from "./rule";
import { AlertTopic } from "./topic";

/**
 * Watches a workspace by CloudTrail's records. Denials and tampering page people through a topic; every use and every change is
 * in the access journal. docs/alerts.md says more, also what this cannot see.
 */
export class WorkspaceAlerts extends Construct implements AlertTargets {
  readonly topicArn: string;
  readonly journalArn: string;
  /** The journal's log group: AWS refuses to make it twice. */
  readonly journalGroup: CloudwatchLogGroup;
  /** What must exist before a key is made. */
  readonly dependables: ITerraformDependable[] = [];
  private readonly watched: Watched;
  private ownDigests?: IResolvable;

  constructor(scope: Construct, id: string, workspace: OwnWorkspace) {
    super(scope, id);
    const { name, location, deployers, removalProtection, recoveryWindowInDays, tags, options } = workspace;
    const topic = new AlertTopic(this, "Topic", {
      ...{ name, location, deployers, removalProtection, recoveryWindowInDays, tags },
      emails: options.alertEmails ?? [],
      existing: options.alertTopic,
    });
    const journal = new AccessJournal(this, "Journal", workspace);
    this.topicArn = topic.arn;
    this.journalArn = journal.arn;
    this.journalGroup = journal.group;
    const keyIds = [workspace.encryptionKeyArn, ...(topic.keyArn ? [topic.keyArn] : [])].map(keyIdOf);
    this.watched = { workspace, keyIds, topicArn: topic.arn };
    for (const rule of WORKSPACE_RULES) {
      const { dependables } = new AlertRule(this, rule, {
        name: alertRuleName(name, rule),
        description: descriptionOf(rule),
        workspace: name,
        declaration: () => workspaceRule(rule, this.watched),
        places: this,
        tags,
        dependsOn: journal.dependables,
      });
      this.dependables.push(...dependables);
    }
    new AccessDashboard(this, "Dashboard", workspace);
  }

  /** The digests of the rules, for the generator. */
  digests(): IResolvable {
    this.ownDigests ??= ruleDigests(this, "Digests", this.watched, this);
    return this.ownDigests;
  }
}
