import { proxyIn } from "../proxy/settings";
import { requestHandler } from "./time-limits";

type CredentialProvider = (identity?: object) => Promise<{ accessKeyId: string; secretAccessKey: string }>;

/**
 * How a client reaches AWS: within the limits of time and, where `HTTPS_PROXY` names one, through a proxy. What fetches credentials for it
 * (IAM Identity Center, STS) goes the same way; what gives them out beside the machine does not.
 *
 * Each client is to have its own, since it closes its connections in the end.
 *
 * @throws Failure for an address that no proxy can have
 */
export function connections(environment: NodeJS.ProcessEnv = process.env) {
  if (proxyIn(environment) === undefined) return { requestHandler };
  // Loaded when needed, since most commands are run without a proxy.
  const { TunnelAgent }: typeof import("../proxy/agent") = require("../proxy/agent");
  // As the SDK's own agent.
  const httpsAgent = new TunnelAgent({ keepAlive: true, maxSockets: 50 }, environment);
  const tunnelled = { ...requestHandler, httpsAgent };
  let provider: CredentialProvider | undefined;
  return {
    requestHandler: tunnelled,
    credentialDefaultProvider: (init: object) => async (identity?: object) => {
      const { defaultProvider } = await import("@aws-sdk/credential-provider-node");
      provider ??= defaultProvider({ ...init, clientConfig: { requestHandler: tunnelled } });
      return provider(identity);
    },
  };
}
