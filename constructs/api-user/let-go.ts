import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { type Generations, hasPointer, stagesOf } from "../../rules/generations";
import { MovedBlocks } from "./moved-blocks";

/** The resources of a user's generation in any custody: their types, and where they are below it. */
const PARTS = [
  ["aws_secretsmanager_secret", ["Credentials", "Resource"]],
  ["aws_secretsmanager_secret", ["Key", "Secret", "Resource"]],
  ["aws_lambda_invocation", ["Key", "Invocation"]],
  ["aws_kms_key", ["Key", "Resource"]],
  ["aws_kms_alias", ["Key", "Alias"]],
] as const;

/** What says which of several generations is current, below the user. */
const POINTER = [
  ["aws_secretsmanager_secret", ["Current", "Secret", "Resource"]],
  ["aws_lambda_invocation", ["Current", "Move"]],
] as const;

/**
 * Has a stack let go of a user. All custodies are named, since a stack that let go of some of what a user has would destroy the rest: what
 * the state does not have is passed over.
 */
export function letGo(scope: Construct, id: string, generations: Generations): void {
  const stack = TerraformStack.of(scope);
  const blocks = MovedBlocks.of(scope);
  // Terraform's names come from the ids on the way to a construct.
  const user = new Construct(scope, id);
  const letGoOf = (root: Construct, parts: typeof PARTS | typeof POINTER) => {
    for (const [type, path] of parts) {
      const { node } = (path as readonly string[]).reduce(childOf, root);
      blocks.letGo(`${type}.${stack.getLogicalId(node)}`);
    }
  };
  for (const [generation] of stagesOf(generations)) letGoOf(childOf(user, `Generation${generation}`), PARTS);
  if (hasPointer(generations)) letGoOf(user, POINTER);
}

function childOf(scope: Construct, id: string): Construct {
  return (scope.node.tryFindChild(id) as Construct | undefined) ?? new Construct(scope, id);
}
