import type { Answer, Call } from "./calls";

const CONFIGURATION = /^\/2020-04-22\/code-signing-configs\/([^/?]+)$/;

/**
 * A code signing configuration, which moto does not have. Each is as one that trusts nobody: nothing is signed here, so code is right by its
 * hash alone. `undefined` for all other calls.
 */
export function codeSigningConfig({ service }: Call, method: string, url: string): Answer | undefined {
  const [, encoded] = CONFIGURATION.exec(url) ?? [];
  if (service !== "lambda" || method !== "GET" || encoded === undefined) return undefined;
  const arn = decodeURIComponent(encoded);
  const CodeSigningConfig = {
    CodeSigningConfigArn: arn,
    CodeSigningConfigId: arn.split(":").at(-1),
    AllowedPublishers: { SigningProfileVersionArns: [] },
    CodeSigningPolicies: { UntrustedArtifactOnDeployment: "Enforce" },
    LastModified: "2026-01-01T00:00:00.000+0000",
  };
  return { status: 200, headers: { "content-type": "application/json" }, body: { CodeSigningConfig } };
}
