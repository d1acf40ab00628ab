import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import {
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  RemoveRegionsFromReplicationCommand,
  ReplicateSecretToRegionsCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { generateKeyPair } from "../../../keys";
import type { Deployment } from "./deployment";

/** What somebody did with the users of `two-files.ts`, of whom it has to be undone again. */
export class Tampering {
  private readonly secrets: SecretsManagerClient;
  private readonly kms: KMSClient;
  private readonly undoing: (() => Promise<unknown>)[] = [];

  constructor(
    deployment: Deployment,
    private readonly workspace: string,
  ) {
    this.secrets = new SecretsManagerClient(deployment.settings());
    this.kms = new KMSClient(deployment.settings());
  }

  end(): void {
    this.secrets.destroy();
    this.kms.destroy();
  }

  async undo(): Promise<void> {
    for (const undo of this.undoing.splice(0).reverse()) await undo();
  }

  /**
   * A key's secret is judged after its user's credentials, so that no user has both changed.
   * @returns a part of the address of each resource that is refused, and of what is said of it */
  async tamper(part: "first" | "second"): Promise<[where: string, sentence: string][]> {
    if (part === "first") {
      await this.encryptOtherwise("made/generation-1/private-key");
      await this.allow("fresh/generation-1/credentials", "signer", "stranger");
      await this.labelOtherwise("imported/generation-1/private-key");
      await this.replicate("fresh/generation-1/credentials");
      await this.disable("in-kms");
      return [
        ["user-made_Generation1_Key_Secret", "not encrypted with the KMS key of the workspace"],
        ["user-fresh_Generation1_Credentials", "the policy of this secret would change"],
        [
          "user-imported_Generation1_Key_Secret",
          "in the label of the secret is not the one that is declared",
        ],
        ["user-fresh_Generation1_Credentials", "is replicated to another region"],
        ["user-in-kms_Generation1_TakenOver_KmsKey", "is disabled"],
      ];
    }
    await this.putBeside("made/generation-1/private-key");
    await this.putBeside("imported/generation-1/private-key");
    await this.pointElsewhere("in-kms");
    return [
      ["user-made_Generation1_Key_Secret", "does not hold that key alone"],
      ["user-imported_Generation1_Key_Secret", "does not hold that key alone"],
      ["user-in-kms_Generation1_Key", "The public key of the KMS key is not the one that is declared"],
    ];
  }

  private async look(name: string) {
    const SecretId = `ledger-enterprise/${this.workspace}/${name}`;
    const secret = await this.secrets.send(new DescribeSecretCommand({ SecretId }));
    const [version = "", labels = []] = Object.entries(secret.VersionIdsToStages ?? {})[0] ?? [];
    return { SecretId, KmsKeyId: secret.KmsKeyId, version, labels };
  }

  private async encryptOtherwise(name: string): Promise<void> {
    const { SecretId, KmsKeyId } = await this.look(name);
    const { KeyMetadata } = await this.kms.send(new CreateKeyCommand({}));
    await this.secrets.send(new UpdateSecretCommand({ SecretId, KmsKeyId: KeyMetadata?.Arn }));
    this.undoing.push(() => this.secrets.send(new UpdateSecretCommand({ SecretId, KmsKeyId })));
  }

  private async allow(name: string, role: string, other: string): Promise<void> {
    const { SecretId } = await this.look(name);
    const put = (ResourcePolicy = "") =>
      this.secrets.send(new PutResourcePolicyCommand({ SecretId, ResourcePolicy }));
    const { ResourcePolicy = "" } = await this.secrets.send(new GetResourcePolicyCommand({ SecretId }));
    await put(ResourcePolicy.replaceAll(`role/${role}`, `role/${other}`));
    this.undoing.push(() => put(ResourcePolicy));
  }

  private async labelOtherwise(name: string): Promise<void> {
    const { SecretId, version, labels } = await this.look(name);
    const label = labels.find((each) => each.startsWith("public-key-")) ?? "";
    const other = `public-key-${generateKeyPair().publicKey}`;
    await this.exchange(SecretId, version, label, other);
    this.undoing.push(() => this.exchange(SecretId, version, other, label));
  }

  private async exchange(SecretId: string, version: string, from: string, to: string): Promise<void> {
    const move = (VersionStage: string, where: object) =>
      this.secrets.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, ...where }));
    await move(from, { RemoveFromVersionId: version });
    await move(to, { MoveToVersionId: version });
  }

  private async replicate(name: string): Promise<void> {
    const { SecretId } = await this.look(name);
    const Region = "eu-central-1";
    await this.secrets.send(
      new ReplicateSecretToRegionsCommand({ SecretId, AddReplicaRegions: [{ Region }] }),
    );
    this.undoing.push(() =>
      this.secrets.send(
        new RemoveRegionsFromReplicationCommand({ SecretId, RemoveReplicaRegions: [Region] }),
      ),
    );
  }

  private async putBeside(name: string): Promise<void> {
    const { SecretId, version, labels } = await this.look(name);
    const ClientRequestToken = "f".repeat(64);
    await this.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: "x", ClientRequestToken }));
    const move = (VersionStage: string, where: object) =>
      this.secrets.send(new UpdateSecretVersionStageCommand({ SecretId, VersionStage, ...where }));
    this.undoing.push(async () => {
      const [from, to] = [ClientRequestToken, version];
      await move("AWSCURRENT", { RemoveFromVersionId: from, MoveToVersionId: to });
      await move("AWSPREVIOUS", { RemoveFromVersionId: from });
      // Moto takes the other labels off too, which AWS does not.
      for (const label of labels.filter((each) => each !== "AWSCURRENT"))
        await move(label, { MoveToVersionId: to });
    });
  }

  private aliasOf = (user: string) => `alias/ledger-enterprise/${this.workspace}/${user}/generation-1`;

  private async disable(user: string): Promise<void> {
    const { KeyMetadata } = await this.kms.send(new DescribeKeyCommand({ KeyId: this.aliasOf(user) }));
    const { KeyId } = KeyMetadata ?? {};
    await this.kms.send(new DisableKeyCommand({ KeyId }));
    this.undoing.push(() => this.kms.send(new EnableKeyCommand({ KeyId })));
  }

  private async pointElsewhere(user: string): Promise<void> {
    const AliasName = this.aliasOf(user);
    const point = (TargetKeyId?: string) => this.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId }));
    const { KeyMetadata: key } = await this.kms.send(new DescribeKeyCommand({ KeyId: AliasName }));
    const { KeyMetadata: other } = await this.kms.send(
      new CreateKeyCommand({ KeySpec: "ECC_NIST_P256", KeyUsage: "SIGN_VERIFY" }),
    );
    await point(other?.KeyId);
    this.undoing.push(() => point(key?.KeyId));
  }
}
