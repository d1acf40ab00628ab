import { formatProblem } from "./fleet";
import { formatKept } from "./fleet/stale-stacks";
import { synthesize } from "./fleet/synthesize";

/**
 * The CDKTF app: compiles the fleet in `api-users/`, or in the folder that `LEDGER_API_USERS` names, into stacks
 * below `cdktf.out/`, or below the folder that `CDKTF_OUTDIR` names. Touches no network.
 */
const { problems, warnings, kept } = synthesize(
  process.env["LEDGER_API_USERS"] || "api-users",
  process.env["CDKTF_OUTDIR"] || "cdktf.out",
);
for (const problem of problems) console.error(formatProblem(problem));
for (const warning of warnings) console.error(`warning: ${formatProblem(warning)}`);
for (const folder of kept) console.error(`warning: ${formatKept(folder)}`);
if (problems.length > 0) process.exitCode = 2;
