import { DataAwsKmsAlias } from "@cdktf/provider-aws/lib/data-aws-kms-alias";
import { DataAwsKmsKey } from "@cdktf/provider-aws/lib/data-aws-kms-key";
import { DataAwsKmsPublicKey } from "@cdktf/provider-aws/lib/data-aws-kms-public-key";
import { DataAwsSecretsmanagerSecret } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret";
import { DataAwsSecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-rotation";
import { DataAwsSecretsmanagerSecretVersions } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secret-versions";
import { DataAwsSecretsmanagerSecrets } from "@cdktf/provider-aws/lib/data-aws-secretsmanager-secrets";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { type TerraformDataSource, TerraformLocal, TerraformResource, Token } from "cdktf";
import { Construct } from "constructs";
import { credentialsSecretName } from "../../rules/aws-names";
import { namedKey } from "../custody/named-key";
import { hexPointOf } from "../custody/spki";
import type { IGeneration } from "./generation";
import type { IApiUser } from "./interface";
import { MovedBlocks } from "./moved-blocks";

const FIRST = "apply that change where the user is now, and move the user after that";

/**
 * Takes over what a user has in AWS from the stack that it was in: `import` blocks for what is there, and postconditions on it. What is
 * not there is made as for any user, so that the same declaration works in another account.
 *
 * One for each generation, and one, without a generation, for what says which of them is current. Only lists can say "not there" without failing, and KMS has none of aliases. So a KMS key is looked up where the user's credentials are:
 * nothing else of a user is made before those.
 */
export class TakenOver extends Construct {
  private readonly blocks: MovedBlocks;
  private readonly encryptionKey: string;

  constructor(
    scope: Construct,
    id: string,
    user: IApiUser,
    private readonly generation?: IGeneration,
  ) {
    super(scope, id);
    this.blocks = MovedBlocks.of(this);
    const { custody, username } = user;
    if (Token.isUnresolved(username) || Token.isUnresolved(user.workspace.name))
      throw new Error(
        `${user.node.path}: takeOver: the name of the user or of its workspace is a token; write both as texts, since its secrets are looked for by name`,
      );
    this.encryptionKey = this.local("EncryptionKey", user.workspace.encryptionKeyArn);
    const resources = scope.node.findAll().filter(TerraformResource.isTerraformResource);
    const secrets = resources.filter((each) => each instanceof SecretsmanagerSecret);
    if (generation === undefined) {
      for (const secret of secrets) this.takeSecret("Pointer", secret);
      return;
    }
    const isCredentials = ({ nameInput }: SecretsmanagerSecret) =>
      nameInput === credentialsSecretName(namedKey(user, generation.number));
    const credentials = secrets.find(isCredentials);
    const key = secrets.find((each) => !isCredentials(each));
    if (credentials === undefined) throw new Error(`${user.node.path} has no secret for its credentials`);
    const there = this.takeSecret("Credentials", credentials);
    if (key) {
      const keys = this.takeSecret("Key", key);
      this.check(
        credentials,
        `length(${there}) == length(${keys})`,
        `The credentials of this user are in AWS without its private key, or the key without them, so that another key would be made. If its custody changes, that is no move: declare a user of another name with the new custody. If an apply was interrupted, ${FIRST}.`,
      );
      const versions = this.versionsOf(keys);
      // As whoever puts keys puts them: under an id that follows from the secret, with these labels and no other.
      const isKey = `version.id == sha256(version.arn) && length(version.labels) == 3 && contains(version.labels, "AWSCURRENT") && contains(version.labels, "generation-${generation.number}")`;
      this.check(
        key,
        `alltrue([for version in ${versions} : ${isKey} && length(${publicKeysIn("version.labels")}) == 1])`,
        "The secret of this user's private key does not hold that key alone, as it was put: it has another version, or somebody moved labels. Have security find out who.",
      );
      const publicKeys = publicKeysIn(`flatten(${versions}[*].labels)`);
      const invocation = resources.find((each) => each instanceof LambdaInvocation);
      if (invocation) {
        this.check(
          key,
          `length(${keys}) == 0 || length(${versions}) > 0`,
          `The secret of this user's private key has none in it, so that another key would be made: ${FIRST}.`,
        );
        this.check(
          invocation,
          `alltrue([for label in ${publicKeys} : label == "public-key-\${jsondecode(self.result).publicKey}"])`,
          "The key generator answered with another public key than the one in the label of the secret: have security look into it.",
        );
      } else {
        this.check(
          key,
          `alltrue([for label in ${publicKeys} : label == format("public-key-%s", ${this.declaredKey()})])`,
          "The public key in the label of the secret is not the one that is declared: a user keeps its key when it moves.",
        );
      }
    }
    const kms = resources.find((each) => each instanceof KmsKey);
    const alias = resources.find((each) => each instanceof KmsAlias);
    if (kms && alias) this.takeKmsKey(kms, alias, there);
    if (!key && !(kms && alias))
      throw new Error(`${user.node.path}: takeOver: it does not know the custody ${custody.name}`);
  }

  /** @returns an expression of the set of its ARNs: none, or one */
  private takeSecret(id: string, secret: SecretsmanagerSecret): string {
    const name = secret.nameInput ?? "";
    const list = addressOf(
      new DataAwsSecretsmanagerSecrets(this, `${id}List`, { filter: [{ name: "name", values: [name] }] }),
    );
    // The filter finds all names that begin like this one.
    const arns = `toset([for arn in ${list}.arns : arn if endswith(replace(arn, "/-[0-9A-Za-z]{6}$/", "|"), ":secret:${name}|")])`;
    const each = `\${${arns}}`;
    const there = forEach(new DataAwsSecretsmanagerSecret(this, id, { arn: EACH }), each);
    const rotation = forEach(
      new DataAwsSecretsmanagerSecretRotation(this, `${id}Rotation`, { secretId: EACH }),
      each,
    );
    this.blocks.import(`${secret.terraformResourceType}.${secret.friendlyUniqueId}`, each, EACH);
    this.check(
      secret,
      `alltrue([for each in values(${there}) : each.kms_key_id == ${this.encryptionKey}])`,
      "The secret is not encrypted with the KMS key of the workspace, by its whole ARN: have security find out who made it.",
    );
    this.check(
      secret,
      "length(self.replica) == 0",
      "The secret is replicated to another region: have security find out by whom.",
    );
    this.check(
      secret,
      `alltrue([for each in values(${rotation}) : !each.rotation_enabled])`,
      "The secret is rotated: have security find out by whom.",
    );
    this.check(
      secret,
      `alltrue([for each in values(${there}) : try(jsonencode(jsondecode(each.policy)) == jsonencode(jsondecode(self.policy)), false)])`,
      `A move changes nothing, and the policy of this secret would change, such as by other signers, readers or settings: ${FIRST}.`,
    );
    return arns;
  }

  /** An expression of the versions in a secret: each with the secret's ARN, its id, and its labels. One without labels is on its way out. */
  private versionsOf(arns: string): string {
    const versions = new DataAwsSecretsmanagerSecretVersions(this, "Versions", { secretId: EACH });
    const found = forEach(versions, `\${${arns}}`);
    // For a secret without versions the provider answers null, not an empty list.
    return `flatten([for arn, each in ${found} : try([for version in each.versions : { arn = arn, id = version.version_id, labels = version.version_stages } if length(version.version_stages) > 0], [])])`;
  }

  private declaredKey(): string {
    return this.local("PublicKey", this.generation?.publicKey ?? "");
  }

  /** A token as an expression, for use within others. */
  private local(id: string, token: string): string {
    return `local.${new TerraformLocal(this, id, token).friendlyUniqueId}`;
  }

  private takeKmsKey(key: KmsKey, alias: KmsAlias, credentials: string): void {
    const name = alias.nameInput ?? "";
    const aliases = forEach(new DataAwsKmsAlias(this, "Alias", { name }), `\${${credentials}}`);
    const data = new DataAwsKmsKey(this, "KmsKey", { keyId: "${each.value.target_key_id}" });
    // Where the key is looked up, because the look-ups of its public key that follow fail for a disabled key, and do not say what to do.
    data.lifecycle = {
      postcondition: [
        {
          condition: "${self.enabled}",
          errorMessage:
            "The KMS key of this user is disabled, and Terraform would enable it with the move: enable it where the user is now, and move the user after that.",
        },
      ],
    };
    const keys = forEach(data, `\${${aliases}}`);
    this.blocks.import(
      `${key.terraformResourceType}.${key.friendlyUniqueId}`,
      `\${${aliases}}`,
      "${each.value.target_key_id}",
    );
    this.blocks.import(`${alias.terraformResourceType}.${alias.friendlyUniqueId}`, `\${${aliases}}`, name);
    this.check(
      key,
      `alltrue([for each in values(${keys}) : each.origin == "AWS_KMS" && each.customer_master_key_spec == "ECC_NIST_P256" && each.key_usage == "SIGN_VERIFY" && !each.multi_region])`,
      "The KMS key of the alias is none that this package makes: it was imported into KMS, is of another kind, or may be replicated. Have security find out who made it.",
    );
    const { publicKey = "" } = this.generation ?? {};
    if (!Token.isUnresolved(publicKey)) this.comparePinned(key, keys, publicKey);
  }

  /** A key is compared with the one that is declared. Without one, only the state that the user was in knows which key it has. */
  private comparePinned(key: KmsKey, keys: string, publicKey: string): void {
    const data = new DataAwsKmsPublicKey(this, "KmsPublicKey", { keyId: "${each.value.arn}" });
    const publicKeys = forEach(data, `\${${keys}}`);
    this.check(
      key,
      `alltrue([for each in values(${publicKeys}) : ${hexPointOf("each.public_key")} == "${publicKey}"])`,
      "The public key of the KMS key is not the one that is declared: a user keeps its key when it moves.",
    );
  }

  private check(resource: TerraformResource, condition: string, errorMessage: string): void {
    const { lifecycle = {} } = resource;
    const postcondition = [
      ...(lifecycle.postcondition ?? []),
      { condition: `\${${condition}}`, errorMessage },
    ];
    resource.lifecycle = { ...lifecycle, postcondition };
  }
}

const EACH = "${each.value}";

const publicKeysIn = (labels: string) =>
  `[for label in ${labels} : label if startswith(label, "public-key-")]`;

/** cdktf's own `forEach` takes iterators only. */
function forEach(data: TerraformDataSource, each: string): string {
  data.addOverride("for_each", each);
  return addressOf(data);
}

/** As text: cdktf wraps tokens within expressions in `${}` of their own. */
const addressOf = ({ terraformResourceType, friendlyUniqueId }: TerraformDataSource) =>
  `data.${terraformResourceType}.${friendlyUniqueId}`;
