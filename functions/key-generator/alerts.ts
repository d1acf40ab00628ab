import {
  DescribeRuleCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
} from "@aws-sdk/client-eventbridge";
import { nameOf } from "../../aws/failure";
import { GeneratorError, withPatience } from "./faults";

/** The state in which a rule gets read-only events too, such as `GetSecretValue`. */
const ON = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/** The rules that write the access journal and page nobody, by their names' last part. */
const JOURNAL_ONLY = /\.(access|changes|code)$/;

/**
 * Refuses to go on unless each rule exists, is on, and has a target: no key is made that nobody watches. The names come with the
 * invocation, and the role lets the function see exactly the rules of its own workspace. Whoever may invoke the function could
 * leave them out, and would gain nothing by it: a key that only signers can read.
 *
 * @throws GeneratorError that names the rule and the fix
 */
export async function requireAlerts(client: EventBridgeClient, rules: readonly string[]): Promise<void> {
  await Promise.all(
    rules.map(async (name) => {
      const fault = await faultOf(client, name);
      if (fault === undefined) return;
      throw new GeneratorError(
        `no key is made while the alert rule ${name} ${fault}`,
        "apply the workspace's stack, which makes the rule and turns it on, then apply again",
      );
    }),
  );
}

async function faultOf(client: EventBridgeClient, name: string): Promise<string | undefined> {
  const rule = await ifThere(() => client.send(new DescribeRuleCommand({ Name: name })));
  if (rule?.State !== ON) return `is ${rule?.State ?? "missing"}`;
  const listed = await ifThere(() => client.send(new ListTargetsByRuleCommand({ Rule: name })));
  // Which topic is not known here; that it is one is. The rule `denied` writes the journal too.
  const wanted = JOURNAL_ONLY.test(name) ? /:logs:/ : /:sns:/;
  return listed?.Targets?.some(({ Arn = "" }) => wanted.test(Arn)) ? undefined : "has lost its target";
}

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
