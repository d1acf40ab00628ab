import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { KMSClient } from "@aws-sdk/client-kms";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { refuseForeignEndpoints } from "../../aws/endpoint-guard";
import { requestHandler } from "../../aws/time-limits";
import { userOfCurrentSecret } from "../../rules/aws-names";
import { isObject } from "../../rules/is-object";
import { requireAlerts } from "./alerts";
import { GeneratorError } from "./faults";
import { type GeneratorEvent, type GeneratorResult, generate } from "./generate";
import { type PointerEvent, type PointerResult, point } from "./pointer";
import { generationOf } from "./secret";
import { isCredentialsOf, isTarget } from "./target";

/** Three attempts take half a minute at most, well within the function's own time: the error can still say what does not answer. */
const SETTINGS = { maxAttempts: 3, requestHandler };

/** The Lambda handler: see `generate` and `point`. The runtime's own AWS SDK is used, which AWS keeps patched. */
export async function handler(event: PointerEvent): Promise<PointerResult>;
export async function handler(event: unknown): Promise<GeneratorResult>;
export async function handler(event: unknown): Promise<GeneratorResult | PointerResult> {
  const secretsManager = new SecretsManagerClient(SETTINGS);
  if (isObject(event) && "pointerArn" in event) {
    const wanted = checkedPointer(event);
    const kms = new KMSClient(SETTINGS);
    for (const client of [secretsManager, kms]) refuseForeignEndpoints(client, foreignEndpoint);
    return await point({ secretsManager, kms }, wanted, log);
  }
  const { alertRules, alertEmails, ...wanted } = checked(event);
  const eventBridge = new EventBridgeClient(SETTINGS);
  const sns = new SNSClient(SETTINGS);
  for (const client of [secretsManager, eventBridge, sns]) refuseForeignEndpoints(client, foreignEndpoint);
  const account = wanted.secretArn.split(":")[4] ?? "";
  const alerts = { rules: alertRules, emails: alertEmails, account };
  return await generate(secretsManager, wanted, log, () => requireAlerts(eventBridge, sns, alerts));
}

const foreignEndpoint = (where: string) =>
  new GeneratorError(
    `refusing to send to ${where}: it is not the service's own host in this region, by https`,
    "remove AWS_ENDPOINT_URL from the function's environment",
  );

/** A line of JSON each, without the prefix that Lambda gives to the console, so that Logs Insights reads it. */
function log(message: string, details: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify({ message, ...details })}\n`);
}

function checked(event: unknown): GeneratorEvent {
  const given = (event ?? {}) as Partial<GeneratorEvent>;
  const { secretArn = "", encryptionKeyArn, alertRules = {}, alertEmails = [] } = given;
  generationOf(secretArn);
  if (
    encryptionKeyArn !== undefined &&
    !/^arn:[^:]+:kms:[^:]+:\d{12}:key\/.+$/.test(String(encryptionKeyArn))
  ) {
    throw malformed("encryptionKeyArn", "the ARN of a KMS key");
  }
  // No rules is one way to say that there are no alerts; a slip of the pen must not be another.
  if (!isObject(alertRules) || !Object.entries(alertRules).every(isRule)) {
    throw malformed("alertRules", "an object with the SHA-256 of each EventBridge rule by its name");
  }
  if (!Array.isArray(alertEmails) || !alertEmails.every((email) => typeof email === "string")) {
    throw malformed("alertEmails", "a list of e-mail addresses");
  }
  return { secretArn, encryptionKeyArn, alertRules, alertEmails };
}

function checkedPointer(event: Readonly<Record<string, unknown>>): PointerEvent {
  const { pointerArn, from, to } = event;
  if (typeof pointerArn !== "string" || userOfCurrentSecret(pointerArn) === undefined)
    throw malformed("pointerArn", "the full ARN of a secret ledger-enterprise/WORKSPACE/USER/current");
  if (!isTarget(pointerArn, to))
    throw malformed(
      "to",
      "a generation with the ARNs of its key and credentials, of the pointer's user, and its public key",
    );
  const isOther = ([generation, arn]: [string, unknown]) =>
    /^[1-9][0-9]{0,3}$/.test(generation) && isCredentialsOf(pointerArn, Number(generation), arn);
  if (!isObject(from) || !Object.entries(from).every(isOther))
    throw malformed(
      "from",
      "an object with the ARN of the credentials of each generation, of the pointer's user, by its number",
    );
  return { pointerArn, from: from as PointerEvent["from"], to };
}

const isRule = ([name, digest]: [string, unknown]) =>
  /^[\w.-]{1,64}$/.test(name) && /^[0-9a-f]{64}$/.test(String(digest));

const malformed = (field: string, form: string) =>
  new GeneratorError(`the input's ${field} is malformed`, `${field} must be ${form}`);
