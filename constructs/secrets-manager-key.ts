import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import type { ApiUser } from "./api-user";
import type { ICustodyKey } from "./key-custody";
import { privateKeySecretName } from "./names";
import { type PolicyDocument, policyDocument, policyJson } from "./policy";
import { keySecretPolicy } from "./secret-policy";

export interface SecretsManagerKeyProps {
  readonly user: ApiUser;
}

/**
 * A key in Secrets Manager: the secret, empty and already locked, then the generator's invocation, which puts
 * the key in. Terraform declares no version of the secret, so it neither sees the key nor asks for it.
 */
export class SecretsManagerKey extends Construct implements ICustodyKey {
  readonly keyArn: string;
  readonly publicKey: string;
  readonly signerPolicy: PolicyDocument;

  constructor(scope: Construct, id: string, { user }: SecretsManagerKeyProps) {
    super(scope, id);
    const { workspace } = user;
    const generation = String(user.generation);
    const secret = new SecretsmanagerSecret(this, "Resource", {
      name: privateKeySecretName(workspace.name, user.awsName),
      // Constant, as the policy lets nobody update a secret: UpdateSecret also writes values.
      description: "Private key of a Ledger Enterprise API user: hexadecimal digits of a SEC1 PEM file",
      kmsKeyId: workspace.encryptionKeyArn,
      // Inline, so that no destroy takes the lock off before the secret is gone, and a restored secret has it on.
      policy: policyJson(() =>
        keySecretPolicy({
          workspace,
          signers: user.signers,
          writers: [workspace.generatorRoleArn],
          removalProtection: user.removalProtection,
        }),
      ),
      recoveryWindowInDays: 30,
      tags: { ...workspace.tags, ...user.tags },
      lifecycle: {
        preventDestroy: user.removalProtection,
        ignoreChanges: ["description", "kms_key_id"],
        precondition: user.roleConditions(),
      },
    });
    const invocation = new LambdaInvocation(this, "Generation", {
      functionName: workspace.generatorFunctionName(),
      input: Token.asString(
        Fn.jsonencode({
          secretArn: secret.arn,
          generations: Array.from({ length: user.generation }, (_, i) => i + 1),
        }),
      ),
      lifecycle: {
        postcondition: [
          {
            condition: `\${can(regex("^04[0-9a-f]{128}$", jsondecode(self.result)["${generation}"]))}`,
            errorMessage:
              "The key generator did not answer with a public key; see its log in CloudWatch Logs.",
          },
        ],
      },
    });
    this.keyArn = secret.arn;
    this.publicKey = Token.asString(Fn.lookup(Fn.jsondecode(invocation.result), generation));
    this.signerPolicy = signerPolicy(user, secret.arn);
  }
}

function signerPolicy({ workspace }: ApiUser, secretArn: string): PolicyDocument {
  const { region, dnsSuffix } = workspace.surroundings;
  return policyDocument([
    {
      Sid: "ReadPrivateKey",
      Effect: "Allow",
      Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
      Resource: secretArn,
    },
    {
      Sid: "DecryptBySecretsManager",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: workspace.encryptionKeyArn,
      Condition: {
        StringEquals: {
          "kms:EncryptionContext:SecretARN": secretArn,
          "kms:ViaService": `secretsmanager.${region}.${dnsSuffix}`,
        },
      },
    },
  ]);
}
