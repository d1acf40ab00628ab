import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { currentSecretName } from "../../rules/aws-names";
import { LockedSecret } from "../custody/locked-secret";
import { madeFirst } from "../terraform/made-first";
import type { IApiUser } from "./interface";
import type { KeyGeneration } from "./key-generation";

/**
 * The secret that says which generation of a user is current, for services that follow it: public data, which the generator alone writes.
 * The generator moves it, when a change of stages is applied, from one of the generations that are declared beside it.
 */
export class CurrentPointer extends Construct {
  readonly arn: string;
  /** The same, once the pointer is where it is to be: an output that has it changes with the pointer, and not before it. */
  readonly movedArn: string;
  /** Addresses, in Terraform, of what must have been done before what is current is published. */
  readonly movedBy: readonly string[];

  constructor(scope: Construct, id: string, user: IApiUser, generations: readonly KeyGeneration[]) {
    super(scope, id);
    const { workspace, awsName, removalProtection } = user;
    const secret = new LockedSecret(this, "Secret", {
      user,
      removalProtection,
      name: currentSecretName({ workspace: workspace.name, awsName }),
      description:
        "Which key of a Ledger Enterprise API user is current: JSON with the ARNs of key and credentials",
      what: `the secret that says which key of ${user.username} is current`,
      whoReads: "SignersAndReaders",
      allowedToRead: () => [...new Set([...user.signers, ...user.readers])],
      writers: [workspace.generatorRoleArn],
      isPublic: true,
    });
    this.arn = secret.arn;
    const current = generations.find(({ stage }) => stage === "current");
    if (current === undefined) throw new Error(`${user.node.path} has no current generation`);
    const { number: generation, keyArn, credentialsArn, publicKey } = current;
    const others = generations.filter(({ stage }) => stage === "previous" || stage === "pending");
    const functionName = workspace.generatorFunctionName();
    const invocation = new LambdaInvocation(this, "Move", {
      functionName,
      qualifier: workspace.generatorVersion(),
      dependsOn: [...workspace.generatorDependencies(), secret.resource],
      input: Token.asString(
        Fn.jsonencode({
          pointerArn: secret.arn,
          from: Object.fromEntries(others.map((each) => [each.number, each.credentialsArn])),
          to: { generation, keyArn, credentialsArn, publicKey },
        }),
      ),
      // All that is published. What else is declared, such as a new pending generation, moves nothing.
      triggers: { pointerArn: secret.arn, generation: String(generation), keyArn, credentialsArn, publicKey },
      lifecycle: {
        ignoreChanges: ["qualifier", "input"],
        postcondition: [
          {
            condition: `\${try(jsondecode(self.result).generation, 0) == ${generation}}`,
            errorMessage: `The key generator did not make generation ${generation} current; see its log in CloudWatch Logs.`,
          },
        ],
      },
    });
    this.movedArn = Token.asString(Fn.lookup(Fn.jsondecode(invocation.result), "pointerArn"));
    // An alias is not in the ARN of its key, and the generator looks for it.
    invocation.dependsOn = [...(invocation.dependsOn ?? []), ...(current.key.registeredAfter ?? [])];
    // Where the move is refused, nothing of a key that services still use is locked.
    for (const each of generations) if (each.isRetired) madeFirst(each, invocation);
    this.movedBy = [`aws_lambda_invocation.${invocation.friendlyUniqueId}`];
  }
}
