/** Whether the access journal has all that happened since a time: the trail, the rules that write it, and its log group. */
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { EventBridgeClient, Rule } from "@aws-sdk/client-eventbridge";
import type { AwsClients } from "../../../aws/clients";
import type { WorkspaceDeclaration } from "../../../fleet";
import { Failure } from "../../../messages/failure";
import {
  accessJournalArn,
  accessJournalName,
  alertRulePrefix,
  alertTopicArn,
  generatorRoleArn,
  type RegisteredUser,
} from "../../../registration/read";
import { canonicalJson, readPattern } from "../../../rules/alerts/canonical";
import { ALL_MANAGEMENT_EVENTS } from "../../../rules/alerts/pattern";
import { signingKeyRules } from "../../../rules/alerts/signing-keys";
import { type WorkspaceRule, workspaceRule } from "../../../rules/alerts/workspace-rules";
import { NAME_PREFIX } from "../../../rules/aws-names";
import { partitionOf } from "../../../rules/partitions";
import { rulesOf, ruleTargets } from "../../shared/alert-rules";
import { trailsIn } from "../../shared/trails";

/** `changes` writes what the other rules, the trails and the journal went through in the meantime. */
const WORKSPACE_RULES = ["access", "changes"] as const satisfies readonly WorkspaceRule[];

/** @throws Failure unless all of it was on all the time, as far as what is there now says it */
export async function mustBeWatched(
  declaration: WorkspaceDeclaration,
  key: RegisteredUser,
  { since, quietForSeconds }: { readonly since: Date; readonly quietForSeconds: number },
  clients: AwsClients,
): Promise<void> {
  const good = (await trailsIn(key.region, clients)).filter(({ fault }) => fault === undefined);
  if (!good.some((trail) => trail.since !== undefined && trail.since <= since))
    throw new Failure(
      good.length === 0
        ? "whether the old key was used is unknown: no trail logs what the journal needs"
        : `whether the old key was used is unknown: no trail was on since ${since.toISOString()}`,
      "turn one on (docs/alerts.md), and wait for the time of --quiet-for",
    );
  await mustWrite(declaration, key, await clients.eventBridge(key.region));
  await mustKeep(
    declaration.name,
    { since, days: quietForSeconds / 86_400 },
    await clients.cloudWatchLogs(key.region),
  );
}

/** @throws Failure unless the rules are on, see what is declared, and write the journal as it is */
async function mustWrite(
  declaration: WorkspaceDeclaration,
  { region, account, custody, keyArn }: RegisteredUser,
  client: EventBridgeClient,
): Promise<void> {
  const { name: workspace, deployers, custodians, rolePath, alertTopic } = declaration;
  const prefix = alertRulePrefix(workspace);
  const rules = await rulesOf(prefix, client);
  const journal = accessJournalArn(workspace, region, account);
  const watched = {
    workspace: {
      ...{ name: workspace, deployers, custodians, options: declaration },
      location: { region, account, partition: partitionOf(region) },
      generatorRoleArn: generatorRoleArn(workspace, region, account, rolePath),
    },
    keyIds: [], // these two rules name none
    topicArn: alertTopic ?? alertTopicArn(workspace, region, account),
  };
  const isOn = async (name: string, sees: (rule: Rule) => boolean) => {
    const rule = rules.get(name);
    if (rule?.State !== ALL_MANAGEMENT_EVENTS || rule.ScheduleExpression || !sees(rule)) return false;
    // With an input, or another form of it, the journal has something else than the record.
    return (await ruleTargets(name, client)).some(
      ({ Arn = "", Input, InputPath, InputTransformer }) =>
        Arn.replace(/:\*$/, "") === journal &&
        [Input, InputPath, InputTransformer].every((each) => each === undefined),
    );
  };
  for (const last of WORKSPACE_RULES) {
    const declared = canonicalJson(workspaceRule(last, watched).pattern);
    const sees = ({ EventPattern = "" }: Rule) => canonicalJson(readPattern(EventPattern)) === declared;
    if (!(await isOn(`${prefix}${last}`, sees))) throw off(`${prefix}${last}`);
  }
  if (custody !== "kms") return;
  const keyId = keyArn.split("/").at(-1) ?? "";
  const uses = [...rules.keys()].filter((name) => name.startsWith(`${prefix}kms-use-`));
  const on = await Promise.all(uses.map((name) => isOn(name, (rule) => seesUsesOf(keyId, rule))));
  if (!on.includes(true)) throw off(`${prefix}kms-use-…`);
}

/** Whether a rule is as this package makes one for some keys, this one among them. */
function seesUsesOf(keyId: string, { EventPattern = "" }: Rule): boolean {
  const pattern = readPattern(EventPattern);
  const suffixes = [...JSON.stringify(pattern ?? "").matchAll(/"suffix":"([^"\\]*)"/g)].map(
    ([, suffix = ""]) => suffix,
  );
  const names = [...new Set(suffixes)];
  const ids = names.filter((name) => !name.startsWith("/"));
  const aliases = names.filter((name) => name.startsWith("/"));
  const keys = ids.map((id, index) => ({
    ...{ username: "", keyId: id },
    alias: `alias/${NAME_PREFIX}${aliases[index] ?? ""}`,
  }));
  return (
    ids.includes(keyId) && canonicalJson(signingKeyRules(keys, []).use.pattern) === canonicalJson(pattern)
  );
}

const off = (rule: string) =>
  new Failure(
    `whether the old key was used is unknown: the rule ${rule} does not write the access journal as it is declared`,
    "see what status says of the alert rules, apply the stacks, and wait for the time of --quiet-for",
  );

/** @throws Failure unless the journal is as old as that, and keeps its records for as long */
async function mustKeep(
  workspace: string,
  { since, days }: { readonly since: Date; readonly days: number },
  client: CloudWatchLogsClient,
): Promise<void> {
  const { DescribeLogGroupsCommand } = await import("@aws-sdk/client-cloudwatch-logs");
  const name = accessJournalName(workspace);
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  const { creationTime, retentionInDays } = logGroups.find((each) => each.logGroupName === name) ?? {};
  if (creationTime === undefined || creationTime > since.getTime())
    throw new Failure(
      `whether the old key was used is unknown: the access journal was not there since ${since.toISOString()}`,
      "find out who deleted it if it is new, and wait for the time of --quiet-for",
    );
  if (retentionInDays === undefined || retentionInDays >= days) return;
  throw new Failure(
    `whether the old key was used is unknown: the access journal keeps its records for ${retentionInDays} days`,
    "choose a shorter --quiet-for",
  );
}
