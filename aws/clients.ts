import { Failure } from "../messages/failure";
import { proxyIn } from "../proxy/settings";
import { limitAnswers } from "./answer-limits";
import { connections } from "./connections";
import { type AwsClient, foreignEndpoint, refuseForeignEndpoints } from "./endpoint-guard";

/** Patience for a throttled account: six attempts, which take some 10 s; `adaptive` also slows this process down as a whole. */
const settings = { maxAttempts: 6, retryMode: "adaptive" } as const;

type Settings = typeof settings & ReturnType<typeof connections> & { readonly region: string };

interface Client extends AwsClient {
  destroy(): void;
}

const refusal = (where: string) => {
  const { what, fix } = foreignEndpoint(where);
  return new Failure(what, fix);
};

/**
 * A command's AWS clients, one for each service and region, with the SDK's own credentials. They send to AWS alone, and each answer
 * ends. The SDKs are loaded when first needed: `--help` and bad input are answered without them.
 */
export class AwsClients {
  readonly #made: Array<Map<string, Promise<Client>>> = [];

  /** @throws Failure for an address that no proxy can have */
  constructor() {
    proxyIn(process.env);
  }

  readonly secretsManager = this.#service(
    async (all) => new (await import("@aws-sdk/client-secrets-manager")).SecretsManagerClient(all),
  );
  readonly kms = this.#service(async (all) => new (await import("@aws-sdk/client-kms")).KMSClient(all));
  /** IAM is a partition's; the region says which partition. */
  readonly iam = this.#service(async (all) => new (await import("@aws-sdk/client-iam")).IAMClient(all));
  readonly sns = this.#service(async (all) => new (await import("@aws-sdk/client-sns")).SNSClient(all));
  readonly eventBridge = this.#service(
    async (all) => new (await import("@aws-sdk/client-eventbridge")).EventBridgeClient(all),
  );
  readonly lambda = this.#service(
    async (all) => new (await import("@aws-sdk/client-lambda")).LambdaClient(all),
  );
  readonly cloudWatchLogs = this.#service(
    async (all) => new (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogsClient(all),
  );
  readonly cloudTrail = this.#service(
    async (all) => new (await import("@aws-sdk/client-cloudtrail")).CloudTrailClient(all),
  );

  /** Closes the connections, without which the process would wait for them. */
  async destroy(): Promise<void> {
    for (const clients of this.#made) for (const client of clients.values()) (await client).destroy();
  }

  #service<T extends Client>(make: (settings: Settings) => Promise<T>): (region: string) => Promise<T> {
    const clients = new Map<string, Promise<T>>();
    this.#made.push(clients);
    const connected = async (region: string) =>
      guarded(await make({ ...settings, ...connections(), region }));
    return (region) => {
      const client = clients.get(region) ?? connected(region);
      clients.set(region, client);
      return client;
    };
  }
}

function guarded<T extends Client>(client: T): T {
  refuseForeignEndpoints(client, refusal);
  limitAnswers(client);
  return client;
}
