import { DescribeKeyCommand, GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetResourcePolicyCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Answer, Interceptor } from "../../../local-aws/emulator";

/** The calls that end a user's key, its credentials or its name. */
const DELETING = /^(Delete(Secret|ResourcePolicy|Alias)|ScheduleKeyDeletion)$/;

interface Policy {
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Principal: unknown;
    readonly Action: readonly string[];
    readonly Condition?: unknown;
  }[];
}

/** What AWS does with deletions and moto does not: it asks the policies that were really put whether everyone is denied. */
export function denials(settings: ConstructorParameters<typeof KMSClient>[0]): Interceptor {
  const [secrets, kms] = [new SecretsManagerClient(settings ?? {}), new KMSClient(settings ?? {})];

  const ofSecret = async (SecretId: string) =>
    (await secrets.send(new GetResourcePolicyCommand({ SecretId }))).ResourcePolicy;

  async function ofKey(named: string | undefined): Promise<string | undefined> {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: named }));
    return (await kms.send(new GetKeyPolicyCommand({ KeyId: KeyMetadata?.KeyId, PolicyName: "default" })))
      .Policy;
  }

  return async ({ service, action }, _forward, body): Promise<Answer | undefined> => {
    if (!DELETING.test(action)) return undefined;
    const { SecretId, AliasName, KeyId = AliasName } = JSON.parse(String(body)) as Record<string, string>;
    const put = SecretId ? await ofSecret(SecretId) : await ofKey(KeyId);
    const { Statement } = JSON.parse(put ?? "") as Policy;
    const denies = Statement.some(
      ({ Effect, Principal, Action, Condition }) =>
        Effect === "Deny" && Principal === "*" && !Condition && Action.includes(`${service}:${action}`),
    );
    const message = `not authorized to perform ${service}:${action} with an explicit deny in a resource-based policy`;
    return denies ? { status: 400, body: { __type: "AccessDeniedException", message } } : undefined;
  };
}
