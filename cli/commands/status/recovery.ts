/** Workspaces whose keys are lost for good when they are deleted. */
import type { WorkspaceDeclaration } from "../../../fleet";
import { alarm, type Problem } from "./problem";

export const recoveryProblems = (fleet: readonly WorkspaceDeclaration[]): Problem[] =>
  fleet
    .filter(({ recoveryWindowInDays }) => recoveryWindowInDays === 0)
    .map(({ name }) =>
      alarm(
        `workspace ${name}`,
        "recoveryWindowInDays is 0: a key that is deleted is lost at once, and Ledger Enterprise still trusts it",
        "keep that to a sandbox, and revoke the user of each lost key; elsewhere write 7 to 30",
      ),
    );
