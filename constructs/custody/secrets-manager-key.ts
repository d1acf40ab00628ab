import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import type { IApiUser } from "../api-user/interface";
import type { ICustodyKey } from "./interface";
import { KeySecret, MOST_GENERATIONS } from "./key-secret";

export interface SecretsManagerKeyProps {
  readonly user: IApiUser;
}

/**
 * A key in Secrets Manager: the secret, empty and already locked, then the generator's invocation, which puts
 * the key in. Terraform neither sees the key nor asks for it.
 */
export class SecretsManagerKey extends Construct implements ICustodyKey {
  readonly keyArn: string;
  readonly publicKey: string;
  readonly secretArn: string;

  constructor(scope: Construct, id: string, { user }: SecretsManagerKeyProps) {
    super(scope, id);
    const { workspace } = user;
    const generation = String(user.generation);
    const secret = new KeySecret(this, "Secret", { user, writers: [workspace.generatorRoleArn] });
    const functionName = workspace.generatorFunctionName();
    const invocation = new LambdaInvocation(this, "Generation", {
      functionName,
      dependsOn: workspace.generatorDependencies(),
      input: Token.asString(
        Fn.jsonencode({
          secretArn: secret.arn,
          generations: generationsUpTo(user.generation),
          // Where deployers are declared, only they can make a secret under this key: what somebody else made beforehand is known by it.
          encryptionKeyArn: workspace.encryptionKeyArn,
          // What must be watching before a key is made: the function looks, whatever Terraform thinks is there.
          ...(workspace.alertRules.length > 0 && { alertRules: workspace.alertRules }),
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
    this.keyArn = this.secretArn = secret.arn;
    this.publicKey = Token.asString(Fn.lookup(Fn.jsondecode(invocation.result), generation));
  }
}

/** No more than there can be, as validation comes later than this list. */
function generationsUpTo(generation: number): number[] {
  return Array.from({ length: Math.min(generation, MOST_GENERATIONS) }, (_, i) => i + 1);
}
