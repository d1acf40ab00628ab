import { existsSync, mkdtempSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedProvider, SharedProviders } from "../../../local-aws/terraform/shared-provider";
import type { Terraform } from "../../../local-aws/terraform/terraform";

// In the folder of temporary files, which is that of this run of jest: asked for once.

/** What the provider says of its types. */
const SCHEMA = join(tmpdir(), "aws-provider-schema");

/** Where the provider's binary is. */
const BINARY = join(tmpdir(), "aws-provider-binary");

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
    keep(SCHEMA, schema);
    return schema;
  });
}

/** Writes a file at once, for whoever reads it meanwhile. */
function keep(file: string, content: Buffer | string): void {
  const unfinished = `${file}-${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}

async function install(terraform: Terraform): Promise<string> {
  if (existsSync(BINARY)) return readFileSync(BINARY, "utf8");
  const { version } = (
    require("@cdktf/provider-aws/package.json") as { cdktf: { provider: { version: string } } }
  ).cdktf.provider;
  const cwd = mkdtempSync(join(tmpdir(), "provider-"));
  const required_providers = { aws: { source: "aws", version } };
  writeFileSync(join(cwd, "main.tf.json"), JSON.stringify({ terraform: { required_providers } }));
  await terraform.run(["init"], { cwd, env: {} });
  const binary = installedProvider(cwd);
  keep(BINARY, binary);
  return binary;
}
