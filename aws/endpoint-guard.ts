import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Mistake } from "../messages/mistake";
import { ALLOW_LOOPBACK, isAllowedLoopback } from "../rules/loopback";

export { ALLOW_LOOPBACK };

/** The types of stacks differ by what the services take and give, which is not looked at here. */
export type Stack = SecretsManagerClient["middlewareStack"];

/** A client or a command. */
export interface Stacked {
  readonly middlewareStack: unknown;
}

/** A client of any AWS service, as far as it matters here. */
export interface AwsClient extends Stacked {
  readonly config: {
    region(): Promise<string>;
    endpointProvider(of: { Region: string; UseFIPS: boolean; UseDualStack: boolean }): { readonly url: URL };
  };
}

interface Request {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly username?: string;
  readonly password?: string;
}

/**
 * An AWS SDK takes its endpoint from `AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_SECRETS_MANAGER`, a configuration file or its constructor.
 * Whoever can set one of them (a line in an `.envrc`, a function's variable) could have a private key sent to a host of theirs. By plain
 * http, even the right name is not enough: who answers DNS gets the request, and its signature is good for the real service.
 *
 * So each request is checked just before it is sent, wherever its host came from. It may go by https, on the usual port, to the service
 * in the client's region or to a VPC endpoint of it. It may go to loopback only where a person allows that (`isAllowedLoopback`).
 *
 * @param refusal the error to throw for a request to anywhere else
 * @param guarded the client, or one command, so that a client of somebody else's is not changed
 */
export function refuseForeignEndpoints(
  client: AwsClient,
  refusal: (where: string) => Error,
  guarded: Stacked = client,
): void {
  (guarded.middlewareStack as Stack).add(
    (next, context) => async (args) => {
      const request = args.request as Request;
      // Some services' requests have a path of their own. The endpoint must not have one.
      const { pathname: path, search: query } = context.endpointV2?.url ?? {
        pathname: request.path,
        search: "",
      };
      const loopback = isAllowedLoopback(request.hostname, process.env);
      const bare = path === "/" && query === "" && !request.username && !request.password;
      if (!bare || !(loopback || (isUsual(request) && (await isOwn(request.hostname, client)))))
        throw refusal(addressOf(request, path));
      return next(args);
    },
    { name: "refuseForeignEndpoints", step: "finalizeRequest", priority: "low", override: true },
  );
}

/** What is wrong with such an endpoint, and the fix, for people who set it themselves. */
export const foreignEndpoint = (where: string): Mistake => ({
  what: `refusing to send a request to ${where}: it is not AWS's own host for that service and region, by https`,
  fix: `unset AWS_ENDPOINT_URL and the like, also in the AWS configuration file; for an emulator on this machine, set ${ALLOW_LOOPBACK}=1`,
});

const isUsual = ({ protocol, port = 443 }: Request) => protocol === "https:" && port === 443;

function addressOf({ protocol, hostname, port }: Request, path: string): string {
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path === "/" ? "" : path}`;
}

/** Whether a host is the service's in the client's region, by the SDK's own rules. */
async function isOwn(hostname: string, client: AwsClient): Promise<boolean> {
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
  return own.includes(hostname) || isVpcEndpoint(hostname, own[0] ?? "", Region);
}

/**
 * Whether a host is a VPC endpoint of the service: `vpce-ID-SUFFIX`, with the availability zone where it is one zone's, then the service,
 * the region, `vpce` and the partition's domain. Compared as a whole: below `vpce.amazonaws.com` there are also the services of others.
 * https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
 *
 * @param standard the service's usual host; without the region in it, it has no VPC endpoints
 */
function isVpcEndpoint(hostname: string, standard: string, region: string): boolean {
  const [service = "", where, ...domain] = standard.split(".");
  if (where !== region.toLowerCase()) return false;
  const [endpoint = "", ...rest] = hostname.split(".");
  const [vpcService = "", ...vpcDomain] = rest;
  return (
    new RegExp(`^vpce-[0-9a-z]+-[0-9a-z]+(-${where}[a-z])?$`).test(endpoint) &&
    [service, `${service}-fips`].includes(vpcService) &&
    vpcDomain.join(".") === [where, "vpce", ...domain].join(".")
  );
}
