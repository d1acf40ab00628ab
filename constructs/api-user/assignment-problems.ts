import { Token } from "cdktf";
import type { Role } from "../../rules/api-user-role";
import { adminRuleProblem, type RuleAssignments, ruleKindProblem } from "../../rules/rule-assignments";
import { nameProblem } from "../../rules/user-names";

/** What is wrong with a user's assignments, each with its place. Tokens are left to Terraform. */
export function assignmentProblems(role: Role, assignments: RuleAssignments): string[] {
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
