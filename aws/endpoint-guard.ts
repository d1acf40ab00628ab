import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SNSClient } from "@aws-sdk/client-sns";
import { isLoopback } from "../rules/loopback";

type Client = SecretsManagerClient | EventBridgeClient | SNSClient;

/**
 * An AWS SDK takes its endpoint from `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_SECRETS_MANAGER` or a configuration file. Whoever can
 * set one of them (the function's environment, a line in an `.envrc`) could have a private key sent to a host of theirs. So each
 * request is checked just before it is sent, wherever its host came from. It may go by https to the service in the client's region
 * or to a VPC endpoint of it, or to loopback (an emulator).
 *
 * @param refusal the error to throw for a request to any other host
 */
export function refuseForeignEndpoints(client: Client, refusal: (hostname: string) => Error): void {
  // The stacks' types differ by what the services take and give, which is not looked at here.
  const { middlewareStack } = client as SecretsManagerClient;
  middlewareStack.add(
    (next) => async (args) => {
      const { hostname, protocol } = args.request as { hostname: string; protocol: string };
      const allowed = isLoopback(hostname) || (protocol === "https:" && (await isOwn(hostname, client)));
      if (!allowed) throw refusal(hostname);
      return next(args);
    },
    { name: "refuseForeignEndpoints", step: "finalizeRequest", priority: "low" },
  );
}

/** Whether a host is the service's in the client's region, by the SDK's own rules. */
async function isOwn(hostname: string, client: Client): Promise<boolean> {
  const Region = await client.config.region();
  const own: string[] = [];
  for (const UseFIPS of [false, true]) {
    for (const UseDualStack of [false, true]) {
      try {
        own.push(client.config.endpointProvider({ Region, UseFIPS, UseDualStack }).url.hostname);
      } catch {
        // not every partition has every kind of endpoint
      }
    }
  }
  // https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html: endpoint-specific names
  const [service, ...suffix] = own[0]?.split(".") ?? [];
  const vpc = [service, Region, "vpce", ...suffix.slice(1)].join(".");
  return own.includes(hostname) || (/^vpce-[a-z0-9-]+\./.test(hostname) && hostname.endsWith(`.${vpc}`));
}
