import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { formatProblem, loadFleet } from "./fleet";
import { addStacks } from "./fleet/stacks";

/**
 * The CDKTF app: compiles the fleet in `api-users/`, or in the folder that `LEDGER_API_USERS` names, into stacks
 * below `cdktf.out/`, or below the folder that `CDKTF_OUTDIR` names. Touches no network.
 */
const LOCK_FILE = ".terraform.lock.hcl";

const { workspaces, problems, warnings } = loadFleet(process.env["LEDGER_API_USERS"] || "api-users");
for (const problem of problems) console.error(formatProblem(problem));
for (const warning of warnings) console.error(`warning: ${formatProblem(warning)}`);

if (problems.length > 0) {
  process.exitCode = 2;
} else {
  const app = new App();
  for (const workspace of workspaces) addStacks(app, workspace);
  app.synth();
  // One lock file beside cdktf.json, reviewed like the rest, holds every stack to the same provider.
  if (existsSync(LOCK_FILE)) {
    for (const { workingDirectory } of Object.values(app.manifest.stacks)) {
      copyFileSync(LOCK_FILE, join(app.outdir, workingDirectory, LOCK_FILE));
    }
  }
}
