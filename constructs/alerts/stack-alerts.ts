import { TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import type { AlertRuleDeclaration } from "../../rules/alerts/rule";
import { alertRuleName } from "../../rules/aws-names";
import type { AlertTargets, ILedgerWorkspace } from "../workspace/interface";
import { AlertRule } from "./rule";

/** Rules that watch keys of one stack. They are in that stack, because no other knows the keys, and send to the workspace's topic and journal. */
export abstract class StackAlerts extends Construct {
  /** Use `alertsOf`: a stack has them once for each workspace. */
  constructor(
    protected readonly stack: TerraformStack,
    id: string,
    protected readonly workspace: ILedgerWorkspace,
    private readonly targets: AlertTargets,
  ) {
    super(stack, id);
  }

  protected makeRule(
    id: string,
    name: string,
    description: string,
    declaration: () => AlertRuleDeclaration,
  ): void {
    new AlertRule(this, id, {
      name: alertRuleName(this.workspace.name, name),
      description,
      workspace: this.workspace.name,
      declaration,
      places: this.targets,
      tags: this.workspace.tags,
    });
  }
}

/**
 * The alerts of a kind of the stack that a construct is in; `undefined` if the workspace's alerts are switched off.
 *
 * @param name of the kind, in addresses: not that of the class, which a bundler may shorten
 */
export function alertsOf<T extends StackAlerts>(
  kind: new (...args: ConstructorParameters<typeof StackAlerts>) => T,
  name: string,
  scope: Construct,
  workspace: ILedgerWorkspace,
): T | undefined {
  const { alerts } = workspace;
  if (!alerts) return undefined;
  const stack = TerraformStack.of(scope);
  const id = `${name}-${workspace.node.id}`;
  const existing = stack.node.tryFindChild(id);
  return existing instanceof kind ? existing : new kind(stack, id, workspace, alerts);
}

/** A text, or for a token one that is as long as it can be: whether keys fit into one rule is decided before they are known. */
export const knownOrLongest = (text: string, longest: number): string =>
  Token.isUnresolved(text) ? "x".repeat(longest) : text;
