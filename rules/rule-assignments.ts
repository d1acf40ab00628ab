import type { Mistake } from "../messages/mistake";
import type { Role } from "./api-user-role";

/** The groups and rules that an admin adds the user to in the workspace after registering it. */
export interface RuleAssignments {
  /**
   * Names of user groups, as the workspace shows them.
   * @default - none
   */
  readonly groups?: readonly string[];
  /**
   * Names of rules of accounts, for an operator.
   * @default - none
   */
  readonly accountRules?: readonly string[];
  /**
   * Names of API Admin rules, for an administrator. The rule Master Administration is refused.
   * @default - none
   */
  readonly adminRules?: readonly string[];
}

/** Why a role cannot have rules of a kind; `undefined` if it can. */
export function ruleKindProblem(role: Role, kind: "accountRules" | "adminRules"): Mistake | undefined {
  const due: Role = kind === "adminRules" ? "administrator" : "operator";
  if (role === due) return undefined;
  return {
    what: `are for ${due}s, and this user is an ${role}`,
    fix: "take the key out, or change the role",
  };
}

/** Why no API administrator can be in a rule; `undefined` if one can. Ledger keeps them out of the rule that protects all others. */
export function adminRuleProblem(rule: string): Mistake | undefined {
  if (!/^\s*master\s+administration(?:\s+rule)?\s*$/i.test(rule)) return undefined;
  return {
    what: "an API Administrator can never be in the rule Master Administration",
    fix: "name an API Admin rule",
  };
}
