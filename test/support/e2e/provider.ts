import { mkdtempSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OwnedProcess } from "../../../local-aws/terraform/processes";
import type { Terraform } from "../../../local-aws/terraform/terraform";
import { type Relay, relay } from "./short-schema";

export interface Provider {
  /** What leads Terraform, which runs in the folder that it was started for, to it. */
  readonly settings: Readonly<Record<string, string>>;
  /** The same for another stack's folder: one with the same provider block and no files, whose paths the provider would look for here. */
  settingsFor(folder: string): Promise<Readonly<Record<string, string>>>;
  stop(): Promise<void>;
}

/** How the provider says where it is reached, once it runs. */
const REATTACH = /TF_REATTACH_PROVIDERS='([^'\n]+)'/;

/**
 * Starts the AWS provider for a stack, the very binary that Terraform starts, in the stack's folder, so that many runs of Terraform
 * share it: starting takes it longer than most of what it then does. OpenTofu, which knows the provider by another address, starts its own.
 */
export async function startProvider(
  terraform: Terraform,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Provider | undefined> {
  if (terraform.product !== "terraform") return undefined;
  const child = new OwnedProcess(await installed(terraform), ["-debug"], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], GOGC: "400", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    server: true,
  });
  const reattach = await new Promise<string>((resolve, reject) => {
    let said = "";
    child.stderr?.resume();
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = REATTACH.exec(said)?.[1];
      if (found) resolve(found);
    });
    child.exited.then(() => reject(new Error(`the provider ended: ${said}`)), reject);
  });
  const provider = Object.values(JSON.parse(reattach) as Record<string, Reattach>)[0]?.Addr.String ?? "";
  const relays: Promise<Relay>[] = [];
  const settingsFor = async (folder: string) => {
    const started = relay(provider, `${provider}-${relays.length}`, folder);
    relays.push(started);
    return { TF_REATTACH_PROVIDERS: reattach.replaceAll(provider, (await started).socket) };
  };
  const stop = async () => {
    for (const started of relays) (await started).close();
    await child.stop();
  };
  return { settings: await settingsFor(cwd), settingsFor, stop };
}

/** How a provider is reached, in TF_REATTACH_PROVIDERS. */
interface Reattach {
  /** A socket of Unix. */
  readonly Addr: { readonly String: string };
}

let binary: Promise<string> | undefined;

/** The provider's binary, where `terraform init` puts it or finds it. */
function installed(terraform: Terraform): Promise<string> {
  binary ??= install(terraform, mkdtempSync(join(tmpdir(), "provider-")));
  return binary;
}

async function install(terraform: Terraform, cwd: string): Promise<string> {
  const { version } = (
    require("@cdktf/provider-aws/package.json") as { cdktf: { provider: { version: string } } }
  ).cdktf.provider;
  const required_providers = { aws: { source: "aws", version } };
  writeFileSync(join(cwd, "main.tf.json"), JSON.stringify({ terraform: { required_providers } }));
  await terraform.run(["init"], { cwd, env: {} });
  // Its folder may be a link into a mirror, which a recursive reading does not follow.
  const versions = join(cwd, ".terraform/providers/registry.terraform.io/hashicorp/aws", version);
  const platform = realpathSync(join(versions, readdirSync(versions)[0] ?? ""));
  const name = readdirSync(platform).find((each) => each.startsWith("terraform-provider-aws"));
  if (name === undefined) throw new Error("terraform init installed no provider");
  return join(platform, name);
}
