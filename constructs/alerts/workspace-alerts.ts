import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { alertRuleName, type JOURNAL_RULES, type PAGING_RULES } from "../../rules/aws-names";
import type { AlertTargets, OwnWorkspace } from "../workspace/interface";
import {
  accessPattern,
  deniedPattern,
  keyPattern,
  secretPattern,
  type Watched,
  writePattern,
} from "./access-patterns";
import {
  type Advice,
  ALERTS_ADVICE,
  DENIED_ADVICE,
  GENERATOR_ADVICE,
  LOCK_ADVICE,
  WRITE_ADVICE,
} from "./advice";
import { AccessDashboard } from "./dashboard";
import { alertsPattern, changePattern, codePattern, generatorPattern, trailPattern } from "./guard-patterns";
import { AccessJournal } from "./journal";
import type { EventPattern } from "./pattern";
import { AlertRule } from "./rule";
import { keyIdOf } from "./subjects";
import { AlertTopic } from "./topic";

type Rule<A> = readonly [A, (watched: Watched) => EventPattern, string];

/** The rules that watch a workspace, the same number for any number of users, by the last part of their names in AWS. */
const RULES = {
  denied: [DENIED_ADVICE, deniedPattern, "Somebody was denied access to a key or credentials"],
  secrets: [LOCK_ADVICE, secretPattern, "The lock of a secret was changed, or a secret deleted or restored"],
  writes: [
    WRITE_ADVICE,
    writePattern,
    "A key was written after the first, or key or credentials by another than their writer",
  ],
  keys: [LOCK_ADVICE, keyPattern, "A KMS key that encrypts secrets, or an alias, was changed"],
  generator: [GENERATOR_ADVICE, generatorPattern, "The key generator was changed"],
  alerts: [ALERTS_ADVICE, alertsPattern, "These rules, their topic or their journal were changed"],
  trail: [ALERTS_ADVICE, trailPattern, "A trail was changed or stopped, or the rule that watches the rules"],
  access: [undefined, accessPattern, "Every use of a secret, for the journal"],
  changes: [undefined, changePattern, "Every change of what guards the secrets, for the journal"],
  code: [undefined, codePattern, "Every change of the key generator, for the journal"],
} as const satisfies Record<(typeof PAGING_RULES)[number], Rule<Advice>> &
  Record<(typeof JOURNAL_RULES)[number], Rule<undefined>>;

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

  constructor(scope: Construct, id: string, workspace: OwnWorkspace) {
    super(scope, id);
    const { name, location, deployers, removalProtection, tags, options } = workspace;
    const topic = new AlertTopic(this, "Topic", {
      ...{ name, location, deployers, removalProtection, tags },
      emails: options.alertEmails ?? [],
      existing: options.alertTopic,
    });
    const journal = new AccessJournal(this, "Journal", workspace);
    this.topicArn = topic.arn;
    this.journalArn = journal.arn;
    this.journalGroup = journal.group;
    const keyIds = [workspace.encryptionKeyArn, ...(topic.keyArn ? [topic.keyArn] : [])].map(keyIdOf);
    for (const [rule, [advice, pattern, description]] of Object.entries(RULES)) {
      const { dependables } = new AlertRule(this, rule, {
        name: alertRuleName(name, rule),
        description,
        pattern: () => pattern({ workspace, keyIds, topicArn: topic.arn }),
        page: advice && { topicArn: topic.arn, message: () => ({ ...advice, workspace: name }) },
        journalArn: advice === undefined || rule === "denied" ? journal.arn : undefined,
        tags,
        dependsOn: journal.dependables,
      });
      this.dependables.push(...dependables);
    }
    new AccessDashboard(this, "Dashboard", workspace);
  }
}
