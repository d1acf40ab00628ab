import { createHash } from "node:crypto";
import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import type { SNSClient } from "@aws-sdk/client-sns";
import { nameOf } from "../../aws/failure";
import { canonicalRule, readPattern } from "../../rules/alerts/canonical";
import { ALL_MANAGEMENT_EVENTS } from "../../rules/alerts/pattern";
import { GeneratorError, withPatience } from "./faults";
import { requireRecipients } from "./recipients";

/** What must watch a key before it is made. */
export interface DeclaredAlerts {
  /** A digest of each rule as it is declared, by name: of its pattern and its targets. */
  readonly rules: Readonly<Record<string, string>>;
  /** The e-mail addresses that are declared as recipients. */
  readonly emails: readonly string[];
  /** The account that the secret is in. */
  readonly account: string;
}

/**
 * Refuses to go on unless each rule is on, sees and sends what is declared, and people receive it: no key is made that nobody
 * watches. What is declared comes with the invocation, and the role lets the function see exactly the rules of its own
 * workspace. Whoever may invoke the function could leave them out, and would gain nothing by it: a key that only signers can read.
 *
 * @throws GeneratorError that names the fault and the fix
 */
export async function requireAlerts(
  eventBridge: EventBridgeClient,
  sns: SNSClient,
  { rules, emails, account }: DeclaredAlerts,
): Promise<void> {
  const arns = await Promise.all(
    Object.entries(rules).map(([name, digest]) => targetsOf(eventBridge, name, digest)),
  );
  // The targets are as declared by now, so that these are the declared topics. One of another account cannot be looked at.
  const topics = new Set(arns.flat().filter((arn) => arn.split(":")[2] === "sns"));
  for (const topic of topics)
    if (topic.split(":")[4] === account) await requireRecipients(sns, topic, emails);
}

async function targetsOf(client: EventBridgeClient, name: string, digest: string): Promise<string[]> {
  const rule = await ifThere(() => client.send(new DescribeRuleCommand({ Name: name })));
  if (rule?.State !== ALL_MANAGEMENT_EVENTS) throw refused(name, `is ${rule?.State ?? "missing"}`);
  const targets: Target[] = [];
  let NextToken: string | undefined;
  do {
    const page = new ListTargetsByRuleCommand({ Rule: name, NextToken });
    const listed = await ifThere(() => client.send(page));
    targets.push(...(listed?.Targets ?? []));
    NextToken = listed?.NextToken;
  } while (NextToken !== undefined && targets.length < 100);
  if (targets.length === 0) throw refused(name, "has lost its targets");
  const pattern = readPattern(rule.EventPattern ?? "");
  const found = createHash("sha256").update(canonicalRule(pattern, targets)).digest("hex");
  if (pattern === undefined || rule.ScheduleExpression || found !== digest)
    throw refused(
      name,
      "differs from what is declared in its event pattern, its targets or the text of its pages",
    );
  return targets.map(({ Arn = "" }) => Arn);
}

const refused = (rule: string, fault: string) =>
  new GeneratorError(
    `no key is made while the alert rule ${rule} ${fault}`,
    "apply the workspace's stack, which puts the rule right, then apply again; if somebody else changed it, see docs/alerts.md",
  );

function ifThere<T>(request: () => Promise<T>): Promise<T | undefined> {
  const asked = async () => {
    try {
      return await request();
    } catch (error) {
      if (nameOf(error) === "ResourceNotFoundException") return undefined;
      throw error;
    }
  };
  return withPatience(asked, "EventBridge");
}
