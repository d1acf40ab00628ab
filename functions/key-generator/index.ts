import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { requireAlerts } from "./alerts";
import { refuseForeignEndpoints } from "./endpoint";
import { GeneratorError } from "./faults";
import { type GeneratorEvent, type GeneratorResult, generate } from "./generate";

/**
 * Without these, the SDK would wait for a lost answer until the function's own time is over. Three attempts take half a
 * minute at most, so that who waits is told what does not answer.
 */
const SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/** The Lambda handler: see `generate`. The runtime's own AWS SDK is used, which AWS keeps patched. */
export async function handler(event: unknown): Promise<GeneratorResult> {
  const { alertRules, ...wanted } = checked(event);
  const secretsManager = new SecretsManagerClient(SETTINGS);
  const eventBridge = new EventBridgeClient(SETTINGS);
  refuseForeignEndpoints(secretsManager);
  refuseForeignEndpoints(eventBridge);
  return await generate(secretsManager, wanted, log, () => requireAlerts(eventBridge, alertRules));
}

/** A line of JSON each, without the prefix that Lambda gives to the console, so that Logs Insights reads it. */
function log(message: string, details: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ message, ...details })}\n`);
}

function checked(event: unknown): GeneratorEvent {
  const {
    secretArn,
    generations,
    encryptionKeyArn,
    alertRules = [],
  } = (event ?? {}) as Partial<GeneratorEvent>;
  if (typeof secretArn !== "string" || !/^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:.+$/.test(secretArn)) {
    throw new GeneratorError("secretArn must be the full ARN of a secret");
  }
  const plausible = (n: unknown) => Number.isInteger(n) && Number(n) >= 1 && Number(n) <= 9999;
  if (!Array.isArray(generations) || generations.length === 0 || !generations.every(plausible)) {
    throw new GeneratorError("generations must be a list of whole numbers from 1 to 9999");
  }
  if (
    encryptionKeyArn !== undefined &&
    !/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(String(encryptionKeyArn))
  ) {
    throw new GeneratorError("encryptionKeyArn must be the ARN of a KMS key");
  }
  // An empty list is one way to say that there are no alerts; a slip of the pen must not be another.
  if (!Array.isArray(alertRules) || !alertRules.every(isRuleName)) {
    throw new GeneratorError("alertRules must be a list of names of EventBridge rules");
  }
  return { secretArn, generations, encryptionKeyArn, alertRules };
}

function isRuleName(name: unknown): boolean {
  return typeof name === "string" && /^[\w.-]{1,64}$/.test(name);
}
