/** The rules of a `RoleWatch`, which stands in an app of one's own: the YAML says nothing of it, and much of its form is known. */
import type { Rule } from "@aws-sdk/client-eventbridge";
import type { AwsClients } from "../../../aws/clients";
import type { WorkspaceDeclaration } from "../../../fleet";
import { ROLE_ADVICE } from "../../../rules/alerts/advice";
import { canonicalJson, readPattern } from "../../../rules/alerts/canonical";
import { ALL_MANAGEMENT_EVENTS } from "../../../rules/alerts/pattern";
import { GLOBAL_REGIONS, rolePattern } from "../../../rules/alerts/role-pattern";
import { targetsOf } from "../../../rules/alerts/rule";
import { alertRuleName, generatorRoleName } from "../../../rules/aws-names";
import { partitionOf } from "../../../rules/partitions";
import { rulesOf, ruleTargets } from "../../shared/alert-rules";
import type { Place } from "./api-users";
import { alarm, type Problem, unseen } from "./problem";

/**
 * Whether a workspace's `RoleWatch`, if it has one, still is one: on, in its form, with no exceptions but the declared deployers,
 * and over roles of this fleet. Which of them it was given nobody here knows.
 */
export async function roleWatchProblems(place: Place, clients: AwsClients): Promise<Problem[]> {
  const { workspace, declaration } = place;
  const region = GLOBAL_REGIONS[partitionOf(place.region)];
  if (!declaration || region === undefined) return [];
  const subject = `role watch of ${workspace} in ${region}`;
  try {
    const client = await clients.eventBridge(region);
    const rules = await rulesOf(alertRuleName(workspace, "roles-"), client);
    const own = new Set(rolesOf(declaration, place));
    const watched: string[] = [];
    const faults: string[] = [];
    for (const [name, rule] of rules) {
      const short = name.slice(alertRuleName(workspace, "").length);
      const roles = watchedBy(rule, declaration);
      watched.push(...(roles ?? []));
      const [page, ...more] = await ruleTargets(name, client);
      const declared = { pattern: {}, page: ROLE_ADVICE, journal: false };
      const wanted = targetsOf(declared, workspace, { topicArn: page?.Arn ?? "" });
      if (rule.State !== ALL_MANAGEMENT_EVENTS) faults.push(`${short} is ${rule.State}`);
      else if (!roles) faults.push(`${short} has another event pattern than a RoleWatch`);
      else if (more.length > 0 || canonicalJson([page]) !== canonicalJson(wanted))
        faults.push(`${short} sends its page otherwise than a RoleWatch`);
    }
    if (faults.length === 0 && rules.size > 0 && !watched.some((role) => own.has(role)))
      faults.push("it watches none of the roles that the YAML names");
    const fix = "find in CloudTrail who changed it, and apply the stack that declares it";
    return faults.length === 0 ? [] : [alarm(subject, faults.join("; "), fix)];
  } catch (error) {
    const actions = "events:ListRules and ListTargetsByRule";
    return [unseen(subject, "whether it is on", { actions, region }, error)];
  }
}

/** The names of the roles that a rule watches; undefined if it is not as a RoleWatch makes it. */
function watchedBy(rule: Rule, { deployers }: WorkspaceDeclaration): string[] | undefined {
  const pattern = readPattern(rule.EventPattern ?? "") as ReturnType<typeof rolePattern> | undefined;
  const text = canonicalJson(pattern);
  const detail = pattern?.["detail"] as { requestParameters?: { roleName?: string[] } } | undefined;
  const names = detail?.requestParameters?.roleName ?? [];
  // Its deployers are given to it in its own app: those of the YAML, or fewer.
  const exempt = deployers.filter((arn) => text?.includes(JSON.stringify(arn)));
  const orders = [exempt, [...exempt].sort((a, b) => text.indexOf(a) - text.indexOf(b))];
  const same = orders.some((list) => canonicalJson(rolePattern(names, list)) === text);
  return same && !rule.ScheduleExpression ? names : undefined;
}

/** The names of the roles of a fleet that somebody may want watched. */
function rolesOf(
  { deployers, custodians, files }: WorkspaceDeclaration,
  { workspace, region }: Place,
): string[] {
  const signers = files.flatMap((file) => file.users.flatMap((user) => [...user.signers, ...user.readers]));
  const arns = [...deployers, ...custodians, ...signers];
  return [...arns.map((arn) => arn.slice(arn.lastIndexOf("/") + 1)), generatorRoleName(workspace, region)];
}
