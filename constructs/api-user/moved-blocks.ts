import { TerraformStack } from "cdktf";
import { Construct } from "constructs";

const ID = "MovedBlocks";

/** The `import` and `removed` blocks of a stack, for which cdktf has no constructs. */
export class MovedBlocks extends Construct {
  /** Those of the stack that a construct is in. */
  static of(scope: Construct): MovedBlocks {
    const stack = TerraformStack.of(scope);
    const existing = stack.node.tryFindChild(ID);
    return existing instanceof MovedBlocks ? existing : new MovedBlocks(stack, ID);
  }

  private readonly imports: object[] = [];
  private readonly removed: object[] = [];

  private constructor(
    private readonly stack: TerraformStack,
    id: string,
  ) {
    super(stack, id);
  }

  /**
   * Imports a resource for each element of a set or map: for none, Terraform makes the resource. (Terraform 1.7)
   * @param each the set or map, an expression in `${}`
   * @param importId may refer to `each`
   */
  import(to: string, each: string, importId: string): void {
    this.imports.push({ for_each: each, to, id: importId });
    this.stack.addOverride("import", this.imports);
  }

  /** Takes a resource out of the state and leaves it in AWS. Nothing happens if the state does not have it. (Terraform 1.7) */
  letGo(from: string): void {
    this.removed.push({ from, lifecycle: { destroy: false } });
    this.stack.addOverride("removed", this.removed);
  }
}
