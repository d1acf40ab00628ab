import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBridgeClient, PutRuleCommand, type RuleState } from "@aws-sdk/client-eventbridge";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { parsePrivateKey } from "../../keys";
import { type LocalAws, startLocalAws } from "../../local-aws";

/** The state of a rule that gets read-only events too. */
export const ON = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/** An account of an embedded AWS, which this process's environment leads to, and what a test asks of it. */
export class Account {
  aws!: LocalAws;
  client!: SecretsManagerClient;
  events!: EventBridgeClient;
  private readonly directory = mkdtempSync(join(tmpdir(), "key-generator-"));
  private readonly environment = { ...process.env };
  private secrets = 0;

  async open(): Promise<void> {
    this.aws = await startLocalAws({ directory: this.directory });
    Object.assign(process.env, this.aws.env("123456789012", "eu-west-1"));
    this.client = new SecretsManagerClient({});
    this.events = new EventBridgeClient({});
  }

  async close(): Promise<void> {
    this.client?.destroy();
    this.events?.destroy();
    await this.aws?.stop();
    process.env = this.environment;
    rmSync(this.directory, { recursive: true });
  }

  async emptySecret(): Promise<string> {
    const Name = `ledger-enterprise/acme/user-${++this.secrets}/private-key`;
    return (await this.client.send(new CreateSecretCommand({ Name }))).ARN ?? "";
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

  async putRule(Name: string, State: RuleState = ON): Promise<void> {
    await this.events.send(
      new PutRuleCommand({ Name, State, EventPattern: '{"source":["aws.secretsmanager"]}' }),
    );
  }
}
