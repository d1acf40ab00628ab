import type { Construct } from "constructs";
import {
  fitOnePendingRule,
  type PendingKey,
  type PendingRule,
  pendingRule,
  pendingRuleName,
  pendingRulesOf,
} from "../../rules/alerts/pending-keys";
import type { ILedgerWorkspace } from "../workspace/interface";
import { alertsOf, knownOrLongest, StackAlerts } from "./stack-alerts";

/** The rules that watch the pending keys of one stack. Each rule has as many keys as fit into its pattern. */
export class PendingKeyAlerts extends StackAlerts {
  static of(scope: Construct, workspace: ILedgerWorkspace): PendingKeyAlerts | undefined {
    return alertsOf(PendingKeyAlerts, "PendingKeyAlerts", scope, workspace);
  }

  private readonly groups: Record<PendingRule, PendingKey[][]> = { secrets: [], kms: [] };

  add(key: PendingKey): void {
    for (const rule of pendingRulesOf(key)) {
      const group = this.groups[rule].at(-1);
      if (group && fitOnePendingRule(rule, [...group, key], knownOrLongest)) group.push(key);
      else this.watch(rule, [key]);
    }
  }

  private watch(rule: PendingRule, keys: PendingKey[]): void {
    const index = this.groups[rule].push(keys) - 1;
    const stack = this.stack.node.id;
    this.makeRule(
      `${rule}${index}`,
      pendingRuleName(rule, stack, index),
      `Somebody used a pending key of the stack ${stack}`,
      () => pendingRule(rule, keys),
    );
  }
}
