import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { Failure } from "../../messages/failure";

/**
 * An AWS SDK takes its endpoint from `AWS_ENDPOINT_URL` or a configuration file: a line in an `.envrc` could have a private key
 * or credentials sent to somebody's host. So the host of each request is looked at as it is about to be sent: it is the one that the SDK
 * knows for Secrets Manager in the region, a VPC endpoint of that, or loopback (an emulator).
 *
 * @param what is sent, for the message
 */
export function refuseForeignEndpoints(client: SecretsManagerClient, what = "a key"): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const { hostname, protocol } = args.request as { hostname: string; protocol: string };
      if (!isLoopback(hostname) && (protocol !== "https:" || !(await isOwn(hostname, client)))) {
        throw new Failure(
          `refusing to send ${what} to ${hostname}: it is neither the region's Secrets Manager, by https, nor loopback`,
          "unset AWS_ENDPOINT_URL and the like, also in the AWS configuration file",
        );
      }
      return next(args);
    },
    { name: "refuseForeignEndpoints", step: "finalizeRequest", priority: "low" },
  );
}

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);

/** Whether a host is Secrets Manager's in the client's region, by the SDK's own rules. */
async function isOwn(hostname: string, client: SecretsManagerClient): Promise<boolean> {
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
