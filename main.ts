import { App } from "cdktf";
import { formatProblem, loadFleet } from "./fleet";
import { addStacks } from "./fleet/stacks";

/**
 * The CDKTF app: compiles the fleet in `api-users/`, or in the folder that `LEDGER_API_USERS` names, into stacks
 * below `cdktf.out/`, or below the folder that `CDKTF_OUTDIR` names. Touches no network.
 */
const { workspaces, problems, warnings } = loadFleet(process.env["LEDGER_API_USERS"] || "api-users");
for (const found of [...problems, ...warnings]) console.error(formatProblem(found));

if (problems.length > 0) {
  process.exitCode = 2;
} else {
  const app = new App();
  for (const workspace of workspaces) addStacks(app, workspace);
  app.synth();
}
