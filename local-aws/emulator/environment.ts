/** The environment variables by which processes find the embedded AWS, and can find no other. */
import { join } from "node:path";
import { ALLOW_LOOPBACK } from "../../aws/endpoint-guard";
import { PROJECT } from "../project";

/** Where an embedded AWS is, and a token that it takes. */
export interface Access {
  readonly endpoint: string;
  /** See session-tokens.ts. */
  readonly sessionToken: string;
}

/** What an AWS SDK, the AWS CLI or Terraform's provider needs to work in an account and region of the embedded AWS. */
export function awsEnvironment({ endpoint, sessionToken }: Access, account: string, region: string) {
  return {
    AWS_ENDPOINT_URL: endpoint,
    // Without it, our own commands would send nothing there.
    [ALLOW_LOOPBACK]: "1",
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // The proxy takes the account from the access key id, and checks the session token; nothing checks the signature.
    AWS_ACCESS_KEY_ID: account,
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_SESSION_TOKEN: sessionToken,
    AWS_EC2_METADATA_DISABLED: "true",
    // What the embedded AWS cannot do, it cannot do at the 25th try either, after many minutes.
    AWS_MAX_ATTEMPTS: "4",
    // Without these two, a person's own profile could add settings, also another endpoint.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  };
}

/** This process's environment without what would lead a child to a real AWS: credentials, profiles, regions. */
export function environmentWithoutAws(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AWS_")));
}

/**
 * A function's environment: what Lambda sets, and the function's own variables, which cannot override Lambda's. Of this process's environment
 * it gets the PATH alone. It names no endpoint, as in Lambda: function-runtime.mjs leads the function's requests here.
 */
export function functionEnvironment(
  access: Access,
  account: string,
  region: string,
  variables: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { AWS_ENDPOINT_URL: _, [ALLOW_LOOPBACK]: __, ...reserved } = awsEnvironment(access, account, region);
  return {
    // Where the AWS SDK is, which a function's zip need not hold: on AWS it is in /var/runtime/node_modules.
    NODE_PATH: join(PROJECT, "node_modules"),
    // It is about this machine's Node.js, and would only fill the function's log.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...variables,
    ...reserved,
    PATH: process.env["PATH"] ?? "",
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
  };
}
