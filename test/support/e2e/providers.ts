import { existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedProvider, SharedProviders } from "../../../local-aws/terraform/shared-provider";
import type { Terraform } from "../../../local-aws/terraform/terraform";

/** In the folder of temporary files, which is that of this run of jest: what the provider says of its types is asked for once. */
const SCHEMA = join(tmpdir(), "aws-provider-schema");

/** Providers that the runs of Terraform of a test file share, also in folders that were never initialized. */
export function sharedProviders(terraform: Terraform): SharedProviders {
  let binary: Promise<string> | undefined;
  const find = () => {
    binary ??= install(terraform);
    return binary;
  };
  return new SharedProviders(terraform, find, async (ask) => {
    if (existsSync(SCHEMA)) return readFileSync(SCHEMA);
    const schema = await ask();
    const file = `${SCHEMA}-${process.pid}`;
    writeFileSync(file, schema);
    renameSync(file, SCHEMA); // at once, for whoever reads it meanwhile
    return schema;
  });
}

async function install(terraform: Terraform): Promise<string> {
  const { version } = (
    require("@cdktf/provider-aws/package.json") as { cdktf: { provider: { version: string } } }
  ).cdktf.provider;
  const cwd = mkdtempSync(join(tmpdir(), "provider-"));
  const required_providers = { aws: { source: "aws", version } };
  writeFileSync(join(cwd, "main.tf.json"), JSON.stringify({ terraform: { required_providers } }));
  await terraform.run(["init"], { cwd, env: {} });
  return installedProvider(cwd);
}
