import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import type { ApiUser } from "./api-user";
import { privateKeySecretName } from "./names";
import { type PolicyDocument, type PolicyStatement, policyDocument, policyJson } from "./policy";
import { keySecretPolicy } from "./secret-policy";

export interface KeySecretProps {
  readonly user: ApiUser;
  /** ARNs of the roles that may put the key in: the generator's, or the custodians'. */
  readonly writers: readonly string[];
}

/** The secret of a private key: empty, and already locked. Terraform declares no version of it. */
export class KeySecret extends Construct {
  readonly arn: string;
  /** What a signer's role must be allowed by its own policy. */
  readonly signerPolicy: PolicyDocument;
  private readonly user: ApiUser;

  constructor(scope: Construct, id: string, { user, writers }: KeySecretProps) {
    super(scope, id);
    this.user = user;
    const { workspace, removalProtection } = user;
    const secret = new SecretsmanagerSecret(this, "Resource", {
      name: privateKeySecretName(workspace.name, user.awsName),
      // Constant, as the policy lets nobody update a secret: UpdateSecret also writes values.
      description: "Private key of a Ledger Enterprise API user: hexadecimal digits of a SEC1 PEM file",
      kmsKeyId: workspace.encryptionKeyArn,
      // Inline, so that no destroy takes the lock off before the secret is gone, and a restored secret has it on.
      policy: policyJson(() =>
        keySecretPolicy({ workspace, signers: user.signers, writers, removalProtection }),
      ),
      recoveryWindowInDays: 30,
      tags: { ...workspace.tags, ...user.tags },
      lifecycle: {
        preventDestroy: removalProtection,
        ignoreChanges: ["description", "kms_key_id"],
        precondition: user.roleConditions(),
      },
    });
    this.arn = secret.arn;
    this.signerPolicy = policyDocument([
      {
        Sid: "ReadPrivateKey",
        Effect: "Allow",
        Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        Resource: secret.arn,
      },
      this.useOfKmsKey("kms:Decrypt"),
    ]);
  }

  /** A statement for identity policies: the use of the workspace's KMS key by way of this secret alone. */
  useOfKmsKey(actions: string | string[]): PolicyStatement {
    const { workspace } = this.user;
    const { region, dnsSuffix } = workspace.surroundings;
    return {
      Sid: "UseKmsKeyBySecretsManager",
      Effect: "Allow",
      Action: actions,
      Resource: workspace.encryptionKeyArn,
      Condition: {
        StringEquals: {
          "kms:EncryptionContext:SecretARN": this.arn,
          "kms:ViaService": `secretsmanager.${region}.${dnsSuffix}`,
        },
      },
    };
  }
}
