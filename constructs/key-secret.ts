import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";
import type { ApiUser } from "./api-user";
import { privateKeySecretName } from "./names";
import { type PolicyDocument, type PolicyStatement, policyDocument, policyJson } from "./policy";
import { checkPolicySize, SECRET_POLICY_LIMIT } from "./policy-size";
import { keySecretPolicy } from "./secret-policy";
import { viaSecretsManager } from "./surroundings";

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
    const statements = () =>
      keySecretPolicy({ workspace, signers: user.signers, writers, removalProtection });
    const secret = new SecretsmanagerSecret(this, "Resource", {
      name: privateKeySecretName(workspace.name, user.awsName),
      // Constant, as the policy lets nobody update a secret: UpdateSecret also writes values.
      description: "Private key of a Ledger Enterprise API user: hexadecimal digits of a SEC1 PEM file",
      kmsKeyId: workspace.encryptionKeyArn,
      // Inline, so that no destroy takes the lock off before the secret is gone, and a restored secret has it on.
      policy: policyJson(statements),
      recoveryWindowInDays: 30,
      tags: { ...workspace.tags, ...user.tags },
      lifecycle: {
        preventDestroy: removalProtection,
        ignoreChanges: ["description", "kms_key_id"],
        precondition: user.principalConditions(),
      },
    });
    this.arn = secret.arn;
    checkPolicySize(this, {
      what: `the policy of the secret of ${user.username}`,
      limit: SECRET_POLICY_LIMIT,
      mend: () =>
        `it names ${user.signers.length} signers; name fewer, such as one role that the others assume`,
      surroundings: workspace.surroundings,
      statements,
    });
    this.node.addValidation({ validate: () => labelProblems(user.generation) });
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
    return {
      Sid: "UseKmsKeyBySecretsManager",
      Effect: "Allow",
      Action: actions,
      Resource: workspace.encryptionKeyArn,
      Condition: {
        StringEquals: { "kms:EncryptionContext:SecretARN": this.arn },
        StringLike: { "kms:ViaService": viaSecretsManager(workspace.surroundings) },
      },
    };
  }
}

/** Secrets Manager takes 20 staging labels over all versions of a secret, and keeps two for itself. */
function labelProblems(generation: number): string[] {
  const most = (20 - ["AWSCURRENT", "AWSPREVIOUS"].length) / 2;
  if (generation <= most) return [];
  return [
    `generation: ${generation} would need ${2 * generation + 2} staging labels of one secret, and AWS takes 20: ${most} generations; register a user of another name instead`,
  ];
}
