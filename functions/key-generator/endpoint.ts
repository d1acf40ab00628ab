import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GeneratorError } from "./faults";

type Client = SecretsManagerClient | EventBridgeClient;

/**
 * An AWS SDK takes its endpoint from `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_SECRETS_MANAGER` or a configuration
 * file: whoever can set a function's environment could have the key sent to a host of theirs, or be told by it that
 * alerts are on. So the host of each request is looked at as it is about to be sent, wherever it came from: it is the
 * one that the SDK knows for the service in this region, or loopback (an emulator).
 */
export function refuseForeignEndpoints(client: Client): void {
  // The stacks' types differ by what the services take and give, which is not looked at here.
  const { middlewareStack } = client as SecretsManagerClient;
  middlewareStack.add(
    (next) => async (args) => {
      const { hostname } = args.request as { hostname: string };
      if (!isLoopback(hostname) && !(await ownHosts(client)).has(hostname)) {
        throw new GeneratorError(
          `refusing to send to ${hostname}: it is neither the service's host in this region nor loopback; remove AWS_ENDPOINT_URL from the function's environment`,
        );
      }
      return next(args);
    },
    { name: "refuseForeignEndpoints", step: "finalizeRequest", priority: "low" },
  );
}

function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** The hosts of a service in the client's region, by the SDK's own rules. */
async function ownHosts(client: Client): Promise<Set<string>> {
  const Region = await client.config.region();
  const hosts = new Set<string>();
  for (const UseFIPS of [false, true]) {
    for (const UseDualStack of [false, true]) {
      try {
        hosts.add(client.config.endpointProvider({ Region, UseFIPS, UseDualStack }).url.hostname);
      } catch {
        // not every partition has every kind of endpoint
      }
    }
  }
  return hosts;
}
