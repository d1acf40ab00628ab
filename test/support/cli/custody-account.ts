/** An account of the embedded AWS with users of each custody, and the command run in it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateAliasCommand, CreateKeyCommand, GetPublicKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { type AddCommand, run } from "../../../cli/shared/run";
import {
  encodePrivateKey,
  generateKeyPair,
  generationLabel,
  type KeyPair,
  publicKeyLabel,
  versionIdOf,
} from "../../../keys";
import type { LocalAws } from "../../../local-aws/emulator";
import { clientSettings } from "../embedded-aws";
import { startSharedAws } from "../shared-moto";
import { inProcess, ledgerApiUser, type Outcome } from "./run-cli";

const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

/** An entry of a registration, free to be tampered with. */
export type Entry = Record<string, unknown> & {
  username: string;
  publicKey: string;
  keyArn: string;
};

export class CustodyAccount {
  static async start(): Promise<CustodyAccount> {
    const directory = mkdtempSync(join(tmpdir(), "custody-account-"));
    return new CustodyAccount(directory, await startSharedAws(directory));
  }

  readonly secrets: SecretsManagerClient;
  readonly kms: KMSClient;

  private constructor(
    readonly directory: string,
    readonly aws: LocalAws,
  ) {
    this.secrets = new SecretsManagerClient(this.settings());
    this.kms = new KMSClient(this.settings());
  }

  /** For an AWS SDK's client in the account. */
  settings() {
    return clientSettings(this.aws.env(ACCOUNT, REGION));
  }

  async stop(): Promise<void> {
    this.secrets.destroy();
    this.kms.destroy();
    await this.aws.stop();
    rmSync(this.directory, { recursive: true });
  }

  /** The environment of a person in the account, in another region than its keys: theirs are in the ARNs. */
  env(account = ACCOUNT): Record<string, string> {
    return { PATH: process.env["PATH"] ?? "", ...this.aws.env(account, "us-east-1") };
  }

  /** A user of custody secrets-manager whose key was made as the generator does. */
  async secretUser(username: string): Promise<Entry> {
    const entry = await this.emptySecretUser(username, "secrets-manager", "");
    return { ...entry, publicKey: await this.putKey(entry.keyArn, 1) };
  }

  async emptySecretUser(username: string, custody: string, publicKey: string): Promise<Entry> {
    const Name = `ledger-enterprise/acme-prod/${username.replaceAll(" ", "-")}/generation-1/private-key`;
    const { ARN = "" } = await this.secrets.send(new CreateSecretCommand({ Name }));
    return entryOf(username, custody, publicKey, ARN);
  }

  /** Makes a key and puts it; answers with its public key. */
  async putKey(
    secretArn: string,
    generation: number,
    { pair = generateKeyPair(), label, version }: { pair?: KeyPair; label?: string; version?: string } = {},
  ): Promise<string> {
    await this.secrets.send(
      new PutSecretValueCommand({
        SecretId: secretArn,
        ClientRequestToken: version ?? versionIdOf(secretArn),
        SecretString: encodePrivateKey(pair.privateKeyPem),
        VersionStages: [generationLabel(generation), publicKeyLabel(label ?? pair.publicKey)],
      }),
    );
    return pair.publicKey;
  }

  /** A user of custody kms, with its alias. */
  async kmsUser(username: string): Promise<Entry> {
    const { KeyMetadata } = await this.kms.send(
      new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
    );
    const { PublicKey = [] } = await this.kms.send(new GetPublicKeyCommand({ KeyId: KeyMetadata?.KeyId }));
    const AliasName = `alias/ledger-enterprise/acme-prod/${username.replaceAll(" ", "-")}/generation-1`;
    await this.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata?.KeyId }));
    const publicKey = Buffer.from(PublicKey).subarray(-65).toString("hex");
    return entryOf(username, "kms", publicKey, KeyMetadata?.Arn ?? "");
  }

  /** A registration in a file, of one stack. */
  registrationOf(...entries: Entry[]): string {
    const file = join(this.directory, "registration.json");
    const users = Object.fromEntries(entries.map((entry) => [entry.username, entry]));
    writeFileSync(file, JSON.stringify({ "acme-prod-treasury": users }));
    return file;
  }

  /** The actions that AWS has seen while `act` ran. */
  async callsDuring<T>(
    act: () => Promise<T>,
  ): Promise<{ result: T; actions: string[]; regions: Set<string> }> {
    const before = this.aws.calls().length;
    const result = await act();
    const calls = this.aws.calls().slice(before);
    return {
      result,
      actions: calls.map(({ action }) => action),
      regions: new Set(calls.map(({ region }) => region)),
    };
  }

  /** Runs a command in this process, in the account. */
  run(add: AddCommand, args: readonly string[], env = this.env()): Promise<Outcome> {
    return inProcess({ env }, () => run(["node", "cdktf-ledger-api-user", ...args], [add]));
  }

  /** Runs the whole program in this process, in the account. */
  command(args: readonly string[], input: string | Uint8Array = "", env = this.env()): Promise<Outcome> {
    return ledgerApiUser(args, { env, input });
  }
}

function entryOf(username: string, custody: string, publicKey: string, keyArn: string): Entry {
  return {
    workspace: "acme-prod",
    username,
    role: "operator",
    uiLabel: "Operator - Via Self Managed Key Pair",
    custody,
    generation: 1,
    publicKey,
    keyArn,
  };
}
