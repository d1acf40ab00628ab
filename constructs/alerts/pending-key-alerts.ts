import { TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import {
  fitOnePendingRule,
  type PendingKey,
  type PendingRule,
  pendingRule,
  pendingRuleName,
  pendingRulesOf,
} from "../../rules/alerts/pending-keys";
import { alertRuleName } from "../../rules/aws-names";
import type { AlertTargets, ILedgerWorkspace } from "../workspace/interface";
import { AlertRule } from "./rule";

/**
 * The rules that watch the pending keys of one stack. They are in that stack, because no other knows which keys are pending, and page the
 * workspace's topic. Each rule has as many keys as fit into its pattern.
 */
export class PendingKeyAlerts extends Construct {
  /** The alerts of the stack that a construct is in; `undefined` if the workspace's alerts are switched off. */
  static of(scope: Construct, workspace: ILedgerWorkspace): PendingKeyAlerts | undefined {
    const { alerts } = workspace;
    if (!alerts) return undefined;
    const stack = TerraformStack.of(scope);
    const id = `PendingKeyAlerts-${workspace.node.id}`;
    const existing = stack.node.tryFindChild(id);
    return existing instanceof PendingKeyAlerts
      ? existing
      : new PendingKeyAlerts(stack, id, workspace, alerts);
  }

  private readonly groups: Record<PendingRule, PendingKey[][]> = { secrets: [], kms: [] };

  private constructor(
    private readonly stack: TerraformStack,
    id: string,
    private readonly workspace: ILedgerWorkspace,
    private readonly targets: AlertTargets,
  ) {
    super(stack, id);
  }

  add(key: PendingKey): void {
    for (const rule of pendingRulesOf(key)) {
      const group = this.groups[rule].at(-1);
      if (group && fitOnePendingRule(rule, [...group, key], knownOrLongest)) group.push(key);
      else this.makeRule(rule, [key]);
    }
  }

  private makeRule(rule: PendingRule, keys: PendingKey[]): void {
    const index = this.groups[rule].push(keys) - 1;
    const { name, tags } = this.workspace;
    const stack = this.stack.node.id;
    new AlertRule(this, `${rule}${index}`, {
      name: alertRuleName(name, pendingRuleName(rule, stack, index)),
      description: `Somebody used a pending key of the stack ${stack}`,
      workspace: name,
      declaration: () => pendingRule(rule, keys),
      places: this.targets,
      tags,
    });
  }
}

const knownOrLongest = (text: string, longest: number) =>
  Token.isUnresolved(text) ? "x".repeat(longest) : text;
