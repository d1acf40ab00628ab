import type { EventBridgeClient, Rule, Target } from "@aws-sdk/client-eventbridge";
import type { AwsClients } from "../../../aws/clients";
import {
  accessJournalArn,
  alertRuleNames,
  alertRulePrefix,
  alertTargetsOf,
  alertTopicArn,
} from "../../../registration/read";
import { canonicalJson, readPattern } from "../../../rules/alerts/canonical";
import { ALL_MANAGEMENT_EVENTS } from "../../../rules/alerts/pattern";
import { rulesOf, ruleTargets } from "../../shared/alert-rules";
import type { ApiUserRecord, Place } from "./api-users";
import { type DeclaredRule, type DeclaredRules, declaredRules } from "./declared-rules";
import { alarm, notSeen, type Problem, unseen } from "./problem";

/**
 * Whether the rules of a workspace and of its users' stacks exist, are on, and send to the right targets; and with the YAML,
 * whether they see and send what it declares, and nothing else.
 */
export async function ruleProblems(
  place: Place,
  users: readonly ApiUserRecord[],
  clients: AwsClients,
): Promise<Problem[]> {
  const { workspace, region, declaration } = place;
  if (declaration?.alerts === false) return [];
  const subject = `alert rules of ${workspace} in ${region}`;
  const problems: Problem[] = [];
  let declared: DeclaredRules | undefined;
  try {
    if (declaration) declared = await declaredRules({ ...place, declaration }, users, clients);
  } catch (error) {
    const what = "the ids of the KMS keys that they must name";
    problems.push(unseen(subject, what, { actions: "kms:DescribeKey", region }, error));
  }
  const unknown = [...(declared ?? [])].filter(([, rule]) => rule === undefined).map(([name]) => name);
  if (unknown.length > 0) {
    const prefix = alertRulePrefix(workspace).length;
    const which = unknown.map((name) => name.slice(prefix)).join(", ");
    const what = `a KMS key that ${which} must name is not in AWS, so that they were not compared with the YAML`;
    problems.push(notSeen(subject, what, "apply the stacks of the workspace and its users"));
  }
  try {
    const faults = await faultsOf(place, await clients.eventBridge(region), declared);
    if (faults.length === 0) return problems;
    const fix = "find in CloudTrail who changed them, and apply the stacks of the workspace and its users";
    return [...problems, alarm(subject, `they miss events: ${faults.join("; ")}`, fix)];
  } catch (error) {
    const actions = "events:ListRules and ListTargetsByRule";
    return [...problems, unseen(subject, "whether they are on", { actions, region }, error)];
  }
}

async function faultsOf(
  { workspace, region, account, declaration }: Place,
  client: EventBridgeClient,
  declared: DeclaredRules | undefined,
) {
  const rules = await rulesOf(alertRulePrefix(workspace), client);
  // Without the YAML, the topic may be any one of the account.
  const topic = declaration?.alertTopic ?? (declaration && alertTopicArn(workspace, region, account));
  const journal = accessJournalArn(workspace, region, account);
  const faults: string[] = [];
  const names = new Set([...alertRuleNames(workspace), ...(declared?.keys() ?? []), ...rules.keys()]);
  for (const name of names) {
    const short = name.slice(alertRulePrefix(workspace).length);
    const rule = rules.get(name);
    if (rule?.State !== ALL_MANAGEMENT_EVENTS) {
      faults.push(`${short} is ${rule?.State ?? "missing"}`);
      continue;
    }
    const targets = await ruleTargets(name, client);
    const arns = targets.map(({ Arn = "" }) => Arn.replace(/:\*$/, ""));
    const wanted = alertTargetsOf(name);
    const pages = arns.some((arn) => (topic ? arn === topic : arn.split(":")[2] === "sns"));
    const lost = [
      ...(wanted.page && !pages ? [`${short} does not page`] : []),
      ...(wanted.journal && !arns.includes(journal) ? [`${short} does not write the journal`] : []),
    ];
    const compared = declared?.get(name);
    const isRoleWatch = /^roles-\d+$/.test(short);
    if (lost.length > 0) faults.push(...lost);
    else if (compared) faults.push(...differences(rule, targets, compared).map((what) => `${short} ${what}`));
    else if (declared && !declared.has(name) && !isRoleWatch) faults.push(`${short} is not declared`);
  }
  return faults;
}

/** What of a rule is not as it is declared. */
function differences(rule: Rule, targets: readonly Target[], declared: DeclaredRule): string[] {
  const pattern = readPattern(rule.EventPattern ?? "");
  const same = canonicalJson(pattern) === declared.pattern && !rule.ScheduleExpression;
  const more = targets.filter(({ Id }) => !declared.targets.some((each) => each.Id === Id));
  const others = declared.targets.filter(
    (each) => canonicalJson(each) !== canonicalJson(targets.find(({ Id }) => Id === each.Id)),
  );
  return [
    ...(same ? [] : ["has another event pattern than declared"]),
    ...more.map(({ Arn }) => `has a target that is not declared, ${Arn}`),
    ...others.map(({ Id }) => `sends its ${Id} otherwise than declared`),
  ];
}
