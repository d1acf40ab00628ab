import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { MOST_GENERATIONS } from "../../keys";
import type { IApiUser } from "../api-user/interface";
import { literals } from "../terraform/literal";
import type { ICustodyKey } from "./interface";
import { KeySecret } from "./key-secret";

/**
 * A key in Secrets Manager: the secret, empty and with its policy, then the generator's invocation, which puts the key in.
 * Terraform neither sees the key nor asks for it.
 */
export class SecretsManagerKey extends Construct implements ICustodyKey {
  readonly keyArn: string;
  readonly publicKey: string;
  readonly secretArn: string;

  constructor(scope: Construct, id: string, user: IApiUser) {
    super(scope, id);
    const { workspace } = user;
    const generation = String(user.generation);
    const secret = new KeySecret(this, "Secret", user, [workspace.generatorRoleArn]);
    const functionName = workspace.generatorFunctionName();
    const alertRules = workspace.alertDigests();
    const invocation = new LambdaInvocation(this, "Generation", {
      functionName,
      dependsOn: workspace.generatorDependencies(),
      input: Token.asString(
        Fn.jsonencode({
          secretArn: secret.arn,
          generations: generationsUpTo(user.generation),
          // If deployers are declared, only they can make a secret under this key: this exposes a secret that someone else made
          // beforehand.
          encryptionKeyArn: workspace.encryptionKeyArn,
          // The rules that must be as declared before a key is made. The function checks them itself, whatever the state says.
          ...(alertRules && { alertRules, alertEmails: literals(workspace.options.alertEmails) }),
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

/** At most as many as there can be, because validation comes after this list is made. */
function generationsUpTo(generation: number): number[] {
  return Array.from({ length: Math.min(generation, MOST_GENERATIONS) }, (_, i) => i + 1);
}
