import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { AwsClients } from "../../../aws/clients";
import {
  accessJournalArn,
  alertRuleNames,
  alertRulePrefix,
  alertTargetsOf,
  alertTopicArn,
} from "../../../registration/read";
import { alarm, type Problem } from "./problem";
import { unseen } from "./unseen";
import type { Place } from "./workspace-users";

/** The state in which a rule gets read-only events too, such as `GetSecretValue`. */
const ON = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/** Whether a workspace's rules are there and on, those of its users' stacks too, and each sends where it must. */
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
        `what they watch passes unseen: ${faults.join("; ")}`,
        "find in CloudTrail who did it, and apply the workspace's stack and its users'",
      ),
    ];
  } catch (error) {
    const actions = "events:ListRules and ListTargetsByRule";
    return [unseen(subject, "whether they are on", { actions, region }, error)];
  }
}

async function faultsOf({ workspace, region, account, declaration }: Place, client: EventBridgeClient) {
  const rules = await rulesOf(workspace, client);
  // Where only the registration is known, the topic may be one of the account's own.
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
