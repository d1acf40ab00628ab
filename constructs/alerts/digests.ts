import { Fn, type IResolvable, Lazy, TerraformLocal } from "cdktf";
import type { Construct } from "constructs";
import { canonicalRule } from "../../rules/alerts/canonical";
import { type AlertPlaces, targetsOf } from "../../rules/alerts/rule";
import type { Watched } from "../../rules/alerts/watched";
import { WORKSPACE_RULES, workspaceRule } from "../../rules/alerts/workspace-rules";
import { alertRuleName } from "../../rules/aws-names";

/** The id in a KMS key's ARN, a token. */
export function keyIdOf(keyArn: string): string {
  return Fn.element(Fn.split("/", keyArn), 1);
}

/**
 * A digest of each rule of a workspace as it is declared, by name: the generator compares them with those of the rules that it
 * finds. One local of a stack, however many users it has. Terraform makes the digests, since the patterns hold tokens.
 */
export function ruleDigests(
  scope: Construct,
  id: string,
  watched: Watched,
  places: AlertPlaces,
): IResolvable {
  const { name } = watched.workspace;
  const texts = () =>
    Object.fromEntries(
      WORKSPACE_RULES.map((rule) => {
        const declaration = workspaceRule(rule, watched);
        return [
          alertRuleName(name, rule),
          canonicalRule(declaration.pattern, targetsOf(declaration, name, places)),
        ];
      }),
    );
  const declared = new TerraformLocal(scope, `${id}Of`, Lazy.anyValue({ produce: texts }));
  return new TerraformLocal(scope, id, `\${{for name, text in ${declared.fqn} : name => sha256(text)}}`)
    .expression;
}
