import { DescribeRuleCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GeneratorError, nameOf, withPatience } from "./faults";

/** The state in which a rule gets read-only events too, such as `GetSecretValue`. */
const ON = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/**
 * Refuses to go on unless each of the rules is there and on: no key is made that nobody watches. The names come with the
 * invocation, and the role lets the function see exactly the rules of its own workspace. Who may invoke the function
 * could leave them out, and gains nothing by it: a key that signers alone can read.
 *
 * @throws GeneratorError that names the rule and the mend
 */
export async function requireAlerts(client: EventBridgeClient, rules: readonly string[]): Promise<void> {
  await Promise.all(
    rules.map(async (name) => {
      const state = await stateOf(client, name);
      if (state === ON) return;
      throw new GeneratorError(
        `no key is made while the alert rule ${name} is ${state ?? "missing"}: apply the workspace's stack, which makes it and turns it on, then apply again`,
      );
    }),
  );
}

async function stateOf(client: EventBridgeClient, name: string): Promise<string | undefined> {
  const describe = async () => {
    try {
      return (await client.send(new DescribeRuleCommand({ Name: name }))).State;
    } catch (error) {
      if (nameOf(error) === "ResourceNotFoundException") return undefined;
      throw error;
    }
  };
  return withPatience(describe, { service: "EventBridge" });
}
