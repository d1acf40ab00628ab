import { Token } from "cdktf";
import { nameProblem } from "./text-rules";

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

type RoleName = "operator" | "administrator";

/** Why a role takes no rules of a kind, or undefined where it does. No Terraform here: the fleet loader uses it too. */
export function ruleKindProblem(role: RoleName, kind: "accountRules" | "adminRules"): string | undefined {
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

/** What is wrong with a user's assignments, each with its place. Tokens are left to Terraform. */
export function assignmentProblems(role: RoleName, assignments: RuleAssignments): string[] {
  const { groups = [], accountRules = [], adminRules = [] } = assignments;
  const problems: string[] = [];
  for (const [kind, names] of Object.entries({ accountRules, adminRules })) {
    const problem = ruleKindProblem(role, kind as "accountRules" | "adminRules");
    if (problem && names.length > 0) problems.push(`assignments.${kind}: ${problem}`);
  }
  for (const [kind, names] of Object.entries({ groups, accountRules, adminRules })) {
    names.forEach((name, i) => {
      if (Token.isUnresolved(name)) return;
      const problem = nameProblem(name) ?? (kind === "adminRules" ? adminRuleProblem(name) : undefined);
      if (problem) problems.push(`assignments.${kind}[${i}]: ${problem}`);
    });
  }
  return problems;
}
