import { Aspects, dependable, TerraformResource } from "cdktf";
import type { IConstruct } from "constructs";

/**
 * Has Terraform make one resource before everything else of a construct. AWS refuses to make `first` twice, but answers a second
 * creation of much else (rules and their targets, topics, dashboards) by changing what is there, and of a KMS key by making another. So whoever declares the same
 * names again, from another state, is refused before anything of the first is changed.
 *
 * Data sources are left as they are: Terraform would read one that depends on a change only at apply.
 */
export function madeFirst(scope: IConstruct, first: TerraformResource): void {
  const address = dependable(first);
  Aspects.of(scope).add({
    // An aspect, because parts of a workspace are made only when its users ask for them.
    visit(node) {
      if (!TerraformResource.isTerraformResource(node) || node === first) return;
      const dependsOn = node.dependsOn ?? [];
      if (!dependsOn.includes(address)) node.dependsOn = [...dependsOn, address];
    },
  });
}
