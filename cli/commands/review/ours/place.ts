/** Where a stack is and for which workspace, by its own configuration. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { NAME_PREFIX, WORKSPACE_NAME } from "../../../../rules/aws-names";
import { accountProblem, regionProblem } from "../../../../rules/formats";
import type { Configuration } from "./configuration";
import type { Place } from "./shapes";

/** `alias/ledger-enterprise/acme`, `ledger-enterprise.acme.denied`: after a workspace's name, a dot or slash, or nothing. */
const NAME = new RegExp(`(?:^|/)${NAME_PREFIX}[./]([a-z0-9-]+)(?=$|[./])`);

export function placeOf({ providers, resources }: Configuration): Place {
  const { region, allowed_account_ids } = providers.get("aws")?.settings ?? {};
  const accounts = Array.isArray(allowed_account_ids) ? allowed_account_ids : [];
  const account: unknown = accounts.length === 1 ? accounts[0] : undefined;
  const workspaces = new Map<string, number>();
  for (const { values } of resources)
    for (const key of ["name", "key_id", "log_group_name_prefix"]) {
      const [, name = ""] = NAME.exec(String(values[key] ?? "")) ?? [];
      if (WORKSPACE_NAME.test(name)) workspaces.set(name, (workspaces.get(name) ?? 0) + 1);
    }
  // If there are several, the resources of the fewer are not this stack's.
  const [[workspace] = []] = [...workspaces].sort(([, a], [, b]) => b - a);
  return {
    workspace,
    account: typeof account === "string" && !accountProblem(account) ? account : undefined,
    region: typeof region === "string" && !regionProblem(region) ? region : undefined,
    code: generatorCode(),
  };
}

let code: string | undefined;

/** The hash of this version's own code of the generator; undefined where it was not built. */
function generatorCode(): string | undefined {
  if (code !== undefined) return code;
  let folder = __dirname;
  while (!existsSync(join(folder, "package.json")) && dirname(folder) !== folder) folder = dirname(folder);
  const zip = join(folder, "dist", "functions", "key-generator.zip");
  if (existsSync(zip)) code = createHash("sha256").update(readFileSync(zip)).digest("base64");
  return code;
}
