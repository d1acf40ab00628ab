import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import type { DeclaredGeneration } from "../api-user/generation";
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

  constructor(scope: Construct, id: string, user: IApiUser, generation: DeclaredGeneration) {
    super(scope, id);
    const { workspace } = user;
    const secret = new KeySecret(this, "Secret", {
      user,
      generation,
      writers: [workspace.generatorRoleArn],
    });
    const functionName = workspace.generatorFunctionName();
    const alertRules = workspace.alertDigests();
    const invocation = new LambdaInvocation(this, "Invocation", {
      functionName,
      // A number, and what has it cannot be changed: neither before this plan is applied nor after.
      qualifier: workspace.generatorVersion(),
      dependsOn: workspace.generatorDependencies(),
      input: Token.asString(
        Fn.jsonencode({
          secretArn: secret.arn,
          // If deployers are declared, only they can make a secret under this key: this exposes a secret that someone else made
          // beforehand.
          encryptionKeyArn: workspace.encryptionKeyArn,
          // The rules that must be as declared before a key is made. The function checks them itself, whatever the state says.
          ...(alertRules && { alertRules, alertEmails: literals(workspace.options.alertEmails) }),
        }),
      ),
      // Only another secret asks again. The answer would be the same anyway, but a plan that changes nothing is easier to review.
      triggers: { secretArn: secret.arn },
      lifecycle: {
        ignoreChanges: ["qualifier", "input"],
        postcondition: [
          {
            condition: '${can(regex("^04[0-9a-f]{128}$", jsondecode(self.result).publicKey))}',
            errorMessage:
              "The key generator did not answer with a public key; see its log in CloudWatch Logs.",
          },
        ],
      },
    });
    this.keyArn = this.secretArn = secret.arn;
    this.publicKey = Token.asString(Fn.lookup(Fn.jsondecode(invocation.result), "publicKey"));
  }
}
