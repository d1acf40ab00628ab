import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { AwsClients } from "../../../aws/clients";
import {
  accessJournalArn,
  alertRuleNames,
  alertRulePrefix,
  alertTargetsOf,
  alertTopicArn,
} from "../../../registration/read";
import type { Place } from "./api-users";
import { alarm, type Problem, unseen } from "./problem";

/** The state in which a rule also gets read-only events, such as `GetSecretValue`. */
const ON = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/** Whether the rules of a workspace and of its users' stacks exist, are on, and send to the right targets. */
export async function ruleProblems(place: Place, clients: AwsClients): Promise<Problem[]> {
  const { workspace, region, declaration } = place;
  if (declaration?.alerts === false) return [];
  const subject = `alert rules of ${workspace} in ${region}`;
  try {
    const faults = await faultsOf(place, await clients.eventBridge(region));
    if (faults.length === 0) return [];
    return [
      alarm(
        subject,
        `they miss events: ${faults.join("; ")}`,
        "find in CloudTrail who changed them, and apply the stacks of the workspace and its users",
      ),
    ];
  } catch (error) {
    const actions = "events:ListRules and ListTargetsByRule";
    return [unseen(subject, "whether they are on", { actions, region }, error)];
  }
}

async function faultsOf({ workspace, region, account, declaration }: Place, client: EventBridgeClient) {
  const rules = await rulesOf(workspace, client);
  // Without the YAML, the topic may be any one of the account.
  const topic = declaration?.alertTopic ?? (declaration && alertTopicArn(workspace, region, account));
  const journal = accessJournalArn(workspace, region, account);
  const { ListTargetsByRuleCommand } = await import("@aws-sdk/client-eventbridge");
  const faults: string[] = [];
  for (const name of new Set([...alertRuleNames(workspace), ...rules.keys()])) {
    const short = name.slice(alertRulePrefix(workspace).length);
    const state = rules.get(name);
    if (state !== ON) {
      faults.push(`${short} is ${state ?? "missing"}`);
      continue;
    }
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand({ Rule: name }));
    const arns = Targets.map(({ Arn = "" }) => Arn.replace(/:\*$/, ""));
    const wanted = alertTargetsOf(name);
    const pages = arns.some((arn) => (topic ? arn === topic : arn.split(":")[2] === "sns"));
    if (wanted.page && !pages) faults.push(`${short} does not page`);
    if (wanted.journal && !arns.includes(journal)) faults.push(`${short} does not write the journal`);
  }
  return faults;
}

/** Each rule's state by its name. */
async function rulesOf(workspace: string, client: EventBridgeClient): Promise<Map<string, string>> {
  const { ListRulesCommand } = await import("@aws-sdk/client-eventbridge");
  const found = new Map<string, string>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListRulesCommand({ NamePrefix: alertRulePrefix(workspace), NextToken }),
    );
    for (const { Name = "", State = "" } of page.Rules ?? []) found.set(Name, State);
    NextToken = page.NextToken;
  } while (NextToken !== undefined && found.size < 10_000);
  return found;
}
