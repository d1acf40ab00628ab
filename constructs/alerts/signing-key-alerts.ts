import type { Construct } from "constructs";
import {
  fitOneRule,
  type SigningKey,
  signingKeyRuleName,
  signingKeyRules,
} from "../../rules/alerts/signing-keys";
import type { ILedgerWorkspace } from "../workspace/interface";
import { alertsOf, knownOrLongest, StackAlerts } from "./stack-alerts";

/** The rules that watch the KMS keys of one stack. Each rule has as many keys as fit into its pattern. */
export class SigningKeyAlerts extends StackAlerts {
  static of(scope: Construct, workspace: ILedgerWorkspace): SigningKeyAlerts | undefined {
    return alertsOf(SigningKeyAlerts, "SigningKeyAlerts", scope, workspace);
  }

  private readonly groups: SigningKey[][] = [];

  add(key: SigningKey): void {
    const group = this.groups.at(-1);
    if (group && fitOneRule([...group, key], this.workspace.deployers, knownOrLongest)) group.push(key);
    else this.watch([key]);
  }

  private watch(keys: SigningKey[]): void {
    const index = this.groups.push(keys) - 1;
    const stack = this.stack.node.id;
    for (const [rule, description] of [
      ["denied", `Somebody was denied a KMS key of the stack ${stack}`],
      ["tamper", `A KMS key of the stack ${stack} was changed`],
      ["use", `Every use of a KMS key of the stack ${stack}, for the journal`],
    ] as const)
      this.makeRule(
        `${rule}${index}`,
        signingKeyRuleName(rule, stack, index),
        description,
        () => signingKeyRules(keys, this.workspace.deployers)[rule],
      );
  }
}
