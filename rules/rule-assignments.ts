import type { Role } from "./api-user-role";

/** What the user is to be added to in the workspace once it is registered (seed, step 4). */
export interface RuleAssignments {
  /**
   * Names of user groups, as the workspace shows them.
   * @default - none
   */
  readonly groups?: readonly string[];
  /**
   * Names of accounts' rules, for an operator.
   * @default - none
   */
  readonly accountRules?: readonly string[];
  /**
   * Names of API Admin rules, for an administrator. Never the Master Administration rule.
   * @default - none
   */
  readonly adminRules?: readonly string[];
}

/** Why a role takes no rules of a kind, or undefined where it does. */
export function ruleKindProblem(role: Role, kind: "accountRules" | "adminRules"): string | undefined {
  if (role === "operator" && kind === "adminRules")
    return "are for administrators, and this user is an operator; take the key out, or change the role";
  if (role === "administrator" && kind === "accountRules")
    return "are for operators, and this user is an administrator; take the key out, or change the role";
  return undefined;
}

/** Why no administrator can be in a rule, or undefined. The rule that guards all others takes none (seed, "API Administrator"). */
export function adminRuleProblem(rule: string): string | undefined {
  if (!/^\s*master\s+administration(?:\s+rule)?\s*$/i.test(rule)) return undefined;
  return "an API Administrator can never be in the rule Master Administration; name an API Admin rule";
}
