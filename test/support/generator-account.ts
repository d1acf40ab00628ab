import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type RuleState,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  CreateTopicCommand,
  SetSubscriptionAttributesCommand,
  SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import type { GeneratorEvent } from "../../functions/key-generator/generate";
import { parsePrivateKey } from "../../keys";
import type { LocalAws } from "../../local-aws/emulator";
import { canonicalRule } from "../../rules/alerts/canonical";
import { PROJECT } from "./project";
import { startSharedAws } from "./shared-moto";

/** The state of a rule that gets read-only events too. */
export const ON = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

const at = (service: string, what: string) => `arn:aws:${service}:eu-west-1:123456789012:${what}`;
const PATTERN = { source: ["aws.secretsmanager"] };
const TARGETS: Target[] = [
  { Id: "page", Arn: at("sns", "alerts") },
  { Id: "journal", Arn: at("logs", "log-group:/aws/events/alerts") },
];
/** The digest of each rule of `putRule`. */
const DIGEST = createHash("sha256").update(canonicalRule(PATTERN, TARGETS)).digest("hex");

/** What an invocation says of rules: they are as `putRule` makes them. */
export const declaredAs = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, DIGEST]));

/** An account of an embedded AWS, which this process's environment leads to, and what a test asks of it. */
export class Account {
  aws!: LocalAws;
  client!: SecretsManagerClient;
  events!: EventBridgeClient;
  lambda!: LambdaClient;
  sns!: SNSClient;
  readonly directory = mkdtempSync(join(tmpdir(), "key-generator-"));
  private readonly environment = { ...process.env };
  private secrets = 0;

  async open(): Promise<void> {
    this.aws = await startSharedAws(this.directory);
    Object.assign(process.env, this.aws.env("123456789012", "eu-west-1"));
    this.client = new SecretsManagerClient({});
    this.events = new EventBridgeClient({});
    this.lambda = new LambdaClient({});
    this.sns = new SNSClient({});
    await this.sns.send(new CreateTopicCommand({ Name: "alerts" }));
  }

  async close(): Promise<void> {
    this.client?.destroy();
    this.events?.destroy();
    this.lambda?.destroy();
    this.sns?.destroy();
    await this.aws?.stop();
    process.env = this.environment;
    rmSync(this.directory, { recursive: true });
  }

  async emptySecret(): Promise<string> {
    const Name = `ledger-enterprise/acme/user-${++this.secrets}/generation-1/private-key`;
    return (await this.client.send(new CreateSecretCommand({ Name }))).ARN ?? "";
  }

  /** Puts a version by its labels alone, as somebody else may have done. */
  async putVersion(SecretId: string, VersionStages: string[]): Promise<void> {
    await this.client.send(new PutSecretValueCommand({ SecretId, SecretString: "x", VersionStages }));
  }

  /** The labels of each version of a secret. */
  async labelsOf(secretArn: string): Promise<string[][]> {
    const { VersionIdsToStages } = await this.client.send(new DescribeSecretCommand({ SecretId: secretArn }));
    return Object.values(VersionIdsToStages ?? {}).map((stages) => [...stages].sort());
  }

  /** The public key of the private key that a signer reads by a label. */
  async keyOf(secretArn: string, VersionStage: string): Promise<string> {
    const { SecretString } = await this.client.send(
      new GetSecretValueCommand({ SecretId: secretArn, VersionStage }),
    );
    return parsePrivateKey(SecretString ?? "").publicKey;
  }

  /** A rule with a topic, and as its second target a log group. */
  async putRule(Name: string, State: RuleState = ON): Promise<void> {
    await this.events.send(new PutRuleCommand({ Name, State, EventPattern: JSON.stringify(PATTERN) }));
    await this.events.send(new PutTargetsCommand({ Rule: Name, Targets: TARGETS }));
  }

  /** Subscribes an e-mail address to the topic, which moto confirms at once; with a filter policy, if one is given. */
  async subscribe(Endpoint: string, filter?: object): Promise<string> {
    const { SubscriptionArn = "" } = await this.sns.send(
      new SubscribeCommand({ TopicArn: at("sns", "alerts"), Protocol: "email", Endpoint }),
    );
    if (filter) await this.filter(SubscriptionArn, filter);
    return SubscriptionArn;
  }

  async filter(SubscriptionArn: string, filter: object): Promise<void> {
    const AttributeValue = JSON.stringify(filter);
    await this.sns.send(
      new SetSubscriptionAttributesCommand({
        SubscriptionArn,
        AttributeName: "FilterPolicy",
        AttributeValue,
      }),
    );
  }

  async removeTarget(Rule: string, ...Ids: string[]): Promise<void> {
    await this.events.send(new RemoveTargetsCommand({ Rule, Ids }));
  }

  /**
   * Deploys the function that was built under a name.
   * @param changes text of its source that is replaced first, to see what becomes of it then
   */
  async deploy(FunctionName: string, changes: Readonly<Record<string, string>> = {}): Promise<void> {
    const built = readFileSync(join(PROJECT, "dist/functions/key-generator.zip"));
    let source = strFromU8(unzipSync(built)["index.js"] ?? new Uint8Array());
    for (const [text, replacement] of Object.entries(changes)) {
      if (!source.includes(text)) throw new Error(`the function's source has no ${text} any more`);
      source = source.replace(text, replacement);
    }
    const role = { RoleName: FunctionName, AssumeRolePolicyDocument: "{}" };
    await new IAMClient({}).send(new CreateRoleCommand(role));
    await this.lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role: `arn:aws:iam::123456789012:role/${FunctionName}`,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Timeout: 120,
        Code: { ZipFile: zipSync({ "index.js": strToU8(source) }) },
      }),
    );
  }

  /** Invokes a function as Terraform does: its answer, or why it failed. */
  async invoke(
    FunctionName: string,
    event: Partial<GeneratorEvent>,
  ): Promise<{ failure?: string; answer: unknown }> {
    const { FunctionError, Payload } = await this.lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
    );
    const answer = JSON.parse(Payload?.transformToString() ?? "null");
    return { ...(FunctionError && { failure: answer.errorMessage }), answer };
  }

  /** What a function has logged. */
  log(functionName: string): string {
    const folder = join(this.directory, "log");
    const file = readdirSync(folder).find((name) => name.endsWith(`.${functionName}.log`));
    return readFileSync(join(folder, file ?? "none"), "utf8");
  }
}
