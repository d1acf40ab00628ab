import { TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import {
  fitOneRule,
  type SigningKey,
  signingKeyRuleName,
  signingKeyRules,
} from "../../rules/alerts/signing-keys";
import { alertRuleName } from "../../rules/aws-names";
import type { AlertTargets, ILedgerWorkspace } from "../workspace/interface";
import { AlertRule } from "./rule";

/**
 * The rules that watch the KMS keys of one stack. They are in that stack, because no other knows the keys' ids, and send to the
 * workspace's topic and journal. Each rule has as many keys as fit into its pattern.
 */
export class SigningKeyAlerts extends Construct {
  /** The alerts of the stack that a construct is in; `undefined` if the workspace's alerts are switched off. */
  static of(scope: Construct, workspace: ILedgerWorkspace): SigningKeyAlerts | undefined {
    const { alerts } = workspace;
    if (!alerts) return undefined;
    const stack = TerraformStack.of(scope);
    const id = `SigningKeyAlerts-${workspace.node.id}`;
    const existing = stack.node.tryFindChild(id);
    return existing instanceof SigningKeyAlerts
      ? existing
      : new SigningKeyAlerts(stack, id, workspace, alerts);
  }

  private readonly groups: SigningKey[][] = [];

  private constructor(
    private readonly stack: TerraformStack,
    id: string,
    private readonly workspace: ILedgerWorkspace,
    private readonly targets: AlertTargets,
  ) {
    super(stack, id);
  }

  add(key: SigningKey): void {
    const group = this.groups.at(-1);
    if (group && fitOneRule([...group, key], this.workspace.deployers, knownOrLongest)) {
      group.push(key);
    } else {
      this.groups.push([key]);
      this.makeRules(this.groups.length - 1);
    }
  }

  private makeRules(index: number): void {
    const { name, tags, deployers } = this.workspace;
    const stack = this.stack.node.id;
    const rules = () => signingKeyRules(this.groups[index] ?? [], deployers);
    for (const [rule, description] of [
      ["denied", `Somebody was denied a KMS key of the stack ${stack}`],
      ["tamper", `A KMS key of the stack ${stack} was changed`],
      ["use", `Every use of a KMS key of the stack ${stack}, for the journal`],
    ] as const) {
      new AlertRule(this, `${rule}${index}`, {
        name: alertRuleName(name, signingKeyRuleName(rule, stack, index)),
        description,
        workspace: name,
        declaration: () => rules()[rule],
        places: this.targets,
        tags,
      });
    }
  }
}

const knownOrLongest = (text: string, longest: number) =>
  Token.isUnresolved(text) ? "x".repeat(longest) : text;
