import type { EventBridgeClient, Rule, Target } from "@aws-sdk/client-eventbridge";

export async function ruleTargets(Rule: string, client: EventBridgeClient): Promise<Target[]> {
  const { ListTargetsByRuleCommand } = await import("@aws-sdk/client-eventbridge");
  const found: Target[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListTargetsByRuleCommand({ Rule, NextToken }));
    found.push(...(page.Targets ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined && found.length < 100);
  return found;
}

/** Rules by name. */
export async function rulesOf(NamePrefix: string, client: EventBridgeClient): Promise<Map<string, Rule>> {
  const { ListRulesCommand } = await import("@aws-sdk/client-eventbridge");
  const found = new Map<string, Rule>();
  let NextToken: string | undefined;
  do {
    const page = await client.send(new ListRulesCommand({ NamePrefix, NextToken }));
    for (const rule of page.Rules ?? []) found.set(rule.Name ?? "", rule);
    NextToken = page.NextToken;
  } while (NextToken !== undefined && found.size < 10_000);
  return found;
}
