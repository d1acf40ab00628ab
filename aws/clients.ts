import type { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SNSClient } from "@aws-sdk/client-sns";

/**
 * Patience for a throttled account, and an answer within seconds where nobody listens: six attempts back off for some 10 s when
 * throttled and for 2 s after errors of the network; `adaptive` also slows this process down as a whole.
 */
const settings = {
  maxAttempts: 6,
  retryMode: "adaptive",
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
} as const;

/**
 * A command's AWS clients, one for each service and region, with the SDK's own credentials. The SDKs are loaded when first
 * needed: `--help` and bad input are answered without them.
 */
export class AwsClients {
  readonly #made = new Map<string, Promise<{ destroy(): void }>>();

  secretsManager(region: string): Promise<SecretsManagerClient> {
    return this.#client(`secretsmanager ${region}`, async () => {
      const { SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
      return new SecretsManagerClient({ ...settings, region });
    });
  }

  kms(region: string): Promise<KMSClient> {
    return this.#client(`kms ${region}`, async () => {
      const { KMSClient } = await import("@aws-sdk/client-kms");
      return new KMSClient({ ...settings, region });
    });
  }

  /** IAM is a partition's; the region says which partition. */
  iam(region: string): Promise<IAMClient> {
    return this.#client(`iam ${region}`, async () => {
      const { IAMClient } = await import("@aws-sdk/client-iam");
      return new IAMClient({ ...settings, region });
    });
  }

  sns(region: string): Promise<SNSClient> {
    return this.#client(`sns ${region}`, async () => {
      const { SNSClient } = await import("@aws-sdk/client-sns");
      return new SNSClient({ ...settings, region });
    });
  }

  eventBridge(region: string): Promise<EventBridgeClient> {
    return this.#client(`events ${region}`, async () => {
      const { EventBridgeClient } = await import("@aws-sdk/client-eventbridge");
      return new EventBridgeClient({ ...settings, region });
    });
  }

  cloudTrail(region: string): Promise<CloudTrailClient> {
    return this.#client(`cloudtrail ${region}`, async () => {
      const { CloudTrailClient } = await import("@aws-sdk/client-cloudtrail");
      return new CloudTrailClient({ ...settings, region });
    });
  }

  /** Closes the connections, without which the process would wait for them. */
  async destroy(): Promise<void> {
    for (const client of this.#made.values()) (await client).destroy();
  }

  #client<T extends { destroy(): void }>(name: string, make: () => Promise<T>): Promise<T> {
    // The pinned SDK supports the Node.js versions that this package does; its warning would be noise.
    process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
    const client = (this.#made.get(name) as Promise<T> | undefined) ?? make();
    this.#made.set(name, client);
    return client;
  }
}
